//! What an announcement says: blocks of text, in the one form in which two announcements are compared.
//!
//! [`clean`] brings blocks into that form: nothing that cannot be seen, no style on spaces alone, runs as long as they
//! can be. Whatever Markdown can say is in it, and nothing else.

/// A paragraph, a heading, an item of a list, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    pub(crate) text: Vec<Run>,
    pub(crate) children: Vec<Block>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// 1 to 6.
    Heading(u8),
    Bullet,
    Ordered,
    Todo(bool),
    /// Holds blocks and no text of its own.
    Quote,
    /// The same, with a colour and a sign.
    Callout(Sign),
    /// A number of [`super::languages`].
    Code(u8),
    Divider,
}

/// The five kinds of call-outs that Markdown knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Note,
    Tip,
    Important,
    Warning,
    Caution,
}

/// Text of one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) style: Style,
    /// A web address, or `mention:` and the id of a person.
    pub(crate) link: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) strike: bool,
    pub(crate) underline: bool,
    pub(crate) code: bool,
}

/// What a link to a person begins with.
pub(crate) const MENTION: &str = "mention:";

/// Stands for a line break that is none: a space, or nothing between Chinese characters.
pub(crate) const SOFT: char = '\u{1}';

impl Kind {
    pub(crate) fn is_item(self) -> bool {
        matches!(self, Self::Bullet | Self::Ordered | Self::Todo(_))
    }

    pub(crate) fn is_container(self) -> bool {
        matches!(self, Self::Quote | Self::Callout(_))
    }
}

impl Block {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, text: Vec::new(), children: Vec::new() }
    }
}

impl Run {
    #[cfg(test)]
    pub(crate) fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), style: Style::default(), link: None }
    }

    /// The person that it mentions.
    pub(crate) fn mention(&self) -> Option<&str> {
        self.link.as_deref().and_then(|link| link.strip_prefix(MENTION))
    }
}

/// Brings blocks into the form for comparing.
pub(crate) fn clean(blocks: Vec<Block>) -> Vec<Block> {
    blocks.into_iter().flat_map(clean_block).collect()
}

fn clean_block(block: Block) -> Vec<Block> {
    let Block { kind, text, children } = block;
    let mut children = clean(children);
    match kind {
        Kind::Divider => vec![Block::new(Kind::Divider)],
        Kind::Code(_) => {
            let text = clean_code(&text);
            if text.is_empty() { Vec::new() } else { vec![Block { kind, text, children: Vec::new() }] }
        }
        Kind::Quote | Kind::Callout(_) => {
            let text = clean_text(&text, false);
            if !text.is_empty() {
                children.insert(0, Block { text, ..Block::new(Kind::Text) });
            }
            if children.is_empty() { Vec::new() } else { vec![Block { kind, text: Vec::new(), children }] }
        }
        Kind::Text | Kind::Heading(_) => {
            // What hangs below a paragraph is only moved to the right.
            let text = clean_text(&text, matches!(kind, Kind::Heading(_)));
            let own = (!text.is_empty()).then(|| Block { kind, text, children: Vec::new() });
            own.into_iter().chain(children).collect()
        }
        Kind::Bullet | Kind::Ordered | Kind::Todo(_) => {
            let mut text = clean_text(&text, false);
            if text.is_empty() && children.first().is_some_and(|child| child.kind == Kind::Text) {
                text = children.remove(0).text;
            }
            if text.is_empty() && children.is_empty() {
                return Vec::new();
            }
            vec![Block { kind, text, children }]
        }
    }
}

/// Merges quotes that stand side by side: old documents do not tell one of two paragraphs from two of one.
pub(crate) fn coarse(blocks: &[Block]) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let mut block = Block { children: coarse(&block.children), ..block.clone() };
        match all.last_mut() {
            Some(last) if last.kind == Kind::Quote && block.kind == Kind::Quote => {
                last.children.append(&mut block.children);
            }
            Some(_) | None => all.push(block),
        }
    }
    all
}

fn clean_code(runs: &[Run]) -> Vec<Run> {
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    if text.trim().is_empty() {
        return Vec::new();
    }
    vec![Run { text, style: Style::default(), link: None }]
}

/// A character and how it looks.
type Cell<'r> = (char, Style, Option<&'r str>);

/// Text as it shows: line breaks without spaces around them, no space at either end, spaces as their neighbours.
pub(crate) fn clean_text(runs: &[Run], one_line: bool) -> Vec<Run> {
    let mut cells: Vec<Cell<'_>> = Vec::new();
    for run in runs {
        let link = run.link.as_deref();
        if run.mention().is_some() {
            cells.push(('@', Style::default(), link));
            continue;
        }
        let mut after_return = false;
        for c in run.text.chars() {
            let shown = match c {
                '\n' if after_return => None,
                '\n' | '\r' if one_line || run.style.code => Some(' '),
                '\n' | '\r' => Some('\n'),
                SOFT if run.style.code => Some(' '),
                SOFT => Some(SOFT),
                '\t' | '\u{b}' | '\u{c}' => Some(' '),
                c if c.is_control() => None,
                c => Some(c),
            };
            after_return = c == '\r';
            cells.extend(shown.map(|c| (c, run.style, link)));
        }
    }
    regrouped(&spaced(&softened(&cells)))
}

fn softened<'r>(cells: &[Cell<'r>]) -> Vec<Cell<'r>> {
    let mut all = Vec::with_capacity(cells.len());
    for (at, cell) in cells.iter().enumerate() {
        if cell.0 != SOFT {
            all.push(*cell);
            continue;
        }
        let near = |other: Option<&Cell<'_>>| other.is_some_and(|(c, ..)| is_wide(*c));
        let before = at.checked_sub(1).and_then(|at| cells.get(at));
        if !(near(before) && near(cells.get(at + 1))) {
            all.push((' ', cell.1, cell.2));
        }
    }
    all
}

/// Chinese and Japanese, which are written without spaces.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

fn spaced<'r>(cells: &[Cell<'r>]) -> Vec<Cell<'r>> {
    let mut all: Vec<Cell<'r>> = Vec::with_capacity(cells.len());
    let empty = |cell: &Cell<'_>| matches!(cell.0, ' ' | '\n') && !cell.1.code;
    let mut at = 0;
    while at < cells.len() {
        let Some(cell) = cells.get(at) else { break };
        if !empty(cell) {
            all.push(*cell);
            at += 1;
            continue;
        }
        let gap: Vec<&Cell<'r>> = cells.iter().skip(at).take_while(|cell| empty(cell)).collect();
        let (before, after) = (all.last().copied(), cells.get(at + gap.len()));
        at += gap.len();
        let (Some(before), Some(after)) = (before, after) else { continue };
        let alike = before.1 == after.1 && before.2 == after.2 && !before.1.code;
        let (style, link) = if alike { (before.1, before.2) } else { (Style::default(), None) };
        if gap.iter().any(|cell| cell.0 == '\n') {
            all.push(('\n', style, link));
        } else {
            all.extend(gap.iter().map(|_| (' ', style, link)));
        }
    }
    all
}

fn regrouped(cells: &[Cell<'_>]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (c, style, link) in cells {
        match runs.last_mut() {
            // Two mentions of one person are two.
            Some(last) if last.style == *style && last.link.as_deref() == *link && last.mention().is_none() => {
                last.text.push(*c);
            }
            Some(_) | None => {
                runs.push(Run { text: c.to_string(), style: *style, link: link.map(str::to_owned) });
            }
        }
    }
    runs
}
