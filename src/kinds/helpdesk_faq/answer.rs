//! Answers: Markdown of a plain kind ↔ the API's rich text. An answer is lines, and a line is text and links.
//!
//! What is compared, shown and remembered is [`write`]'s form. A break has three spellings on the wire (`""`, a line
//! feed, a type of its own) and neighbouring texts are one text, so that both sides are brought into lines first.

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value as Json, json};

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Link {
        text: String,
        url: String,
    },
    /// It was put in by hand. Only its key says which one it is.
    Picture(String),
}

/// Lines, without empty ones at both ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer(Vec<Vec<Piece>>);

/// The one form of a text.
pub(super) fn normal(text: &str) -> String {
    Answer::read(text).write()
}

impl Answer {
    fn of(lines: Vec<Vec<Piece>>) -> Self {
        let mut lines: Vec<Vec<Piece>> = lines.into_iter().map(joined).collect();
        while lines.last().is_some_and(Vec::is_empty) {
            lines.pop();
        }
        let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
        Self(lines.split_off(first))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads Markdown.
    pub(super) fn read(text: &str) -> Self {
        Self::of(text.lines().map(line).collect())
    }

    /// Reads what the API gives: a list, or the text of one.
    pub(super) fn of_rich(value: &Json) -> Option<Self> {
        let parsed: Json;
        let items = match value {
            Json::Array(items) => items,
            Json::String(text) => {
                parsed = serde_json::from_str(text).ok()?;
                parsed.as_array()?
            }
            _ => return None,
        };
        let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
        for item in items {
            let text = |name: &str| item[name].as_str().unwrap_or_default();
            match text("type") {
                "hyperlink" => {
                    let (words, url) = (text("text"), text("url").to_owned());
                    let words = if words.is_empty() { text("content") } else { words };
                    let piece = Piece::Link { text: words.replace(['\r', '\n'], " "), url };
                    lines.last_mut()?.push(piece);
                }
                "img" => {
                    let key = if text("key").is_empty() { text("src") } else { text("key") };
                    lines.last_mut()?.push(Piece::Picture(key.to_owned()));
                }
                "line break" => lines.push(Vec::new()),
                _ if text("content").is_empty() => lines.push(Vec::new()),
                _ => plain(text("content"), &mut lines)?,
            }
        }
        Some(Self::of(lines))
    }

    /// Reads a plain text, in which nothing is Markdown.
    pub(super) fn of_text(text: &str) -> Self {
        Self::of(text.lines().map(|line| vec![Piece::Text(line.to_owned())]).collect())
    }

    /// The Markdown that says it.
    pub(super) fn write(&self) -> String {
        let lines: Vec<String> = self.0.iter().map(|line| said(line)).collect();
        lines.join("\n")
    }

    /// The nodes that say it. Pictures cannot be said.
    pub(super) fn rich(&self) -> Json {
        let mut nodes = Vec::new();
        for (at, line) in self.0.iter().enumerate() {
            if at > 0 {
                nodes.push(json!({ "type": "text", "content": "\n" }));
            }
            for piece in line {
                match piece {
                    Piece::Text(text) => nodes.push(json!({ "type": "text", "content": text })),
                    Piece::Link { text, url } => {
                        nodes.push(json!({ "type": "hyperlink", "text": text, "url": url }));
                    }
                    Piece::Picture(_) => {}
                }
            }
        }
        Json::Array(nodes)
    }

    /// Links that lead nowhere: the service takes web and mail addresses.
    pub(super) fn odd_links(&self) -> impl Iterator<Item = &str> {
        let known = |url: &str| ["http://", "https://", "mailto:"].iter().any(|start| url.starts_with(start));
        self.0.iter().flatten().filter_map(move |piece| match piece {
            Piece::Link { url, .. } if !known(url) => Some(url.as_str()),
            Piece::Link { .. } | Piece::Text(_) | Piece::Picture(_) => None,
        })
    }

    pub(super) fn has_picture(&self) -> bool {
        self.0.iter().flatten().any(|piece| matches!(piece, Piece::Picture(_)))
    }
}

/// A text of several lines, behind what stands there.
fn plain(text: &str, lines: &mut Vec<Vec<Piece>>) -> Option<()> {
    for (at, part) in text.split('\n').enumerate() {
        if at > 0 {
            lines.push(Vec::new());
        }
        let part = part.trim_end_matches('\r');
        lines.last_mut()?.push(Piece::Text(part.to_owned()));
    }
    Some(())
}

/// Neighbouring texts as one; nothing at the end that nobody sees.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut line: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (line.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(more)) => before.push_str(&more),
            (_, piece) => line.push(piece),
        }
    }
    if let Some(Piece::Text(last)) = line.last_mut() {
        last.truncate(last.trim_end().len());
    }
    line.retain(|piece| *piece != Piece::Text(String::new()));
    line
}

/// Reads a line: links, and marks that a backslash makes plain.
fn line(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if c == '\\'
            && let Some(mark) = after.chars().next().filter(char::is_ascii_punctuation)
        {
            plain.push(mark);
            rest = after.get(1..).unwrap_or_default();
        } else if let Some((picture, piece, behind)) = link(rest) {
            let piece = if picture { Piece::Picture(piece.1) } else { Piece::Link { text: piece.0, url: piece.1 } };
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(piece);
            rest = behind;
        } else {
            plain.push(c);
            rest = after;
        }
    }
    pieces.push(Piece::Text(plain));
    pieces
}

/// `[words](url)` or `![](key)` at the beginning: whether it is a picture, words and address, and what follows.
fn link(text: &str) -> Option<(bool, (String, String), &str)> {
    let (picture, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
    let (words, rest) = until(text.strip_prefix('[')?, ']', Some('['))?;
    let (url, rest) = until(rest.strip_prefix('(')?, ')', Some('('))?;
    let sound = !url.is_empty() && !url.contains(char::is_whitespace) && (picture || !words.trim().is_empty());
    sound.then_some((picture, (words, url), rest))
}

/// What stands before the first bare `end`, with backslashes taken away; nothing when a bare `never` comes first.
fn until(text: &str, end: char, never: Option<char>) -> Option<(String, &str)> {
    let mut found = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.clone().next() {
                Some((_, mark)) if mark.is_ascii_punctuation() => {
                    found.push(mark);
                    chars.next();
                }
                _ => found.push(c),
            },
            _ if c == end => return Some((found, text.get(at + c.len_utf8()..)?)),
            _ if Some(c) == never => return None,
            _ => found.push(c),
        }
    }
    None
}

/// A line. An exclamation mark before a link would make a picture of it.
fn said(line: &[Piece]) -> String {
    let mut text = String::new();
    for piece in line {
        if matches!(piece, Piece::Link { .. }) && text.ends_with('!') {
            text.pop();
            text.push_str("\\!");
        }
        text.push_str(&written(piece));
    }
    text
}

fn written(piece: &Piece) -> String {
    let marked = |text: &str, marks: &[char]| {
        text.chars().flat_map(|c| marks.contains(&c).then_some('\\').into_iter().chain([c])).collect::<String>()
    };
    match piece {
        // A backslash that means itself, and a bracket that would begin a link.
        Piece::Text(text) => {
            let brackets = text.contains("](");
            marked(text, if brackets { &['\\', '['] } else { &['\\'] })
        }
        Piece::Link { text, url } => {
            format!("[{}]({})", marked(text, &['\\', '[', ']']), marked(url, &['\\', '(', ')']))
        }
        Piece::Picture(key) => format!("![]({})", marked(key, &['\\', '(', ')'])),
    }
}

/// What of a text would be something in Markdown and is nothing here: the line, counted from 1, and what it is.
pub(super) fn wrong(text: &str) -> Vec<(usize, &'static str)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut found = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let what = match event {
            Event::Start(Tag::Heading { .. }) => "a heading",
            Event::Start(Tag::Emphasis) => "text in italics",
            Event::Start(Tag::Strong) => "text in bold",
            Event::Start(Tag::Strikethrough) => "struck text",
            Event::Start(Tag::Table(_)) => "a table",
            Event::Start(Tag::BlockQuote(_)) => "a quote",
            Event::Start(Tag::Image { .. }) => "a picture",
            Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(_))) => "a block of code",
            Event::Code(_) => "code",
            Event::Rule => "a line across",
            _ => continue,
        };
        let before = text.get(..range.start).unwrap_or_default();
        found.push((before.matches('\n').count() + 1, what));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn link(text: &str, url: &str) -> Piece {
        Piece::Link { text: text.to_owned(), url: url.to_owned() }
    }

    #[test]
    fn lines_are_lines_and_links_are_links() {
        let answer = Answer::read("见 [手册](https://x.cn/a_(b\\))。\n\n- 一 \n[不是] (链接)\n");
        let wanted = vec![
            vec![text("见 "), link("手册", "https://x.cn/a_(b)"), text("。")],
            vec![],
            vec![text("- 一")],
            vec![text("[不是] (链接)")],
        ];
        // A bare bracket inside of the address is none of ours.
        assert_ne!(answer.0.first(), wanted.first());
        let answer = Answer::read("见 [手册](https://x.cn/a_\\(b\\))。\n\n- 一 \n[不是] (链接)\n");
        assert_eq!(answer.0, wanted);
        assert_eq!(
            answer.rich(),
            json!([
                {"type": "text", "content": "见 "},
                {"type": "hyperlink", "text": "手册", "url": "https://x.cn/a_(b)"},
                {"type": "text", "content": "。"},
                {"type": "text", "content": "\n"},
                {"type": "text", "content": "\n"},
                {"type": "text", "content": "- 一"},
                {"type": "text", "content": "\n"},
                {"type": "text", "content": "[不是] (链接)"},
            ])
        );
    }

    #[test]
    fn every_spelling_of_a_break_is_one() {
        let same = [
            json!([{"type": "text", "content": "a"}, {"type": "text", "content": ""}, {"type": "text", "content": "b"}]),
            json!([{"type": "text", "content": "a"}, {"type": "text", "content": "\n"}, {"type": "text", "content": "b"}]),
            json!([{"type": "text", "content": "a"}, {"type": "line break"}, {"type": "text", "content": "b"}]),
            json!([{"type": "text", "content": "a\nb"}]),
            json!([{"type": "text", "content": "a\r\n"}, {"type": "text", "content": "b \n"}]),
            json!("[{\"type\":\"text\",\"content\":\"a\\nb\"}]"),
        ];
        for rich in same {
            assert_eq!(Answer::of_rich(&rich).expect("rich").write(), "a\nb", "{rich}");
        }
        assert_eq!(Answer::of_rich(&json!("no list")), None);
    }

    #[test]
    fn what_is_nothing_here_is_told() {
        let all = wrong("# 一\n\n**二** *三* ~~四~~ `五`\n\n> 六\n\n---\n\n![七](https://x.cn/y.png)\n\n| a |\n|---|\n| b |\n");
        let words: Vec<&str> = all.iter().map(|(_, what)| *what).collect();
        assert_eq!(
            words,
            ["a heading", "text in bold", "text in italics", "struck text", "code", "a quote", "a line across", "a picture", "a table"]
        );
        assert_eq!(all.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 3, 3, 3, 5, 7, 9, 11]);
        assert_eq!(wrong("1. 一\n2. 二\n- 三 [四](https://x.cn) \\*五\\*\n"), []);
    }

    fn piece() -> impl Strategy<Value = Piece> {
        prop_oneof![
            "[a一 \\[\\]()!\\\\*#-]{1,8}".prop_map(Piece::Text),
            ("[a一\\[\\]()\\\\]{1,4}", "https://x[a()\\[\\]\\\\]{0,4}")
                .prop_map(|(text, url)| Piece::Link { text, url }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_what_it_was(
            lines in prop::collection::vec(prop::collection::vec(piece(), 0..4), 0..4)
        ) {
            let answer = Answer::of(lines);
            prop_assert_eq!(&Answer::read(&answer.write()), &answer, "{}", answer.write());
            prop_assert_eq!(&Answer::of_rich(&answer.rich()).expect("rich"), &answer);
        }

        #[test]
        fn the_one_form_is_a_fixed_point_and_nothing_panics(text in "[a\\n \\[\\]()!\\\\一]{0,24}") {
            let once = normal(&text);
            prop_assert_eq!(normal(&once), once);
            let _ = wrong(&text);
        }
    }
}
