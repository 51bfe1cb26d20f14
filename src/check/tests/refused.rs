//! What is refused, and what a person sees.

use super::*;

#[test]
fn unknown_keys_and_fields_have_a_suggestion() {
    insta::assert_snapshot!(bad("deparments: {}\nuser: {}\nrobots: {}\n"), @r#"
    check::unknown_key

      × an unknown key at the top level
      ╰─▶ `deparments` is no kind and no part of a manifest
       ╭─[lark.yaml:1:1]
     1 │ deparments: {}
       · ─────┬────
       ·      ╰── not known
     2 │ user: {}
       ╰────
      help: did you mean `departments`?
    check::unknown_key

      × an unknown key at the top level
      ╰─▶ `user` is no kind and no part of a manifest
       ╭─[lark.yaml:2:1]
     1 │ deparments: {}
     2 │ user: {}
       · ──┬─
       ·   ╰── not known
     3 │ robots: {}
       ╰────
      help: did you mean `users`?
    check::unknown_key

      × an unknown key at the top level
      ╰─▶ `robots` is no kind and no part of a manifest
       ╭─[lark.yaml:3:1]
     2 │ user: {}
     3 │ robots: {}
       · ───┬──
       ·    ╰── not known
       ╰────
      help: known keys: departments, users, user_groups, job_levels, version, vars, include, moved,
            import, settings, state
    "#);
    insta::assert_snapshot!(bad(
        "users:\n  张: {name: 张三, moblie: x, lifecycle: {prevent_destory: true, ignore_changes: [nmae], on_remove: keep}}\n"
    ), @r#"
    check::unknown_field

      × an unknown field
      ╰─▶ user.张 has no `moblie`
       ╭─[lark.yaml:2:17]
     1 │ users:
     2 │   张: {name: 张三, moblie: x, lifecycle: {prevent_destory: true, ignore_changes: [nmae], on_remove: keep}}
       ·                    ───┬──
       ·                       ╰── not known here
       ╰────
      help: did you mean `mobile`?
    check::unknown_field

      × an unknown field
      ╰─▶ `lifecycle` has no `prevent_destory`
       ╭─[lark.yaml:2:40]
     1 │ users:
     2 │   张: {name: 张三, moblie: x, lifecycle: {prevent_destory: true, ignore_changes: [nmae], on_remove: keep}}
       ·                                           ───────┬───────
       ·                                                  ╰── not known here
       ╰────
      help: did you mean `prevent_destroy`?
    check::unknown_field

      × an unknown field
      ╰─▶ user.张 has no `nmae`
       ╭─[lark.yaml:2:80]
     1 │ users:
     2 │   张: {name: 张三, moblie: x, lifecycle: {prevent_destory: true, ignore_changes: [nmae], on_remove: keep}}
       ·                                                                                   ──┬─
       ·                                                                                     ╰── not known here
       ╰────
      help: did you mean `name`?
    check::unknown_word

      × a word that is not known here
      ╰─▶ `on_remove` takes delete, deactivate or forget
       ╭─[lark.yaml:2:98]
     1 │ users:
     2 │   张: {name: 张三, moblie: x, lifecycle: {prevent_destory: true, ignore_changes: [nmae], on_remove: keep}}
       ·                                                                                                     ──┬─
       ·                                                                                                       ╰── not known
       ╰────
      help: write one of delete, deactivate, forget
    "#);
}

#[test]
fn missing_fields_are_told_at_the_key() {
    insta::assert_snapshot!(bad("departments:\n  研发: {id: eng}\nusers:\n  李四:\n"), @r#"
    check::missing_field

      × a required field is missing
      ╰─▶ department.研发 needs `name`, a text
       ╭─[lark.yaml:2:3]
     1 │ departments:
     2 │   研发: {id: eng}
       ·   ──┬─
       ·     ╰── has no `name`
     3 │ users:
       ╰────
      help: add `name: 研发中心`
    check::missing_field

      × a required field is missing
      ╰─▶ department.研发 needs `parent`, the key of a department
       ╭─[lark.yaml:2:3]
     1 │ departments:
     2 │   研发: {id: eng}
       ·   ──┬─
       ·     ╰── has no `parent`
     3 │ users:
       ╰────
      help: add `parent: root`
    check::missing_field

      × a required field is missing
      ╰─▶ user.李四 needs `name`, a text
       ╭─[lark.yaml:4:3]
     3 │ users:
     4 │   李四:
       ·   ──┬─
       ·     ╰── has no `name`
       ╰────
      help: add `name: 张三`
    "#);
}

#[test]
fn wrong_types_say_what_to_write() {
    insta::assert_snapshot!(bad(
        "users:\n  a: {name: 张三, mobile: 13011111111, frozen: no, departments: root, job_title: 12, employee_type: true, tags: {a: b}}\n"
    ), @r#"
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `mobile` of user.a takes a mobile number
       ╭─[lark.yaml:2:25]
     1 │ users:
     2 │   a: {name: 张三, mobile: 13011111111, frozen: no, departments: root, job_title: 12, employee_type: true, tags: {a: b}}
       ·                           ─────┬─────
       ·                                ╰── this is a whole number
       ╰────
      help: if this very text is meant, put it in double quotes: "13011111111"
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `frozen` of user.a takes true or false
       ╭─[lark.yaml:2:46]
     1 │ users:
     2 │   a: {name: 张三, mobile: 13011111111, frozen: no, departments: root, job_title: 12, employee_type: true, tags: {a: b}}
       ·                                                ─┬
       ·                                                 ╰── this is a text
       ╰────
      help: write `false`: in YAML 1.2 other words are texts
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `departments` of user.a takes a list
       ╭─[lark.yaml:2:63]
     1 │ users:
     2 │   a: {name: 张三, mobile: 13011111111, frozen: no, departments: root, job_title: 12, employee_type: true, tags: {a: b}}
       ·                                                                 ──┬─
       ·                                                                   ╰── this is a text
       ╰────
      help: put it in brackets: [root]
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `job_title` of user.a takes a text
       ╭─[lark.yaml:2:80]
     1 │ users:
     2 │   a: {name: 张三, mobile: 13011111111, frozen: no, departments: root, job_title: 12, employee_type: true, tags: {a: b}}
       ·                                                                                  ─┬
       ·                                                                                   ╰── this is a whole number
       ╰────
      help: if this very text is meant, put it in double quotes: "12"
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `employee_type` of user.a takes one of regular, intern, or a whole number
       ╭─[lark.yaml:2:99]
     1 │ users:
     2 │   a: {name: 张三, mobile: 13011111111, frozen: no, departments: root, job_title: 12, employee_type: true, tags: {a: b}}
       ·                                                                                                     ──┬─
       ·                                                                                                       ╰── this is a truth value
       ╰────
      help: write one of regular, intern, or a whole number
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `tags` of user.a takes a list, or `{at_least: […]}`
       ╭─[lark.yaml:2:111]
     1 │ users:
     2 │   a: {name: 张三, mobile: 13011111111, frozen: no, departments: root, job_title: 12, employee_type: true, tags: {a: b}}
       ·                                                                                                                 ───┬──
       ·                                                                                                                    ╰── this is a map
       ╰────
      help: write a list, or `{at_least: […]}`
    "#);
    insta::assert_snapshot!(bad("users: [{name: 张三}]\nuser_groups: 3\ndepartments: {a: 3}\n"), @r#"
    check::not_by_key

      × things are not written by key
      ╰─▶ `users` is a map: each thing stands under a key of its own, which names it for good
       ╭─[lark.yaml:1:9]
     1 │ users: [{name: 张三}]
       ·         ──────┬─────
       ·               ╰── this is a map
     2 │ user_groups: 3
       ╰────
      help: write `some.key: {…}` in place of `- …`
    check::not_by_key

      × things are not written by key
      ╰─▶ `user_groups` is a map: each thing stands under a key of its own, which names it for good
       ╭─[lark.yaml:2:14]
     1 │ users: [{name: 张三}]
     2 │ user_groups: 3
       ·              ┬
       ·              ╰── this is a whole number
     3 │ departments: {a: 3}
       ╰────
      help: write `some.key:` and the thing's fields below it
    check::wrong_type

      × a value of the wrong type
      ╰─▶ department.a takes a map of its fields
       ╭─[lark.yaml:3:18]
     2 │ user_groups: 3
     3 │ departments: {a: 3}
       ·                  ┬
       ·                  ╰── this is a whole number
       ╰────
      help: write the fields of department.a below its key, `name: value` each
    "#);
}

#[test]
fn null_clears_only_where_it_can() {
    insta::assert_snapshot!(bad("users:\n  张三: {name: , email: null}\n"), @r#"
    check::cannot_clear

      × a value is missing
      ╰─▶ an empty value or `null` clears a field, and `name` of user.张三 cannot be cleared
       ╭─[lark.yaml:2:12]
     1 │ users:
     2 │   张三: {name: , email: null}
       ·              ▲
       ·              ╰── nothing is written here
       ╰────
      help: write a value, or delete the line: what is not written is left alone
    "#);
}

#[test]
fn lengths_are_counted_in_characters() {
    good("departments: {a: {name: 一二三四五六七八九十一二三四五六七八九十, parent: root}}");
    insta::assert_snapshot!(bad("departments:\n  a: {parent: root, name: 一二三四五六七八九十一二三四五六七八九十多}\n  b: {parent: root, name: ''}\n"), @r#"
    check::length

      × a text has the wrong length
      ╰─▶ `name` of department.a takes at most 20 characters; these are 21
       ╭─[lark.yaml:2:27]
     1 │ departments:
     2 │   a: {parent: root, name: 一二三四五六七八九十一二三四五六七八九十多}
       ·                           ─────────────────────┬────────────────────
       ·                                                ╰── too long
     3 │   b: {parent: root, name: ''}
       ╰────
      help: shorten it
    check::length

      × a text has the wrong length
      ╰─▶ `name` of department.b cannot be an empty text
       ╭─[lark.yaml:3:27]
     2 │   a: {parent: root, name: 一二三四五六七八九十一二三四五六七八九十多}
     3 │   b: {parent: root, name: ''}
       ·                           ─┬
       ·                            ╰── too short
       ╰────
      help: write a text, or delete the line: what is not written is left alone
    "#);
}

#[test]
fn formats_say_how_to_write_it() {
    insta::assert_snapshot!(bad(
        "users:\n  a: {name: A, mobile: \"12345\", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}\n  b: {name: \"张\\n三\", country: cn, join_date: 2024/3/1}\n  c: {name: \" 张三\", job_title: \"a\\u0007b\"}\n"
    ), @r#"
    check::format

      × a text has the wrong form
      ╰─▶ `12345` does not begin with `+`, and is no mobile number of mainland China
       ╭─[lark.yaml:2:24]
     1 │ users:
     2 │   a: {name: A, mobile: "12345", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}
       ·                        ───┬───
       ·                           ╰── not in this form
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
       ╰────
      help: write it with the country's code, as in "+8613011111111" or "+6591234567"
    check::format

      × a text has the wrong form
      ╰─▶ `张三` is no e-mail address
       ╭─[lark.yaml:2:40]
     1 │ users:
     2 │   a: {name: A, mobile: "12345", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}
       ·                                        ──┬─
       ·                                          ╰── not in this form
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
       ╰────
      help: write it like san.zhang@example.com
    check::format

      × a text has the wrong form
      ╰─▶ `UK` is no country's code that Feishu shows
       ╭─[lark.yaml:2:53]
     1 │ users:
     2 │   a: {name: A, mobile: "12345", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}
       ·                                                       ─┬
       ·                                                        ╰── not in this form
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
       ╰────
      help: did you mean `GB`?
    check::format

      × a text has the wrong form
      ╰─▶ `www.example.com` is no web address
       ╭─[lark.yaml:2:63]
     1 │ users:
     2 │   a: {name: A, mobile: "12345", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}
       ·                                                                 ───────┬───────
       ·                                                                        ╰── not in this form
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
       ╰────
      help: begin with https:// and a host, as in https://example.com/page
    check::date

      × this is not a date
      ╰─▶ there is no day `2023-02-29`
       ╭─[lark.yaml:2:91]
     1 │ users:
     2 │   a: {name: A, mobile: "12345", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}
       ·                                                                                             ─────┬────
       ·                                                                                                  ╰── not a date
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
       ╰────
      help: write it like 2024-03-01
    check::one_line

      × a text has more than one line
      ╰─▶ `name` of user.b is one line
       ╭─[lark.yaml:3:13]
     2 │   a: {name: A, mobile: "12345", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
       ·             ────┬───
       ·                 ╰── holds a line break or a tab
     4 │   c: {name: " 张三", job_title: "a\u0007b"}
       ╰────
      help: write it on one line; after `|` and `>` a line break ends the text: use `>-`
    check::format

      × a text has the wrong form
      ╰─▶ `cn` is no country's code that Feishu shows
       ╭─[lark.yaml:3:30]
     2 │   a: {name: A, mobile: "12345", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
       ·                                ─┬
       ·                                 ╰── not in this form
     4 │   c: {name: " 张三", job_title: "a\u0007b"}
       ╰────
      help: did you mean `CN`?
    check::date

      × this is not a date
      ╰─▶ `join_date` of user.b takes year, month and day
       ╭─[lark.yaml:3:45]
     2 │   a: {name: A, mobile: "12345", email: 张三, country: UK, home: www.example.com, join_date: 2023-02-29}
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
       ·                                               ────┬───
       ·                                                   ╰── not a date
     4 │   c: {name: " 张三", job_title: "a\u0007b"}
       ╰────
      help: write it like 2024-03-01
    check::outer_space

      × a text begins or ends with white space
      ╰─▶ it cannot be seen, and others would not find the text by typing it
       ╭─[lark.yaml:4:13]
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
     4 │   c: {name: " 张三", job_title: "a\u0007b"}
       ·             ───┬───
       ·                ╰── white space around it
       ╰────
      help: write "张三"
    check::control_character

      × a text holds a control character
      ╰─▶ it is invisible, and nobody could find the text again by typing it
       ╭─[lark.yaml:4:31]
     3 │   b: {name: "张\n三", country: cn, join_date: 2024/3/1}
     4 │   c: {name: " 张三", job_title: "a\u0007b"}
       ·                                 ─────┬────
       ·                                      ╰── holds U+0007
       ╰────
      help: delete the escape
    "#);
}

#[test]
fn bounds_and_copies() {
    insta::assert_snapshot!(bad(
        "departments:\n  a: {name: 甲, parent: root, order: -1, i18n_name: {fr_fr: x}, leaders: {deputies: [u, u, v]}}\n  v: {name: 乙, parent: root}\nusers: {u: {name: U}, v: {name: V}}\n"
    ), @r#"
    check::out_of_range

      × a number is out of range
      ╰─▶ `order` of department.a takes a whole number from 0 to 1000000
       ╭─[lark.yaml:2:37]
     1 │ departments:
     2 │   a: {name: 甲, parent: root, order: -1, i18n_name: {fr_fr: x}, leaders: {deputies: [u, u, v]}}
       ·                                      ─┬
       ·                                       ╰── out of range
     3 │   v: {name: 乙, parent: root}
       ╰────
      help: write a number in that range
    check::unknown_field

      × an unknown field
      ╰─▶ `i18n_name` of department.a has no `fr_fr`
       ╭─[lark.yaml:2:53]
     1 │ departments:
     2 │   a: {name: 甲, parent: root, order: -1, i18n_name: {fr_fr: x}, leaders: {deputies: [u, u, v]}}
       ·                                                      ──┬──
       ·                                                        ╰── not known here
     3 │   v: {name: 乙, parent: root}
       ╰────
      help: known here: zh_cn, en_us, ja_jp
    check::missing_field

      × a required field is missing
      ╰─▶ `leaders` of department.a needs `primary`, the key of a user
       ╭─[lark.yaml:2:73]
     1 │ departments:
     2 │   a: {name: 甲, parent: root, order: -1, i18n_name: {fr_fr: x}, leaders: {deputies: [u, u, v]}}
       ·                                                                          ──────────┬──────────
       ·                                                                                    ╰── has no `primary`
     3 │   v: {name: 乙, parent: root}
       ╰────
      help: add `primary:`
    check::too_many

      × too many elements
      ╰─▶ `leaders.deputies` of department.a takes at most 2 elements
       ╭─[lark.yaml:2:84]
     1 │ departments:
     2 │   a: {name: 甲, parent: root, order: -1, i18n_name: {fr_fr: x}, leaders: {deputies: [u, u, v]}}
       ·                                                                                     ────┬────
       ·                                                                                         ╰── 3 of them
     3 │   v: {name: 乙, parent: root}
       ╰────
      help: take 1 away
    check::twice_in_set

      × an element stands twice in a set
      ╰─▶ in `leaders.deputies` of department.a an element is there or not, and the order has no
          meaning
       ╭─[lark.yaml:2:88]
     1 │ departments:
     2 │   a: {name: 甲, parent: root, order: -1, i18n_name: {fr_fr: x}, leaders: {deputies: [u, u, v]}}
       ·                                                                                      ┬  ┬
       ·                                                                                      │  ╰── again here
       ·                                                                                      ╰── first here
     3 │   v: {name: 乙, parent: root}
       ╰────
      help: delete one of the two
    "#);
}

#[test]
fn people_who_are_nobody() {
    insta::assert_snapshot!(bad(
        "user_groups:\n  a: {name: 甲, members: {}}\n  b: {name: 乙, members: {user: [x]}}\n  c: {name: 丙, members: {users: x, at_least: []}}\nusers: {x: {name: X}}\n"
    ), @r#"
    check::nobody

      × people are wanted and nobody is named
      ╰─▶ `members` of user_group.a needs one of users, departments, user_groups, where
       ╭─[lark.yaml:2:25]
     1 │ user_groups:
     2 │   a: {name: 甲, members: {}}
       ·                          ─┬
       ·                           ╰── names nobody
     3 │   b: {name: 乙, members: {user: [x]}}
       ╰────
      help: write `[]` if nobody is meant
    check::unknown_field

      × an unknown field
      ╰─▶ `members` of user_group.b has no `user`
       ╭─[lark.yaml:3:26]
     2 │   a: {name: 甲, members: {}}
     3 │   b: {name: 乙, members: {user: [x]}}
       ·                           ──┬─
       ·                             ╰── not known here
     4 │   c: {name: 丙, members: {users: x, at_least: []}}
       ╰────
      help: did you mean `users`?
    check::unknown_field

      × an unknown field
      ╰─▶ `at_least` holds all that is meant
       ╭─[lark.yaml:4:26]
     3 │   b: {name: 乙, members: {user: [x]}}
     4 │   c: {name: 丙, members: {users: x, at_least: []}}
       ·                           ──┬──
       ·                             ╰── cannot stand beside `at_least`
     5 │ users: {x: {name: X}}
       ╰────
      help: move it into `at_least`, or take `at_least` away
    "#);
}

#[test]
fn keys_are_names() {
    insta::assert_snapshot!(bad("users:\n  张 三: {name: A}\n  '': {name: B}\ndepartments:\n  研发: {name: C, parent: root}\n"), @r#"
    check::bad_key

      × a key cannot be used
      ╰─▶ `张 三` holds white space, a slash or a control character
       ╭─[lark.yaml:2:3]
     1 │ users:
     2 │   张 三: {name: A}
       ·   ──┬──
       ·     ╰── this key
     3 │   '': {name: B}
       ╰────
      help: write a short name of letters, digits, `.`, `-` and `_`
    check::bad_key

      × a key cannot be used
      ╰─▶ the key is empty
       ╭─[lark.yaml:3:3]
     2 │   张 三: {name: A}
     3 │   '': {name: B}
       ·   ─┬
       ·    ╰── this key
     4 │ departments:
       ╰────
      help: write a short name of letters, digits, `.`, `-` and `_`
    check::bad_key

      × a key cannot be used
      ╰─▶ the key becomes the id of the department, and takes letters, digits and `_-@.`, at most 64
       ╭─[lark.yaml:5:3]
     4 │ departments:
     5 │   研发: {name: C, parent: root}
       ·   ──┬─
       ·     ╰── this key
       ╰────
      help: write another key, or keep it and give the id apart: `id: …`
    "#);
}

#[test]
fn the_same_key_in_two_files_shows_both() {
    let verdict = verdict_of(&[
        ("org/a.yaml", "version: 1\nusers:\n  zhang: {name: 张三}\n"),
        ("org/b.yaml", "users:\n  zhang: {name: 张三丰}\n"),
    ]);
    insta::assert_snapshot!(shown(verdict.result.expect_err("twice"), &verdict.sources), @r#"
    load::declared_twice

      × the same key is declared twice
      ╰─▶ `zhang` stands twice under `users`, and only one could count
       ╭─[org/b.yaml:2:3]
     1 │ users:
     2 │   zhang: {name: 张三丰}
       ·   ──┬──
       ·     ╰── again here
       ╰────
      help: keep one of the two, or give one another key

    Advice: 
      ☞ first here
       ╭─[org/a.yaml:3:3]
     2 │ users:
     3 │   zhang: {name: 张三}
       ·   ──┬──
       ·     ╰── first here
       ╰────
    "#);
}

#[test]
fn the_kinds_own_rules_run_last() {
    assert_eq!(codes("users: {a: {name: 神}}"), ["toy::god"]);
    assert_eq!(
        codes("users: {a: {name: 神, x: 1}}"),
        ["check::unknown_field"],
        "only when all else is sound"
    );
}

#[test]
fn all_problems_come_in_one_run_and_in_order() {
    let found = codes(
        "users:\n  a: {name: 1}\n  b: {}\n  c: {name: C, x: 1}\nuser_groups: {g: {name: G, members: [d]}}\n",
    );
    assert_eq!(
        found,
        ["check::wrong_type", "check::missing_field", "check::unknown_field", "check::unknown_reference"]
    );
}
