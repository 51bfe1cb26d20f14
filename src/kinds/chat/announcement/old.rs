//! Announcements of the old kind: a row of paragraphs with places, edited by operations that are JSON texts.
//!
//! Of what Markdown can say these paragraphs hold headings, lists, to-dos, quotes and styled text. One call makes all
//! changes: what is alike at the beginning and at the end stays, and what Markdown cannot say stays wherever it is.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};

use super::doc::{Block, Kind, Run, Style, clean, clean_text};
use super::read::sound_url;

/// A paragraph.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    kind: Kind,
    /// Of items, from 0.
    indent: usize,
    text: Vec<Run>,
}

/// A live paragraph, and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    from: u64,
    to: u64,
    says: Says,
}

#[derive(Clone, Debug, PartialEq)]
enum Says {
    Nothing,
    This(Line),
    Unsayable(&'static str),
}

/// The deepest level of a list.
const DEEPEST: usize = 16;

/// The paragraphs of a document, as its `content` has them.
pub(crate) fn places(content: &Json) -> Vec<Place> {
    let blocks = content.pointer("/body/blocks").and_then(Json::as_array).cloned().unwrap_or_default();
    let spans: Vec<Option<(u64, u64)>> = blocks.iter().map(span).collect();
    let mut places = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let Some((from, end)) = spans.get(at).copied().flatten() else { continue };
        let next = spans.iter().skip(at + 1).flatten().next().map(|(from, _)| *from);
        places.push(Place { from, to: next.unwrap_or(end).max(from), says: says(block) });
    }
    places
}

fn span(block: &Json) -> Option<(u64, u64)> {
    let kind = block.get("type")?.as_str()?;
    let location = block.get(kind)?.get("location")?;
    Some((location.get("startIndex")?.as_u64()?, location.get("endIndex")?.as_u64()?))
}

fn says(block: &Json) -> Says {
    let Some(paragraph) = block.get("paragraph") else {
        let kind = block.get("type").and_then(Json::as_str).unwrap_or_default();
        return Says::Unsayable(match kind {
            "gallery" => "a picture",
            "table" => "a table",
            "sheet" => "a sheet",
            "bitable" => "a base",
            "file" => "a file",
            "code" => "a code block",
            "callout" => "a call-out",
            "horizontalLine" => "a line across",
            _ => "a block of a kind that this version does not know",
        });
    };
    let style = |name: &str| paragraph.get("style").and_then(|style| style.get(name));
    let list = style("list").filter(|list| list.is_object());
    let indent = list.and_then(|l| l.get("indentLevel")).and_then(Json::as_u64).unwrap_or(1);
    let kind = match (list.and_then(|l| l.get("type")).and_then(Json::as_str), style("headingLevel")) {
        (Some("number"), _) => Kind::Ordered,
        (Some("bullet"), _) => Kind::Bullet,
        (Some("checkBox"), _) => Kind::Todo(false),
        (Some("checkedBox"), _) => Kind::Todo(true),
        (Some(_), _) => return Says::Unsayable("a code block"),
        (None, Some(level)) if level.as_u64().is_some_and(|level| level > 6) => {
            return Says::Unsayable("a heading of the seventh level or below");
        }
        (None, Some(level)) if level.as_u64().is_some_and(|level| level > 0) => {
            Kind::Heading(level.as_u64().and_then(|level| u8::try_from(level).ok()).unwrap_or(1))
        }
        (None, _) if style("quote").and_then(Json::as_bool) == Some(true) => Kind::Quote,
        (None, _) => Kind::Text,
    };
    let mut runs = Vec::new();
    for element in paragraph.get("elements").and_then(Json::as_array).into_iter().flatten() {
        match run(element) {
            Ok(run) => runs.push(run),
            Err(what) => return Says::Unsayable(what),
        }
    }
    let text = clean_text(&runs, matches!(kind, Kind::Heading(_)));
    if text.is_empty() {
        return Says::Nothing;
    }
    let indent = usize::try_from(indent.saturating_sub(1)).unwrap_or(DEEPEST).min(DEEPEST - 1);
    Says::This(Line { kind, indent: if kind.is_item() { indent } else { 0 }, text })
}

fn run(element: &Json) -> Result<Run, &'static str> {
    let Some(text) = element.get("textRun") else {
        return Err(match element.get("type").and_then(Json::as_str) {
            Some("person") => "a mention",
            Some("docsLink") => "a mention of a document",
            Some("equation") => "a formula",
            Some("reminder") => "a reminder",
            _ => "a part of a line of a kind that this version does not know",
        });
    };
    let style = text.get("style");
    let on = |name: &str| style.and_then(|s| s.get(name)).and_then(Json::as_bool).unwrap_or(false);
    let link = style.and_then(|s| s.pointer("/link/url")).and_then(Json::as_str).filter(|url| !url.is_empty());
    Ok(Run {
        text: text.get("text").and_then(Json::as_str).unwrap_or_default().to_owned(),
        style: Style {
            bold: on("bold"),
            italic: on("italic"),
            strike: on("strikeThrough"),
            underline: on("underLine"),
            code: on("codeInline"),
        },
        link: link.map(|url| sound_url(&percent_decode_str(url).decode_utf8_lossy())),
    })
}

/// What Markdown says of the document.
pub(crate) fn blocks(places: &[Place]) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    for place in places {
        let Says::This(line) = &place.says else { continue };
        let block = match line.kind {
            Kind::Quote => {
                let inner = Block { text: line.text.clone(), ..Block::new(Kind::Text) };
                Block { children: vec![inner], ..Block::new(Kind::Quote) }
            }
            kind => Block { text: line.text.clone(), ..Block::new(kind) },
        };
        below(&mut all, line.indent, block);
    }
    clean(all)
}

/// Hangs an item below the last one of the level above, as far as there is one.
fn below(list: &mut Vec<Block>, indent: usize, block: Block) {
    match list.last_mut() {
        Some(last) if indent > 0 && last.kind.is_item() => below(&mut last.children, indent - 1, block),
        Some(_) | None => list.push(block),
    }
}

/// What Markdown cannot say of the document.
pub(crate) fn unsayable(places: &[Place]) -> Vec<&'static str> {
    let what = |place: &Place| if let Says::Unsayable(what) = place.says { Some(what) } else { None };
    places.iter().filter_map(what).collect()
}

/// The declared text as paragraphs, or what of it they do not hold.
pub(crate) fn lines(blocks: &[Block]) -> Result<Vec<Line>, &'static str> {
    let mut all = Vec::new();
    for block in blocks {
        line(block, 0, &mut all)?;
    }
    let broken = |run: &Run| run.text.contains('\n');
    if all.iter().flat_map(|line| &line.text).any(broken) {
        return Err("a line break inside of a paragraph");
    }
    if all.iter().flat_map(|line| &line.text).any(|run| run.mention().is_some()) {
        return Err("a mention");
    }
    Ok(all)
}

fn line(block: &Block, indent: usize, all: &mut Vec<Line>) -> Result<(), &'static str> {
    let kind = block.kind;
    match kind {
        Kind::Code(_) => return Err("a code block"),
        Kind::Divider => return Err("a line across"),
        Kind::Callout(_) => return Err("a call-out"),
        Kind::Quote => {
            for child in &block.children {
                if child.kind != Kind::Text {
                    return Err("a quote of anything but paragraphs");
                }
                all.push(Line { kind, indent: 0, text: child.text.clone() });
            }
        }
        Kind::Text | Kind::Heading(_) => all.push(Line { kind, indent: 0, text: block.text.clone() }),
        Kind::Bullet | Kind::Ordered | Kind::Todo(_) => {
            if block.text.is_empty() || indent >= DEEPEST {
                return Err("an item of a list without a text of its own");
            }
            all.push(Line { kind, indent, text: block.text.clone() });
            for child in &block.children {
                if !child.kind.is_item() {
                    return Err("an item of a list that holds more than a list");
                }
                line(child, indent + 1, all)?;
            }
        }
    }
    Ok(())
}

/// The operations that lead from what is there to what is declared, each as the JSON text that is sent.
pub(crate) fn requests(live: &[Place], wanted: &[Line]) -> Vec<String> {
    let said: Vec<(usize, &Line)> = live
        .iter()
        .enumerate()
        .filter_map(|(at, place)| if let Says::This(line) = &place.says { Some((at, line)) } else { None })
        .collect();
    let head = said.iter().zip(wanted).take_while(|((_, live), wanted)| live == wanted).count();
    let left = said.len().min(wanted.len()) - head;
    let pairs = said.iter().rev().zip(wanted.iter().rev()).take(left);
    let tail = pairs.take_while(|((_, live), wanted)| live == wanted).count();
    let gone = said.get(head..said.len() - tail).unwrap_or_default();
    let fresh = wanted.get(head..wanted.len() - tail).unwrap_or_default();
    let mut all = Vec::new();
    // From the end, so that no place moves before its turn; neighbours go together.
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for place in gone.iter().rev().filter_map(|(at, _)| live.get(*at)) {
        match ranges.last_mut() {
            Some((from, _)) if *from == place.to => *from = place.from,
            _ => ranges.push((place.from, place.to)),
        }
    }
    all.extend(ranges.into_iter().filter(|(from, to)| from < to).map(|(from, to)| {
        json!({
            "requestType": "DeleteContentRangeRequestType",
            "deleteContentRangeRequest": { "deleteRange": { "zoneId": "0", "startIndex": from, "endIndex": to } },
        })
    }));
    if !fresh.is_empty() {
        // Behind the last line that stays before them.
        let before = head.checked_sub(1).and_then(|at| said.get(at)).and_then(|(at, _)| live.get(*at));
        let location = match before {
            Some(place) => json!({ "zoneId": "0", "index": place.to }),
            None => json!({ "zoneId": "0", "index": 0, "startOfZone": true }),
        };
        let blocks: Vec<Json> = fresh.iter().map(paragraph).collect();
        let payload = json!({ "blocks": blocks }).to_string();
        all.push(json!({
            "requestType": "InsertBlocksRequestType",
            "insertBlocksRequest": { "payload": payload, "location": location },
        }));
    }
    all.iter().map(Json::to_string).collect()
}

fn paragraph(line: &Line) -> Json {
    let mut style = Map::new();
    let list = |kind: &str| json!({ "type": kind, "indentLevel": line.indent + 1 });
    match line.kind {
        Kind::Heading(level) => drop(style.insert("headingLevel".to_owned(), level.into())),
        Kind::Bullet => drop(style.insert("list".to_owned(), list("bullet"))),
        Kind::Ordered => drop(style.insert("list".to_owned(), list("number"))),
        Kind::Todo(false) => drop(style.insert("list".to_owned(), list("checkBox"))),
        Kind::Todo(true) => drop(style.insert("list".to_owned(), list("checkedBox"))),
        Kind::Quote => drop(style.insert("quote".to_owned(), true.into())),
        Kind::Text | Kind::Callout(_) | Kind::Code(_) | Kind::Divider => {}
    }
    let elements: Vec<Json> = line.text.iter().map(element).collect();
    json!({ "type": "paragraph", "paragraph": { "elements": elements, "style": style } })
}

fn element(run: &Run) -> Json {
    let Style { bold, italic, strike, underline, code } = run.style;
    let named = [
        ("bold", bold),
        ("italic", italic),
        ("strikeThrough", strike),
        ("underLine", underline),
        ("codeInline", code),
    ];
    let mut style: Map<String, Json> =
        named.into_iter().filter(|(_, on)| *on).map(|(name, _)| (name.to_owned(), true.into())).collect();
    if let Some(link) = &run.link {
        let url = utf8_percent_encode(link, NON_ALPHANUMERIC).to_string();
        style.insert("link".to_owned(), json!({ "url": url }));
    }
    json!({ "type": "textRun", "textRun": { "text": run.text, "style": style } })
}

#[cfg(test)]
mod tests {
    use super::super::doc::coarse;
    use super::super::read::read;
    use super::super::write::write;
    use super::*;

    fn document(blocks: &[Json]) -> Json {
        json!({ "title": { "elements": [] }, "body": { "blocks": blocks } })
    }

    /// Paragraphs with places, and an empty one at the end, as the service gives them.
    fn written(text: &str) -> Vec<Place> {
        let mut at = 1;
        let mut blocks = Vec::new();
        for line in lines(&read(text).blocks).expect("simple") {
            let mut block = paragraph(&line);
            let end = at + line.text.iter().map(|run| run.text.chars().count()).sum::<usize>();
            block["paragraph"]["location"] = json!({ "zoneId": "0", "startIndex": at, "endIndex": end });
            blocks.push(block);
            at = end + 1;
        }
        let last = json!({ "zoneId": "0", "startIndex": at, "endIndex": at });
        blocks.push(json!({ "type": "paragraph", "paragraph": { "elements": [], "location": last } }));
        places(&document(&blocks))
    }

    #[test]
    fn what_paragraphs_can_hold_comes_back() {
        let text = "# Head\n\nSome **bold** and [a link](https://a.b/c?d=e).\n\n- a\n  - b\n    1. c\n- [x] d\n\n> quote\n\n> more";
        assert_eq!(write(&blocks(&written(text))), text);
        let both = "> one\n>\n> two";
        assert_eq!(coarse(&blocks(&written(both))), coarse(&read(both).blocks));
    }

    #[test]
    fn what_they_cannot_hold_is_named() {
        for (text, what) in [
            ("```\nx\n```", "a code block"),
            ("---", "a line across"),
            ("> [!NOTE]\n> x", "a call-out"),
            ("> - x", "a quote of anything but paragraphs"),
            ("- a\n\n  b", "an item of a list that holds more than a list"),
            ("a\\\nb", "a line break inside of a paragraph"),
            ("[@](mention:u)", "a mention"),
        ] {
            assert_eq!(lines(&read(text).blocks), Err(what), "{text}");
        }
    }

    #[test]
    fn one_changed_line_is_one_range_and_one_insertion_at_its_place() {
        // Places by hand: "one" 1-4, "two" 5-8, "three" 9-14, the end 15.
        let live = written("one\n\ntwo\n\nthree");
        let wanted = lines(&read("one\n\n2\n\nthree").blocks).expect("simple");
        let sent: Vec<Json> = requests(&live, &wanted).iter().map(|r| serde_json::from_str(r).expect("JSON")).collect();
        assert_eq!(sent.len(), 2);
        let range = json!({ "zoneId": "0", "startIndex": 5, "endIndex": 9 });
        assert_eq!(sent[0]["deleteContentRangeRequest"]["deleteRange"], range);
        assert_eq!(sent[1]["insertBlocksRequest"]["location"], json!({ "zoneId": "0", "index": 5 }));
        assert!(requests(&live, &lines(&read("one\n\ntwo\n\nthree").blocks).expect("simple")).is_empty());
    }

    #[test]
    fn a_table_between_stays() {
        let location = |from: u64, to: u64| json!({ "zoneId": "0", "startIndex": from, "endIndex": to });
        let text = |text: &str, from: u64| {
            let run = json!({ "type": "textRun", "textRun": { "text": text, "style": {} } });
            let place = location(from, from + 1);
            json!({ "type": "paragraph", "paragraph": { "elements": [run], "location": place } })
        };
        let table = json!({ "type": "table", "table": { "location": location(3, 4) } });
        let live = places(&document(&[text("a", 1), table, text("b", 5), json!({ "type": "odd" })]));
        assert_eq!((write(&blocks(&live)), unsayable(&live)), ("a\n\nb".to_owned(), vec!["a table"]));
        let sent: Vec<Json> = requests(&live, &[]).iter().map(|r| serde_json::from_str(r).expect("JSON")).collect();
        let ranges: Vec<&Json> = sent.iter().map(|r| &r["deleteContentRangeRequest"]["deleteRange"]).collect();
        assert_eq!(ranges, [&location(5, 6), &location(1, 3)]);
    }
}
