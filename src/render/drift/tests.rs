//! Drift as people and programs get it.

use serde_json::{Value as Json, json};

use super::super::paint::Show;
use super::super::plan::world::{change, kinds, map, plan, set, text, to};
use super::{DriftView, Unmanaged};
use crate::model::{Action, Cause, Value};
use crate::plan::{Blocked, Plan};

fn words(command: &str) -> Vec<String> {
    command.split(' ').map(str::to_owned).collect()
}

fn view<'p>(
    plan: &'p Plan,
    kinds: &'p super::Kinds,
    apply: &'p [String],
    unmanaged: Option<&'p [Unmanaged]>,
) -> DriftView<'p> {
    DriftView { plan, kinds, unmanaged, apply, show: Show::default() }
}

/// Renamed, re-manned, called by another number, deleted; and one whose drift is what the YAML says by now.
fn drifted() -> Plan {
    let mut gone = change("department.lab", Action::Create).sets("name", text("实验室"));
    gone.managed = true;
    let (old, new) = (set([to("user.li.si")]), set([to("user.li.si"), Value::remote("user", "u_9")]));
    plan([
        gone,
        change("department.sales", Action::Update)
            .was("name", text("销售二部"))
            .field("name", Some(text("销售二部")), text("销售"), Cause::Drift)
            .field(
                "leaders",
                Some(map([("primary", to("user.zhang.san"))])),
                map([("primary", to("user.li.si"))]),
                Cause::Drift,
            )
            .drifted("name", Some(text("销售")), text("销售二部"))
            .drifted(
                "leaders",
                Some(map([("primary", to("user.li.si"))])),
                map([("primary", to("user.zhang.san"))]),
            ),
        change("user.li.si", Action::Update)
            .was("name", text("李四"))
            .field("mobile", Some(text("+8613022222222")), text("+8613011111111"), Cause::Drift)
            .drifted("mobile", None, text("+8613022222222")),
        change("user.wang.wu", Action::Keep).drifted("job_title", Some(text("工程师")), text("专家")),
        change("user_group.oncall", Action::Update)
            .field("members", Some(new.clone()), old.clone(), Cause::Drift)
            .drifted("members", Some(old), new),
    ])
}

#[test]
fn each_thing_says_what_was_done_and_the_two_ways_out() {
    let (plan, kinds, apply) = (drifted(), kinds(), words("larkctl apply -f org"));
    let unmanaged = [
        Unmanaged { kind: "user".to_owned(), id: "u_7".to_owned(), name: "临时工".to_owned() },
        Unmanaged { kind: "department".to_owned(), id: "od-9".to_owned(), name: "旧部门".to_owned() },
    ];
    insta::assert_snapshot!(super::text(view(&plan, &kinds, &apply, Some(&unmanaged))), @r#"
    - department.lab 实验室  (deleted outside)
      put it back: larkctl apply -f org --target department.lab
      accept it:   take departments.lab out of the YAML

    ~ department.sales 销售
        name: 销售 → 销售二部
        leaders.primary: user.li.si 李四 → user.zhang.san
      put it back: larkctl apply -f org --target department.sales
      accept it:
          departments:
            sales:
              name: 销售二部
              leaders:
                primary: zhang.san

    ~ user.li.si 李四
        mobile: (only its hash is kept) → +86 *** 2222
      put it back: larkctl apply -f org --target user.li.si
      accept it:
          users:
            li.si:
              # mobile: masked here; --show-sensitive writes it

    ~ user.wang.wu
        job_title: 工程师 → 专家
      nothing to put back: the manifest agrees, or does not look at it

    ~ user_group.oncall
        members: 1 → 2
          + user u_9 (not managed)
      put it back: larkctl apply -f org --target user_group.oncall
      accept it:
          user_groups:
            oncall:
              members:
              - li.si
              - user_id: u_9

    Nobody manages
      departments: 1
        od-9  旧部门
      users: 1
        u_7  临时工
      take one over: write it down, and say which it is: import: { ADDRESS: ID }

    Drift: 4 changed outside, 1 deleted outside.
    "#);
}

#[test]
fn the_yaml_reads_back_as_what_is_live() {
    let (mut plan, kinds, apply) = (drifted(), kinds(), words("larkctl apply -f org"));
    for odd in ["no", "123", "+8613011111111", "a: b", "- x", "\"q\"", "", " x ", "多\n行\n", "尾 \n行 \n"]
    {
        plan.changes[1].drift[0].after = text(odd);
        let shown = DriftView {
            show: Show { sensitive: true, ..Show::default() },
            ..view(&plan, &kinds, &apply, None)
        };
        let page = super::text(shown);
        let document: Json = serde_json::from_str(&super::json(shown)).expect("json");
        let block: String = document["ways"][1]["accept"]
            .as_str()
            .expect("yaml")
            .lines()
            .map(|line| format!("      {line}\n"))
            .collect();
        assert!(page.contains(&block), "the page shows the same:\n{page}");
        let accept = |at: usize| document["ways"][at]["accept"].as_str().expect("yaml");
        let read: Json = serde_yaml::from_str(accept(1)).expect("yaml");
        assert_eq!(
            read,
            json!({ "departments": { "sales": { "name": odd, "leaders": { "primary": "zhang.san" } } } })
        );
        let read: Json = serde_yaml::from_str(accept(4)).expect("yaml");
        assert_eq!(
            read,
            json!({ "user_groups": { "oncall": { "members": ["li.si", { "user_id": "u_9" }] } } })
        );
    }
}

#[test]
fn a_mask_is_never_offered_as_yaml() {
    let (plan, kinds, apply) = (drifted(), kinds(), words("larkctl apply -f org"));
    let document: Json = serde_json::from_str(&super::json(view(&plan, &kinds, &apply, None))).expect("json");
    let yaml = document["ways"][2]["accept"].as_str().expect("yaml");
    assert_eq!(yaml, "users:\n  li.si:\n    # mobile: masked here; --show-sensitive writes it\n");
}

#[test]
fn the_json_holds_commands_word_by_word() {
    let (plan, kinds, apply) = (drifted(), kinds(), words("larkctl apply -f org"));
    let document: Json = serde_json::from_str(&super::json(view(&plan, &kinds, &apply, None))).expect("json");
    assert_eq!(document["drift"], true);
    assert_eq!(
        document["summary"],
        json!({ "changed": 4, "deleted": 1, "unmanaged": 0, "unapplied": 0, "blocked": 0 })
    );
    assert_eq!(
        document["ways"][0],
        json!({
            "address": "department.lab",
            "put_back": ["larkctl", "apply", "-f", "org", "--target", "department.lab"],
        })
    );
    assert_eq!(document["ways"][3], json!({ "address": "user.wang.wu" }), "nothing to put back");
    assert_eq!(document["resource_drift"][0]["change"]["actions"], json!(["delete"]));
}

#[test]
fn what_could_not_be_read_does_not_pass_for_unchanged() {
    let mut plan = plan([change("user.a", Action::Keep)]);
    let why = "departments: a page failed".to_owned();
    plan.blocked.push(Blocked { address: "user.a".parse().expect("address"), why, remedy: None });
    let (kinds, apply) = (kinds(), words("larkctl apply -f org"));
    let text = super::text(view(&plan, &kinds, &apply, None));
    assert!(text.ends_with("No drift. 1 not compared.\n"), "{text}");
}

#[test]
fn what_the_manifest_wants_is_no_drift_but_is_said() {
    let plan = plan([
        change("department.new", Action::Create).sets("name", text("新")),
        change("user.a", Action::Update).field("job_title", Some(text("甲")), text("乙"), Cause::Config),
    ]);
    let (kinds, apply) = (kinds(), words("larkctl apply -f org"));
    let shown = view(&plan, &kinds, &apply, None);
    assert!(!shown.summary().is_drift());
    assert_eq!(
        super::text(shown),
        "No drift.\nThe manifest changes 2 things that were never applied: larkctl plan shows them.\n"
    );
}

#[test]
fn a_command_survives_being_pasted() {
    let plan = drifted();
    let (kinds, apply) =
        (kinds(), vec!["larkctl".to_owned(), "apply".to_owned(), "-f".to_owned(), "my org".to_owned()]);
    let text = super::text(view(&plan, &kinds, &apply, None));
    assert!(text.contains("larkctl apply -f 'my org' --target department.lab"), "{text}");
}
