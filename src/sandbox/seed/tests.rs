//! The seed as a whole: what holds of a company of any size.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::sandbox::contact::directory::{Directory, ROOT, User, UserKey};
use crate::sandbox::seed::size::{MAX_CHILDREN, MAX_DEPTH, MAX_MEMBERS};
use crate::sandbox::world::Stored;

fn seeded(size: Size) -> World {
    let mut world = World::default();
    world.found();
    fill_with_size(&mut world, size);
    world
}

fn size(users: usize, departments: usize) -> Size {
    Size::new(users, departments).unwrap()
}

/// All rows as the store would write them.
fn bytes(world: &mut World) -> Vec<crate::sandbox::world::Change> {
    world.tables().into_iter().flat_map(Stored::drain).collect()
}

/// Everything that the platform, or common sense, would refuse.
#[track_caller]
fn check(world: &World, size: Size) {
    let directory = &world.contact.directory;
    assert_eq!(directory.department_count(), size.departments);
    assert_eq!(directory.user_count(), size.users);
    check_departments(directory);
    let mut unique = HashSet::new();
    for u in directory.users() {
        check_person(directory, u);
        for (what, value) in
            [("mobile", &u.mobile), ("email", &u.email), ("id", &u.user_id), ("no", &u.employee_no)]
        {
            assert!(!value.is_empty() && unique.insert((what, value.clone())), "{what} {value}");
        }
    }
    let waiting = directory.users().filter(|u| !u.status.joined).count();
    assert!(waiting <= size.invited);
}

#[track_caller]
fn check_departments(directory: &Directory) {
    assert!(directory.child_count(ROOT) <= MAX_CHILDREN && directory.member_count(ROOT) <= MAX_MEMBERS);
    let mut names = HashSet::new();
    for d in directory.departments() {
        assert!(directory.depth(d.key) <= MAX_DEPTH && d.parent < d.key);
        assert!(directory.child_count(d.key) <= MAX_CHILDREN);
        assert!(
            directory.member_count(d.key) <= MAX_MEMBERS,
            "{} in {}",
            directory.member_count(d.key),
            d.name
        );
        assert!(names.insert((d.parent, d.name.clone())), "{} twice", d.name);
        assert!(d.leaders.is_empty() || d.leaders.iter().filter(|l| l.primary).count() == 1);
        for leader in &d.leaders {
            let person = directory.user(leader.user).unwrap();
            let above: Vec<_> = directory.ancestry(d.key).chain([ROOT]).collect();
            assert!(person.is_active());
            assert!(person.departments.iter().any(|d| above.contains(d)), "{} of {}", person.name, d.name);
        }
        assert!(d.hrbps.iter().all(|key| directory.user(*key).unwrap().is_active()));
    }
}

#[track_caller]
fn check_person(directory: &Directory, u: &User) {
    assert!(u.departments.iter().all(|d| *d == ROOT || directory.department(*d).is_some()));
    assert_eq!(u.departments.iter().collect::<HashSet<_>>().len(), u.departments.len());
    if let [first, ..] = u.orders.as_slice() {
        assert!(first.primary && first.department == u.departments[0]);
        assert!(u.orders.iter().skip(1).all(|o| !o.primary && o.department_order < first.department_order));
    }
    let mut line: Vec<UserKey> = vec![u.key];
    while let Some(leader) = directory.user(line[line.len() - 1]).unwrap().leader {
        assert!(!line.contains(&leader), "{} reports to themselves", u.name);
        assert!(directory.user(leader).unwrap().is_active());
        line.push(leader);
    }
    assert!(u.is_founder || line.len() > 1);
    assert!(u.dotted_line_leaders.iter().all(|l| *l != u.key && directory.user(*l).unwrap().is_active()));
}

#[test]
fn the_same_size_gives_the_same_bytes() {
    let size = size(700, 60).with_invited(9).unwrap();
    assert_eq!(bytes(&mut seeded(size)), bytes(&mut seeded(size)));
}

#[test]
fn those_who_were_asked_for_have_not_joined() {
    let world = seeded(size(200, 20).with_invited(7).unwrap());
    assert_eq!(world.contact.directory.users().filter(|u| !u.status.joined).count(), 7);
}

#[test]
fn numbering_goes_on_after_the_seed() {
    let mut world = seeded(size(20, 3));
    assert_eq!((world.next(DEPARTMENT_SEQUENCE), world.next(USER_SEQUENCE)), (4, 21));
}

#[test]
fn rules_of_the_console_have_made_groups() {
    let world = seeded(size(500, 40));
    let groups = world.contact.groups.all();
    let group = groups.iter().find(|g| g.name.contains("外包")).unwrap();
    let users = world.contact.directory.users();
    let outside: Vec<&User> = users.filter(|u| matches!(u.employee_type, 3 | 4)).collect();
    assert!(outside.iter().all(|u| world.contact.groups.is_member(&group.group_id, u.key)));
    assert_eq!(world.contact.groups.user_count(&group.group_id), outside.len());
    assert_eq!(group.created, 0);
}

#[test]
fn normal_groups_of_the_seed_are_in_the_catalogue_with_their_members() {
    let world = seeded(size(500, 40));
    let groups = &world.contact.groups;
    for id in ["managers", "oncall", "overseas", "project01", "project05"] {
        assert!(groups.get(id).is_some(), "{id}");
    }
    assert!(groups.user_count("managers") > 3 && groups.user_count("project01") >= 1);
    let heads = world
        .contact
        .directory
        .children(0)
        .filter_map(crate::sandbox::contact::directory::Department::primary_leader);
    assert!(heads.into_iter().all(|u| groups.is_member("managers", u)));
    assert_eq!(groups.get("overseas").map(|g| g.departments.len()), Some(1));
}

#[test]
fn extreme_shapes_hold() {
    for (users, departments) in
        [(0, 0), (1, 0), (0, 5), (1, 1), (3, 200), (10_000, 0), (10_000, 1), (20_000, 2), (5_000, 1_500)]
    {
        let size = size(users, departments);
        check(&seeded(size), size);
    }
}

#[test]
fn a_company_of_500_is_varied() {
    let world = seeded(size(500, 40));
    let mut count: HashMap<&str, usize> = HashMap::new();
    for u in world.contact.directory.users() {
        let flags = [
            ("several departments", u.departments.len() > 1),
            ("frozen", u.status.frozen),
            ("abroad", u.country != "CN"),
            ("women", u.gender == 2),
            ("not regular", u.employee_type != 1),
            ("deputies and leaders", !world.contact.directory.serves(u.key).is_empty()),
        ];
        for (what, _) in flags.into_iter().filter(|(_, holds)| *holds) {
            *count.entry(what).or_default() += 1;
        }
    }
    let mut count: Vec<_> = count.into_iter().collect();
    count.sort_unstable();
    insta::assert_debug_snapshot!(count, @r#"
    [
        (
            "abroad",
            57,
        ),
        (
            "deputies and leaders",
            50,
        ),
        (
            "frozen",
            5,
        ),
        (
            "not regular",
            66,
        ),
        (
            "several departments",
            14,
        ),
        (
            "women",
            204,
        ),
    ]
    "#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_size_holds(users in 0..3_000_usize, departments in 1..400_usize, invited in 0..20_usize) {
        let size = size(users, departments);
        let size = size.with_invited(invited.min(users.saturating_sub(1))).unwrap();
        check(&seeded(size), size);
    }
}

mod from_a_file {
    use super::*;

    fn read(text: &str) -> Result<World, String> {
        let mut world = World::default();
        world.found();
        file::fill(&mut world, text).map_err(|p| p.to_string())?;
        Ok(world)
    }

    const GOOD: &str = r#"{
  "departments": [
    { "department_id": "be", "name": "后端", "parent": "rd", "leader": "li.si" },
    { "department_id": "rd", "name": "研发中心", "i18n_name": { "en_us": "R&D" },
      "leader": "zhang.san", "deputies": ["li.si"] }
  ],
  "users": [
    { "user_id": "li.si", "name": "李四", "mobile": "13011111112", "departments": ["be", "rd"], "leader": "zhang.san" },
    { "user_id": "zhang.san", "name": "张三", "mobile": "+8613011111111", "departments": ["rd"], "founder": true },
    { "user_id": "wang.wu", "name": "王五", "email": "w@example.com", "joined": false }
  ],
  "groups": [ { "group_id": "g1", "name": "组", "users": ["li.si"], "departments": ["rd"] } ]
}"#;

    #[test]
    fn references_may_point_forward() {
        let world = read(GOOD).unwrap();
        let directory = &world.contact.directory;
        let be = directory.department(directory.department_by_id("be").unwrap()).unwrap();
        let li = directory.user(directory.user_by_id("li.si").unwrap()).unwrap();
        assert_eq!(directory.department(be.parent).unwrap().name, "研发中心");
        assert_eq!(be.primary_leader(), Some(li.key));
        assert_eq!(li.mobile, "+8613011111112");
        assert_eq!(li.leader, directory.user_by_id("zhang.san"));
        assert!(li.orders[0].primary && li.departments[0] == be.key);
        assert_eq!(directory.member_count(ROOT), 1);
    }

    #[test]
    fn lines_say_the_same_as_a_document() {
        let lines = [
            r#"{"kind":"department","department_id":"be","name":"后端","parent":"rd","leader":"li.si"}"#,
            r#"{"kind":"department","department_id":"rd","name":"研发中心","i18n_name":{"en_us":"R&D"},"leader":"zhang.san","deputies":["li.si"]}"#,
            r#"{"kind":"user","user_id":"li.si","name":"李四","mobile":"13011111112","departments":["be","rd"],"leader":"zhang.san"}"#,
            r#"{"kind":"user","user_id":"zhang.san","name":"张三","mobile":"+8613011111111","departments":["rd"],"founder":true}"#,
            r#"{"kind":"user","user_id":"wang.wu","name":"王五","email":"w@example.com","joined":false}"#,
            r#"{"kind":"group","group_id":"g1","name":"组","users":["li.si"],"departments":["rd"]}"#,
        ];
        assert_eq!(bytes(&mut read(&lines.join("\n")).unwrap()), bytes(&mut read(GOOD).unwrap()));
    }

    #[test]
    fn every_problem_is_told_with_its_line() {
        let bad = r#"{
  "departments": [
    { "department_id": "a", "name": "甲", "parent": "b" },
    { "department_id": "b", "name": "乙", "parent": "a", "leader": "nobody" },
    { "department_id": "A", "name": "丙/丁", "colour": "red" },
    { "department_id": "od-1", "name": 5, "deputies": ["x"] },
    7, { "department_id": "c", "name": "戊", "parent": "e" },
    { "department_id": "e", "name": "己", "parent": "c" }
  ],
  "users": [
    { "user_id": "x", "name": "X", "mobile": "130", "leader": "y" },
    { "user_id": "y", "name": "Y", "email": "no-address", "leader": "x", "departments": ["zz"] },
    { "user_id": "z", "mobile": "13011111111", "gender": 9, "frozen": "yes" },
    { "user_id": "z2", "name": "Z", "mobile": "+8613011111111", "leader": "z2" }
  ],
  "groups": [ { "group_id": "g-1", "name": "G", "users": ["q"] } ]
}"#;
        insta::assert_snapshot!(read(bad).unwrap_err(), @r#"
        line 4: department "b": leader "nobody" is not in the file
        line 5: department "A": department_id "a" is taken by department "a"
        line 5: department "A": name must not contain a slash
        line 5: department "A": unknown field "colour"; there are department_id, name, i18n_name, parent, order, leader, deputies, hrbps
        line 6: department "od-1": "name" must be a text
        line 6: department "od-1": department_id must be 1 to 64 of a-z A-Z 0-9 _ - @ . and begin with a letter or digit; od-…, 0 and 1 are reserved
        line 6: department "od-1": deputies need a leader
        line 7: department "c": lies in a circle of parents, or deeper than 25 levels
        line 7: departments[4]: must be an object
        line 8: department "e": lies in a circle of parents, or deeper than 25 levels
        line 11: user "x": mobile "130" must be + and 7 to 15 digits, or 11 digits of mainland China
        line 11: user "x": the leaders above form a circle
        line 12: user "y": department "zz" is not in the file
        line 12: user "y": email "no-address" is no address
        line 13: user "z": "frozen" must be true or false
        line 13: user "z": "name" is missing
        line 13: user "z": gender must be 0 to 3
        line 14: user "z2": mobile "+8613011111111" is taken by user "z"
        line 14: user "z2": nobody reports to themselves
        line 16: group "g-1": group_id must be at most 64 letters and digits
        line 16: group "g-1": user "q" is not in the file
        "#);
    }

    #[test]
    fn one_group_too_many_is_a_problem_and_not_dropped() {
        let file = |count: usize| -> String {
            let line = |n| format!("{{\"kind\":\"group\",\"group_id\":\"g{n}\",\"name\":\"组{n}\"}}\n");
            (1..=count).map(line).collect()
        };
        assert_eq!(read(&file(500)).unwrap().contact.groups.all().len(), 500);
        assert_eq!(
            read(&file(502)).err().unwrap(),
            "  line 501: group \"g501\": a tenant holds at most 500 groups, the file has 502"
        );
    }

    #[test]
    fn what_is_no_seed_is_refused() {
        let texts = [
            "",
            "[]",
            "{\"people\": []}",
            "{\"kind\":\"chat\"}",
            "{\"kind\":\"user\"\n",
            "{\"kind\":\"user\"}\n\n{oops",
        ];
        let said: String =
            texts.iter().map(|t| format!("{t:?}\n{}\n", read(t).err().unwrap_or_default())).collect();
        insta::assert_snapshot!(said, @r#"
        ""
          line 1: not a seed: EOF while parsing a value
        "[]"
          line 1: not a seed: there must be an object with departments, users and groups
        "{\"people\": []}"
          line 1: not a seed: unknown field `people`, expected one of `departments`, `users`, `groups`
        "{\"kind\":\"chat\"}"
          line 1: "kind" must be "department", "user" or "group"
        "{\"kind\":\"user\"\n"
          line 1: not a seed: unknown field `kind`, expected one of `departments`, `users`, `groups`
        "{\"kind\":\"user\"}\n\n{oops"
          line 1: user: "name" is missing
          line 1: user: "user_id" is missing
          line 1: user: mobile or email is needed
          line 3: not a JSON object: key must be a string
        "#);
    }

    #[test]
    fn what_stands_after_seed_is_a_size_or_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("company.json");
        std::fs::write(&path, GOOD).unwrap();
        let seed = Seed::parse(path.to_str().unwrap()).unwrap();
        let mut world = World::default();
        fill(&mut world, &seed).unwrap();
        assert_eq!(world.contact.directory.user_count(), 3);
        assert_eq!(Seed::parse("5,1").unwrap().name(), "5,1");
        let said = |text| Seed::parse(text).unwrap_err().to_string();
        assert_eq!(said("5;1"), "\"5;1\" is no size; write N-USERS,N-DEPARTMENTS, as in 500,40");
        assert!(said("nowhere.json").contains("nor a file that exists"));
    }
}
