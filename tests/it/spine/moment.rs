//! Any moment: killed before, in the middle of and after any record of its journal, before and after any request,
//! the next run ends in the declared tenant, with nothing doubled and nothing lost.
//!
//! The program that is killed is the real one, with SIGKILL. Its requests go through a [`Gate`], which makes their
//! moments exact; the moments of the journal are those of `LARKCTL_TEST_DIE`. `LARKCTL_ALL_MOMENTS=1` tries all of
//! them, otherwise a selection with every sort of record, every verb and every kind is tried.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use larkctl::api::site::BaseUrl;
use larkctl::apply::Outcome;
use larkctl::kinds::registry;
use larkctl::model::{Address, Verb};
use larkctl::plan::{Plan, Step};

use super::draw::{Dice, Size, change, org};
use super::gate::{Gate, Trap};
use super::org::{Chat, Org};
use super::run::{World, checked, quick, told};
use crate::support::{APP, SECRET};

/// A pair whose plan has every kind, verb and sort of call; [`has_everything`] says so.
const SEED: u64 = 55;

/// Longer than any run takes: a test that hangs must say where.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which requests are tried when not all are: every so many.
const EVERY: usize = 9;

/// Moments under trial at once: they wait for processes and disks more than they reckon.
const WORKERS: usize = 6;

/// From where to where.
struct Scene {
    first: String,
    second: Org,
    yaml: String,
}

impl Scene {
    fn drawn(seed: u64) -> Self {
        let size = Size { departments: 8, users: 10, others: 4 };
        let mut dice = Dice::new(seed);
        let first = org(&mut dice, size);
        let second = change(&mut dice, &first, size);
        Self { first: first.yaml(), yaml: second.yaml(), second }
    }
}

/// When the program is killed.
#[derive(Clone, Debug)]
enum Moment {
    Record { how: &'static str, record: String },
    Request(Trap),
}

/// A tenant that is the first organisation, behind a gate, and the manifest of the second.
struct Stage {
    world: World,
    gate: Gate,
    manifest: PathBuf,
}

/// How a run of the program ended.
struct Ended {
    status: ExitStatus,
    text: String,
}

impl Ended {
    fn was_killed(&self) -> bool {
        std::os::unix::process::ExitStatusExt::signal(&self.status) == Some(9)
    }
}

impl Stage {
    async fn set(scene: &Scene) -> Self {
        let mut world = World::start(quick()).await;
        let gate = Gate::before(&world.tenant.base).await;
        let base: BaseUrl = gate.base.parse().expect("address");
        world.target = format!("{base} as {APP}");
        let manifest = world.store.path().with_file_name("company.yaml");
        let (_, outcome) = world.apply(&scene.first).await.expect("a plan");
        assert!(outcome.is_complete(), "{outcome:#?}");
        let stage = Self { world, gate, manifest };
        stage.declare(&scene.yaml);
        stage
    }

    fn declare(&self, yaml: &str) {
        std::fs::write(&self.manifest, yaml).expect("manifest");
    }

    /// Runs `larkctl apply`, and kills it when its moment has come.
    async fn run(&self, moment: Option<&Moment>) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_larkctl"));
        command.args(["apply", "--auto-approve", "--no-color", "--base-url", &self.gate.base, "-f"]);
        command.arg(&self.manifest).arg("--state").arg(self.world.store.path());
        command.env("LARK_APP_ID", APP).env("LARK_APP_SECRET", SECRET).env("NO_PROXY", "127.0.0.1");
        command.env("LARKCTL_TEST_PACE", "100000").env_remove("LARKCTL_TEST_DIE");
        let mut trap = None;
        match moment {
            None => {}
            Some(Moment::Record { how, record }) => {
                command.env("LARKCTL_TEST_DIE", format!("{how} {record}"));
            }
            Some(Moment::Request(at)) => trap = Some(*at),
        }
        self.gate.open(trap);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("larkctl runs");
        let (out, err) = (child.stdout.take().expect("stdout"), child.stderr.take().expect("stderr"));
        let out = tokio::task::spawn_blocking(move || read(out));
        let err = tokio::task::spawn_blocking(move || read(err));
        let talk = async { out.await.expect("stdout") + &err.await.expect("stderr") };
        tokio::pin!(talk);
        let text = tokio::select! {
            text = tokio::time::timeout(PATIENCE, &mut talk) => text.ok(),
            () = self.gate.sprung() => None,
        };
        let text = match text {
            Some(text) => text,
            None => {
                child.kill().expect("kill");
                talk.await
            }
        };
        let status = child.wait().expect("it ended");
        self.gate.settle().await;
        Ended { status, text }
    }

    /// What is still wrong once the second organisation was applied.
    async fn wrong(&self, scene: &Scene, yaml: &str) -> Vec<String> {
        let mut wrong = self.world.differences(&scene.second).await;
        match self.world.plan(yaml).await {
            Ok(plan) if plan.is_empty() => {}
            Ok(plan) => {
                let steps: Vec<&str> = plan.steps.iter().map(|s| s.id.as_str()).collect();
                wrong.push(format!("the next plan is not empty: {steps:?}"));
            }
            Err(problems) => wrong.push(format!("no next plan: {}", told(&problems))),
        }
        let document = self.world.store.load().expect("state").document;
        let declared: BTreeSet<_> = checked(yaml).0.things.into_keys().collect();
        let recorded: BTreeSet<_> = document.things.keys().cloned().collect();
        if declared != recorded {
            wrong.push(format!("declared {declared:?}, recorded {recorded:?}"));
        }
        let mut owners = BTreeMap::new();
        for (address, record) in &document.things {
            if let Some(other) = owners.insert((address.kind(), record.id()), address) {
                wrong.push(format!("{other} and {address} are one thing"));
            }
        }
        if self.world.store.journal_path().exists() {
            wrong.push("the journal was left behind".to_owned());
        }
        wrong
    }

    /// The manifest with the roles taken over whose creation nobody remembers. Their names cannot be read over the
    /// API; a person reads the ids in the admin console.
    async fn with_imports(&self, scene: &Scene, outcome: &Outcome) -> Result<String, String> {
        let dump = self.world.dump().await;
        let mut yaml = format!("{}import:\n", scene.yaml);
        for failed in &outcome.failed {
            let (address, trouble) = (&failed.address, &failed.trouble);
            let remedy = trouble.remedy.as_deref().unwrap_or_default();
            let role = scene.second.roles.get(address.key()).filter(|_| address.kind() == "role");
            let (Some(role), Some(41_201), true) = (role, trouble.code, remedy.contains("import")) else {
                return Err(format!("{failed:?}"));
            };
            let rows = dump["roles"].as_object().into_iter().flatten();
            let named: Vec<_> = rows.filter(|(_, row)| row["name"] == role.name.as_str()).collect();
            let [(id, _)] = named[..] else { return Err(format!("{named:?}")) };
            yaml += &format!("  {address}: {id}\n");
        }
        Ok(yaml)
    }
}

fn read(mut from: impl std::io::Read) -> String {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).expect("output");
    String::from_utf8_lossy(&bytes).into_owned()
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
async fn tried(scene: &Scene, moment: &Moment) -> Result<Went, String> {
    let stage = Stage::set(scene).await;
    let ended = stage.run(Some(moment)).await;
    if !ended.was_killed() && !matches!(moment, Moment::Request(_)) {
        return Err(format!("it was not killed: {:?}\n{}", ended.status, ended.text));
    }
    let mut went = if ended.was_killed() { Went::Converged } else { Went::NotReached };
    let mut yaml = scene.yaml.clone();
    let (mut plan, mut outcome) = stage.world.apply(&yaml).await.map_err(|p| told(&p))?;
    if !outcome.is_complete() && !outcome.failed.is_empty() {
        yaml = stage.with_imports(scene, &outcome).await?;
        went = Went::Imported;
        (plan, outcome) = stage.world.apply(&yaml).await.map_err(|p| told(&p))?;
    }
    if !outcome.is_complete() {
        return Err(format!("{outcome:#?}\n{}", steps(&plan)));
    }
    let wrong = stage.wrong(scene, &yaml).await;
    if wrong.is_empty() { Ok(went) } else { Err(format!("{wrong:#?}\n{}", steps(&plan))) }
}

fn steps(plan: &Plan) -> String {
    plan.steps.iter().map(|s| format!("  {}\n", s.id)).collect()
}

/// The plan of the second organisation, and how many requests an undisturbed run sends.
async fn rehearsed(scene: &Scene) -> (Plan, usize) {
    let stage = Stage::set(scene).await;
    let plan = stage.world.plan(&scene.yaml).await.expect("a plan");
    let ended = stage.run(None).await;
    assert!(ended.status.success(), "{}", ended.text);
    assert_eq!(stage.wrong(scene, &scene.yaml).await, Vec::<String>::new());
    (plan, stage.gate.seen())
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
    let moves =
        plan.steps.iter().any(|s| s.id.starts_with("department") && s.draft.applies.contains_key("parent"));
    let batches = plan.steps.iter().any(|s| s.draft.call.path.contains("/members/batch"));
    let makes_role = plan.steps.iter().any(|s| s.id.starts_with("role.") && s.draft.verb == Verb::Create);
    let all = (plan.steps.len() >= 60, kinds.len(), verbs.len(), moves, batches, makes_role);
    assert_eq!(
        all,
        (true, registry().iter().count(), 4, true, true, true),
        "{kinds:?} {verbs:?}\n{}",
        steps(plan)
    );
}

/// Every sort of record with every verb and with every kind, and a share of the requests.
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
    records.chain((1..=requests).step_by(EVERY).flat_map(of_request)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_the_next_run_ends_with_nothing_doubled_or_lost() {
    let began = Instant::now();
    let scene = Arc::new(Scene::drawn(SEED));
    let (plan, requests) = rehearsed(&scene).await;
    has_everything(&plan);
    let every = std::env::var_os("LARKCTL_ALL_MOMENTS").is_some_and(|v| v == "1");
    let moments = if every { all(&plan, requests) } else { some(&plan, requests) };
    let many = moments.len();
    let open = Arc::new(Mutex::new(moments.into_iter()));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        let (scene, open) = (Arc::clone(&scene), Arc::clone(&open));
        workers.spawn(async move {
            let mut results = Vec::new();
            loop {
                let next = open.lock().expect("moments").next();
                let Some(moment) = next else { return results };
                let result = tried(&scene, &moment).await;
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
    let stage = Stage::set(&scene).await;
    let plan = stage.world.plan(&scene.yaml).await.expect("a plan");
    let makes_role = |step: &&Step| step.draft.address.kind() == "role" && step.draft.verb == Verb::Create;
    let step = plan.steps.iter().find(makes_role).expect("a new role");
    let address = &step.draft.address;
    let record = format!("done {}", step.id);
    let ended = stage.run(Some(&Moment::Record { how: "before", record })).await;
    assert!(ended.was_killed(), "{}", ended.text);

    let ended = stage.run(None).await;
    assert_eq!(ended.status.code(), Some(5), "{}", ended.text);
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
    assert_eq!(stage.wrong(&scene, &yaml).await, Vec::<String>::new());
    // The line has done its work and may go.
    stage.declare(&scene.yaml);
    let ended = stage.run(None).await;
    assert!(ended.status.success() && ended.text.contains("No changes."), "{}", ended.text);
}

/// A chat has no key that survives on the server; killed at every instant around its creation, and with the tenant's
/// memory of the key run out, there is one chat in the end.
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
    let scene = Arc::new(Scene { first: drawn.yaml(), yaml: second.yaml(), second });
    let (plan, requests) = rehearsed(&scene).await;
    let make = plan.steps.iter().find(|step| step.draft.verb == Verb::Create).expect("a creation");
    assert_eq!(make.id, "chat.one: create");
    let records = ["header", "kept"].map(str::to_owned).into_iter().chain(of_step(make));
    let records = records.flat_map(|record| HOWS.map(|how| Moment::Record { how, record: record.clone() }));
    let moments: Vec<Moment> = records.chain((1..=requests).flat_map(of_request)).collect();
    let trials = moments.into_iter().enumerate();
    let open = Arc::new(Mutex::new(trials));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        let (scene, open) = (Arc::clone(&scene), Arc::clone(&open));
        workers.spawn(async move {
            let mut wrong = Vec::new();
            loop {
                let next = open.lock().expect("moments").next();
                let Some((number, moment)) = next else { return wrong };
                // Every other time the tenant has forgotten the key when the next run comes.
                if let Err(why) = once(&scene, &moment, number % 2 == 1).await {
                    wrong.push(format!("{moment:?}: {why}"));
                }
            }
        });
    }
    let wrong: Vec<String> = workers.join_all().await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n======\n"));
}

async fn once(scene: &Scene, moment: &Moment, aged: bool) -> Result<(), String> {
    let stage = Stage::set(scene).await;
    let ended = stage.run(Some(moment)).await;
    if !ended.was_killed() && !matches!(moment, Moment::Request(_)) && !ended.status.success() {
        return Err(format!("it was not killed: {:?}\n{}", ended.status, ended.text));
    }
    if aged {
        stage.world.tenant.step(11 * 3_600).await;
    }
    let ended = stage.run(None).await;
    if !ended.status.success() {
        return Err(format!("{:?}\n{}", ended.status, ended.text));
    }
    let wrong = stage.wrong(scene, &scene.yaml).await;
    if wrong.is_empty() { Ok(()) } else { Err(format!("{wrong:#?}")) }
}
