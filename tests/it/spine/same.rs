//! The same inputs, the same plan, byte for byte: however often it is made, however the YAML is cut into files and
//! its keys are ordered, in whatever order and pages the tenant lists what it holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use larkctl::kinds::registry;
use larkctl::load::{Given, Input as File, Limits, manifest};
use larkctl::plan::Plan;
use larkctl::plan::file::seal;
use larkctl::render::plan::{PlanView, json as as_json, text as as_text};
use larkctl::render::{Kinds, Show};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::draw::{Dice, Size, change, org};
use super::run::{World, client, made, quick, told};

const SIZE: Size = Size { departments: 24, users: 70, others: 5 };

/// A tenant that holds one organisation, and the YAML of another.
async fn begun(seed: u64) -> (World, String) {
    let world = World::start(quick()).await;
    let mut dice = Dice::new(seed);
    let first = org(&mut dice, SIZE);
    let (_, outcome) = world.apply(&first.yaml()).await.unwrap_or_else(|p| panic!("{}", told(&p)));
    assert!(outcome.is_complete(), "{outcome:#?}");
    (world, change(&mut dice, &first, SIZE).yaml())
}

/// Everything that comes out of a plan: for people, for programs, for `apply FILE`.
fn bytes(plan: &Plan) -> [String; 3] {
    let kinds = Kinds::new(registry().iter().map(larkctl::resource::Kind::info));
    let show = Show { colour: false, verbose: true, sensitive: true };
    let view = PlanView { plan, kinds: &kinds, show };
    [as_text(view), as_json(view), seal(plan).expect("sealed")]
}

/// Without the places in the YAML, which are another where the YAML is.
fn placeless(mut plan: Plan) -> Plan {
    for change in &mut plan.changes {
        change.source = None;
        change.fields.iter_mut().chain(&mut change.drift).for_each(|field| field.source = None);
    }
    plan
}

async fn planned(world: &World, yaml: &str) -> Plan {
    let plan = world.plan(yaml).await.unwrap_or_else(|p| panic!("{}", told(&p)));
    assert!(plan.steps.len() > 20, "a plan that is worth comparing: {}", plan.steps.len());
    plan
}

#[track_caller]
fn same(first: &[String; 3], other: &[String; 3], what: &str) {
    for (one, two) in first.iter().zip(other) {
        let differs = one.lines().zip(two.lines()).find(|(a, b)| a != b);
        assert!(one == two, "{what}: {differs:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_plans_are_the_same_bytes() {
    for seed in [5, 6] {
        let (world, yaml) = begun(seed).await;
        let first = bytes(&planned(&world, &yaml).await);
        for run in 1..10 {
            same(&first, &bytes(&planned(&world, &yaml).await), &format!("seed {seed}, run {run}"));
        }
    }
}

/// A section's entries, each with its lines below the key.
type Sections = Vec<(String, Vec<(String, Vec<String>)>)>;

fn sections(yaml: &str) -> Sections {
    let mut sections = Sections::new();
    for line in yaml.lines() {
        let depth = line.len() - line.trim_start().len();
        match (depth, sections.last_mut()) {
            (0, _) => sections.push((line.to_owned(), Vec::new())),
            (2, Some((_, entries))) => entries.push((line.to_owned(), Vec::new())),
            // What is deeper than an attribute belongs to the attribute above.
            (_, Some((_, entries))) => {
                let (_, attributes) = entries.last_mut().expect("an entry");
                match attributes.last_mut().filter(|_| depth > 4) {
                    Some(above) => {
                        above.push('\n');
                        above.push_str(line);
                    }
                    None => attributes.push(line.to_owned()),
                }
            }
            (_, None) => panic!("{line}"),
        }
    }
    sections
}

/// The same manifest in several files, everything in another order.
fn shuffled(dice: &mut Dice, yaml: &str, files: usize) -> Vec<String> {
    let mut by_file: Vec<BTreeMap<String, Vec<String>>> = vec![BTreeMap::new(); files];
    let mut heads = vec![Vec::new(); files];
    for (head, mut entries) in sections(yaml) {
        if head.starts_with("version") {
            continue;
        }
        if head.starts_with("settings") {
            let text: Vec<String> = entries.into_iter().map(|(key, _)| key).collect();
            heads[dice.below(files)].push(format!("{head}\n{}", text.join("\n")));
            continue;
        }
        dice.shuffle(&mut entries);
        for (key, mut attributes) in entries {
            dice.shuffle(&mut attributes);
            let text = std::iter::once(key).chain(attributes).collect::<Vec<_>>().join("\n");
            by_file[dice.below(files)].entry(head.clone()).or_default().push(text);
        }
    }
    let mut texts = Vec::new();
    for (parts, head) in by_file.into_iter().zip(heads) {
        let mut blocks = head;
        for (head, entries) in parts {
            blocks.push(format!("{head}\n{}", entries.join("\n")));
        }
        blocks.push("version: 1".to_owned());
        dice.shuffle(&mut blocks);
        let mut text = String::new();
        for block in blocks {
            let _ = writeln!(text, "{block}");
        }
        texts.push(text);
    }
    texts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_of_files_and_keys_changes_nothing() {
    let (world, yaml) = begun(7).await;
    let first = bytes(&placeless(planned(&world, &yaml).await));
    let document = world.store.load().expect("state").document;
    let mut dice = Dice::new(99);
    for round in 0..10 {
        let dir = tempfile::tempdir().expect("folder");
        let count = 1 + round % 5;
        let mut files = Vec::new();
        for (i, text) in shuffled(&mut dice, &yaml, count).into_iter().enumerate() {
            let path = dir.path().join(format!("{i}.yaml"));
            std::fs::write(&path, text).expect("written");
            files.push(File::Path(path));
        }
        dice.shuffle(&mut files);
        let env = |_: &str| None;
        let given = Given { pairs: &[], env: &env };
        let joined =
            manifest(&files, &mut std::io::empty(), &Limits::default(), &given, &registry().groups());
        let verdict = larkctl::check::check(joined, registry());
        let checked = verdict.result.unwrap_or_else(|p| panic!("{}", told(&p))).manifest;
        let snapshot = world.look(&checked, &document).await;
        let plan = made(&checked, &verdict.sources, &snapshot, &document, "test");
        let plan = plan.unwrap_or_else(|p| panic!("{}", told(&p)));
        same(&first, &bytes(&placeless(plan)), &format!("round {round}"));
    }
}

/// Answers for the tenant, with the rows of every page the other way round, where their order means nothing.
async fn reversing(base: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let address = format!("http://{}", listener.local_addr().expect("address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(relay(stream, base.clone()));
        }
    });
    address
}

/// Serves one connection until it ends.
async fn relay(mut stream: TcpStream, base: String) -> Option<()> {
    let http = reqwest::Client::builder().no_proxy().build().ok()?;
    let mut buffer = Vec::new();
    loop {
        let head_end = loop {
            if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            more(&mut stream, &mut buffer).await?;
        };
        let head = String::from_utf8(buffer.drain(..head_end).collect()).ok()?;
        let mut lines = head.lines();
        let mut words = lines.next()?.split(' ');
        let (method, path) = (words.next()?, words.next()?);
        let mut request =
            http.request(reqwest::Method::from_bytes(method.as_bytes()).ok()?, format!("{base}{path}"));
        let mut length = 0;
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().ok()?,
                "authorization" | "content-type" | "x-lark-helpdesk-authorization" => {
                    request = request.header(name, value);
                }
                _ => {}
            }
        }
        while buffer.len() < length {
            more(&mut stream, &mut buffer).await?;
        }
        let body: Vec<u8> = buffer.drain(..length).collect();
        let answer = request.body(body).send().await.ok()?;
        let status = answer.status().as_u16();
        let mut value: Value = serde_json::from_str(&answer.text().await.ok()?).ok()?;
        // Tabs, menus and the blocks of a text have an order that means something.
        let ordered = ["/chat_tabs", "/menu_tree", "/announcement", "/attendance/v1/shifts/"]
            .iter()
            .any(|part| path.contains(part));
        if let Some(data) = value["data"].as_object_mut().filter(|_| !ordered) {
            // So has a week.
            let rows = data.iter_mut().filter(|(name, _)| *name != "punch_day_shift_ids");
            rows.filter_map(|(_, value)| value.as_array_mut()).for_each(|rows| rows.reverse());
        }
        let text = value.to_string();
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            text.len()
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(text.as_bytes()).await.ok()?;
    }
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let read = stream.read_buf(buffer).await.ok()?;
    (read > 0).then_some(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_of_rows_and_the_cut_of_pages_change_nothing() {
    for seed in [8, 9] {
        let (mut world, yaml) = begun(seed).await;
        let first = bytes(&planned(&world, &yaml).await);
        let reversed = reversing(world.tenant.base.clone()).await;
        world.client = client(&reversed);
        same(&first, &bytes(&planned(&world, &yaml).await), &format!("seed {seed}, rows reversed"));
        world.tenant.settings(json!({ "short_page_every": 2, "empty_page_every": 3 })).await;
        same(&first, &bytes(&planned(&world, &yaml).await), &format!("seed {seed}, pages short and empty"));
    }
}
