//! People, departments, groups, roles, and mail.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::super::mail::{DOMAIN, MailGroup, Mailbox, Parties};
use super::super::org::{Department, Group, Key, Org, Role, User};
use super::*;

fn case() -> Case {
    let (first, second) = (first().yaml(), second().yaml());
    Case { first, second, services: &["/contact/", "/mail/"], kind_of, independent: INDEPENDENT }
}

fn keys(names: &[&str]) -> BTreeSet<Key> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

fn user(i: usize, place: &str) -> User {
    User {
        name: format!("员工{i}"),
        mobile: format!("+86138{i:08}"),
        email: format!("u{i}@acme.example"),
        number: format!("N{i:04}"),
        departments: vec![Some(place.to_owned())],
        kind: "regular".to_owned(),
        title: "岗位1".to_owned(),
        heir: (i > 0).then(|| "p0".to_owned()),
        ..User::default()
    }
}

/// An organisation with two of everything, of which one is used and one is not.
fn first() -> Org {
    let mut org = Org::default();
    for i in 0..2 {
        org.types.insert(format!("t{i}"), format!("类型{i}"));
        org.levels.insert(format!("l{i}"), (format!("P{i}"), 100 + i));
        org.families.insert(format!("f{i}"), (format!("序列{i}"), None));
        org.units.insert(format!("u{i}"), (format!("单位{i}"), "子公司".to_owned()));
    }
    for (key, parent) in [("d0", None), ("d1", Some("d0")), ("d2", None)] {
        let parent = parent.map(str::to_owned);
        let department = Department { name: format!("部门{key}"), parent, ..Department::default() };
        org.departments.insert(key.to_owned(), department);
    }
    for i in 0..60 {
        org.users.insert(format!("p{i}"), user(i, if i % 2 == 0 { "d0" } else { "d1" }));
    }
    for (key, members) in [("g0", keys(&["p0", "p1", "p2"])), ("g1", keys(&["p3"]))] {
        let (name, description) = (format!("组{key}"), "说明".to_owned());
        org.groups.insert(key.to_owned(), Group { name, description, members });
    }
    for (key, members) in [("r0", ["p0", "p1"]), ("r1", ["p2", "p3"])] {
        let members = members.iter().map(|m| ((*m).to_owned(), keys(&["d0"]))).collect();
        org.roles.insert(key.to_owned(), Role { name: format!("角色{key}"), members });
    }
    org.departments.entry("d0".to_owned()).and_modify(|d| {
        d.leaders = vec!["p0".to_owned()];
        d.unit = Some("u0".to_owned());
    });
    mail(&mut org);
    org
}

fn group_of(key: &str, members: &[&str]) -> MailGroup {
    let members = Parties { users: keys(members), ..Parties::default() };
    MailGroup {
        email: format!("{key}@{DOMAIN}"),
        name: format!("邮件组{key}"),
        who: 3,
        managers: keys(&["p0"]),
        senders: members.clone(),
        members,
        aliases: keys(&[&format!("{key}-a@{DOMAIN}")]),
        ..MailGroup::default()
    }
}

fn mailbox_of(key: &str, members: &[&str]) -> Mailbox {
    let (email, name) = (format!("{key}@{DOMAIN}"), format!("邮箱{key}"));
    let aliases = keys(&[&format!("{key}-a@{DOMAIN}")]);
    Mailbox { email, name, members: keys(members), aliases, ..Mailbox::default() }
}

fn mail(org: &mut Org) {
    for key in ["p0", "p1", "p2"] {
        org.mail.boxes.insert(key.to_owned(), format!("{key}@{DOMAIN}"));
    }
    for key in ["m0", "m1"] {
        org.mail.groups.insert(key.to_owned(), group_of(key, &["p0", "p1"]));
    }
    for key in ["b0", "b1"] {
        org.mail.mailboxes.insert(key.to_owned(), mailbox_of(key, &["p0", "p1"]));
    }
}

/// The same after an edit that creates, deletes, and takes somebody out, in every kind.
fn second() -> Org {
    let mut org = first();
    org.types.remove("t1");
    org.levels.remove("l1");
    org.families.remove("f1");
    org.units.remove("u1");
    org.departments.remove("d2");
    org.users.remove("p59");
    org.groups.remove("g1");
    org.roles.remove("r1");
    org.types.insert("t2".to_owned(), "类型2".to_owned());
    org.levels.insert("l2".to_owned(), ("P2".to_owned(), 300));
    org.families.insert("f2".to_owned(), ("序列2".to_owned(), None));
    org.units.insert("u2".to_owned(), ("单位2".to_owned(), "子公司".to_owned()));
    let fresh = Department { name: "新部门".to_owned(), ..Department::default() };
    org.departments.insert("d3".to_owned(), fresh);
    org.users.insert("p90".to_owned(), user(90, "d0"));
    let group = Group { name: "组g2".to_owned(), description: "说明".to_owned(), members: keys(&["p0"]) };
    org.groups.insert("g2".to_owned(), group);
    let members = BTreeMap::from([("p4".to_owned(), keys(&["d0"]))]);
    org.roles.insert("r2".to_owned(), Role { name: "角色r2".to_owned(), members });
    org.groups.entry("g0".to_owned()).and_modify(|g| g.members = keys(&["p1", "p3"]));
    org.roles.entry("r0".to_owned()).and_modify(|r| {
        r.members.remove("p0");
        r.members.insert("p5".to_owned(), keys(&["d1"]));
    });
    org.departments.entry("d0".to_owned()).and_modify(|d| d.unit = None);
    // Somebody moves, and somebody else has a title for the first time.
    org.users.entry("p7".to_owned()).and_modify(|u| u.departments = vec![Some("d0".to_owned())]);
    org.users.entry("p8".to_owned()).and_modify(|u| u.title = "岗位2".to_owned());
    org.mail.groups.remove("m1");
    org.mail.mailboxes.remove("b1");
    org.mail.groups.insert("m0".to_owned(), group_of("m0", &["p1", "p2"]));
    org.mail.groups.insert("m2".to_owned(), group_of("m2", &["p2"]));
    org.mail.mailboxes.insert("b0".to_owned(), mailbox_of("b0", &["p1"]));
    org.mail.mailboxes.insert("b2".to_owned(), mailbox_of("b2", &["p2"]));
    org
}

/// Of groups and mailboxes.
const NEW: &str = "a new one has no entries and no aliases to read";
const WHOLE: &str = "it goes with all that is in it";
const OTHER: &str = "members, senders and aliases are lists of their own";

/// What may still be planned although a read of its kind failed, and why.
const INDEPENDENT: Independent = &[
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/members", "create mail_group.m2", NEW),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/members", "delete mail_group.m1", WHOLE),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/members", "take out mail_group.m0", OTHER),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members", "create mail_group.m2", NEW),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members", "delete mail_group.m1", WHOLE),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/permission_members", "take out mail_group.m0", OTHER),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/managers", "create mail_group.m2", NEW),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/managers", "delete mail_group.m1", WHOLE),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/managers", "take out mail_group.m0", OTHER),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/aliases", "create mail_group.m2", NEW),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/aliases", "delete mail_group.m1", WHOLE),
    ("GET /open-apis/mail/v1/mailgroups/:mailgroup_id/aliases", "take out mail_group.m0", OTHER),
    ("GET /open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members", "create public_mailbox.b2", NEW),
    ("GET /open-apis/mail/v1/public_mailboxes/:public_mailbox_id/members", "delete public_mailbox.b1", WHOLE),
    ("GET /open-apis/mail/v1/public_mailboxes/:public_mailbox_id/aliases", "create public_mailbox.b2", NEW),
    (
        "GET /open-apis/mail/v1/public_mailboxes/:public_mailbox_id/aliases",
        "take out public_mailbox.b0",
        OTHER,
    ),
    (
        "GET /open-apis/contact/v3/departments/:department_id/children",
        "take out department.d0",
        "bindings to units are read at the unit",
    ),
    (
        "GET /open-apis/contact/v3/functional_roles/:role_id/members",
        "create role.r2",
        "a role is known by the state alone; a new one has no members to read",
    ),
    (
        "GET /open-apis/contact/v3/group/:group_id/member/simplelist",
        "create user_group.g2",
        "a new group has no members to read",
    ),
    (
        "GET /open-apis/contact/v3/group/simplelist",
        "delete user_group.g1",
        "a group of ours is read by its id",
    ),
    (
        "GET /open-apis/contact/v3/group/simplelist",
        "take out user_group.g0",
        "a group of ours is read by its id",
    ),
    (
        "GET /open-apis/contact/v3/unit/list_department",
        "create unit.u2",
        "a new unit has no departments to read",
    ),
    (
        "GET /open-apis/contact/v3/users/find_by_department",
        "create user.p90",
        "ids and mobiles are asked for one by one",
    ),
    (
        "GET /open-apis/contact/v3/users/find_by_department",
        "delete user.p59",
        "people of ours are read by their ids",
    ),
    (
        "POST /open-apis/contact/v3/users/batch_get_id",
        "delete user.p59",
        "people of ours are read by their ids",
    ),
];

/// The kind that an endpoint reads.
fn kind_of(endpoint: &str) -> &'static str {
    let kinds = [
        ("/departments", "department"),
        ("/users", "user"),
        ("/group", "user_group"),
        ("/functional_roles", "role"),
        ("/unit", "unit"),
        ("/employee_type_enums", "employee_type"),
        ("/job_families", "job_family"),
        ("/job_levels", "job_level"),
        ("/mailgroups", "mail_group"),
        ("/public_mailboxes", "public_mailbox"),
    ];
    let inside = |service| endpoint.split_once(service).map(|(_, path)| path);
    // The status of an address is of no kind.
    let mail = inside("/mail/v1").filter(|path| *path != "/users/query");
    let path = inside("/contact/v3").or(mail).unwrap_or_default();
    kinds.iter().find(|(prefix, _)| path.starts_with(prefix)).map_or("", |(_, kind)| kind)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_plan_has_them_all() {
    let scene = Scene::begin(case()).await;
    let kinds = [
        ("employee_type", "t"),
        ("job_family", "f"),
        ("job_level", "l"),
        ("unit", "u"),
        ("department", "d"),
        ("user", "p"),
        ("user_group", "g"),
        ("role", "r"),
        ("mail_group", "m"),
        ("public_mailbox", "b"),
    ];
    for (kind, key) in kinds {
        let (created, deleted) = match key {
            "d" => ("d3", "d2"),
            "p" => ("p90", "p59"),
            _ => (&*format!("{key}2"), &*format!("{key}1")),
        };
        assert!(scene.whole.contains(&format!("create {kind}.{created}")), "{:?}", scene.whole);
        assert!(scene.whole.contains(&format!("delete {kind}.{deleted}")), "{:?}", scene.whole);
        assert!(
            scene.endpoints.keys().any(|e| (scene.case.kind_of)(e) == kind),
            "{kind}: {:?}",
            scene.endpoints
        );
    }
    for taken in ["user_group.g0", "role.r0", "department.d0", "mail_group.m0", "public_mailbox.b0"] {
        assert!(scene.whole.contains(&format!("take out {taken}")), "{taken}: {:?}", scene.whole);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_narrow_contact_range_hides_and_is_told() {
    let scene = Scene::begin(case()).await;
    let mut wrong = Vec::new();
    for (departments, users) in
        [(vec!["d1"], vec![]), (vec![], vec!["p0"]), (vec!["d0"], vec!["p59"]), (vec!["d2"], vec![])]
    {
        let what = format!("range {departments:?} {users:?}");
        let range = json!({ "action": "range", "departments": departments, "users": users, "groups": [] });
        scene.world.tenant.act(range).await;
        let plan = scene.plan(&what).await;
        wrong.extend(scene.judge(&what, &plan));
        if !departments.contains(&"d2") && grave(&plan).contains("delete department.d2") {
            wrong.push(format!("{what}: deletes a department that it cannot see"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_left_alone() {
    unread(case()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_scope_hides_and_is_named() {
    unscoped(case(), 10).await;
}
