//! Blocks → Markdown, in one form for one text.
//!
//! What is written reads back as the same blocks: that is looked at, block by block. Marks (`**`) do not always count
//! where people put them, as beside Chinese punctuation; where they would not, tags (`<b>`) are written.

use super::doc::{Block, Kind, Run, Sign, Style};
use super::languages;
use super::read::read;

/// How styles are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Marks,
    Tags,
}

/// The normal form of a whole text.
pub(crate) fn write(blocks: &[Block]) -> String {
    let texts: Vec<String> = blocks
        .iter()
        .map(|block| sayable(block).unwrap_or_else(|| alone(block, By::Tags)))
        .collect();
    joined(blocks, &numbered(blocks, &texts))
}

/// A block on its own, if Markdown can say it.
pub(crate) fn sayable(block: &Block) -> Option<String> {
    [By::Marks, By::Tags].into_iter().map(|by| alone(block, by)).find(|text| {
        let back = read(text);
        back.wrong.is_empty() && back.blocks == std::slice::from_ref(block)
    })
}

/// Gives items of ordered lists their numbers.
fn numbered(blocks: &[Block], texts: &[String]) -> Vec<String> {
    let mut number = 0;
    let each = blocks.iter().zip(texts).map(|(block, text)| {
        if block.kind != Kind::Ordered {
            number = 0;
            return text.clone();
        }
        number += 1;
        if number == 1 {
            return text.clone();
        }
        let mark = format!("{number}.");
        let more = " ".repeat(mark.len().saturating_sub(2));
        let rest = text.strip_prefix("1.").unwrap_or(text);
        let mut lines = rest.split('\n');
        let first = format!("{mark}{}", lines.next().unwrap_or_default());
        let others = lines.map(|line| if line.is_empty() { String::new() } else { format!("{more}{line}") });
        std::iter::once(first).chain(others).collect::<Vec<_>>().join("\n")
    });
    each.collect()
}

fn joined(blocks: &[Block], texts: &[String]) -> String {
    let mut all = String::new();
    for (at, (block, text)) in blocks.iter().zip(texts).enumerate() {
        if let Some(before) = at.checked_sub(1).and_then(|at| blocks.get(at)) {
            all.push_str(if of_one_list(before, block) { "\n" } else { "\n\n" });
        }
        all.push_str(text);
    }
    all
}

fn of_one_list(one: &Block, other: &Block) -> bool {
    let list = |kind: Kind| match kind {
        Kind::Bullet | Kind::Todo(_) => Some(false),
        Kind::Ordered => Some(true),
        _ => None,
    };
    list(one.kind).is_some() && list(one.kind) == list(other.kind)
}

fn several(blocks: &[Block], by: By) -> String {
    let texts: Vec<String> = blocks.iter().map(|block| alone(block, by)).collect();
    joined(blocks, &numbered(blocks, &texts))
}

fn alone(block: &Block, by: By) -> String {
    match block.kind {
        Kind::Divider => "---".to_owned(),
        Kind::Text => inline(&block.text, by, false),
        Kind::Heading(level) => format!("{} {}", "#".repeat(level.into()), inline(&block.text, by, true)),
        Kind::Code(language) => code(block, language),
        Kind::Quote => quoted(&several(&block.children, by)),
        Kind::Callout(sign) => {
            // An empty item cannot follow a line of text at once.
            let bare = block.children.first().is_some_and(|child| child.text.is_empty());
            let gap = if bare { "\n" } else { "" };
            quoted(&format!("[!{}]\n{gap}{}", word(sign), several(&block.children, by)))
        }
        Kind::Bullet => item("-", 2, block, by),
        Kind::Ordered => item("1.", 3, block, by),
        Kind::Todo(done) => item(if done { "- [x]" } else { "- [ ]" }, 2, block, by),
    }
}

fn word(sign: Sign) -> &'static str {
    match sign {
        Sign::Note => "NOTE",
        Sign::Tip => "TIP",
        Sign::Important => "IMPORTANT",
        Sign::Warning => "WARNING",
        Sign::Caution => "CAUTION",
    }
}

fn item(mark: &str, indent: usize, block: &Block, by: By) -> String {
    let mut text = mark.to_owned();
    let before = !block.text.is_empty();
    if before {
        text.push(' ');
        text.push_str(&indented(&inline(&block.text, by, false), indent));
    }
    if let Some(first) = block.children.first() {
        // A list may follow at once, unless it begins with nothing; anything else would go on with the line.
        let at_once = first.kind.is_item() && !first.text.is_empty();
        text.push_str(if before && !at_once { "\n\n" } else { "\n" });
        text.push_str(&" ".repeat(indent));
        text.push_str(&indented(&several(&block.children, by), indent));
    }
    text
}

/// All lines but the first.
fn indented(text: &str, by: usize) -> String {
    let space = " ".repeat(by);
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default().to_owned();
    let rest = lines.map(|line| if line.is_empty() { String::new() } else { format!("{space}{line}") });
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n")
}

fn quoted(text: &str) -> String {
    let lines = text.split('\n').map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

fn code(block: &Block, language: u8) -> String {
    let text: String = block.text.iter().map(|run| run.text.as_str()).collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{}\n{text}\n{fence}", languages::name(language))
}

/// In Markdown; as tags, opening and closing; and whether a run has it.
type Mark = (&'static str, &'static str, &'static str, fn(Style) -> bool);

/// The styles in the order in which they are opened.
const STYLES: [Mark; 4] = [
    ("**", "<b>", "</b>", |style| style.bold),
    ("*", "<i>", "</i>", |style| style.italic),
    ("~~", "<s>", "</s>", |style| style.strike),
    ("", "<u>", "</u>", |style| style.underline),
];

fn inline(runs: &[Run], by: By, heading: bool) -> String {
    let mut text = String::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(run) = runs.get(at) {
        let Some(link) = &run.link else {
            restyle(&mut text, &mut open, run.style, by);
            let next = runs.get(at + 1);
            plain_or_code(&mut text, run, next, heading);
            at += 1;
            continue;
        };
        restyle(&mut text, &mut open, Style::default(), by);
        text.push('[');
        let first = at;
        while let Some(part) = runs.get(at).filter(|part| part.link.as_ref() == Some(link)) {
            if at > first && part.mention().is_some() {
                break;
            }
            restyle(&mut text, &mut open, part.style, by);
            plain_or_code(&mut text, part, None, heading);
            at += 1;
        }
        restyle(&mut text, &mut open, Style::default(), by);
        text.push_str("](");
        text.push_str(&target(link));
        text.push(')');
    }
    restyle(&mut text, &mut open, Style::default(), by);
    text
}

fn restyle(text: &mut String, open: &mut Vec<usize>, to: Style, by: By) {
    let mark = |which: usize, closes: bool| {
        let Some((mark, opening, closing, _)) = STYLES.get(which) else { return "" };
        match (by, mark.is_empty()) {
            (By::Marks, false) => *mark,
            _ if closes => *closing,
            _ => *opening,
        }
    };
    let wanted = |which: usize| STYLES.get(which).is_some_and(|(.., has)| has(to));
    let keep = open.iter().take_while(|which| wanted(**which)).count();
    while open.len() > keep {
        if let Some(which) = open.pop() {
            text.push_str(mark(which, true));
        }
    }
    for which in 0..STYLES.len() {
        if wanted(which) && !open.contains(&which) {
            text.push_str(mark(which, false));
            open.push(which);
        }
    }
}

fn plain_or_code(text: &mut String, run: &Run, next: Option<&Run>, heading: bool) {
    if !run.style.code {
        return escape(text, &run.text, next.is_some_and(|next| next.link.is_some()), heading);
    }
    let longest = run.text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let full = run.text.chars().any(|c| c != ' ');
    let edge = |c: Option<char>| c == Some('`') || (full && c == Some(' '));
    let pad = if edge(run.text.chars().next()) || edge(run.text.chars().last()) { " " } else { "" };
    text.push_str(&fence);
    text.push_str(pad);
    text.push_str(&run.text);
    text.push_str(pad);
    text.push_str(&fence);
}

/// Writes a text so that no character of it means anything.
fn escape(into: &mut String, text: &str, before_link: bool, heading: bool) {
    let chars: Vec<char> = text.chars().collect();
    let mut digits = 0;
    for (at, &c) in chars.iter().enumerate() {
        let line_start = match at.checked_sub(1).and_then(|at| chars.get(at)) {
            Some(before) => *before == '\n',
            // Marks and tags at the beginning of a line keep what follows from beginning one.
            None => into.is_empty() || into.ends_with('\n'),
        };
        digits = match c {
            '0'..='9' if line_start || digits > 0 => digits + 1,
            '.' | ')' if digits > 0 => {
                into.push('\\');
                0
            }
            _ => 0,
        };
        let near = |other: Option<&char>| other.is_some_and(|c| c.is_alphanumeric());
        let (before, after) = (at.checked_sub(1).and_then(|at| chars.get(at)), chars.get(at + 1));
        let means = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '|' => true,
            '_' => !(near(before) && near(after)),
            '&' => after.is_some_and(|c| c.is_ascii_alphabetic() || *c == '#'),
            '!' => after.is_none() && before_link,
            '#' => line_start || heading,
            '+' | '-' | '=' | '>' => line_start,
            _ => false,
        };
        if means {
            into.push('\\');
        }
        if c == '\n' {
            into.push('\\');
        }
        into.push(c);
    }
}

/// The address of a link.
fn target(url: &str) -> String {
    let hard = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '\\');
    let entity = |at: usize| url[at..].find(';').is_some();
    let mut text = String::new();
    for (at, c) in url.char_indices() {
        if matches!(c, '<' | '>' | '\\') || (c == '&' && entity(at)) {
            text.push('\\');
        }
        text.push(c);
    }
    if url.is_empty() || url.chars().any(hard) { format!("<{text}>") } else { text }
}
