//! What a person reads.

use super::super::paint::Show;
use super::PlanView;
use super::world::{change, company, kinds, map, plan, set, text, to};
use crate::model::{Action, Cause, Target, Value};
use crate::plan::{Blocked, Matched, Plan};

fn shown(plan: &Plan, show: Show) -> String {
    super::text(PlanView { plan, kinds: &kinds(), show })
}

fn plain(plan: &Plan) -> String {
    shown(plan, Show::default())
}

#[test]
fn every_action_cause_and_section_at_once() {
    insta::assert_snapshot!(plain(&company()), @r#"
    + add   ~ change   - destroy   -/+ destroy and add again   ← adopt what exists   ○ no longer manage   → move

    departments
      +   department.engineering  研发中心
          name: 研发中心
          parent: root
          leaders: {primary: user.zhang.san 张三}
      -   department.legal        法务部
          ! 3 people leave it: 钱七, 孙八 and 周九 (z***@acme.cn)
      ~   department.sales        销售一部
          name: 销售 → 销售一部  (config, and drift: somebody changed it too)
          leaders.primary: user.li.si 李四 → user.zhang.san 张三  (drift: somebody changed it)
      →   department.sre          运维  (was department.ops)
      ○   department.old  (stays as it is)

    users
      ~   user.li.si      李四
          mobile: +86 *** 1111 → +86 *** 2222  (config)
          (temporary) mobile +86 *** 9999 for a while
              so that user.zhang.san: mobile can follow: +86 *** 1111 is free
      ←   user.wang.wu    王五  (exists as u_3)
          job_title: 工程师 → 高级工程师  (config)
      -/+ user.zhang.san  张三  (destroyed first)
          employee_no: A-001 → A-100  (config, forces the replacement)
          mobile: +86 *** 2222 → +86 *** 1111  (config)

    user_groups
      ~   user_group.oncall  值班
          members: 2 → 2  (config)
            - user.li.si 李四
            + user.zhang.san 张三

    Waits on people, tried again by the next run
      user.zhao.liu 赵六: leaders
          赵六 (z***@acme.cn) has not joined yet

    Not planned now: 1 thing
      user_group.night
          why: the members of the group could not be read (code 42003)
          help: grant contact:group:readonly to the app

    Cost: 14 calls, 9 s at best. Bottleneck: POST /open-apis/contact/v3/departments: 9 calls at 1 a second.

    Plan: 2 to add, 4 to change, 2 to destroy.
    Also: 1 to adopt, 1 to move, 1 to forget. 1 waits on people.
    "#);
}

#[test]
fn colour_adds_escape_codes_and_nothing_else() {
    let coloured = shown(&company(), Show { colour: true, ..Show::default() });
    assert!(coloured.contains("\u{1b}[32m+"), "{coloured}");
    let stripped = regex_lite::Regex::new("\u{1b}\\[[0-9]*m").expect("pattern").replace_all(&coloured, "");
    assert_eq!(stripped, plain(&company()));
}

#[test]
fn what_is_asked_for_is_shown_in_clear() {
    let clear = shown(&company(), Show { sensitive: true, ..Show::default() });
    for part in ["\"+8613011111111\" → \"+8613022222222\"", "zhou.jiu@acme.cn"] {
        assert!(clear.contains(part), "{clear}");
        assert!(!plain(&company()).contains(part));
    }
}

#[test]
fn large_sets_are_folded_and_verbose_shows_all() {
    let member = |n: usize| to(&format!("user.member{n:02}"));
    let group = change("user_group.all", Action::Update).field(
        "members",
        Some(set((0..3).map(member))),
        set((2..40).map(member)),
        Cause::Config,
    );
    let plan = plan([group]);
    insta::assert_snapshot!(plain(&plan), @r#"
    ~ change

    user_groups
      ~   user_group.all
          members: 3 → 38  (config)
            - user.member00
            - user.member01
            + user.member03
            + user.member04
            + user.member05
            + user.member06
            + user.member07
            … 32 more added

    Plan: 0 to add, 1 to change, 0 to destroy.
    "#);
    let all = shown(&plan, Show { verbose: true, ..Show::default() });
    assert_eq!(all.lines().filter(|line| line.trim_start().starts_with("+ user.")).count(), 37);
}

#[test]
fn long_texts_are_compared_word_by_word() {
    let old = "本群负责线上值班。\n电话：周一至周五 9:00–18:00，其余时间请先发消息再打电话，值班人会在十五分钟内回复。";
    let plan = plan([change("department.sre", Action::Update).field(
        "about",
        Some(text(old)),
        text(&old.replace("周五", "周六")),
        Cause::Drift,
    )]);
    insta::assert_snapshot!(plain(&plan), @r#"
    ~ change

    departments
      ~   department.sre
          about:  (drift: somebody changed it)
            | 本群负责线上值班。
            | 电话：周一至周[-五-]{+六+} 9:00–18:00，其余时间请先发消息再打电话，值班人会在十五分钟内回复。

    Plan: 0 to add, 1 to change, 0 to destroy.
    "#);
}

#[test]
fn columns_line_up_behind_wide_names() {
    let plan = plan([
        change("department.a", Action::Create).sets("name", text("人事行政部")),
        change("department.研发", Action::Create).sets("name", text("R&D")),
        change("department.a-much-longer-key-than-all-others-here", Action::Delete).was("name", text("旧")),
    ]);
    insta::assert_snapshot!(plain(&plan), @r#"
    + add   - destroy

    departments
      +   department.a     人事行政部
          name: 人事行政部
      +   department.研发  R&D
          name: R&D
      -   department.a-much-longer-key-than-all-others-here  旧

    Plan: 2 to add, 0 to change, 1 to destroy.
    "#);
}

#[test]
fn parts_of_objects_and_lists_change_one_by_one() {
    let plan = plan([
        change("department.hq", Action::Update).field(
            "leaders",
            Some(map([("deputy", to("user.a")), ("primary", to("user.b"))])),
            map([("primary", to("user.c"))]),
            Cause::Config,
        ),
        change("user.a", Action::Update).field(
            "departments",
            Some(Value::List(vec![to("department.hq"), to("department.lab")])),
            Value::List(vec![to("department.lab"), to("department.hq")]),
            Cause::Config,
        ),
        change("user.b", Action::Update)
            .field("job_title", Some(Value::Null), text(" 12"), Cause::Config)
            .field("email", Some(text("wang@acme.cn")), text("wei@acme.cn"), Cause::Config)
            .field("mobile", None, text("+8613011111111"), Cause::Config),
    ]);
    insta::assert_snapshot!(plain(&plan), @r#"
    ~ change

    departments
      ~   department.hq
          leaders.primary: user.b → user.c  (config)

    users
      ~   user.a
          departments: [department.hq, department.lab] → [department.lab, department.hq]  (config)
      ~   user.b
          job_title: null → " 12"  (config)
          email: w***@acme.cn → w***@acme.cn  [another one, masked]  (config)
          mobile: (not readable) → +86 *** 1111  (config)

    Plan: 0 to add, 3 to change, 0 to destroy.
    "#);
}

#[test]
fn people_whom_rules_match_are_listed() {
    let mut plan = plan([
        change("user_group.sre", Action::Update).was("name", text("SRE")).field(
            "members",
            None,
            text("x"),
            Cause::Config,
        ),
        change("user.li.si", Action::Keep).called("李四"),
        change("user.wang.wu", Action::Keep).called("王五"),
    ]);
    let person = |name: &str| Target::Address(super::world::address(name));
    let people = vec![
        person("user.li.si"),
        person("user.wang.wu"),
        Target::Remote { kind: "user".into(), id: "u_7".into() },
    ];
    let rule = |group: &str| Matched {
        address: super::world::address(group),
        attribute: "members".to_owned(),
        rule: "user.job_title.startsWith(\"SRE\")".to_owned(),
        people: people.clone(),
    };
    // The second changes nothing.
    plan.matched = vec![rule("user_group.sre"), rule("user_group.old")];
    let text = super::text(PlanView { plan: &plan, kinds: &kinds(), show: Show::default() });
    insta::assert_snapshot!(text, @r#"
    ~ change

    user_groups
      ~   user_group.sre  SRE
          members: (not readable) → x  (config)

    People whom rules match
      user_group.sre members: user.job_title.startsWith("SRE")
          3 people
            user.li.si 李四
            user.wang.wu 王五
            user u_7 (not managed)

    Plan: 0 to add, 1 to change, 0 to destroy.
    "#);
}

#[test]
fn nothing_to_do_is_one_line() {
    assert_eq!(plain(&plan([change("user.a", Action::Keep)])), "No changes.\n");
}

#[test]
fn waiting_people_are_counted_apart_from_changes() {
    let waits = |name: &str| change(name, Action::Keep).waits(&["leaders"], "has not joined yet");
    let one = plain(&plan([waits("user.a")]));
    assert!(one.ends_with("\nNo changes. 1 waits on people.\n"), "{one}");
    let three = plain(&plan([waits("user.a"), waits("user.b"), waits("user.c")]));
    assert!(three.ends_with("\nNo changes. 3 wait on people.\n"), "{three}");
}

#[test]
fn what_could_not_be_read_does_not_pass_for_unchanged() {
    let mut plan = plan([change("user.a", Action::Keep).waits(&["leaders"], "has not joined yet")]);
    let why = "departments: a page failed".to_owned();
    plan.blocked.push(Blocked { address: "user.a".parse().expect("address"), why, remedy: None });
    let text = plain(&plan);
    assert!(text.ends_with("\nNo changes. 1 waits on people. 1 not planned now.\n"), "{text}");
}

#[test]
fn the_sentence_that_scripts_look_for_is_exact() {
    let text = plain(&company());
    let lines: Vec<&str> = text.lines().rev().take(2).collect();
    assert_eq!(
        lines,
        [
            "Also: 1 to adopt, 1 to move, 1 to forget. 1 waits on people.",
            "Plan: 2 to add, 4 to change, 2 to destroy."
        ]
    );
    let small = plain(&plan([change("user.a", Action::Create)]));
    assert!(small.ends_with("\nPlan: 1 to add, 0 to change, 0 to destroy.\n"), "{small}");
}

#[test]
fn a_thing_that_was_deleted_outside_says_so() {
    let mut gone = change("department.lab", Action::Create).sets("name", text("实验室"));
    gone.managed = true;
    assert!(plain(&plan([gone])).contains("(deleted outside, is made again)"));
}

#[test]
fn what_is_said_of_many_is_said_once() {
    let made = |name: &str| change(name, Action::Create).note("an invitation is sent");
    let four = plan([made("user.a"), made("user.b"), made("user.c"), made("user.d").note("rejoins")]);
    let text = plain(&four);
    assert_eq!(text.matches("an invitation is sent").count(), 1, "{text}");
    assert!(text.contains("users\n      ! an invitation is sent (said of 4)\n"), "{text}");
    assert!(text.contains("user.d\n      ! rejoins\n"), "{text}");
    let verbose = Show { verbose: true, ..Show::default() };
    let told = super::text(PlanView { plan: &four, kinds: &kinds(), show: verbose });
    assert_eq!(told.matches("an invitation is sent").count(), 4, "{told}");
    let three = plain(&plan([made("user.a"), made("user.b"), made("user.c")]));
    assert_eq!(three.matches("an invitation is sent").count(), 3, "{three}");
}
