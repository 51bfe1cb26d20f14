//! Bytes → text: UTF-8, byte order mark, characters that no manifest may hold.
//!
//! What cannot stand is reported and replaced, one character for one, so that parsing goes on and finds the
//! rest; the caller drops the documents of such a file.

use crate::base::count::Count;
use crate::base::diag::{Code, Diagnostic};
use crate::base::source::SourceMap;
use crate::base::span::{FileId, Span};

const BOM: &str = "\u{feff}";

/// A binary file has thousands; nobody reads beyond the first few.
const MOST_CONTROLS: usize = 10;

/// A text that is registered with the sources.
pub(super) struct Decoded {
    pub(super) file: FileId,
    pub(super) text: String,
}

/// Decodes and registers a file.
pub(super) fn decode(
    name: &str,
    bytes: &[u8],
    sources: &mut SourceMap,
    problems: &mut Vec<Diagnostic>,
) -> Decoded {
    let lossy = String::from_utf8_lossy(bytes);
    let bare = lossy.strip_prefix(BOM).unwrap_or(&lossy);
    let controls: Vec<(usize, char)> = bare.char_indices().filter(|(at, c)| refused(bare, *at, *c)).collect();
    // What is drawn goes to a terminal: an escape sequence in a manifest must not reach it.
    let text = if controls.is_empty() { bare.to_owned() } else { without_controls(bare) };
    let file = sources.add(name, text.as_str());
    if let Err(wrong) = std::str::from_utf8(bytes) {
        let offset = wrong.valid_up_to();
        let start = offset - (lossy.len() - bare.len()).min(offset);
        let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
        problems.push(not_utf8(bytes, offset).at(Span::new(file, start..end), "not UTF-8 from here on"));
        // Every further place would follow from this one.
        return Decoded { file, text: String::new() };
    }
    report(file, &controls, problems);
    Decoded { file, text }
}

fn not_utf8(bytes: &[u8], offset: usize) -> Diagnostic {
    let byte = bytes.get(offset).copied().unwrap_or_default();
    let remedy = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "the file is UTF-16: save it as UTF-8 (in Windows Notepad: Save as, encoding UTF-8)"
    } else {
        "save the file as UTF-8; Chinese text from Windows is often GBK, which `iconv -f GBK -t UTF-8` turns into UTF-8"
    };
    Diagnostic::new(Code("load::not_utf8"), "the file is not UTF-8")
        .because(format!(
            "byte {offset} of the file (counted from 0) is 0x{byte:02x}, which cannot stand there in UTF-8"
        ))
        .remedy(remedy)
}

/// Reports characters outside of YAML's printable set.
fn report(file: FileId, controls: &[(usize, char)], problems: &mut Vec<Diagnostic>) {
    for (number, (at, character)) in controls.iter().enumerate() {
        let span = Span::new(file, *at..at + character.len_utf8());
        if number == MOST_CONTROLS {
            let rest = Count(controls.len() - number, "more forbidden character");
            problems.push(
                Diagnostic::new(Code("load::binary"), "the file looks binary")
                    .at(span, format!("{rest} from here on"))
                    .because("a manifest is plain text")
                    .remedy("check that the right file is named, and leave it out of the folder if it is no manifest"),
            );
            break;
        }
        problems.push(control(*character).at(span, format!("U+{:04X}", u32::from(*character))));
    }
}

fn without_controls(text: &str) -> String {
    text.char_indices().map(|(at, c)| if refused(text, at, c) { stand_in(c) } else { c }).collect()
}

/// A sign of as many bytes, so that every later place stays where it is.
fn stand_in(character: char) -> char {
    match character.len_utf8() {
        1 => '_',
        2 => '¤',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// Whether a character may not stand in a manifest. A carriage return may, before a line feed.
fn refused(text: &str, at: usize, character: char) -> bool {
    match character {
        '\t' | '\n' | '\u{85}' => false,
        '\r' => text.as_bytes().get(at + 1) != Some(&b'\n'),
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => true,
        other => other.is_control(),
    }
}

fn control(character: char) -> Diagnostic {
    let (reason, remedy) = match character {
        '\0' => {
            ("the file holds a NUL", "delete it; a file full of them is binary or UTF-16, not a manifest")
        }
        '\r' => ("a carriage return stands without a line feed", "end lines with LF or CRLF"),
        '\u{feff}' => (
            "a byte order mark stands inside of the text",
            "delete it; files that were joined bring it along",
        ),
        _ => (
            "this character is invisible and most likely pasted by accident",
            "delete it, or write it as an escape in double quotes, such as \"\\u0007\"",
        ),
    };
    Diagnostic::new(Code("load::control_character"), "a control character in the text")
        .because(reason)
        .remedy(remedy)
}
