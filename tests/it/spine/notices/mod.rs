//! What surrounds the messages of a chat, in random organisations: announcements of the new and the old kind, tabs,
//! menus, what is pinned. People edit them by hand between two organisations; that is drift, the second is reached
//! all the same, and what Markdown cannot say stays. Drawn beside the rest, from dice of its own.

mod hands;
mod rows;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::converge::{from_env, reach};
use super::draw::{Dice, Size, change as changed, org};
use super::org::{Key, Org};
use super::run::{World, quick};
use hands::Hands;
pub(crate) use rows::differences;

/// Pairs in CI; `LARKCTL_EDITED_PAIRS` asks for more, `LARKCTL_FIRST_SEED` begins elsewhere.
const PAIRS: u64 = 25;

/// One chat's; `None` is what nobody declares.
#[derive(Debug, Clone, Default)]
pub(crate) struct Front {
    /// Somebody turned the announcement into one of the old kind, or will before this is declared.
    pub old: bool,
    pub text: Option<Vec<Line>>,
    pub tabs: Option<Vec<Tab>>,
    pub menu: Option<Vec<Top>>,
    pub pinned: Option<bool>,
}

/// A line of an announcement; the sort is a place in [`SORTS`].
#[derive(Debug, Clone)]
pub(crate) struct Line {
    sort: usize,
    words: String,
    ending: Ending,
    below: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Ending {
    None,
    Bold,
    Link,
    Mention(Key),
}

#[derive(Debug, Clone)]
pub(crate) struct Tab {
    name: String,
    doc: bool,
    page: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Top {
    name: String,
    link: Option<usize>,
    below: Vec<(String, usize)>,
}

/// How Markdown begins it, its number among blocks, and its style in documents of the old kind.
const SORTS: [(&str, i64, Option<&str>); 10] = [
    ("", 2, Some("{}")),
    ("## ", 4, Some(r#"{"headingLevel":2}"#)),
    ("- ", 12, Some(r#"{"list":{"indentLevel":1,"type":"bullet"}}"#)),
    ("1. ", 13, Some(r#"{"list":{"indentLevel":1,"type":"number"}}"#)),
    ("- [ ] ", 17, Some(r#"{"list":{"indentLevel":1,"type":"checkBox"}}"#)),
    ("- [x] ", 17, Some(r#"{"list":{"indentLevel":1,"type":"checkedBox"}}"#)),
    ("> ", QUOTE, Some(r#"{"quote":true}"#)),
    ("> [!WARNING]\n> ", 19, None),
    ("```\n", 14, None),
    ("---", 22, None),
];
const BULLET: i64 = 12;
const QUOTE: i64 = 15;
const PICTURE: i64 = 27;
const BELOW: &str = r#"{"list":{"indentLevel":2,"type":"bullet"}}"#;
const PAGE: &str = "https://a.example/b?c=d&e";
const WORDS: usize = 7;

/// Gives an organisation's chats their surroundings.
pub(crate) fn draw(mut dice: Dice, org: &mut Org) {
    let people: Vec<Key> = org.users.keys().cloned().collect();
    for key in org.chats.keys() {
        org.fronts.insert(key.clone(), front(&mut dice, &people, false));
    }
}

/// The same of an organisation that has changed already: some parts stay as they are, others are another.
pub(crate) fn change(mut dice: Dice, org: &mut Org) {
    let people: Vec<Key> = org.users.keys().cloned().collect();
    let before = std::mem::take(&mut org.fronts);
    for key in org.chats.keys() {
        let was = before.get(key);
        let old = was.is_some_and(|was| was.old || dice.one_in(4));
        let mut now = front(&mut dice, &people, old);
        if let Some(was) = was {
            // Whoever is mentioned and leaves is mentioned no more.
            let stands = |line: &Line| match &line.ending {
                Ending::Mention(who) => !old && org.users.contains_key(who),
                _ => !old || SORTS[line.sort].2.is_some(),
            };
            if dice.one_in(2) && was.text.iter().flatten().all(stands) {
                now.text.clone_from(&was.text);
            } else if dice.one_in(2) && now.text.is_some() {
                // A few lines go, a few come.
                let mut lines: Vec<Line> =
                    was.text.iter().flatten().filter(|line| stands(line)).cloned().collect();
                lines.retain(|_| !dice.one_in(4));
                for _ in 0..dice.below(3) {
                    let at = dice.below(lines.len() + 1);
                    lines.insert(at, line(&mut dice, &people, old));
                }
                now.text = Some(apart(lines));
            }
            if dice.one_in(3) {
                now.tabs.clone_from(&was.tabs);
            }
            if dice.one_in(3) {
                now.menu.clone_from(&was.menu);
            }
        }
        pinned(&mut dice, &mut now);
        org.fronts.insert(key.clone(), now);
    }
}

fn front(dice: &mut Dice, people: &[Key], old: bool) -> Front {
    let mut front = Front { old, ..Front::default() };
    if !dice.one_in(4) {
        front.text = Some(apart((0..dice.below(9)).map(|_| line(dice, people, old)).collect()));
    }
    if !dice.one_in(4) {
        let mut pages: Vec<usize> = (0..6).collect();
        dice.shuffle(&mut pages);
        pages.truncate(dice.below(5));
        let tab = |page| Tab { name: format!("页{}", dice.below(3)), doc: page >= 4, page };
        front.tabs = Some(pages.into_iter().map(tab).collect());
    }
    if !dice.one_in(4) {
        let mut names: Vec<usize> = (0..5).collect();
        dice.shuffle(&mut names);
        names.truncate(dice.below(4));
        front.menu = Some(names.into_iter().map(|name| top(dice, name)).collect());
    }
    pinned(dice, &mut front);
    front
}

fn pinned(dice: &mut Dice, front: &mut Front) {
    let something = front.text.as_ref().is_some_and(|lines| !lines.is_empty());
    front.pinned = (!dice.one_in(3)).then(|| something && dice.one_in(2));
}

fn top(dice: &mut Dice, name: usize) -> Top {
    let mut below: Vec<usize> = (0..5).collect();
    dice.shuffle(&mut below);
    below.truncate(if dice.one_in(2) { 0 } else { dice.below(4) });
    let link = (below.is_empty() && !dice.one_in(3)).then(|| dice.below(3));
    let below = below.into_iter().map(|n| (format!("项{n}"), dice.below(3))).collect();
    Top { name: format!("菜单{name}"), link, below }
}

fn line(dice: &mut Dice, people: &[Key], old: bool) -> Line {
    let sort = loop {
        let sort = dice.below(SORTS.len());
        if !old || SORTS[sort].2.is_some() {
            break sort;
        }
    };
    let kind = SORTS[sort].1;
    let plain = matches!(kind, 14 | 19 | 22);
    let ending = match dice.below(6) {
        0 if !plain && kind != 4 => Ending::Bold,
        1 if !plain => Ending::Link,
        2 if !plain && !old && kind != 4 && !people.is_empty() => {
            Ending::Mention(people[dice.below(people.len())].clone())
        }
        _ => Ending::None,
    };
    let below = if kind == BULLET { dice.below(3) } else { 0 };
    let words = if kind == 22 { String::new() } else { format!("第{}段", dice.below(WORDS)) };
    let below = (0..below).map(|_| format!("其{}", dice.below(WORDS))).collect();
    Line { sort, words, ending, below }
}

/// Two quotes side by side are one to Markdown: the second is a paragraph.
fn apart(mut lines: Vec<Line>) -> Vec<Line> {
    for at in 1..lines.len() {
        if SORTS[lines[at - 1].sort].1 == QUOTE && SORTS[lines[at].sort].1 == QUOTE {
            lines[at].sort = 0;
        }
    }
    lines
}

impl Line {
    fn markdown(&self) -> String {
        let (mark, kind, _) = SORTS[self.sort];
        let mut text = format!("{mark}{}", self.words);
        match &self.ending {
            Ending::None => {}
            Ending::Bold => text += " **粗**",
            Ending::Link => {
                let _ = write!(text, " [看]({PAGE})");
            }
            Ending::Mention(who) => {
                let _ = write!(text, " [@](mention:{who})");
            }
        }
        for below in &self.below {
            let _ = write!(text, "\n  - {below}");
        }
        if kind == 14 {
            text += "\n```";
        }
        text
    }

    /// Its text as [`said`] gives that of the store.
    fn said(&self) -> String {
        match &self.ending {
            Ending::None => self.words.clone(),
            Ending::Bold => format!("{} *粗*", self.words),
            Ending::Link => format!("{} <看 {PAGE}>", self.words),
            Ending::Mention(who) => format!("{} @{who}", self.words),
        }
    }

    fn blocks(&self) -> Vec<String> {
        let (mark, kind, _) = SORTS[self.sort];
        let mut lines = match kind {
            19 => vec!["19 ".to_owned(), format!("  2 {}", self.said())],
            17 => vec![format!("17{} {}", if mark.contains('x') { "x" } else { "" }, self.said())],
            _ => vec![format!("{kind} {}", self.said())],
        };
        lines.extend(self.below.iter().map(|words| format!("  12 {words}")));
        lines
    }

    fn paragraphs(&self) -> Vec<String> {
        let mut lines = vec![format!("{} {}", SORTS[self.sort].2.unwrap_or("?"), self.said())];
        lines.extend(self.below.iter().map(|words| format!("{BELOW} {words}")));
        lines
    }
}

fn page(tab: &Tab) -> String {
    if tab.doc {
        format!("https://x.feishu.cn/docx/d{}", tab.page)
    } else {
        format!("https://t{}.example/x", tab.page)
    }
}

fn target(link: usize) -> String {
    format!("https://m{link}.example/x")
}

impl Front {
    /// The attributes under a chat, each on a line of its own.
    pub(crate) fn yaml(&self) -> String {
        let mut y = String::new();
        if let Some(lines) = &self.text {
            let text: Vec<String> = lines.iter().map(Line::markdown).collect();
            let text = if text.is_empty() { Value::Null } else { text.join("\n\n").into() };
            let _ = writeln!(y, "    announcement: {text}");
        }
        if let Some(tabs) = &self.tabs {
            let tab = |tab: &Tab| {
                let what = if tab.doc { "doc" } else { "url" };
                json!({ "name": tab.name, what: page(tab) })
            };
            let _ = writeln!(y, "    tabs: {}", tabs.iter().map(tab).collect::<Value>());
        }
        if let Some(menu) = &self.menu {
            let item = |name: &str, link: usize| json!({ "name": name, "link": target(link) });
            let top = |top: &Top| match top.link {
                Some(link) => item(&top.name, link),
                None if top.below.is_empty() => json!({ "name": top.name }),
                None => {
                    let below: Vec<Value> = top.below.iter().map(|(name, link)| item(name, *link)).collect();
                    json!({ "name": top.name, "children": below })
                }
            };
            let _ = writeln!(y, "    menu: {}", menu.iter().map(top).collect::<Value>());
        }
        if let Some(pinned) = self.pinned {
            let _ = writeln!(y, "    top_notice: {}", if pinned { "announcement" } else { "null" });
        }
        y
    }
}

async fn pair(seed: u64) -> Result<usize, String> {
    let size = Size { departments: 3, users: 5, others: 1 };
    let mut dice = Dice::new(seed);
    let world = World::start(quick()).await;
    world.writes().await;
    let first = org(&mut dice, size);
    reach(&world, &first, &format!("seed {seed}, the first")).await?;
    let second = changed(&mut dice, &first, size);
    let mut hands = Hands { world: &world, dice: dice.aside(3), written: 0, edited: BTreeSet::new() };
    let mut stayed = 0;
    for (now, what) in [(&first, "edited by hand"), (&second, "edited once more")] {
        let what = format!("seed {seed}, {what}");
        hands.edit(now, &second).await;
        hands.drifts(now, &second).await.map_err(|why| format!("{what}: {why}"))?;
        let before = hands.others(now).await;
        world.writes().await;
        reach(&world, &second, &what).await?;
        let after = hands.others(&second).await;
        for (key, others) in before.iter().filter(|(key, _)| second.chats.contains_key(*key)) {
            if Some(others) != after.get(key) {
                return Err(format!("{what}: chat {key} held {others:?}, and now {:?}", after.get(key)));
            }
            stayed += others.len();
        }
    }
    Ok(stayed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_edit_by_hand_is_drift_and_put_right_and_what_markdown_cannot_say_stays() {
    let first = from_env("LARKCTL_FIRST_SEED").unwrap_or(0);
    let pairs = from_env("LARKCTL_EDITED_PAIRS").unwrap_or(PAIRS);
    let (mut wrong, mut stayed) = (Vec::new(), 0);
    for seed in first..first + pairs {
        match pair(seed).await {
            Ok(others) => stayed += others,
            Err(why) => wrong.push(why),
        }
        if wrong.len() >= 3 {
            break;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n======\n"));
    assert!(stayed > 0 || pairs < PAIRS, "no picture was there to stay");
}
