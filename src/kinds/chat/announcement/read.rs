//! Markdown → blocks, and what of it an announcement cannot hold.
//!
//! CommonMark with to-do items, strikethrough and call-outs of GitHub. Of HTML only `<b> <i> <s> <u> <br>` and comments.
//! It reads to the end and reports everything; nothing makes it panic.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::doc::{Block, Kind, MENTION, Run, SOFT, Sign, Style, clean};
use super::languages;

/// Blocks inside each other. The service has its own limit, which is not documented.
pub(crate) const DEPTH: usize = 12;

/// Something that cannot be said in an announcement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wrong {
    /// Counted from 1, in the text.
    pub(crate) line: usize,
    /// `a table`.
    pub(crate) what: String,
    pub(crate) remedy: &'static str,
}

/// A text taken apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) blocks: Vec<Block>,
    pub(crate) wrong: Vec<Wrong>,
}

/// Reads a text.
pub(crate) fn read(text: &str) -> Reading {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    let mut reader = Reader { text, frames: vec![Frame::new(Holds::Root)], ..Reader::default() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, &range);
    }
    reader.finish()
}

/// What is being read.
#[derive(Clone, Debug, PartialEq)]
enum Holds {
    Root,
    Paragraph,
    Block(Kind),
    List { ordered: bool },
    Item { ordered: bool },
    /// What was reported and is not looked into.
    Ignored,
}

#[derive(Debug)]
struct Frame {
    holds: Holds,
    done: Option<bool>,
    runs: Vec<Run>,
    /// The text of an item, once it has one.
    text: Vec<Run>,
    children: Vec<Block>,
}

impl Frame {
    fn new(holds: Holds) -> Self {
        Self { holds, done: None, runs: Vec::new(), text: Vec::new(), children: Vec::new() }
    }

    /// Closes the text that stands in a block without a paragraph around it.
    fn flush(&mut self) {
        if self.runs.is_empty() {
            return;
        }
        let runs = std::mem::take(&mut self.runs);
        self.take_text(runs);
    }

    fn take_text(&mut self, runs: Vec<Run>) {
        match self.holds {
            Holds::Item { .. } if self.text.is_empty() && self.children.is_empty() => self.text = runs,
            Holds::Block(_) if !matches!(self.holds, Holds::Block(kind) if kind.is_container()) => {
                self.text.extend(runs);
            }
            _ => self.children.push(Block { text: runs, ..Block::new(Kind::Text) }),
        }
    }
}

#[derive(Debug, Default)]
struct Reader<'t> {
    text: &'t str,
    frames: Vec<Frame>,
    wrong: Vec<Wrong>,
    style: Marks,
    link: Option<String>,
    /// Frames that were not opened because they lie too deep.
    too_deep: usize,
}

/// How often each style is open, by marks and by tags.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    bold: usize,
    italic: usize,
    strike: usize,
    underline: usize,
}

impl<'t> Reader<'t> {
    fn wrong(&mut self, at: usize, what: impl Into<String>, remedy: &'static str) {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        self.wrong.push(Wrong { line, what: what.into(), remedy });
    }

    fn event(&mut self, event: Event<'t>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => {
                let code = self.frames.iter().any(|f| matches!(f.holds, Holds::Block(Kind::Code(_))));
                // Stars come one by one; an escaped one has its backslash before it.
                let second = text.starts_with('*') && self.text.get(..range.start).is_some_and(|t| t.ends_with('*'));
                if !code && (second || text.contains("**")) {
                    let what = "`**` that marks nothing, as beside Chinese punctuation it does not count";
                    self.wrong(range.start, what, "write `<b>text</b>`, or `\\*\\*` for the stars themselves");
                }
                self.push(&text, false);
            }
            Event::Code(text) => self.push(&text, true),
            Event::SoftBreak => self.put(SOFT.to_string(), false),
            Event::HardBreak => self.put("\n".to_owned(), false),
            Event::Rule => self.block(Block::new(Kind::Divider)),
            Event::TaskListMarker(done) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.done = Some(done);
                }
                // Of a loose list the marker stands in the item's first paragraph.
                if let Some(item) = self.frames.iter_mut().rev().find(|f| matches!(f.holds, Holds::Item { .. })) {
                    item.done = Some(done);
                }
            }
            Event::InlineHtml(tag) => self.tag(&tag, range.start),
            Event::Html(html) => self.html(&html, range.start),
            Event::InlineMath(_) | Event::DisplayMath(_) => {
                self.wrong(range.start, "a formula", "write it as text or code");
            }
            Event::FootnoteReference(_) => {
                self.wrong(range.start, "a footnote", "write it where it belongs, or as a link");
            }
        }
    }

    fn start(&mut self, tag: Tag<'t>, range: &Range<usize>) {
        let holds = match tag {
            Tag::Emphasis => return self.style.italic += 1,
            Tag::Strong => return self.style.bold += 1,
            Tag::Strikethrough => return self.style.strike += 1,
            Tag::Link { dest_url, title, .. } => return self.open_link(&dest_url, &title, range.start),
            Tag::Paragraph => Holds::Paragraph,
            Tag::Heading { level, .. } => Holds::Block(Kind::Heading(level as u8)),
            Tag::BlockQuote(None) => Holds::Block(Kind::Quote),
            Tag::BlockQuote(Some(kind)) => Holds::Block(Kind::Callout(sign(kind))),
            Tag::CodeBlock(CodeBlockKind::Indented) => Holds::Block(Kind::Code(languages::PLAIN)),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Holds::Block(Kind::Code(self.language(&info, range))),
            Tag::List(first) => {
                if first.is_some_and(|first| first > 1) {
                    let what = "an ordered list that does not begin with 1";
                    self.wrong(range.start, what, "begin it with 1: the numbers are made when it is shown");
                }
                Holds::List { ordered: first.is_some() }
            }
            Tag::Item => {
                let ordered =
                    self.frames.last().is_some_and(|list| list.holds == Holds::List { ordered: true });
                Holds::Item { ordered }
            }
            Tag::HtmlBlock => Holds::Ignored,
            Tag::Image { .. } => {
                let remedy = "add it by hand, where it stays, or link to it";
                self.wrong(range.start, "a picture, which the chat API cannot upload into an announcement", remedy);
                Holds::Ignored
            }
            Tag::Table(_) => {
                self.wrong(range.start, "a table", "write a list, or add the table by hand, where it stays");
                Holds::Ignored
            }
            Tag::FootnoteDefinition(_) => Holds::Ignored,
            Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => Holds::Ignored,
        };
        self.open(holds, range.start);
    }

    fn open(&mut self, holds: Holds, at: usize) {
        if self.too_deep > 0 {
            self.too_deep += 1;
            return;
        }
        let deep = self.frames.iter().filter(|f| matches!(f.holds, Holds::Block(_) | Holds::Item { .. })).count();
        let block = matches!(holds, Holds::Block(_) | Holds::Item { .. });
        if block && deep >= DEPTH {
            let what = format!("more than {DEPTH} blocks inside each other");
            self.wrong(at, what, "nest lists and quotes less deep");
            self.too_deep = 1;
            return;
        }
        let inside = self.frames.iter().any(|f| matches!(f.holds, Holds::Block(Kind::Callout(_))));
        if inside && matches!(holds, Holds::Block(Kind::Code(_) | Kind::Callout(_))) {
            let what = "a code block or a call-out inside of a call-out";
            self.wrong(at, what, "put it below the call-out, or use a plain quote");
        }
        if matches!(holds, Holds::Block(_) | Holds::Paragraph | Holds::List { .. } | Holds::Item { .. })
            && let Some(outer) = self.frames.last_mut()
        {
            outer.flush();
        }
        self.frames.push(Frame::new(holds));
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Emphasis => return self.style.italic = self.style.italic.saturating_sub(1),
            TagEnd::Strong => return self.style.bold = self.style.bold.saturating_sub(1),
            TagEnd::Strikethrough => return self.style.strike = self.style.strike.saturating_sub(1),
            TagEnd::Link => return self.link = None,
            _ => {}
        }
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if self.frames.len() < 2 {
            return;
        }
        let Some(mut frame) = self.frames.pop() else { return };
        if matches!(frame.holds, Holds::Paragraph | Holds::Block(_) | Holds::Item { .. }) && self.is_styled() {
            self.style = Marks::default();
            self.wrong(range.start, "a tag that is not closed where its paragraph ends", "close it: `<u>text</u>`");
        }
        frame.flush();
        let Some(outer) = self.frames.last_mut() else { return };
        match frame.holds {
            Holds::Root | Holds::Ignored => {}
            // The text of a paragraph was gathered as its only child.
            Holds::Paragraph => frame.children.into_iter().for_each(|block| outer.take_text(block.text)),
            Holds::List { .. } => outer.children.append(&mut frame.children),
            Holds::Block(kind) => {
                let Frame { mut text, children, .. } = frame;
                if matches!(kind, Kind::Code(_))
                    && let Some(last) = text.last_mut()
                    && last.text.ends_with('\n')
                {
                    last.text.pop();
                }
                outer.children.push(Block { kind, text, children });
            }
            Holds::Item { ordered } => {
                let kind = match frame.done {
                    Some(done) => Kind::Todo(done),
                    None if ordered => Kind::Ordered,
                    None => Kind::Bullet,
                };
                outer.children.push(Block { kind, text: frame.text, children: frame.children });
            }
        }
    }

    fn block(&mut self, block: Block) {
        if self.too_deep > 0 {
            return;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.flush();
            frame.children.push(block);
        }
    }

    fn is_styled(&self) -> bool {
        let Marks { bold, italic, strike, underline } = self.style;
        bold + italic + strike + underline > 0
    }

    fn push(&mut self, text: &str, code: bool) {
        self.put(text.replace(SOFT, ""), code);
    }

    fn put(&mut self, text: String, code: bool) {
        let Marks { bold, italic, strike, underline } = self.style;
        let ignored = self.too_deep > 0 || self.frames.iter().any(|f| f.holds == Holds::Ignored);
        let Some(frame) = self.frames.last_mut() else { return };
        if ignored {
            return;
        }
        let style = Style {
            bold: bold > 0,
            italic: italic > 0,
            strike: strike > 0,
            underline: underline > 0,
            code,
        };
        let link = self.link.clone();
        frame.runs.push(Run { text, style, link });
    }

    fn open_link(&mut self, url: &str, title: &str, at: usize) {
        if !title.is_empty() {
            self.wrong(at, "a title of a link", "leave the title away, or write it beside the link");
        }
        if !has_scheme(url) {
            let what = format!("a link to {url:?}, which is no web address");
            self.wrong(at, what, "write the whole address: `https://…`");
        }
        self.link = Some(sound_url(url));
    }

    fn language(&mut self, info: &str, range: &Range<usize>) -> u8 {
        let word = info.split([' ', ',', '{', '\t']).next().unwrap_or_default();
        match languages::number(word) {
            Some(number) => number,
            None => {
                let what = format!("the language {word:?} of a code block, which announcements do not know");
                self.wrong(range.start, what, "take another, or none: three backticks alone");
                languages::PLAIN
            }
        }
    }

    fn tag(&mut self, tag: &str, at: usize) {
        let style = &mut self.style;
        let count = match tag.to_ascii_lowercase().trim_start_matches('<').trim_start_matches('/') {
            "b>" | "strong>" => Some(&mut style.bold),
            "i>" | "em>" => Some(&mut style.italic),
            "s>" | "del>" => Some(&mut style.strike),
            "u>" => Some(&mut style.underline),
            _ => None,
        };
        let closes = tag.starts_with("</");
        match (count, closes) {
            (Some(count), false) => *count += 1,
            (Some(count), true) if *count > 0 => *count -= 1,
            (Some(_), true) => self.wrong(at, format!("{tag}, which closes nothing"), "delete it"),
            (None, _) if matches!(tag, "<br>" | "<br/>" | "<br />") => self.put("\n".to_owned(), false),
            (None, _) if tag.starts_with("<!--") => {}
            (None, _) => self.html(tag, at),
        }
    }

    fn html(&mut self, html: &str, at: usize) {
        let text = html.trim();
        // A comment goes over lines, each of which is told.
        let block = self.text.get(..at).unwrap_or_default();
        let inside = block.rfind("<!--").is_some_and(|open| !block[open..].contains("-->"));
        if text.is_empty() || text.starts_with("<!--") || inside {
            return;
        }
        let remedy = "of HTML only `<b>`, `<i>`, `<s>`, `<u>`, `<br>` and comments are understood; write `\\<` for the sign";
        self.wrong(at, "HTML", remedy);
    }

    fn finish(mut self) -> Reading {
        while self.frames.len() > 1 {
            self.end(TagEnd::Paragraph, &(0..0));
        }
        let blocks = self.frames.pop().map(|root| root.children).unwrap_or_default();
        self.wrong.sort();
        self.wrong.dedup();
        Reading { blocks: clean(blocks), wrong: self.wrong }
    }
}

fn sign(kind: BlockQuoteKind) -> Sign {
    match kind {
        BlockQuoteKind::Note => Sign::Note,
        BlockQuoteKind::Tip => Sign::Tip,
        BlockQuoteKind::Important => Sign::Important,
        BlockQuoteKind::Warning => Sign::Warning,
        BlockQuoteKind::Caution => Sign::Caution,
    }
}

fn has_scheme(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let web = matches!(scheme, "http" | "https");
    !rest.is_empty()
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(fits)
        && (!web || rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty()))
}

/// Without what no address holds.
pub(crate) fn sound_url(url: &str) -> String {
    let shown = |c: char| !(c.is_control() || c.is_whitespace() && url.starts_with(MENTION));
    url.trim().chars().filter(|c| shown(*c)).collect::<String>().replace(' ', "%20")
}
