//! References, rules, trees: what a person sees who slipped.

use super::*;

#[test]
fn a_reference_to_nothing_names_the_nearest() {
    insta::assert_snapshot!(bad("users:\n  zhang.san: {name: 张三}\n  li.si: {name: 李四, leader: zhang.sna}\n"), @r#"
    check::unknown_reference

      × a reference to nothing
      ╰─▶ `leader` of user.li.si: no user has the key `zhang.sna`
       ╭─[lark.yaml:3:29]
     2 │   zhang.san: {name: 张三}
     3 │   li.si: {name: 李四, leader: zhang.sna}
       ·                               ────┬────
       ·                                   ╰── no such user
       ╰────
      help: did you mean `zhang.san`?
    "#);
}

#[test]
fn a_reference_of_another_kind_is_told() {
    insta::assert_snapshot!(bad(
        "departments: {eng: {name: 研发中心, parent: 研发, leaders: {primary: eng}}}\nusers: {研发: {name: 张三}}\n"
    ), @r#"
    check::unknown_reference

      × a reference to nothing
      ╰─▶ `parent` of department.eng: no department has the key `研发`; there is a user of that key
       ╭─[lark.yaml:1:41]
     1 │ departments: {eng: {name: 研发中心, parent: 研发, leaders: {primary: eng}}}
       ·                                             ──┬─
       ·                                               ╰── no such department
     2 │ users: {研发: {name: 张三}}
       ╰────
      help: declare it under `departments:`, or name one that is not managed here: {department_id: …}
            or {path: …}
    check::unknown_reference

      × a reference to nothing
      ╰─▶ `leaders.primary` of department.eng: no user has the key `eng`; there is a department of
          that key
       ╭─[lark.yaml:1:64]
     1 │ departments: {eng: {name: 研发中心, parent: 研发, leaders: {primary: eng}}}
       ·                                                                      ─┬─
       ·                                                                       ╰── no such user
     2 │ users: {研发: {name: 张三}}
       ╰────
      help: declare it under `users:`, or name one that is not managed here: {email: …} or {mobile: …}
            or {user_id: …}
    "#);
}

#[test]
fn ways_to_name_the_unmanaged_are_offered() {
    insta::assert_snapshot!(bad(
        "users: {a: {name: 张三, leader: boss@example.com}, b: {name: 李四, leader: {emial: x@y.cn}}, c: {name: C, leader: user.a}, d: {name: D, leader: {email: x, user_id: y}}}\n"
    ), @r#"
    check::unknown_reference

      × a reference to nothing
      ╰─▶ `leader` of user.a: no user has the key `boss@example.com`
       ╭─[lark.yaml:1:31]
     1 │ users: {a: {name: 张三, leader: boss@example.com}, b: {name: 李四, leader: {emial: x@y.cn}}, c: {name: C, leader: user.a}, d: {name: D, leader: {email: x, user_id: y}}}
       ·                                 ────────┬───────
       ·                                         ╰── no such user
       ╰────
      help: to name somebody who is not declared here, write {email: boss@example.com}
    check::unknown_field

      × an unknown field
      ╰─▶ a reference to a user has no `emial`
       ╭─[lark.yaml:1:73]
     1 │ users: {a: {name: 张三, leader: boss@example.com}, b: {name: 李四, leader: {emial: x@y.cn}}, c: {name: C, leader: user.a}, d: {name: D, leader: {email: x, user_id: y}}}
       ·                                                                             ──┬──
       ·                                                                               ╰── not known here
       ╰────
      help: did you mean `email`?
    check::unknown_reference

      × a reference to nothing
      ╰─▶ `leader` of user.c: no user has the key `user.a`
       ╭─[lark.yaml:1:111]
     1 │ users: {a: {name: 张三, leader: boss@example.com}, b: {name: 李四, leader: {emial: x@y.cn}}, c: {name: C, leader: user.a}, d: {name: D, leader: {email: x, user_id: y}}}
       ·                                                                                                                   ───┬──
       ·                                                                                                                      ╰── no such user
       ╰────
      help: write the key alone: `a`
    check::bad_reference

      × a reference is not clear
      ╰─▶ a live thing is named by exactly one of its ids or names
       ╭─[lark.yaml:1:141]
     1 │ users: {a: {name: 张三, leader: boss@example.com}, b: {name: 李四, leader: {emial: x@y.cn}}, c: {name: C, leader: user.a}, d: {name: D, leader: {email: x, user_id: y}}}
       ·                                                                                                                                                 ───────────┬──────────
       ·                                                                                                                                                            ╰── names no one thing
       ╰────
      help: write a key, or one entry such as {email: …}
    "#);
}

#[test]
fn a_circle_is_shown_whole() {
    insta::assert_snapshot!(bad(
        "departments:\n  a: {name: 甲, parent: c}\n  b: {name: 乙, parent: a}\n  c: {name: 丙, parent: b}\n  d: {name: 丁, parent: a}\n"
    ), @r#"
    check::circle

      × a thing stands below itself
      ╰─▶ department.a → department.c → department.b → department.a: each is the `parent` of the one
          before
       ╭─[lark.yaml:2:24]
     1 │ departments:
     2 │   a: {name: 甲, parent: c}
       ·                         ┬
       ·                         ╰── department.a is below department.c
     3 │   b: {name: 乙, parent: a}
       ·                         ┬
       ·                         ╰── department.b is below department.a
     4 │   c: {name: 丙, parent: b}
       ·                         ┬
       ·                         ╰── department.c is below department.b
     5 │   d: {name: 丁, parent: a}
       ╰────
      help: give one of them a `parent` outside of the circle
    "#);
    assert_eq!(codes("departments: {a: {name: 甲, parent: a}}"), ["check::circle"]);
}

#[test]
fn nesting_and_parent_must_agree() {
    insta::assert_snapshot!(bad(
        "departments:\n  a: {name: 甲, parent: root, children: {b: {name: 乙, parent: root}}}\n  b: {name: 丙, parent: root}\n"
    ), @r#"
    check::two_parents

      × a thing has two different parents
      ╰─▶ department.b can stand in one place of the tree only
       ╭─[lark.yaml:2:62]
     1 │ departments:
     2 │   a: {name: 甲, parent: root, children: {b: {name: 乙, parent: root}}}
       ·   ┬                                                            ──┬─
       ·   │                                                              ╰── this `parent`
       ·   ╰── and it stands in this
     3 │   b: {name: 丙, parent: root}
       ╰────
      help: delete the `parent:`, or move the thing to where it says
    check::declared_twice

      × the same thing is declared twice
      ╰─▶ keys under `children:` name things like those at the top level, and department.b is there
          already
       ╭─[lark.yaml:3:3]
     1 │ departments:
     2 │   a: {name: 甲, parent: root, children: {b: {name: 乙, parent: root}}}
       ·                                          ┬
       ·                                          ╰── first here
     3 │   b: {name: 丙, parent: root}
       ·   ┬
       ·   ╰── again here
       ╰────
      help: keep one of the two, or give one another key
    "#);
}

#[test]
fn what_cannot_be_told_apart_is_refused() {
    insta::assert_snapshot!(bad("user_groups: {a: {name: 值班}, b: {name: 值班}}\n"), @r#"
    check::same_natural_key

      × two things cannot be told apart
      ╰─▶ user_group.a and user_group.b have the same `name`, by which a live user group is found
       ╭─[lark.yaml:1:40]
     1 │ user_groups: {a: {name: 值班}, b: {name: 值班}}
       ·                         ──┬─             ──┬─
       ·                           │                ╰── the same here
       ·                           ╰── first here
       ╰────
      help: give one of them another `name`
    "#);
    insta::assert_snapshot!(bad("departments: {D1: {name: 甲, parent: root}, b: {id: D1, name: 乙, parent: root}}\n"), @r#"
    check::same_id

      × two things have the same id
      ╰─▶ department.D1 and department.b both have the id `D1`
       ╭─[lark.yaml:1:52]
     1 │ departments: {D1: {name: 甲, parent: root}, b: {id: D1, name: 乙, parent: root}}
       ·               ─┬                                    ─┬
       ·                │                                     ╰── the same here
       ·                ╰── first here
       ╰────
      help: a key without `id:` is the id; give one of them another
    "#);
}

#[test]
fn slips_in_rules_are_marked_on_the_character() {
    let rule =
        |rule: &str| bad(&format!("user_groups:\n  值班: {{name: 值班, members: {{where: {rule}}}}}\n"));
    insta::assert_snapshot!(rule("'user.job_titel == \"研发\" && usr.tags.contain(\"x\")'"), @r#"
    check::rule_name

      × a rule names something unknown
      ╰─▶ a user has no `job_titel`
       ╭─[lark.yaml:2:41]
     1 │ user_groups:
     2 │   值班: {name: 值班, members: {where: 'user.job_titel == "研发" && usr.tags.contain("x")'}}
       ·                                             ────┬────
       ·                                                 ╰── no such field
       ╰────
      help: did you mean `user.job_title`?
    check::rule_name

      × a rule names something unknown
      ╰─▶ `usr` is not a variable; a rule knows `user` only
       ╭─[lark.yaml:2:62]
     1 │ user_groups:
     2 │   值班: {name: 值班, members: {where: 'user.job_titel == "研发" && usr.tags.contain("x")'}}
       ·                                                                    ─┬─
       ·                                                                     ╰── not known
       ╰────
      help: did you mean `user`?
    check::rule_name

      × a rule names something unknown
      ╰─▶ there is no function `contain`
       ╭─[lark.yaml:2:71]
     1 │ user_groups:
     2 │   值班: {name: 值班, members: {where: 'user.job_titel == "研发" && usr.tags.contain("x")'}}
       ·                                                                             ───┬───
       ·                                                                                ╰── no such function
       ╰────
      help: did you mean `contains`?
    "#);
    insta::assert_snapshot!(rule("'user.name == \"张\" && user.job_title = \"SRE\"'"), @r#"
    check::rule

      × a rule cannot be understood
      ╰─▶ token recognition error at: '= '
       ╭─[lark.yaml:2:71]
     1 │ user_groups:
     2 │   值班: {name: 值班, members: {where: 'user.name == "张" && user.job_title = "SRE"'}}
       ·                                                                            ┬
       ·                                                                            ╰── noticed here
       ╰────
      help: to compare write `==`
    "#);
    insta::assert_snapshot!(rule("'user.name == \"张三\" and user.frozen'"), @r#"
    check::rule

      × a rule cannot be understood
      ╰─▶ mismatched input 'and' expecting {<EOF>, '==', '!=', 'in', '<', '<=', '>=', '>', '&&', '||',
          '[', '.', '-', '?', '+', '*', '/', '%'}
       ╭─[lark.yaml:2:54]
     1 │ user_groups:
     2 │   值班: {name: 值班, members: {where: 'user.name == "张三" and user.frozen'}}
       ·                                                            ┬
       ·                                                            ╰── noticed here
       ╰────
      help: write `&&` for and, `||` for or, `!` for not
    "#);
    insta::assert_snapshot!(rule("'user.name == “张三”'"), @r#"
    check::rule

      × a rule cannot be understood
      ╰─▶ token recognition error at: '“'
       ╭─[lark.yaml:2:49]
     1 │ user_groups:
     2 │   值班: {name: 值班, members: {where: 'user.name == “张三”'}}
       ·                                                     ┬
       ·                                                     ╰── noticed here
       ╰────
      help: full-width quotes, brackets and commas are other signs: type them with the English
            keyboard
    "#);
    insta::assert_snapshot!(rule("'user.name.startsWith(\"张\"'"), @r#"
    check::rule

      × a rule cannot be understood
      ╰─▶ missing ')' at '<EOF>'
       ╭─[lark.yaml:2:60]
     1 │ user_groups:
     2 │   值班: {name: 值班, members: {where: 'user.name.startsWith("张"'}}
       ·                                                                 ▲
       ·                                                                 ╰── noticed here
       ╰────
      help: write a condition about `user`: 'user.job_title.startsWith("SRE")'
    "#);
    insta::assert_snapshot!(rule("\"'SRE'\""), @r#"
    check::rule

      × a rule cannot be understood
      ╰─▶ a rule is true or false for a user, and this is neither
       ╭─[lark.yaml:2:35]
     1 │ user_groups:
     2 │   值班: {name: 值班, members: {where: "'SRE'"}}
       ·                                       ───┬───
       ·                                          ╰── no condition
       ╰────
      help: compare something: 'user.city == "杭州"'
    "#);
    insta::assert_snapshot!(bad(
        "user_groups:\n  值班:\n    name: 值班\n    members:\n      where: |-\n        user.name == \"张三\" ||\n          user.naem == \"李四\"\n"
    ), @r#"
    check::rule_name

      × a rule names something unknown
      ╰─▶ a user has no `naem`
       ╭─[lark.yaml:7:16]
     6 │         user.name == "张三" ||
     7 │           user.naem == "李四"
       ·                ──┬─
       ·                  ╰── no such field
       ╰────
      help: did you mean `user.name`?
    "#);
}

#[test]
fn rules_that_can_be_asked_pass() {
    for rule in [
        "true",
        "user.tags.exists(t, t == \"cn\" || t.startsWith(\"x\"))",
        "has(user.email) && size(user.departments) > 1 && !user.frozen",
        "user[\"job_title\"] in [\"SRE\", \"数据\"] ? true : user.custom[\"色\"] == \"红\"",
    ] {
        let text = format!("user_groups: {{g: {{name: G, members: {{where: '{rule}'}}}}}}");
        good(&text);
    }
    let text = "user_groups: {g: {name: G, members: {where: 'user[\"titel\"] == 1'}}}";
    assert_eq!(codes(text), ["check::rule_name"]);
}

#[test]
fn a_file_that_could_not_be_read_makes_no_reference_wrong() {
    let files =
        [("a.yaml", "version: 1\nusers: {a: {name: A, leader: b}}\n"), ("b.yaml", "users: {b: {name: ]\n")];
    let problems = verdict_of(&files).result.expect_err("b.yaml is broken");
    assert!(problems.iter().all(|problem| problem.code().0.starts_with("load::")), "{problems:?}");
}
