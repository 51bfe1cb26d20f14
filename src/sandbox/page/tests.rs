//! What the page is told, and how it is sent.

use serde_json::{Value, json};

use super::*;
use crate::sandbox::contact::directory::{Department, User};
use crate::sandbox::contact::groups::create_dynamic;
use crate::sandbox::seed::{Size, fill_with_size};

fn tenant() -> World {
    let mut world = World::with_app("cli_sandbox", "sandbox-secret");
    fill_with_size(&mut world, Size::new(300, 30).unwrap().with_invited(4).unwrap());
    world
}

#[track_caller]
fn get(world: &World, path: &str, query: &[(&str, &str)]) -> Value {
    let query: Vec<_> = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let reply = respond(world, &format!("/_sandbox/page/{path}.json"), &query).unwrap();
    assert_eq!(reply.status, 200, "{path}");
    serde_json::from_slice(&reply.body).unwrap()
}

#[test]
fn every_file_is_served_with_the_policy() {
    let world = World::default();
    let views = view_names().into_iter().map(|v| format!("/assets/views/{v}.js"));
    for path in ASSETS.iter().map(|(p, _, _)| (*p).to_owned()).chain(views) {
        let reply = respond(&world, &path, &[]).unwrap();
        assert!(reply.status == 200 && !reply.body.is_empty(), "{path}");
        assert!(reply.headers.iter().any(|(n, v)| *n == "content-security-policy" && v.contains("'none'")));
    }
    for path in
        ["/x", "/assets/", "/assets/views/../app.js", "/_sandbox/page/x.json", "/_sandbox/requests", ""]
    {
        assert_eq!(respond(&world, path, &[]), None, "{path}");
    }
}

#[test]
fn the_scripts_never_make_markup_of_text_and_load_nothing_from_elsewhere() {
    let scripts = VIEWS.iter().map(|v| (v.name, v.script));
    for (name, text) in ASSETS.iter().map(|(p, _, t)| (*p, *t)).chain(scripts) {
        for bad in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style=", "onclick="]
        {
            assert!(!text.contains(bad), "{name} uses {bad}");
        }
        // The icon's namespace is a name, not an address.
        let text = text.replace("http://www.w3.org/", "");
        assert!(!text.contains("://"), "{name} names another host");
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let world = tenant();
    for (path, query) in [("tree", "parent"), ("person", "key"), ("people", "department")] {
        let query = [(query.to_owned(), "nothing".to_owned())];
        assert_eq!(respond(&world, &format!("/_sandbox/page/{path}.json"), &query).unwrap().status, 404);
    }
    let root = World::default();
    assert_eq!(get(&root, "tree", &[])["children"], json!([]));
    assert_eq!(get(&root, "people", &[])["total"], 0);
}

#[test]
fn the_overview_counts() {
    let overview = get(&tenant(), "overview", &[]);
    assert_eq!(overview["counts"]["users"], 300);
    assert_eq!(overview["counts"]["departments"], 30);
    assert_eq!(overview["counts"]["unjoined"], 4);
    assert_eq!(overview["secret"], "sandbox-secret");
    let other = World::with_app("cli_other", "confidential");
    assert!(!overview.to_string().contains("confidential"));
    assert_eq!(get(&other, "overview", &[])["secret"], Value::Null);
}

#[test]
fn each_level_of_the_tree_adds_up() {
    let world = tenant();
    let mut waiting = vec!["0".to_owned()];
    let mut seen = 0;
    while let Some(id) = waiting.pop() {
        let node = get(&world, "tree", &[("parent", &id)]);
        for child in node["children"].as_array().unwrap() {
            let below = get(&world, "tree", &[("parent", child["id"].as_str().unwrap())]);
            assert_eq!(below["people"], child["people"]);
            assert_eq!(below["children"].as_array().unwrap().len(), child["departments"]);
            assert!(below["path"].as_array().unwrap().iter().any(|p| p["id"] == node["id"]));
            let listed = get(&world, "people", &[("department", child["id"].as_str().unwrap())]);
            assert_eq!(listed["total"], child["people"]);
            waiting.push(child["id"].as_str().unwrap().to_owned());
            seen += 1;
        }
    }
    assert_eq!(seen, 30);
}

#[test]
fn anybody_is_found_by_anything_that_is_theirs() {
    let world = tenant();
    for user in world.contact.directory.users() {
        let national = user.mobile.trim_start_matches("+86").to_owned();
        let spaced = format!("{} {}", &user.mobile[..6], &user.mobile[6..]);
        let key = data_key(&world, user);
        for q in [
            &user.user_id,
            &user.name,
            &user.en_name,
            &user.email,
            &user.mobile,
            &national,
            &spaced,
            &user.employee_no,
            &user.user_id.replace('.', ""),
            &user.en_name.to_uppercase(),
            &key,
        ] {
            let found = get(&world, "people", &[("q", q)]);
            let items = found["items"].as_array().unwrap();
            assert!(items.iter().any(|i| i["user_id"] == user.user_id.as_str()), "{q} for {}", user.name);
        }
        assert_eq!(get(&world, "person", &[("key", &key)])["user_id"], user.user_id.as_str());
    }
    assert_eq!(get(&world, "people", &[("q", "nobody at all")])["total"], 0);
}

fn data_key(world: &World, user: &User) -> String {
    crate::sandbox::contact::ids::union_id(world, user.key)
}

#[test]
fn a_name_the_other_way_round_is_found_and_an_exact_one_comes_first() {
    let mut world = World::default();
    let person = |key, name: &str, en_name: &str| User {
        key,
        user_id: format!("u{key}"),
        name: name.to_owned(),
        en_name: en_name.to_owned(),
        departments: vec![0],
        ..User::default()
    };
    world.contact.directory.put_user(person(1, "张伟明", "Zhang Weiming"));
    world.contact.directory.put_user(person(2, "张伟", "Zhang Wei"));
    let names = |q: &str| -> Vec<String> {
        let found = get(&world, "people", &[("q", q)]);
        found["items"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("张伟"), ["张伟", "张伟明"]);
    assert_eq!(names("weiming zhang"), ["张伟明"]);
    assert_eq!(names("zhangwei"), ["张伟明", "张伟"]);
    assert_eq!(names("明 wei"), ["张伟明"]);
}

#[test]
fn resigned_people_are_shown_when_asked_for() {
    let mut world = tenant();
    let mut user = world.contact.directory.users().nth(50).unwrap().clone();
    user.status.resigned = true;
    let key = data_key(&world, &user);
    world.contact.directory.put_user(user.clone());
    assert_eq!(get(&world, "people", &[("q", &user.user_id)])["total"], 0);
    assert_eq!(get(&world, "people", &[("status", "resigned")])["items"][0]["key"], key.as_str());
    assert_eq!(get(&world, "people", &[("q", &key)])["total"], 1);
    assert_eq!(get(&world, "person", &[("key", &key)])["badges"], json!(["resigned"]));
    assert_eq!(get(&world, "overview", &[])["counts"]["resigned"], 1);
}

#[test]
fn pages_are_disjoint_and_complete() {
    let world = tenant();
    let mut keys = std::collections::BTreeSet::new();
    for offset in (0..300).step_by(50) {
        let page = get(&world, "people", &[("offset", &offset.to_string())]);
        keys.extend(page["items"].as_array().unwrap().iter().map(|i| i["key"].as_str().unwrap().to_owned()));
    }
    assert_eq!(keys.len(), 300);
    assert_eq!(get(&world, "people", &[("offset", "99999")])["items"], json!([]));
}

#[test]
fn groups_are_listed_by_name_over_all_pages() {
    let mut world = tenant();
    let users = [world.contact.directory.users().next().unwrap().key];
    for n in (0..70).rev() {
        create_dynamic(&mut world, &format!("甲{n:02}"), &users).unwrap();
    }
    let mut names = Vec::new();
    for offset in ["0", "50", "100"] {
        let page = get(&world, "groups", &[("offset", offset)]);
        names
            .extend(page["items"].as_array().unwrap().iter().map(|g| g["name"].as_str().unwrap().to_owned()));
        assert_eq!(page["total"], world.contact.groups.all().len());
    }
    assert_eq!(names.len(), world.contact.groups.all().len());
    assert!(names.is_sorted(), "{names:?}");
    let user = world.contact.directory.users().next().unwrap();
    let person = get(&world, "person", &[("key", &data_key(&world, user))]);
    let own = person["groups"].as_array().unwrap();
    assert!(own.len() >= 70 && own.is_sorted_by_key(|g| g["name"].as_str().unwrap()), "{own:?}");
}

#[test]
fn names_stay_data() {
    let mut world = World::default();
    let mut department: Department = serde_json::from_value(json!({
        "key": 1, "department_id": "x", "name": "<script>alert(1)</script>", "parent": 0, "order": 1, "created": 0
    }))
    .unwrap();
    department.i18n_name.en_us = Some("\"><img src=x>".to_owned());
    world.contact.directory.put_department(department);
    assert_eq!(get(&world, "tree", &[])["children"][0]["name"], "<script>alert(1)</script>");
}

#[test]
fn mail_shows_members_and_aliases_by_what_they_are() {
    use crate::sandbox::mail::address::{Held, Owner};
    use crate::sandbox::mail::edges::{Edge, EdgeKey, Party, Relation};
    use crate::sandbox::mail::groups::Group;
    let mut world = tenant();
    let person = world.contact.directory.users().next().unwrap().key;
    world.mail.groups.put(Group {
        mailgroup_id: "g1".to_owned(),
        number: 1,
        email: "g@example.com".to_owned(),
        name: "<b>g</b>".to_owned(),
        description: String::new(),
        who_can_send_mail: "ANYONE".to_owned(),
        created: 0,
    });
    let owner = Owner::Group("g1".to_owned());
    world.mail.addresses.hold(Held { address: "a@example.com".to_owned(), owner, alias: true, binned: None });
    let parties = [Party::User(person), Party::Company, Party::External("x@y.org".to_owned())];
    for (number, party) in (1..).zip(parties) {
        let key = EdgeKey { relation: Relation::Member, owner: "g1".to_owned(), number };
        world.mail.edges.put(key, Edge { party, address: "X@y.org".to_owned(), joined: 0 });
    }
    let listed = get(&world, "mail_groups", &[]);
    assert_eq!((&listed["total"], &listed["items"][0]["count"]), (&json!(1), &json!(3)));
    let group = get(&world, "mail_group", &[("id", "g1")]);
    assert_eq!((&group["aliases"], &group["name"]), (&json!(["a@example.com"]), &json!("<b>g</b>")));
    assert_eq!((&group["everybody"], &group["external"]), (&json!(true), &json!(true)));
    let name = world.contact.directory.user(person).unwrap().name.clone();
    assert_eq!(group["members"][0]["person"]["name"], name);
    assert_eq!(group["members"][2], json!({ "address": "X@y.org" }));
    let query = [("id".to_owned(), "g9".to_owned())];
    assert_eq!(respond(&world, "/_sandbox/page/mail_group.json", &query).unwrap().status, 404);
    assert_eq!(get(&world, "mailboxes", &[])["total"], 0);
}

#[test]
fn rooms_hang_on_levels_and_levels_on_the_tenant() {
    let world = World::default();
    let root = get(&world, "rooms", &[]);
    assert_eq!((&root["name"], &root["levels"]), (&json!(world.settings().tenant.name), &json!([])));
    for (name, field) in [("rooms", "level"), ("room", "id")] {
        let query = [(field.to_owned(), "omb_none".to_owned())];
        assert_eq!(respond(&world, &format!("/_sandbox/page/{name}.json"), &query).unwrap().status, 404);
    }
}
