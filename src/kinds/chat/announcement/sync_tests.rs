//! Edits, carried out by a simple document that knows nothing of how they were found.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::doc::{Block, Kind, Run};
use super::docx::{Node, body, children_of, tree, update};
use super::read::read;
use super::sync::{Edit, InTheWay, edits};
use super::write::{sayable, write};

/// A document: each block with its content and what is below it.
#[derive(Clone, Debug)]
struct Page {
    id: String,
    content: Json,
    children: Vec<Page>,
}

#[derive(Debug, Default)]
struct Document {
    top: Vec<Page>,
    made: usize,
}

impl Document {
    fn of(blocks: &[Block]) -> Self {
        let mut document = Self::default();
        document.top = document.pages(blocks);
        document
    }

    fn page(&mut self, content: Json, children: Vec<Page>) -> Page {
        self.made += 1;
        Page { id: format!("b{}", self.made), content, children }
    }

    fn pages(&mut self, blocks: &[Block]) -> Vec<Page> {
        blocks
            .iter()
            .map(|block| {
                let children = self.pages(children_of(block));
                self.page(body(block), children)
            })
            .collect()
    }

    /// A picture, which no Markdown of ours can say.
    fn picture(&mut self) -> Page {
        self.page(json!({ "block_type": 27, "image": {} }), Vec::new())
    }

    fn blank(&mut self) -> Page {
        self.page(json!({ "block_type": 2, "text": { "elements": [{ "text_run": { "content": " " } }] } }), Vec::new())
    }

    fn items(&self) -> Vec<Json> {
        let mut items = vec![json!({
            "block_id": "oc", "block_type": 1, "children": self.top.iter().map(|p| &p.id).collect::<Vec<_>>(),
        })];
        let mut stack: Vec<&Page> = self.top.iter().collect();
        while let Some(page) = stack.pop() {
            let mut item = page.content.clone();
            item["block_id"] = page.id.clone().into();
            item["children"] = page.children.iter().map(|p| p.id.as_str()).collect();
            items.push(item);
            stack.extend(&page.children);
        }
        items
    }

    fn nodes(&self) -> Vec<Node> {
        tree(&self.items())
    }

    fn text(&self) -> String {
        let says: Vec<Block> = self.nodes().into_iter().flat_map(|node| node.says).collect();
        write(&says)
    }

    fn list(&mut self, parent: Option<&str>) -> &mut Vec<Page> {
        match parent {
            None => &mut self.top,
            Some(id) => &mut find(&mut self.top, id).expect("a block of this id").children,
        }
    }

    fn carry_out(&mut self, all: &[Edit]) {
        for edit in all {
            match edit {
                Edit::Rewrite { id, block } => {
                    let sent = update(id, block);
                    let (_, change) = sent.as_object().expect("a request").iter().find(|(k, _)| *k != "block_id").expect("one");
                    let page = find(&mut self.top, id).expect("a block of this id");
                    let content = page.content.as_object_mut().expect("content");
                    let field = content.iter_mut().find(|(k, _)| *k != "block_type").expect("a field").1;
                    field["elements"] = change["elements"].clone();
                    if change["style"].is_object() {
                        field["style"] = change["style"].clone();
                    }
                }
                Edit::Insert { parent, at, blocks } => {
                    let pages = self.pages(blocks);
                    self.list(parent.as_deref()).splice(at..at, pages);
                }
                Edit::Remove { parent, from, to } => drop(self.list(parent.as_deref()).drain(from..to)),
            }
        }
    }

    fn pictures(&self) -> Vec<String> {
        self.items().iter().filter(|i| i["block_type"] == 27).map(|i| i["block_id"].to_string()).collect()
    }
}

fn find<'p>(pages: &'p mut [Page], id: &str) -> Option<&'p mut Page> {
    for page in pages {
        if page.id == id {
            return Some(page);
        }
        if let Some(found) = find(&mut page.children, id) {
            return Some(found);
        }
    }
    None
}

const LINES: [&str; 17] = [
    "一", "二", "three **bold**", "# head", "## head", "- a", "- b", "- a\n  - c\n  - d", "- a\n  - d\n\n    text",
    "1. a", "- [ ] todo", "- [x] todo", "> q", "> q\n>\n> - r", "```rust\nfn x() {}\n```", "---",
    "[link](https://a.b/c?d=e&f) and [@](mention:u1)",
];

fn markdown() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(LINES.to_vec()), 0..9).prop_map(|lines| lines.join("\n\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn edits_lead_to_what_is_declared_and_take_nothing_else(
        from in markdown(), to in markdown(), odd in prop::collection::vec((any::<bool>(), 0..12_usize), 0..4)
    ) {
        let (from, wanted) = (read(&from).blocks, read(&to).blocks);
        let mut document = Document::of(&from);
        for (picture, place) in odd {
            let page = if picture { document.picture() } else { document.blank() };
            let place = place.min(document.top.len());
            document.top.insert(place, page);
        }
        let (before, pictures) = (document.text(), document.pictures());
        prop_assert_eq!(&before, &write(&from));
        let all = edits(&document.nodes(), &wanted).expect("nothing in the way");
        document.carry_out(&all);
        prop_assert_eq!(document.text(), write(&wanted), "{:#?}", all);
        let kept = document.pictures();
        prop_assert!(pictures.iter().all(|id| kept.contains(id)));
        // Done is done.
        prop_assert_eq!(edits(&document.nodes(), &wanted), Ok(Vec::new()));
        if from == wanted {
            prop_assert!(all.is_empty());
        }
    }
}

fn between(from: &str, to: &str) -> Vec<Edit> {
    let document = Document::of(&read(from).blocks);
    edits(&document.nodes(), &read(to).blocks).expect("nothing in the way")
}

#[test]
fn one_word_is_one_edit() {
    let text = "# A\n\none\n\ntwo\n\n- x\n- y\n  - z";
    let edits = between(text, &text.replace("two", "2").replace('z', "Z"));
    assert!(matches!(edits.as_slice(), [Edit::Rewrite { id, .. }, Edit::Rewrite { .. }] if id == "b3"), "{edits:#?}");
    let edits = between(text, &text.replace("- y", "- w\n- y"));
    let wanted = Edit::Insert { parent: None, at: 4, blocks: read("- w").blocks };
    assert_eq!(edits, [wanted]);
    let edits = between(text, &text.replace("one\n\ntwo\n\n", ""));
    assert_eq!(edits, [Edit::Remove { parent: None, from: 1, to: 3 }]);
    let edits = between("- [ ] a", "- [x] a");
    assert!(matches!(edits.as_slice(), [Edit::Rewrite { .. }]), "{edits:#?}");
}

#[test]
fn a_picture_inside_of_what_goes_stops_it() {
    let mut document = Document::of(&read("- a\n  - b\n\ntext").blocks);
    let picture = document.picture();
    document.top[0].children.push(picture);
    // Its neighbours may change.
    let wanted = read("- A\n  - c\n\nmore").blocks;
    let all = edits(&document.nodes(), &wanted).expect("nothing in the way");
    document.carry_out(&all);
    assert_eq!((document.text(), document.pictures().len()), ("- A\n  - c\n\nmore".to_owned(), 1));
    assert_eq!(edits(&document.nodes(), &read("more").blocks), Err(InTheWay("a picture")));
    // Its neighbour goes instead, although that costs more.
    let mut document = Document::of(&read("- a\n- b").blocks);
    let picture = document.picture();
    document.top[0].children.push(picture);
    let wanted = read("- b").blocks;
    let all = edits(&document.nodes(), &wanted).expect("nothing in the way");
    document.carry_out(&all);
    assert_eq!((document.text(), document.pictures().len()), ("- b".to_owned(), 1));
}

#[test]
fn what_people_wrote_by_hand_is_read() {
    let run = |text: &str, style: Json| json!({ "text_run": { "content": text, "text_element_style": style } });
    let text = |id: &str, code: i64, field: &str, elements: Json| {
        json!({ "block_id": id, "block_type": code, field: { "elements": elements, "style": { "align": 2 } } })
    };
    let link = json!({ "link": { "url": "https%3A%2F%2Fa.b%2F%3Fc%3D1%26d" }, "bold": true });
    let items = [
        json!({ "block_id": "oc", "block_type": 1, "children": ["1", "2", "3", "4", "5", "6", "1", "none"] }),
        text("1", 3, "heading1", json!([run("T ", json!({})), run("x", json!({ "italic": true }))])),
        text("2", 2, "text", json!([run("see ", json!({})), run("here", link)])),
        json!({ "block_id": "3", "block_type": 31, "table": { "cells": ["7"] }, "children": ["7"] }),
        text("7", 2, "text", json!([run("in a cell", json!({}))])),
        text("4", 2, "text", json!([{ "equation": { "content": "x" } }])),
        text("5", 2, "text", json!([{ "mention_user": { "user_id": "zhang.san" } }, run("!", json!({}))])),
        json!({ "block_id": "6", "block_type": 34, "quote_container": {}, "children": ["8", "6"] }),
        text("8", 2, "text", json!([run("quoted", json!({}))])),
    ];
    let nodes = tree(&items);
    let says: Vec<Block> = nodes.iter().flat_map(|n| n.says.clone()).collect();
    let wanted = "# T *x*\n\nsee [**here**](https://a.b/?c=1&d)\n\n[@](mention:zhang.san)!\n\n> quoted";
    assert_eq!(write(&says), wanted);
    let holds: Vec<&str> = nodes.iter().flat_map(|n| n.holds.clone()).collect();
    assert_eq!(holds, ["a table", "a formula", "a block that is not listed"]);
}

#[test]
fn nested_lists_of_nonsense_do_no_harm() {
    let mut items = vec![json!({ "block_id": "oc", "block_type": 1, "children": ["0"] })];
    for n in 0..400 {
        items.push(json!({
            "block_id": n.to_string(), "block_type": 12, "children": [(n + 1).to_string(), "0"],
            "bullet": { "elements": [{ "text_run": { "content": "x" } }] },
        }));
    }
    assert!(!tree(&items)[0].holds.is_empty());
    assert_eq!(tree(&[]), []);
    assert_eq!(tree(&[json!("x"), json!({ "block_type": 1, "children": 5 })]), []);
    let block = Block { text: vec![Run::plain("x")], ..Block::new(Kind::Text) };
    assert!(sayable(&block).is_some());
}

#[test]
fn what_a_stopped_run_left_empty_is_filled_and_not_made_again() {
    let text = "- a\n  - b\n\n> [!WARNING]\n> c\n\n> one\n>\n> two\n\nend";
    let wanted = read(text).blocks;
    let mut document = Document::of(&wanted);
    // Made, and then nothing came to be below them.
    for page in document.top.iter_mut().filter(|page| page.content["block_type"] != 12) {
        page.children.clear();
    }
    let all = edits(&document.nodes(), &wanted).expect("edits");
    assert!(all.iter().all(|edit| matches!(edit, Edit::Insert { parent: Some(_), at: 0, .. })), "{all:?}");
    assert_eq!(all.len(), 2);
    document.carry_out(&all);
    assert_eq!((document.text(), document.top.len()), (text.to_owned(), 4));
    // Declared no longer, or as another one, it goes.
    document.top[1].children.clear();
    let other = read("- a\n  - b\n\n> [!TIP]\n> c\n\nend").blocks;
    let all = edits(&document.nodes(), &other).expect("edits");
    document.carry_out(&all);
    assert_eq!((document.text(), document.top.len()), (write(&other), 3));
}
