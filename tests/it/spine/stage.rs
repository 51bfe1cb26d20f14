//! Where the program is killed: a tenant with a past, the manifest of what is to come, and a [`Gate`] between the
//! program and the tenant.
//!
//! The program that is killed is the real one, with SIGKILL. Its requests go through the gate, which makes their
//! moments exact; the moments of the journal are those of `LARKCTL_TEST_DIE`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use larkctl::api::site::BaseUrl;
use larkctl::apply;
use larkctl::kinds::registry;
use larkctl::plan::Plan;
use larkctl::sandbox::server::Options;
use larkctl::state::{Holder, Store};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::draw::{Dice, Size, change, org};
use super::gate::{Gate, Trap};
use super::org::{Chat, Key, Org, Role, User};
use super::remembered::{Journal, differences};
use super::run::{World, checked, quick, told};
use crate::support::operator::Operator;
use crate::support::{APP, SECRET};

/// Longer than any run takes: a test that hangs must say where.
const PATIENCE: Duration = Duration::from_secs(60);

/// A state in the form of [`super::remembered::told`].
pub(crate) type Memory = BTreeMap<String, Value>;

/// A tenant and a state after the past.
struct Begun {
    tenant: TempDir,
    /// With [`NOBODY`] as its target.
    state: String,
}

/// Stands for whoever a state belongs to: every stage has an address of its own.
const NOBODY: &str = "<target>";

/// From where to where.
pub(crate) struct Scene {
    /// What was declared before, one after the other.
    past: Vec<String>,
    begun: OnceCell<Begun>,
    pub second: Org,
    pub yaml: String,
}

impl Scene {
    pub(crate) fn of(first: &Org, second: Org) -> Self {
        Self { past: vec![first.yaml()], begun: OnceCell::new(), yaml: second.yaml(), second }
    }

    /// A drawn pair, and whatever the state alone remembers: somebody is called back, things get other addresses,
    /// are protected, kept or left to heirs; all of it of things that are new, changed and as they were.
    pub(crate) fn drawn(seed: u64) -> Self {
        let size = Size { departments: 8, users: 10, others: 4 };
        let mut dice = Dice::new(seed);
        let mut first = org(&mut dice, size);
        let mut second = change(&mut dice, &first, size);
        stays_and_comes(&mut first, &mut second);
        let heir =
            second.users.keys().find(|key| !first.users.contains_key(*key)).expect("a newcomer").clone();
        let back = User {
            name: "归来".to_owned(),
            mobile: "+8613912345678".to_owned(),
            email: "back@acme.example".to_owned(),
            number: "B0001".to_owned(),
            departments: vec![None],
            kind: "regular".to_owned(),
            title: "归来者".to_owned(),
            heir: Some("p0".to_owned()),
            ..User::default()
        };
        let mut before = first.clone();
        before.users.insert("back".to_owned(), back.clone());
        second
            .users
            .insert("back".to_owned(), User { title: "又来".to_owned(), heir: Some(heir.clone()), ..back });
        second.users.get_mut("p0").expect("the first").heir = Some(heir.clone());
        readdress(&first, &mut second);
        let protect = "prevent_destroy: true";
        let lifecycles = &mut second.lifecycles;
        let mut told = |kind: &str, key: &str, words| {
            lifecycles.insert(format!("{kind}.{key}"), words);
        };
        told("user", &heir, protect);
        told("user", "back", protect);
        let departments = second.departments.keys();
        for (n, key) in departments.enumerate() {
            told("department", key, [protect, "on_remove: forget", "prevent_destroy: false"][n % 3]);
        }
        second.groups.keys().for_each(|key| told("user_group", key, "on_remove: forget"));
        second.roles.keys().for_each(|key| told("role", key, "prevent_destroy: true, on_remove: forget"));
        let past = vec![before.yaml(), first.yaml()];
        Self { past, begun: OnceCell::new(), yaml: second.yaml(), second }
    }
}

impl Scene {
    /// The past happens once.
    async fn begun(&self) -> &Begun {
        let begin = || async {
            let tenant = tempfile::tempdir().expect("folder");
            let mut world = World::start(Options { data: Some(tenant.path().to_owned()), ..quick() }).await;
            (world.target, world.now) = (NOBODY.to_owned(), now());
            for yaml in &self.past {
                let applied = world.apply(yaml).await;
                let (_, outcome) = applied.unwrap_or_else(|problems| panic!("{}", told(&problems)));
                assert!(outcome.is_complete(), "{outcome:#?}");
            }
            let state = std::fs::read_to_string(world.store.path()).expect("a state");
            world.tenant.stop().await;
            Begun { tenant, state }
        };
        self.begun.get_or_init(begin).await
    }
}

/// The program goes by the clock of its machine.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock");
    i64::try_from(since.as_secs()).expect("a clock")
}

/// What a draw may lack: a role and a chat that stay and change, a role, a chat and an employee type that come.
fn stays_and_comes(first: &mut Org, second: &mut Org) {
    let role = |name: &str, org: &Org| {
        let scope = org.departments.keys().take(1).cloned().collect();
        Role { name: name.to_owned(), members: BTreeMap::from([("p0".to_owned(), scope)]) }
    };
    let chat = |name: &str, members: &[&str]| Chat {
        name: name.to_owned(),
        description: "公告".to_owned(),
        members: members.iter().map(|key| (*key).to_owned()).collect(),
        ..Chat::default()
    };
    first.roles.insert("a-watch".to_owned(), Role { members: BTreeMap::new(), ..role("值守", first) });
    second.roles.insert("a-watch".to_owned(), role("值守", second));
    second.roles.insert("duty".to_owned(), role("值班", second));
    first.chats.insert("a-news".to_owned(), chat("新闻", &[]));
    second.chats.insert("a-news".to_owned(), chat("新闻", &["p0"]));
    second.chats.insert("fresh".to_owned(), chat("新来的", &["p0"]));
    second.types.insert("fresh".to_owned(), "新类型".to_owned());
}

/// Gives one thing of several kinds another key, references and all.
fn readdress(first: &Org, second: &mut Org) {
    let mut moved = Vec::new();
    let mut goes = |kind: &str, from: &str| {
        let to = format!("{from}-moved");
        moved.push((format!("{kind}.{from}"), format!("{kind}.{to}")));
        to
    };
    if let Some(from) = both(&first.roles, &second.roles) {
        let role = second.roles.remove(&from).expect("a role");
        second.roles.insert(goes("role", &from), role);
    }
    if let Some(from) = both(&first.chats, &second.chats) {
        let chat = second.chats.remove(&from).expect("a chat");
        second.chats.insert(goes("chat", &from), chat);
    }
    if let Some(from) = both(&first.levels, &second.levels) {
        let (to, level) = (goes("job_level", &from), second.levels.remove(&from).expect("a level"));
        second.levels.insert(to.clone(), level);
        let theirs = second.users.values_mut().map(|user| &mut user.level);
        theirs.filter(|level| level.as_ref() == Some(&from)).for_each(|level| *level = Some(to.clone()));
    }
    if let Some(from) = both(&first.families, &second.families) {
        let (to, family) = (goes("job_family", &from), second.families.remove(&from).expect("a family"));
        second.families.insert(to.clone(), family);
        let theirs = second.users.values_mut().map(|user| &mut user.family);
        let below = second.families.values_mut().map(|(_, parent)| parent);
        let all = theirs.chain(below).filter(|family| family.as_ref() == Some(&from));
        all.for_each(|family| *family = Some(to.clone()));
    }
    second.moved = moved;
}

fn both<T>(first: &BTreeMap<Key, T>, second: &BTreeMap<Key, T>) -> Option<Key> {
    first.keys().find(|key| second.contains_key(*key)).cloned()
}

/// When the program is killed.
#[derive(Clone, Debug)]
pub(crate) enum Moment {
    Record { how: &'static str, record: String },
    Request(Trap),
}

/// A tenant with the past of its scene, behind a gate, and the manifest of the second.
pub(crate) struct Stage {
    pub world: World,
    pub gate: Gate,
    manifest: PathBuf,
    /// What the program is given besides: a person's token, and those of helpdesks.
    secrets: Vec<(String, String)>,
    _folder: TempDir,
}

/// How a run of the program ended.
pub(crate) struct Ended {
    pub status: ExitStatus,
    pub text: String,
}

impl Ended {
    pub(crate) fn was_killed(&self) -> bool {
        std::os::unix::process::ExitStatusExt::signal(&self.status) == Some(9)
    }
}

impl Stage {
    pub(crate) async fn set(scene: &Scene) -> Self {
        let begun = scene.begun().await;
        let folder = tempfile::tempdir().expect("folder");
        for file in std::fs::read_dir(begun.tenant.path()).expect("a tenant") {
            let file = file.expect("a file");
            std::fs::copy(file.path(), folder.path().join(file.file_name())).expect("copied");
        }
        let mut world = World::start(Options { data: Some(folder.path().to_owned()), ..quick() }).await;
        let gate = Gate::before(&world.tenant.base).await;
        let base: BaseUrl = gate.base.parse().expect("address");
        (world.target, world.now) = (format!("{base} as {APP}"), now());
        std::fs::write(world.store.path(), begun.state.replace(NOBODY, &world.target)).expect("state");
        let manifest = world.store.path().with_file_name("company.yaml");
        let secrets = secrets(&world, &scene.yaml).await;
        let stage = Self { world, gate, manifest, secrets, _folder: folder };
        stage.declare(&scene.yaml);
        stage
    }

    pub(crate) fn declare(&self, yaml: &str) {
        std::fs::write(&self.manifest, yaml).expect("manifest");
    }

    /// Runs `larkctl apply`, and kills it when its moment has come.
    pub(crate) async fn run(&self, moment: Option<&Moment>) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_larkctl"));
        command.args(["apply", "--auto-approve", "--no-color", "--base-url", &self.gate.base, "-f"]);
        command.arg(&self.manifest).arg("--state").arg(self.world.store.path());
        command.env("LARK_APP_ID", APP).env("LARK_APP_SECRET", SECRET).env("NO_PROXY", "127.0.0.1");
        command.envs(self.secrets.iter().map(|(name, value)| (name, value)));
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

    /// What the state remembers, as it lies on the disk.
    pub(crate) fn memory(&self) -> Value {
        let bytes = std::fs::read(self.world.store.path()).expect("a state");
        serde_json::from_slice(&bytes).expect("state")
    }

    /// What the dead run left.
    pub(crate) fn journal(&self) -> Journal {
        Journal::read(&self.world.store.journal_path())
    }

    /// What the dead run wrote down, and who only looks or who goes on would not know.
    pub(crate) fn lost(&self) -> Vec<String> {
        let store = &self.world.store;
        let mut seen = store.load().expect("state").document;
        apply::peek(store, &mut seen).expect("journal");
        // Taken in elsewhere: the next run shall find what the dead one left.
        let folder = tempfile::tempdir().expect("folder");
        let copy = Store::at(folder.path().join("state.json"));
        std::fs::copy(store.path(), copy.path()).expect("copied");
        if store.journal_path().exists() {
            std::fs::copy(store.journal_path(), copy.journal_path()).expect("copied");
        }
        let state = copy.lock(&Holder::here("test")).expect("lock");
        let mut known = state.load().expect("state").document;
        apply::recover(&state, &mut known).expect("recovered");
        let mut wrong = self.journal().lost(&serde_json::to_value(&known).expect("a state"));
        if (&seen.things, &seen.departed, &seen.unsettled)
            != (&known.things, &known.departed, &known.unsettled)
        {
            wrong.push("a look sees another state than the next run".to_owned());
        }
        wrong
    }

    /// What is still wrong once the second organisation was applied; the memory is that of an undisturbed run.
    pub(crate) async fn wrong(&self, scene: &Scene, yaml: &str, memory: Option<&Memory>) -> Vec<String> {
        let mut wrong = self.world.differences(&scene.second).await;
        // One more run takes down what was seen to be as declared without a step of its own: where and when it is seen
        // first depends on who was there when.
        match self.world.apply(yaml).await {
            Ok((plan, _)) if plan.is_empty() => {}
            Ok((plan, _)) => wrong.push(format!("the next plan is not empty:\n{}", steps(&plan))),
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
            // What was made without an id has none until somebody looks.
            if record.id().is_some()
                && let Some(other) = owners.insert((address.kind(), record.id()), address)
            {
                wrong.push(format!("{other} and {address} are one thing"));
            }
        }
        if self.world.store.journal_path().exists() {
            wrong.push("the journal was left behind".to_owned());
        }
        wrong.extend(memory.into_iter().flat_map(|memory| differences(memory, &self.memory())));
        wrong
    }
}

/// The tokens that a manifest, and what is remembered of an earlier one, ask for.
async fn secrets(world: &World, yaml: &str) -> Vec<(String, String)> {
    let document = world.store.load().expect("state").document;
    let keys = registry().desks(&checked(yaml).0, &document.things);
    if keys.is_empty() {
        return Vec::new();
    }
    let operator = Operator::new(&world.tenant.base);
    let tokens = operator.tokens(keys).await.into_iter();
    let mut secrets: Vec<(String, String)> =
        tokens.map(|(_, desk)| (desk.variable, desk.token.expect("a token").expose().to_owned())).collect();
    secrets.push(("LARK_USER_TOKEN".to_owned(), operator.login().await.expose().to_owned()));
    secrets
}

fn read(mut from: impl std::io::Read) -> String {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).expect("output");
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn steps(plan: &Plan) -> String {
    plan.steps.iter().map(|s| format!("  {}\n", s.id)).collect()
}
