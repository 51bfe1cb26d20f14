//! Syntax errors in words that help, and where to go on after one.
//!
//! The parser says what it expected; a person wants to know what to change. The match is on fragments of the
//! parser's messages: a message that is not known is passed on, so that an update of the crate costs words,
//! never a diagnostic.

use crate::base::count::Count;
use crate::base::diag::{Code, Diagnostic};
use crate::base::span::{FileId, Span};

/// Tabs that are shown one by one.
const MOST_TABS: usize = 8;

const WIDE_COLON: &str = "load::wide_colon";

/// The full-width colon of the line of `at`, or of the line above (the parser notices late), where it stands in
/// place of the ASCII one. In a value it is an ordinary character.
fn wide_colon(text: &str, at: usize) -> Option<usize> {
    let start = line_start(text, at);
    let above = line_start(text, start.saturating_sub(1));
    [start, above].into_iter().find_map(|start| {
        let (key, _) = text.get(start..)?.lines().next()?.split_once('：')?;
        (!key.contains(':')).then_some(start + key.len())
    })
}

/// Explains an error at byte `at` of `text`, which stands at `base` in its file.
pub(super) fn explain(file: FileId, base: usize, text: &str, at: usize, info: &str) -> Diagnostic {
    let tabs = tabs_from(text, at);
    // A tab further down may be a block scalar's own: only one on the line of the error explains it.
    let here = tabs.first().copied().filter(|tab| line_start(text, *tab) == line_start(text, at));
    let spot = here.unwrap_or(at);
    let width =
        text.get(spot..).and_then(|rest| rest.chars().next()).filter(|c| !c.is_whitespace() || *c == '\t');
    let span = Span::new(file, base + spot..base + spot + width.map_or(0, char::len_utf8));
    let tabbed = info.contains("tab") && !info.contains("table") || info.contains("valid YAML whitespace");
    if tabbed || here.is_some() {
        return tab(file, base, &tabs, span);
    }
    let (code, summary, label, remedy) = words(info, text, at);
    let span = match wide_colon(text, at) {
        Some(colon) if code == WIDE_COLON => Span::new(file, base + colon..base + colon + '：'.len_utf8()),
        _ => span,
    };
    Diagnostic::new(Code(code), summary)
        .at(span, label)
        .because(format!("the parser says: {info}"))
        .remedy(remedy)
}

/// Where the next top-level key begins, after an error at `stopped` in a section that begins at `start`.
pub(super) fn next_section(text: &str, start: usize, stopped: usize) -> Option<usize> {
    let from = line_start(text, stopped);
    let mut at = from;
    for line in text.get(from..)?.split_inclusive('\n') {
        let section = line.starts_with(|c: char| c.is_alphabetic() || c == '"') && line.contains(':');
        if section && at > start {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |line| line + 1)
}

/// The first tab in the indentation of the line of `at`, and of every line after it.
fn tabs_from(text: &str, at: usize) -> Vec<usize> {
    let mut start = line_start(text, at);
    let mut found = Vec::new();
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..indent).and_then(|indent| indent.find('\t')) {
            found.push(start + tab);
        }
        start += line.len();
    }
    found
}

fn tab(file: FileId, base: usize, tabs: &[usize], span: Span) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::new(Code("load::tab"), "a tab where YAML wants spaces").at(span, "a tab");
    for tab in tabs.iter().filter(|tab| base + **tab > span.start()).take(MOST_TABS) {
        diagnostic = diagnostic.also(Span::new(file, base + tab..base + tab + 1), "and here");
    }
    let all = Count(tabs.len().max(1), "line");
    diagnostic
        .because(format!(
            "YAML indents with spaces only; {all} from here on are indented with tabs or separated by one"
        ))
        .remedy("replace the tabs by spaces (two for a level); editors have a command for the whole file")
}

/// Code, summary, label and remedy for a message of the parser.
fn words(info: &str, text: &str, at: usize) -> (&'static str, &'static str, &'static str, &'static str) {
    let has = |parts: &[&str]| parts.iter().any(|part| info.contains(part));
    let start = line_start(text, at);
    if wide_colon(text, at).is_some() && has(&["simple key", "mapping values", "expected key"]) {
        return (
            WIDE_COLON,
            "a key has no colon that YAML knows",
            "a full-width colon",
            "write an ASCII colon and a space, `: `, instead of the full-width `：`",
        );
    }
    let earlier = text.get(start..at).is_some_and(|before| before.contains(": "));
    if has(&["mapping values are not allowed"]) && !earlier {
        return (
            "load::unexpected_colon",
            "a colon where no value can begin",
            "this key belongs to nothing",
            "the line above lacks its colon, or this line is indented too far",
        );
    }
    if has(&["mapping values are not allowed"]) {
        return (
            "load::unexpected_colon",
            "a colon where no value can begin",
            "this colon",
            "put a text that holds `: ` in double quotes, or begin a new line if this is another key",
        );
    }
    if has(&["expected key", "'-' indicator", "block sequence entries are not allowed", "<document start>"]) {
        return (
            "load::indentation",
            "a line does not fit with the lines above it",
            "does not fit here",
            "indent it exactly like its neighbours; a map has only `key: value` and a list only `- value` on one level",
        );
    }
    if has(&["simple key"]) {
        return (
            "load::missing_colon",
            "a key has no colon",
            "before here a colon is missing",
            "write `key: value`, with a space behind the colon",
        );
    }
    if has(&["end of stream", "invalid indentation in quoted scalar"]) {
        return (
            "load::unclosed_quote",
            "a quote is not closed",
            "from here",
            "write the closing quote at the end of the text",
        );
    }
    if has(&["flow", "',' or", "misplaced bracket", "illegal placement of ':'"]) {
        return (
            "load::bracket",
            "brackets or commas do not match",
            "noticed here",
            "see whether a `]`, `}` or comma is missing before this place, or one is too many",
        );
    }
    if has(&["escape", "hexadecimal"]) {
        return (
            "load::escape",
            "an unknown escape in double quotes",
            "in this text",
            "write a backslash as `\\\\`, or use single quotes, in which it means itself",
        );
    }
    if has(&["unexpected character", "cannot start with"]) {
        return (
            "load::needs_quotes",
            "a text begins with a sign that YAML keeps for itself",
            "this sign",
            "put the text in double quotes",
        );
    }
    if has(&["unknown anchor"]) {
        return (
            "load::unknown_anchor",
            "an alias has no anchor",
            "refers to nothing",
            "set the anchor before it, in the same document: `&name value`; a text that begins with `*` needs quotes",
        );
    }
    if has(&["trailing content"]) {
        return (
            "load::after_quote",
            "text behind a closing quote",
            "this is outside of the quotes",
            "put all of it into the quotes; a quote inside is written \\\" in double and '' in single quotes",
        );
    }
    (
        "load::syntax",
        "this is not YAML",
        "the parser stopped here",
        "see whether the line above is complete and quotes and brackets are closed",
    )
}
