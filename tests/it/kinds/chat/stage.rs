//! A company with a few people, its manifest, and its chats as the store has them.

use std::collections::{BTreeMap, BTreeSet};

use larkctl::apply::Outcome;
use larkctl::plan::Plan;
use serde_json::{Value, json};

use crate::spine::run::{World, quick, told};
use crate::support::APP;

/// People of every manifest here: `a` to `f`.
pub(super) const PEOPLE: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

pub(super) struct Stage {
    pub world: World,
}

/// The manifest of the company with these chats; they are written as under `chats:`.
pub(super) fn manifest(chats: &str) -> String {
    with(chats, "")
}

/// The same with further sections.
pub(super) fn with(chats: &str, more: &str) -> String {
    let mut yaml = String::from("version: 1\ndepartments:\n  ops: { name: 运维, parent: root }\nusers:\n");
    for (i, key) in PEOPLE.iter().enumerate() {
        let department = if i < 3 { "ops" } else { "root" };
        yaml += &format!(
            "  {key}: {{ name: 员工{key}, mobile: \"+861380000000{i}\", departments: [{department}], employee_type: regular }}\n"
        );
    }
    if !chats.is_empty() {
        yaml += "chats:\n";
        yaml += chats;
    }
    yaml + more
}

impl Stage {
    pub(super) async fn start() -> Self {
        Self { world: World::start(quick()).await }
    }

    /// Applies, and must be through with everything.
    #[track_caller]
    pub(super) fn apply<'s>(&'s self, chats: &'s str) -> impl Future<Output = Vec<String>> + use<'s> {
        let place = std::panic::Location::caller();
        async move {
            let (plan, outcome) = self.run(&manifest(chats)).await;
            assert!(outcome.is_complete(), "{place}: {outcome:#?}");
            assert!(plan.blocked.is_empty(), "{place}: {:#?}", plan.blocked);
            steps(&plan)
        }
    }

    /// Applies, and then nothing is left to do.
    #[track_caller]
    pub(super) fn converge<'s>(&'s self, chats: &'s str) -> impl Future<Output = Vec<String>> + use<'s> {
        let place = std::panic::Location::caller();
        async move {
            let (plan, outcome) = self.run(&manifest(chats)).await;
            assert!(outcome.is_complete(), "{place}: {outcome:#?}");
            assert!(plan.blocked.is_empty(), "{place}: {}", blocked(&plan));
            let again = self.plan(chats).await;
            assert!(again.is_empty() && again.blocked.is_empty(), "{place}: {}", left(&again));
            steps(&plan)
        }
    }

    pub(super) async fn run(&self, yaml: &str) -> (Plan, Outcome) {
        self.world.apply(yaml).await.unwrap_or_else(|problems| panic!("{}", told(&problems)))
    }

    pub(super) async fn plan(&self, chats: &str) -> Plan {
        let yaml = manifest(chats);
        self.world.plan(&yaml).await.unwrap_or_else(|problems| panic!("{}", told(&problems)))
    }

    /// What keeps a plan from being made.
    pub(super) async fn problems(&self, chats: &str) -> String {
        match self.world.plan(&manifest(chats)).await {
            Ok(plan) => panic!("a plan: {:?}", steps(&plan)),
            Err(problems) => told(&problems),
        }
    }

    /// The living chats of the store, oldest first.
    pub(super) async fn chats(&self) -> Vec<Value> {
        let dump = self.world.dump().await;
        let rows = dump["chats"].as_object().cloned().unwrap_or_default();
        let mut rows: Vec<Value> = rows.into_values().filter(|row| row["dissolved"] != true).collect();
        rows.sort_by_key(|row| row["number"].as_u64());
        rows
    }

    pub(super) async fn chat(&self, name: &str) -> Value {
        let rows = self.chats().await;
        let named: Vec<&Value> = rows.iter().filter(|row| row["name"] == name).collect();
        let [one] = named[..] else { panic!("{name}: {rows:#?}") };
        one.clone()
    }

    pub(super) async fn id(&self, name: &str) -> String {
        self.chat(name).await["chat_id"].as_str().expect("an id").to_owned()
    }

    /// The user_ids of these keys of the store.
    async fn named(&self, keys: impl IntoIterator<Item = u64>) -> BTreeSet<String> {
        let dump = self.world.dump().await;
        let rows = dump["users"].as_object().cloned().unwrap_or_default();
        let ids: BTreeMap<u64, String> = rows
            .values()
            .filter_map(|row| Some((row["key"].as_u64()?, row["user_id"].as_str()?.to_owned())))
            .collect();
        keys.into_iter().map(|key| ids[&key].clone()).collect()
    }

    /// Who is in, by the store's own rows.
    pub(super) async fn members(&self, name: &str) -> String {
        let id = self.id(name).await;
        let dump = self.world.dump().await;
        let seats = dump["chat_members"].as_object().cloned().unwrap_or_default();
        let keys = seats.keys().filter_map(|seat| {
            seat.rsplit_once('/').filter(|(chat, _)| *chat == id).and_then(|(_, user)| user.parse().ok())
        });
        line(self.named(keys.collect::<Vec<_>>()).await)
    }

    /// People in a list of the chat's row.
    pub(super) async fn listed(&self, name: &str, field: &str) -> String {
        let row = self.chat(name).await;
        let keys = row[field].as_array().cloned().unwrap_or_default();
        line(self.named(keys.iter().filter_map(Value::as_u64)).await)
    }

    /// The owner by the store: a user_id, or `bot`.
    pub(super) async fn owner(&self, name: &str) -> String {
        let row = self.chat(name).await;
        match row["owner"]["user"].as_u64() {
            Some(key) => line(self.named([key]).await),
            None => {
                assert_eq!(row["owner"]["bot"], APP);
                "bot".to_owned()
            }
        }
    }

    /// One of the tenant's knobs for chats.
    pub(super) async fn knob(&self, name: &str, value: Value) {
        let settings = self.world.tenant.send("GET", "/_sandbox/tenant/settings", None, None).await.body;
        let mut im = settings["im"].clone();
        im[name] = value;
        self.world.tenant.settings(json!({ "im": im })).await;
    }

    /// The end of all trouble.
    pub(super) async fn calm(&self) {
        self.world.tenant.send("DELETE", "/_sandbox/faults", None, None).await;
    }

    /// Somebody does something to a chat in the client.
    pub(super) async fn by_hand(&self, name: &str, mut what: Value) {
        what["action"] = json!("chat");
        what["chat"] = json!(self.id(name).await);
        self.world.tenant.act(what).await;
    }
}

fn line(people: BTreeSet<String>) -> String {
    people.into_iter().collect::<Vec<_>>().join(" ")
}

/// The ids of the steps on chats.
pub(super) fn steps(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| step.id.clone()).filter(|id| id.starts_with("chat.")).collect()
}

/// What a plan still holds.
fn left(plan: &Plan) -> String {
    let fields = plan.changes.iter().filter(|c| !c.fields.is_empty());
    let fields: Vec<String> =
        fields.map(|c| format!("{} {:?} {:#?}", c.address, c.action, c.fields)).collect();
    format!("{:?}\n{}\n{}", steps(plan), fields.join("\n"), blocked(plan))
}

/// Why something is not planned, in one text.
pub(super) fn blocked(plan: &Plan) -> String {
    plan.blocked
        .iter()
        .map(|b| format!("{}: {} ({})\n", b.address, b.why, b.remedy.as_deref().unwrap_or("")))
        .collect()
}
