//! A company with Chinese names, and plans for it, for the tests of reports.

use std::collections::{BTreeMap, BTreeSet};

use super::super::wording::Kinds;
use crate::model::{Action, Address, Call, Cause, Pending, StepDraft, Value, Verb};
use crate::plan::{
    Blocked, Cost, Dependency, EndpointCost, Origin, Plan, PlannedChange, PlannedField, Source, Step,
};
use crate::resource::schema::Naming;
use crate::resource::{Attribute, Change, Format, KindInfo, Shape};

const LONG: Shape = Shape::Text { min: 0, max: 1000, format: Format::Long };
const PEOPLE: Shape = Shape::People { max: 1000 };
const USER: Shape = Shape::Ref { kind: "user", also: &[] };

const fn kind(
    name: &'static str,
    plural: &'static str,
    attributes: &'static [Attribute],
    lookups: &'static [(&'static str, &'static str)],
) -> KindInfo {
    KindInfo {
        name,
        plural,
        title: "",
        about: "",
        naming: Naming::Key,
        attributes,
        tree: None,
        example: "",
        lookups,
        key: None,
        observe_after: &[],
    }
}

static DEPARTMENT: KindInfo = kind(
    "department",
    "departments",
    &[
        Attribute::new("name", Shape::text(255), ""),
        Attribute::new("parent", Shape::Ref { kind: "department", also: &["root"] }, ""),
        Attribute::new("leaders", Shape::Keyed { keys: &[("primary", ""), ("deputy", "")], of: &USER }, ""),
        Attribute::new("about", LONG, ""),
    ],
    &[("department_id", ""), ("path", "")],
);

static USER_KIND: KindInfo = kind(
    "user",
    "users",
    &[
        Attribute::new("name", Shape::text(255), ""),
        Attribute::new("mobile", Shape::text(255), "").sensitive(),
        Attribute::new("email", Shape::text(255), "").sensitive(),
        Attribute::new("job_title", Shape::text(255), ""),
        Attribute::new("employee_no", Shape::text(255), "").change(Change::Replace),
        Attribute::new("departments", Shape::List { of: &Shape::Bool, max: 50 }, ""),
    ],
    &[("email", ""), ("mobile", ""), ("user_id", ""), ("open_id", "")],
);

static GROUP: KindInfo = kind(
    "user_group",
    "user_groups",
    &[Attribute::new("name", Shape::text(100), ""), Attribute::new("members", PEOPLE, "")],
    &[("group_id", "")],
);

pub(in super::super) fn kinds() -> Kinds {
    Kinds::new([&DEPARTMENT, &USER_KIND, &GROUP])
}

pub(in super::super) fn address(text: &str) -> Address {
    text.parse().expect("address")
}

pub(in super::super) fn text(text: &str) -> Value {
    Value::text(text)
}

pub(in super::super) fn to(address: &str) -> Value {
    Value::address(self::address(address))
}

pub(in super::super) fn set(values: impl IntoIterator<Item = Value>) -> Value {
    Value::Set(values.into_iter().collect::<BTreeSet<_>>())
}

pub(in super::super) fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

pub(in super::super) fn change(name: &str, action: Action) -> PlannedChange {
    PlannedChange {
        address: address(name),
        action,
        previous_address: None,
        id: None,
        managed: !matches!(action, Action::Create | Action::Adopt),
        fields: Vec::new(),
        before: BTreeMap::new(),
        called: None,
        drift: Vec::new(),
        notes: Vec::new(),
        pending: Vec::new(),
        source: Some(Source { file: "org.yaml".to_owned(), line: 3 }),
    }
}

impl PlannedChange {
    pub(in super::super) fn called(mut self, name: &str) -> Self {
        self.called = Some(text(name));
        self
    }

    pub(in super::super) fn was(mut self, name: &str, value: Value) -> Self {
        self.before.insert(name.to_owned(), value);
        self
    }

    pub(in super::super) fn field(
        mut self,
        name: &str,
        before: Option<Value>,
        after: Value,
        cause: Cause,
    ) -> Self {
        self.fields.push(planned(name, before, after, cause));
        self
    }

    pub(in super::super) fn sets(self, name: &str, after: Value) -> Self {
        self.field(name, None, after, Cause::Config)
    }

    pub(in super::super) fn drifted(mut self, name: &str, applied: Option<Value>, live: Value) -> Self {
        self.drift.push(planned(name, applied, live, Cause::Drift));
        self
    }

    pub(in super::super) fn note(mut self, text: &str) -> Self {
        self.notes.push(text.to_owned());
        self
    }

    pub(in super::super) fn waits(mut self, attributes: &[&str], reason: &str) -> Self {
        let attributes = attributes.iter().map(|&a| a.to_owned()).collect();
        self.pending.push(Pending { attributes, reason: reason.to_owned() });
        self
    }
}

fn planned(name: &str, before: Option<Value>, after: Value, cause: Cause) -> PlannedField {
    let sensitive = matches!(name, "mobile" | "email");
    PlannedField { name: name.to_owned(), before, after, cause, sensitive, source: None }
}

pub(in super::super) fn step(name: &str, verb: Verb, what: &str, after: &[(&str, &str)]) -> Step {
    let call = Call::new("PATCH", "/open-apis/contact/v3/users/:user_id");
    Step {
        id: format!("{name}: {what}"),
        depends_on: after
            .iter()
            .map(|(step, why)| Dependency { step: (*step).to_owned(), why: (*why).to_owned() })
            .collect(),
        draft: StepDraft::new(address(name), verb, what, call),
    }
}

pub(in super::super) fn plan(changes: impl IntoIterator<Item = PlannedChange>) -> Plan {
    Plan {
        lineage: "7d2f".to_owned(),
        serial: 4,
        target: "https://open.feishu.cn cli_acme".to_owned(),
        origin: Origin::default(),
        changes: changes.into_iter().collect(),
        steps: Vec::new(),
        bookkeeping: Vec::new(),
        based_on: BTreeMap::new(),
        blocked: Vec::new(),
        refusals: Vec::new(),
        notes: Vec::new(),
        matched: Vec::new(),
        desks: Vec::new(),
        cost: Cost::default(),
    }
}

/// Every action, cause and section at once.
pub(in super::super) fn company() -> Plan {
    let mut plan = plan([
        change("department.engineering", Action::Create)
            .sets("name", text("研发中心"))
            .sets("parent", text("root"))
            .sets("leaders", map([("primary", to("user.zhang.san"))])),
        change("department.legal", Action::Delete)
            .was("name", text("法务部"))
            .note("3 people leave it: 钱七, 孙八 and 周九 (zhou.jiu@acme.cn)"),
        change("department.sales", Action::Update)
            .was("name", text("销售"))
            .field("name", Some(text("销售")), text("销售一部"), Cause::Both)
            .field(
                "leaders",
                Some(map([("primary", to("user.li.si")), ("deputy", Value::remote("user", "u_9"))])),
                map([("primary", to("user.zhang.san"))]),
                Cause::Drift,
            ),
        PlannedChange {
            previous_address: Some(address("department.ops")),
            ..change("department.sre", Action::Keep).was("name", text("运维"))
        },
        PlannedChange { id: Some("od-1".to_owned()), ..change("department.old", Action::Forget) },
        change("user.li.si", Action::Update).was("name", text("李四")).field(
            "mobile",
            Some(text("+8613011111111")),
            text("+8613022222222"),
            Cause::Config,
        ),
        PlannedChange { id: Some("u_3".to_owned()), ..change("user.wang.wu", Action::Adopt) }
            .was("name", text("王五"))
            .field("job_title", Some(text("工程师")), text("高级工程师"), Cause::Config),
        change("user.zhang.san", Action::Replace)
            .was("name", text("张三"))
            .field("employee_no", Some(text("A-001")), text("A-100"), Cause::Config)
            .field("mobile", Some(text("+8613022222222")), text("+8613011111111"), Cause::Config),
        change("user.zhao.liu", Action::Keep)
            .was("name", text("赵六"))
            .waits(&["leaders"], "赵六 (zhao.liu@acme.cn) has not joined yet"),
        change("user_group.oncall", Action::Update).was("name", text("值班")).field(
            "members",
            Some(set([to("user.li.si"), to("user.wang.wu")])),
            set([to("user.wang.wu"), to("user.zhang.san")]),
            Cause::Config,
        ),
    ]);
    plan.steps = vec![
        step("user.li.si", Verb::Park, "mobile +8613099999999 for a while", &[]),
        step(
            "user.zhang.san",
            Verb::Update,
            "mobile",
            &[("user.li.si: mobile +8613099999999 for a while", "+8613011111111 is free")],
        ),
        step("user.li.si", Verb::Update, "mobile", &[("user.zhang.san: mobile", "its number is free")]),
    ];
    plan.blocked = vec![Blocked {
        address: address("user_group.night"),
        why: "the members of the group could not be read (code 42003)".to_owned(),
        remedy: Some("grant contact:group:readonly to the app".to_owned()),
    }];
    let endpoint = "POST /open-apis/contact/v3/departments";
    plan.cost = Cost {
        calls: 14,
        endpoints: vec![EndpointCost {
            endpoint: endpoint.to_owned(),
            calls: 9,
            limit: "1 a second".to_owned(),
            at_best_ms: 8_200,
            quota_ms: 9_000,
        }],
        at_best_ms: 8_200,
        bottleneck: Some(endpoint.to_owned()),
    };
    plan
}
