//! What changed inside of a long text: `git diff --word-diff` in its plain form, `the [-old-]{+new+} word`.

use similar::{ChangeTag, TextDiff};

use super::paint::{Paint, Show};
use super::text::{cut, escaped, width};

/// Columns of what stays the same that are shown beside a change.
const CONTEXT: usize = 40;

/// Beyond this many characters only whole lines are compared: the effort grows with the square of the changes.
const MOST: usize = 4_000;

type Piece = (ChangeTag, String);

/// The lines that show the change, harmless for a terminal.
pub(super) fn word_diff(before: &str, after: &str, show: Show) -> Vec<String> {
    let pieces = pieces(before, after);
    let last = pieces.len().saturating_sub(1);
    let mut lines = vec![String::new()];
    for (at, (tag, text)) in pieces.iter().enumerate() {
        let text = if *tag == ChangeTag::Equal && !show.verbose {
            shortened(text, at == 0, at == last)
        } else {
            text.clone()
        };
        for (number, part) in text.split('\n').enumerate() {
            if number > 0 {
                lines.push(String::new());
            }
            // A line that comes or goes whole must be seen even when it is empty.
            let part = if *tag != ChangeTag::Equal && part.is_empty() && number == 0 && text.contains('\n') {
                "⏎".to_owned()
            } else {
                escaped(part)
            };
            if let Some(line) = lines.last_mut() {
                line.push_str(&marked(*tag, &part, show));
            }
        }
    }
    lines
}

fn marked(tag: ChangeTag, part: &str, show: Show) -> String {
    match tag {
        _ if part.is_empty() => String::new(),
        ChangeTag::Equal => part.to_owned(),
        ChangeTag::Delete => show.paint(Paint::Removed, &format!("[-{part}-]")),
        ChangeTag::Insert => show.paint(Paint::Added, &format!("{{+{part}+}}")),
    }
}

fn pieces(before: &str, after: &str) -> Vec<Piece> {
    let small = |text: &str| text.chars().nth(MOST).is_none();
    let mut joined: Vec<Piece> = Vec::new();
    let mut push = |tag: ChangeTag, text: &str| match joined.last_mut() {
        Some((last, so_far)) if *last == tag => so_far.push_str(text),
        _ => joined.push((tag, text.to_owned())),
    };
    if small(before) && small(after) {
        for change in TextDiff::from_unicode_words(before, after).iter_all_changes() {
            push(change.tag(), change.value());
        }
    } else {
        let (head, tail) = common_lines(before, after);
        push(ChangeTag::Equal, &before[..head]);
        push(ChangeTag::Delete, &before[head..before.len() - tail]);
        push(ChangeTag::Insert, &after[head..after.len() - tail]);
        push(ChangeTag::Equal, &before[before.len() - tail..]);
    }
    joined.retain(|(_, text)| !text.is_empty());
    joined
}

/// Bytes of whole lines that both texts begin and end with.
fn common_lines(before: &str, after: &str) -> (usize, usize) {
    let same = |pair: &(&str, &str)| pair.0 == pair.1;
    let (b, a) = (before.split_inclusive('\n'), after.split_inclusive('\n'));
    let head: usize = b.clone().zip(a.clone()).take_while(same).map(|(line, _)| line.len()).sum();
    let (b, a) = (before[head..].split_inclusive('\n'), after[head..].split_inclusive('\n'));
    let tail: usize = b.rev().zip(a.rev()).take_while(same).map(|(line, _)| line.len()).sum();
    (head, tail)
}

/// What stays, without its middle: next to a change is where it helps.
fn shortened(text: &str, first: bool, last: bool) -> String {
    if width(text) <= 2 * CONTEXT + 1 {
        return text.to_owned();
    }
    let (head, _) = cut(text, if first { 0 } else { CONTEXT });
    let reversed: String = text.chars().rev().collect();
    let (tail, _) = cut(&reversed, if last { 0 } else { CONTEXT });
    let tail: String = tail.chars().rev().collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> String {
        word_diff(before, after, Show::default()).join("\n")
    }

    #[test]
    fn words_and_chinese_characters_are_compared_one_by_one() {
        assert_eq!(diff("call the old desk", "call the new desk"), "call the [-old-]{+new+} desk");
        assert_eq!(diff("值班电话：周一至周五", "值班电话：周一至周六"), "值班电话：周一至周[-五-]{+六+}");
    }

    #[test]
    fn lines_stay_lines_and_an_added_line_is_seen() {
        assert_eq!(diff("一\n二", "一\n三\n二"), "一\n{+三+}\n二");
        assert_eq!(diff("a", "a\n"), "a{+⏎+}\n");
    }

    #[test]
    fn the_unchanged_is_shortened_unless_all_is_asked_for() {
        let long = "很".repeat(100);
        let (before, after) = (format!("{long} a {long}"), format!("{long} b {long}"));
        let near = "很".repeat(19);
        assert_eq!(diff(&before, &after), format!("…{near} [-a-]{{+b+}} {near}…"));
        let all = word_diff(&before, &after, Show { verbose: true, ..Show::default() });
        assert_eq!(all, [format!("{long} [-a-]{{+b+}} {long}")]);
    }

    #[test]
    fn huge_texts_are_compared_by_lines() {
        let page = "第一行 once upon a time\n".repeat(400);
        let (before, after) = (format!("{page}old\n{page}"), format!("{page}new\n{page}"));
        let text = diff(&before, &after);
        assert!(text.contains("[-old-]") && text.contains("{+new+}"), "{text}");
        assert!(text.len() < 400, "{text}");
    }

    #[test]
    fn typed_escape_codes_are_spelled_out() {
        assert_eq!(diff("a \u{1b}[2J", "b \u{1b}[2J"), "[-a-]{+b+} \\u{1b}[2J");
    }
}
