//! Any moment: killed before, in the middle of and after any record of its journal, before and after any request,
//! the next run ends in the declared tenant, with nothing doubled and nothing lost: not in the tenant, and not in what
//! the state remembers.
//!
//! `LARKCTL_ALL_MOMENTS=1` tries all of them, otherwise a selection with every sort of record, every verb, every kind
//! and all that only the journal knows.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use larkctl::apply::Outcome;
use larkctl::kinds::registry;
use larkctl::model::{Address, OnRemove, Verb};
use larkctl::plan::{Bookkeeping, Plan, Step};

use super::draw::{Dice, Size, org};
use super::gate::Trap;
use super::org::{Chat, Org};
use super::remembered::{Journal, told as remembered};
use super::run::told;
use super::stage::{Memory, Moment, Scene, Stage, steps};

/// A pair whose plan has every kind, verb and sort of call; [`has_everything`] says so.
const SEED: u64 = 55;

/// Which requests are tried when not all are: every so many.
const EVERY: usize = 18;

/// Moments under trial at once: they wait for processes and disks more than they reckon.
const WORKERS: usize = 6;

/// An undisturbed run.
struct Calm {
    plan: Plan,
    /// How many requests it sends.
    requests: usize,
    /// What is remembered after it.
    memory: Memory,
}

/// How a moment went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Went {
    /// The next run did the rest.
    Converged,
    /// The next run named roles that must be imported, and the one after that did the rest.
    Imported,
    /// The program had ended before.
    NotReached,
}

/// Kills the program at a moment and goes on.
async fn tried(scene: &Scene, calm: &Calm, moment: &Moment) -> Result<Went, String> {
    let stage = Stage::set(scene).await;
    let ended = stage.run(Some(moment)).await;
    if !ended.was_killed() && !matches!(moment, Moment::Request(_)) {
        return Err(format!("it was not killed: {:?}\n{}", ended.status, ended.text));
    }
    let mut went = if ended.was_killed() { Went::Converged } else { Went::NotReached };
    let mut yaml = scene.yaml.clone();
    let left = stage.journal();
    let mut wrong = stage.lost();
    let (mut plan, mut outcome) = stage.world.apply(&yaml).await.map_err(|p| told(&p))?;
    wrong.extend(again(&plan, &left));
    if !outcome.is_complete() && !outcome.failed.is_empty() {
        yaml = with_imports(&stage, scene, &left, &outcome).await?;
        went = Went::Imported;
        (plan, outcome) = stage.world.apply(&yaml).await.map_err(|p| told(&p))?;
    }
    if !outcome.is_complete() {
        return Err(format!("{outcome:#?}\n{}", steps(&plan)));
    }
    wrong.extend(stage.wrong(scene, &yaml, Some(&calm.memory)).await);
    if wrong.is_empty() { Ok(went) } else { Err(format!("{wrong:#?}\n{}", steps(&plan))) }
}

/// What a plan would make, take away or move that the run before has, and has written down. A change may come a
/// second time: what else is changed beside it has side effects in the tenant.
fn again(plan: &Plan, left: &Journal) -> Vec<String> {
    let (done, moved) = (left.done(), left.moved());
    let once = |step: &&Step| step.draft.verb == Verb::Create || step.draft.forgets;
    let steps = plan.steps.iter().filter(once).map(|step| step.id.as_str()).filter(|id| done.contains(id));
    let moves = plan.changes.iter().filter_map(|change| change.previous_address.as_ref());
    let moves = moves.filter(|from| moved.contains(from.to_string().as_str()));
    steps.map(|id| format!("{id} again")).chain(moves.map(|from| format!("{from} moves again"))).collect()
}

/// The manifest with the roles taken over of which nobody knows whether they were made: that, and nothing else, needs a
/// person. Their names cannot be read over the API; one reads the ids in the admin console.
async fn with_imports(
    stage: &Stage,
    scene: &Scene,
    left: &Journal,
    outcome: &Outcome,
) -> Result<String, String> {
    let dump = stage.world.dump().await;
    let mut yaml = format!("{}import:\n", scene.yaml);
    for failed in &outcome.failed {
        let (address, trouble) = (&failed.address, &failed.trouble);
        let remedy = trouble.remedy.as_deref().unwrap_or_default();
        let role = scene.second.roles.get(address.key()).filter(|_| address.kind() == "role");
        let (Some(role), Some(41_201), true) = (role, trouble.code, remedy.contains("import")) else {
            return Err(format!("{failed:?}"));
        };
        if !left.leaves_open(&address.to_string()) {
            return Err(format!("{address} needs an import, and the journal knows of it: {failed:?}"));
        }
        let rows = dump["roles"].as_object().into_iter().flatten();
        let named: Vec<_> = rows.filter(|(_, row)| row["name"] == role.name.as_str()).collect();
        let [(id, _)] = named[..] else { return Err(format!("{named:?}")) };
        yaml += &format!("  {address}: {id}\n");
    }
    Ok(yaml)
}

/// What happens when nothing happens.
async fn rehearsed(scene: &Scene) -> Calm {
    let stage = Stage::set(scene).await;
    let plan = stage.world.plan(&scene.yaml).await.expect("a plan");
    let ended = stage.run(None).await;
    assert!(ended.status.success(), "{}", ended.text);
    assert_eq!(stage.wrong(scene, &scene.yaml, None).await, Vec::<String>::new());
    Calm { plan, requests: stage.gate.seen(), memory: remembered(&stage.memory()) }
}

const HOWS: [&str; 3] = ["before", "torn", "after"];

fn of_step(step: &Step) -> [String; 2] {
    [format!("intent {}", step.id), format!("done {}", step.id)]
}

fn all(plan: &Plan, requests: usize) -> Vec<Moment> {
    let records =
        ["header", "kept"].map(str::to_owned).into_iter().chain(plan.steps.iter().flat_map(of_step));
    let records = records.flat_map(|record| HOWS.map(|how| Moment::Record { how, record: record.clone() }));
    records.chain((1..=requests).flat_map(of_request)).collect()
}

fn of_request(number: usize) -> [Moment; 2] {
    [Moment::Request(Trap::Request(number)), Moment::Request(Trap::Answer(number))]
}

/// The drawn plan is what the promise is about.
fn has_everything(plan: &Plan) {
    let kinds: BTreeSet<&str> = plan.steps.iter().map(|s| s.draft.address.kind()).collect();
    let verbs: BTreeSet<Verb> = plan.steps.iter().map(|s| s.draft.verb).collect();
    let step = |want: &dyn Fn(&Step) -> bool| plan.steps.iter().any(want);
    let book = |want: &dyn Fn(&Bookkeeping) -> bool| plan.bookkeeping.iter().any(want);
    let moved: BTreeSet<&Address> =
        plan.changes.iter().filter(|c| c.previous_address.is_some()).map(|c| &c.address).collect();
    let moved_kinds: BTreeSet<&str> = moved.iter().map(|address| address.kind()).collect();
    let has = [
        ("60 steps", plan.steps.len() >= 60),
        ("every kind", kinds.len() == registry().iter().count()),
        ("every verb", verbs.len() == 4),
        (
            "a department that moves",
            step(&|s| s.id.starts_with("department") && s.draft.applies.contains_key("parent")),
        ),
        ("members in batches", step(&|s| s.draft.call.path.contains("/members/batch"))),
        ("a new role", step(&|s| s.draft.address.kind() == "role" && s.draft.verb == Verb::Create)),
        ("a new chat", step(&|s| s.draft.address.kind() == "chat" && s.draft.verb == Verb::Create)),
        ("moved roles, chats, levels, families", moved_kinds.len() == 4),
        ("a moved thing that changes", step(&|s| moved.contains(&s.draft.address))),
        ("a person called back", step(&|s| s.id == CALLED_BACK)),
        ("a person leaving", step(&leaves)),
        (
            "a new thing that is protected",
            book(&|b| matches!(b, Bookkeeping::Remember { prevent_destroy: true, .. })),
        ),
        ("a new thing with heirs", book(&|b| matches!(b, Bookkeeping::Remember { on_delete: Some(_), .. }))),
        (
            "a new thing that is left alone one day",
            book(&|b| matches!(b, Bookkeeping::Remember { on_remove: Some(OnRemove::Forget), .. })),
        ),
        (
            "an old thing that is protected",
            book(&|b| matches!(b, Bookkeeping::Record { record, .. } if record.prevent_destroy)),
        ),
    ];
    let lacking: Vec<&str> = has.iter().filter(|(_, has)| !has).map(|(what, _)| *what).collect();
    assert!(
        lacking.is_empty(),
        "{lacking:?}\n{kinds:?} {verbs:?} {moved:?}\n{}\n{:#?}",
        steps(plan),
        plan.bookkeeping
    );
}

const CALLED_BACK: &str = "user.back: call back";

fn leaves(step: &Step) -> bool {
    step.draft.address.kind() == "user" && step.draft.forgets
}

/// The moments at which only the journal knows what nobody can read or declare a second time.
fn told_by_the_journal_alone(plan: &Plan) -> Vec<Moment> {
    let first = |want: &dyn Fn(&Step) -> bool| {
        let step = plan.steps.iter().find(|step| want(step)).expect("has everything");
        format!("done {}", step.id)
    };
    let made =
        |kind: &'static str| move |s: &Step| s.draft.address.kind() == kind && s.draft.verb == Verb::Create;
    let previous = |address: &Address| {
        plan.changes.iter().any(|c| c.address == *address && c.previous_address.is_some())
    };
    let left = first(&leaves);
    let moments = [
        ("after", "kept".to_owned()),
        ("after", first(&made("role"))),
        ("after", first(&made("chat"))),
        ("after", first(&|step| previous(&step.draft.address))),
        ("after", format!("done {CALLED_BACK}")),
        ("before", left.clone()),
        ("after", left),
    ];
    moments.into_iter().map(|(how, record)| Moment::Record { how, record }).collect()
}

/// What the journal alone knows, every sort of record with every verb and with every kind, and a share of the requests.
fn some(plan: &Plan, requests: usize) -> Vec<Moment> {
    let mut records: Vec<String> = ["header", "kept"].map(str::to_owned).to_vec();
    let mut verbs: BTreeSet<Verb> = BTreeSet::new();
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    for step in &plan.steps {
        if verbs.insert(step.draft.verb) | kinds.insert(step.draft.address.kind()) {
            records.extend(of_step(step));
        }
    }
    let records = records.into_iter().zip(HOWS.into_iter().cycle());
    let records = records.map(|(record, how)| Moment::Record { how, record });
    let moments = told_by_the_journal_alone(plan).into_iter().chain(records);
    moments.chain((1..=requests).step_by(EVERY).flat_map(of_request)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_the_next_run_ends_with_nothing_doubled_or_lost() {
    let began = Instant::now();
    let scene = Arc::new(Scene::drawn(SEED));
    let calm = Arc::new(rehearsed(&scene).await);
    let (plan, requests) = (&calm.plan, calm.requests);
    has_everything(plan);
    let every = std::env::var_os("LARKCTL_ALL_MOMENTS").is_some_and(|v| v == "1");
    let moments = if every { all(plan, requests) } else { some(plan, requests) };
    let many = moments.len();
    let open = Arc::new(Mutex::new(moments.into_iter()));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        let (scene, calm, open) = (Arc::clone(&scene), Arc::clone(&calm), Arc::clone(&open));
        workers.spawn(async move {
            let mut results = Vec::new();
            loop {
                let next = open.lock().expect("moments").next();
                let Some(moment) = next else { return results };
                let result = tried(&scene, &calm, &moment).await;
                results.push((moment, result));
            }
        });
    }
    let results: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    let mut went: BTreeMap<Went, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (moment, result) in results {
        match result {
            Ok(how) => *went.entry(how).or_default() += 1,
            Err(why) => wrong.push(format!("{moment:?}: {why}")),
        }
    }
    if every {
        let (steps, seconds) = (plan.steps.len(), began.elapsed().as_secs());
        let mut err = std::io::stderr();
        let _ =
            writeln!(err, "{steps} steps, {many} moments in {seconds} s: {went:?}, {} wrong", wrong.len());
    }
    assert!(wrong.is_empty(), "{} of {many} moments:\n{}", wrong.len(), wrong.join("\n\n======\n"));
}

/// The one thing that the API cannot tell a second time: which role it made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_whose_creation_was_not_written_down_is_named_and_imported() {
    let scene = Scene::drawn(SEED);
    let calm = rehearsed(&scene).await;
    let stage = Stage::set(&scene).await;
    let plan = &calm.plan;
    let makes_role = |step: &&Step| step.draft.address.kind() == "role" && step.draft.verb == Verb::Create;
    let step = plan.steps.iter().find(makes_role).expect("a new role");
    let address = &step.draft.address;
    let record = format!("done {}", step.id);
    let ended = stage.run(Some(&Moment::Record { how: "before", record })).await;
    assert!(ended.was_killed(), "{}", ended.text);

    let ended = stage.run(None).await;
    // 5 if there was anything else to do.
    assert!(matches!(ended.status.code(), Some(1 | 5)), "{}", ended.text);
    // Others that were being made at that moment are in the same case.
    let dump = stage.world.dump().await;
    let known = stage.world.store.load().expect("state").document;
    let mut yaml = format!("{}import:\n", scene.yaml);
    let mut lost = BTreeSet::new();
    for (key, role) in &scene.second.roles {
        let at: Address = format!("role.{key}").parse().expect("address");
        let rows = dump["roles"].as_object().into_iter().flatten();
        let ids: Vec<_> =
            rows.filter(|(_, row)| row["name"] == role.name.as_str()).map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 1, "{at} was made once");
        if !known.things.contains_key(&at) {
            yaml += &format!("  {at}: {}\n", ids[0]);
            let said = [&format!("failed: {at}: create"), "41201", "`import: {role.KEY: ROLE_ID}`"];
            assert!(said.iter().all(|words| ended.text.contains(words)), "{}", ended.text);
            lost.insert(at);
        }
    }
    assert!(lost.contains(address), "{lost:?}");
    stage.declare(&yaml);
    let ended = stage.run(None).await;
    assert!(ended.status.success(), "{}", ended.text);
    assert_eq!(stage.wrong(&scene, &yaml, Some(&calm.memory)).await, Vec::<String>::new());
    // The line has done its work and may go.
    stage.declare(&scene.yaml);
    let ended = stage.run(None).await;
    assert!(ended.status.success() && ended.text.contains("No changes."), "{}", ended.text);
}

/// A chat has no key that survives on the server; killed at every instant around its creation, and with the tenant's
/// memory of the key run out, there is one chat in the end; and even if the creation was still under way when the next
/// run looked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_instant_around_its_creation_a_chat_is_made_once() {
    let mut second = Org::default();
    let size = Size { departments: 1, users: 2, others: 0 };
    let mut drawn = org(&mut Dice::new(1), size);
    drawn.chats.clear();
    second.clone_from(&drawn);
    let members = drawn.users.keys().cloned().collect();
    let chat =
        Chat { name: "只此一个".to_owned(), description: "一".to_owned(), members, ..Chat::default() };
    second.chats.insert("one".to_owned(), chat);
    let scene = Arc::new(Scene::of(&drawn, second));
    let calm = Arc::new(rehearsed(&scene).await);
    let make = calm.plan.steps.iter().find(|step| step.draft.verb == Verb::Create).expect("a creation");
    assert_eq!(make.id, "chat.one: create");
    let records = ["header", "kept"].map(str::to_owned).into_iter().chain(of_step(make));
    let records = records.flat_map(|record| HOWS.map(|how| Moment::Record { how, record: record.clone() }));
    let moments: Vec<Moment> = records.chain((1..=calm.requests).flat_map(of_request)).collect();
    // Every other time the tenant has forgotten the key when the next run comes.
    let late = Moment::Request(Trap::Late(CHATS));
    let trials = moments.into_iter().zip([false, true].into_iter().cycle()).chain([(late, false)]);
    let open = Arc::new(Mutex::new(trials));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        let (scene, calm, open) = (Arc::clone(&scene), Arc::clone(&calm), Arc::clone(&open));
        workers.spawn(async move {
            let mut wrong = Vec::new();
            loop {
                let next = open.lock().expect("moments").next();
                let Some((moment, aged)) = next else { return wrong };
                if let Err(why) = once(&scene, &calm, &moment, aged).await {
                    wrong.push(format!("{moment:?}, aged {aged}: {why}"));
                }
            }
        });
    }
    let wrong: Vec<String> = workers.join_all().await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n======\n"));
}

/// Where chats are made.
const CHATS: &str = "/open-apis/im/v1/chats";

async fn once(scene: &Scene, calm: &Calm, moment: &Moment, aged: bool) -> Result<(), String> {
    let stage = Stage::set(scene).await;
    let ended = stage.run(Some(moment)).await;
    if !ended.was_killed() && !matches!(moment, Moment::Request(_)) && !ended.status.success() {
        return Err(format!("it was not killed: {:?}\n{}", ended.status, ended.text));
    }
    let mut wrong = stage.lost();
    if aged {
        stage.world.tenant.step(11 * 3_600).await;
    }
    let ended = stage.run(None).await;
    if !ended.status.success() {
        return Err(format!("{:?}\n{}", ended.status, ended.text));
    }
    wrong.extend(stage.wrong(scene, &scene.yaml, Some(&calm.memory)).await);
    if wrong.is_empty() { Ok(()) } else { Err(format!("{wrong:#?}")) }
}
