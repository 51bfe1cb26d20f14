//! Whatever is in an announcement reads back as it was written, and no text makes the reader fail.

use proptest::prelude::*;

use super::doc::{Block, Kind, Run, Sign, Style, clean, clean_text, coarse};
use super::read::read;
use super::write::{sayable, write};

/// Letters, Chinese, and everything that means something to Markdown.
const CHARS: &str = "abAB19 值班。「」，\\`*_[]<>#+-=.!|&;~()\"'/:\n\t$^{}%@x";

fn text() -> impl Strategy<Value = String> {
    let chars: Vec<char> = CHARS.chars().collect();
    prop::collection::vec(prop::sample::select(chars), 1..12).prop_map(|chars| chars.into_iter().collect())
}

fn run() -> impl Strategy<Value = Run> {
    let link = prop_oneof![
        6 => Just(None),
        1 => Just(Some("https://example.com/a_b?c=d&copy;e=(1)".to_owned())),
        1 => Just(Some("mention:zhang.san".to_owned())),
        1 => "https://[a-z<>()&;\\\\]{1,8}".prop_map(Some),
    ];
    let style = prop_oneof![
        4 => Just(0_u8),
        6 => 0..32_u8,
    ];
    (text(), style, link).prop_map(|(text, bits, link)| {
        let on = |bit: u8| bits & (1 << bit) != 0;
        let style = Style { bold: on(0), italic: on(1), strike: on(2), underline: on(3), code: on(4) };
        Run { text, style, link }
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        3 => Just(Kind::Text),
        1 => (1..=6_u8).prop_map(Kind::Heading),
        3 => Just(Kind::Bullet),
        3 => Just(Kind::Ordered),
        2 => any::<bool>().prop_map(Kind::Todo),
        1 => Just(Kind::Quote),
        1 => Just(Kind::Callout(Sign::Warning)),
        1 => (1..=75_u8).prop_map(Kind::Code),
        1 => Just(Kind::Divider),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = (kind(), prop::collection::vec(run(), 0..4))
        .prop_map(|(kind, text)| Block { kind, text, children: Vec::new() });
    leaf.prop_recursive(3, 24, 4, |inner| {
        (kind(), prop::collection::vec(run(), 0..3), prop::collection::vec(inner, 0..4)).prop_map(
            |(kind, text, children)| {
                // What the service does not take either.
                let children = match kind {
                    Kind::Callout(_) => children.into_iter().filter(|c| !holds_code(c)).collect(),
                    _ => children,
                };
                Block { kind, text, children }
            },
        )
    })
}

fn holds_code(block: &Block) -> bool {
    matches!(block.kind, Kind::Code(_) | Kind::Callout(_) | Kind::Divider) || block.children.iter().any(holds_code)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn what_can_be_said_reads_back_as_it_is(blocks in prop::collection::vec(block(), 0..6)) {
        let blocks: Vec<Block> =
            clean(blocks).into_iter().filter(|block| sayable(block).is_some()).collect();
        let text = write(&blocks);
        let back = read(&text);
        prop_assert!(back.wrong.is_empty(), "{:?}\n{text}", back.wrong);
        prop_assert_eq!(&back.blocks, &blocks, "\n{}", text);
        // The form is one: writing what was read changes nothing.
        prop_assert_eq!(write(&back.blocks), text);
    }

    #[test]
    fn nearly_everything_can_be_said(block in block()) {
        for block in clean(vec![block]) {
            // Items without a text of their own are the one thing that Markdown has few words for.
            prop_assert!(sayable(&block).is_some() || holds_bare_item(&block), "{block:#?}");
        }
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(block in block()) {
        let once = clean(vec![block]);
        prop_assert_eq!(clean(once.clone()), once.clone());
        let rough = coarse(&once);
        prop_assert_eq!(coarse(&rough), rough);
    }

    #[test]
    fn no_text_is_too_odd(text in "\\PC{0,200}") {
        drop(read(&text));
    }

    #[test]
    fn marks_in_any_order_are_read_and_written(
        parts in prop::collection::vec(prop::sample::select(MARKS.to_vec()), 0..60)
    ) {
        let text = parts.concat();
        let once = read(&text).blocks;
        if once.iter().all(|block| sayable(block).is_some()) {
            prop_assert_eq!(read(&write(&once)).blocks, once, "\n{}", text);
        }
    }
}

const CASES: u32 = 300;

const MARKS: [&str; 48] = [
    "*", "**", "_", "__", "~~", "`", "```", "\n", "\n\n", "\n  ", "\n    ", "> ", "- ", "- [ ] ", "- [x] ", "1. ",
    "2) ", "# ", "###### ", "---", "===", "[", "](", "](https://a.b/c)", ")", "<", ">", "<u>", "</u>", "<b>", "</b>",
    "<br>", "<!--", "-->", "<div>", "&amp;", "\\", "\\\n", "  \n", "| a | b |\n|---|---|\n", "[^1]", "[^1]: x",
    "![a](b)", "> [!NOTE]\n", "值班", "「」", "word ", "\t",
];

fn holds_bare_item(block: &Block) -> bool {
    block.kind.is_item() && block.text.is_empty() || block.children.iter().any(holds_bare_item)
}

#[test]
fn deep_nesting_is_told_and_does_no_harm() {
    for unit in ["> ", "- ", "1. ", "+ "] {
        let text = unit.repeat(20_000);
        let reading = read(&format!("{text}x"));
        assert!(reading.wrong.iter().any(|w| w.what.starts_with("more than 12")), "{unit}: {:?}", reading.wrong.first());
    }
    for unit in ["*", "**a ", "[", "`", "<u>", "![", "~~", "_a_"] {
        drop(read(&unit.repeat(20_000)));
    }
}

#[test]
fn signs_of_markdown_are_only_signs_in_a_text() {
    for text in [
        "# a", "1. a", "12) a", "- a", "+ a", "> a", "===", "---", "a\n===", "a\n- b", "a\n# b", "[x] a", "[a]: b", "a&copy;b",
        "![a](b)", "<b>", "|a|\n|-|", "~~a~~", "`a`", "*a*", "_a_", "a_b", "\\", "a\\", "[!NOTE]", "[^1]", "请**「注意」**看", "a !",
    ] {
        let block = Block { text: clean_text(&[Run::plain(text)], false), ..Block::new(Kind::Text) };
        assert!(sayable(&block).is_some(), "{text:?}");
        let block = Block { kind: Kind::Heading(1), text: clean_text(&[Run::plain(text)], true), children: Vec::new() };
        assert!(sayable(&block).is_some(), "{text:?} as a heading");
    }
}

#[test]
fn what_an_announcement_cannot_hold_is_told_with_its_line() {
    for (text, line, what) in [
        ("a\n\n| a | b |\n|---|---|\n", 3, "a table"),
        ("a\n![p](p.png)", 2, "a picture"),
        ("<div>x</div>", 1, "HTML"),
        ("a[^1]\n\n[^1]: b", 1, "a footnote"),
        ("3. a", 1, "an ordered list that does not begin with 1"),
        ("```mermaid\nx\n```", 1, "the language \"mermaid\""),
        ("[a](b.md)", 1, "a link to \"b.md\""),
        ("[a](https://b.c \"t\")", 1, "a title of a link"),
        ("<u>a", 1, "a tag that is not closed"),
        ("请**「注意」**看", 1, "`**` that marks nothing"),
        ("> [!NOTE]\n> ```\n> x\n> ```", 2, "a code block or a call-out inside of a call-out"),
    ] {
        let wrong = read(text).wrong;
        let told = wrong.iter().any(|w| w.line == line && w.what.starts_with(what));
        assert!(told, "{text:?}: {wrong:?}");
    }
    assert!(read("<!-- a note -->\n\n值班\n规则 <u>x</u><br>y").wrong.is_empty());
    assert_eq!(write(&read("值班\n规则\nfoo\nbar").blocks), "值班规则 foo bar");
}
