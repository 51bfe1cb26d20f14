//! `moved:`, `import:`, `settings:`, `state:`.

use super::*;

#[test]
fn moves_that_lead_back_would_be_made_again_by_every_run() {
    insta::assert_snapshot!(bad(
        "users: {a: {name: A}, b: {name: B}}
moved: [{from: user.b, to: user.a}, {from: user.a, to: user.b}]
"
    ), @r#"
    check::bad_move

      × a move that cannot be
      ╰─▶ user.a → user.b → user.a: every run would move them once more
       ╭─[lark.yaml:2:37]
     1 │ users: {a: {name: A}, b: {name: B}}
     2 │ moved: [{from: user.b, to: user.a}, {from: user.a, to: user.b}]
       ·                                     ─────────────┬────────────
       ·                                                  ╰── leads back to where it began
       ╰────
      help: give one of them a key of its own in this run, and the one that it is to have in the next
    "#);
}

#[test]
fn moves_and_imports_lead_somewhere() {
    insta::assert_snapshot!(bad(
        "users: {a: {name: A}, b: {name: B}}
moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
import: {user.c: U1, user.a: 7}
"
    ), @r#"
    check::bad_move

      × a move that cannot be
      ╰─▶ user.b is still declared, so that nothing has moved away from it
       ╭─[lark.yaml:2:9]
     1 │ users: {a: {name: A}, b: {name: B}}
       ·                       ┬
       ·                       ╰── still declared here
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
       ·         ─────────────┬────────────
       ·                      ╰── this move
     3 │ import: {user.c: U1, user.a: 7}
       ╰────
      help: delete the move, or the old declaration
    check::bad_move

      × a move that cannot be
      ╰─▶ user.aa is not declared
       ╭─[lark.yaml:2:37]
     1 │ users: {a: {name: A}, b: {name: B}}
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
       ·                                     ─────────────┬─────────────
       ·                                                  ╰── leads nowhere
     3 │ import: {user.c: U1, user.a: 7}
       ╰────
      help: declare it, or delete the move
    check::bad_move

      × a move that cannot be
      ╰─▶ a thing moves to another key of the same kind
       ╭─[lark.yaml:2:66]
     1 │ users: {a: {name: A}, b: {name: B}}
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
       ·                                                                  ────────────────┬───────────────
       ·                                                                                  ╰── user.y to department.a
     3 │ import: {user.c: U1, user.a: 7}
       ╰────
      help: write `moved: [{from: department.old, to: department.new}]`
    check::bad_address

      × this is not an address
      ╰─▶ there is no kind `users`
       ╭─[lark.yaml:2:107]
     1 │ users: {a: {name: A}, b: {name: B}}
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
       ·                                                                                                           ───┬───
       ·                                                                                                              ╰── no such kind
     3 │ import: {user.c: U1, user.a: 7}
       ╰────
      help: did you mean `user.z`?
    check::bad_address

      × this is not an address
      ╰─▶ `张三` does not name kind and key
       ╭─[lark.yaml:2:120]
     1 │ users: {a: {name: A}, b: {name: B}}
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
       ·                                                                                                                        ──┬─
       ·                                                                                                                          ╰── not an address
     3 │ import: {user.c: U1, user.a: 7}
       ╰────
      help: write the singular kind, a dot and the key, as in department.engineering
    check::missing_field

      × a required field is missing
      ╰─▶ a move needs `from`, an address
       ╭─[lark.yaml:2:125]
     1 │ users: {a: {name: A}, b: {name: B}}
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
       ·                                                                                                                               ───────┬──────
       ·                                                                                                                                      ╰── has no `from`
     3 │ import: {user.c: U1, user.a: 7}
       ╰────
      help: add `from:`
    check::missing_field

      × a required field is missing
      ╰─▶ a move needs `to`, an address
       ╭─[lark.yaml:2:125]
     1 │ users: {a: {name: A}, b: {name: B}}
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
       ·                                                                                                                               ───────┬──────
       ·                                                                                                                                      ╰── has no `to`
     3 │ import: {user.c: U1, user.a: 7}
       ╰────
      help: add `to:`
    check::unknown_field

      × an unknown field
      ╰─▶ a move has no `form`
       ╭─[lark.yaml:2:126]
     1 │ users: {a: {name: A}, b: {name: B}}
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
       ·                                                                                                                                ──┬─
       ·                                                                                                                                  ╰── not known here
     3 │ import: {user.c: U1, user.a: 7}
       ╰────
      help: did you mean `from`?
    check::bad_import

      × an import that cannot be
      ╰─▶ user.c is not declared
       ╭─[lark.yaml:3:18]
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
     3 │ import: {user.c: U1, user.a: 7}
       ·                  ─┬
       ·                   ╰── for nothing
       ╰────
      help: declare the thing too: what is imported is managed
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `import` takes the id of a live thing
       ╭─[lark.yaml:3:30]
     2 │ moved: [{from: user.b, to: user.a}, {from: user.x, to: user.aa}, {from: user.y, to: department.a}, {from: users.z, to: 张三}, {form: user.q}]
     3 │ import: {user.c: U1, user.a: 7}
       ·                              ┬
       ·                              ╰── this is a whole number
       ╰────
      help: put the id in double quotes: user.a: "7"
    "#);
}

#[test]
fn settings_and_state_are_checked() {
    insta::assert_snapshot!(bad(
        "settings: {max_destroy: {user: -1, usres: 2}, spare_mobiles: [\"1\"], exclusive: [robots], max_destory: 1}\nstate: {path: 3, bucket: x}\n"
    ), @r#"
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `settings.max_destroy` takes a whole number from 0, or a map of kinds to such numbers
       ╭─[lark.yaml:1:32]
     1 │ settings: {max_destroy: {user: -1, usres: 2}, spare_mobiles: ["1"], exclusive: [robots], max_destory: 1}
       ·                                ─┬
       ·                                 ╰── this is a whole number
     2 │ state: {path: 3, bucket: x}
       ╰────
      help: write `max_destroy: 5` or `max_destroy: {users: 5}`
    check::unknown_kind

      × no such kind
      ╰─▶ there is no kind `usres`
       ╭─[lark.yaml:1:36]
     1 │ settings: {max_destroy: {user: -1, usres: 2}, spare_mobiles: ["1"], exclusive: [robots], max_destory: 1}
       ·                                    ──┬──
       ·                                      ╰── not a kind
     2 │ state: {path: 3, bucket: x}
       ╰────
      help: did you mean `users`?
    check::format

      × a text has the wrong form
      ╰─▶ `1` does not begin with `+`, and is no mobile number of mainland China
       ╭─[lark.yaml:1:63]
     1 │ settings: {max_destroy: {user: -1, usres: 2}, spare_mobiles: ["1"], exclusive: [robots], max_destory: 1}
       ·                                                               ─┬─
       ·                                                                ╰── not in this form
     2 │ state: {path: 3, bucket: x}
       ╰────
      help: write it with the country's code, as in "+8613011111111" or "+6591234567"
    check::unknown_kind

      × no such kind
      ╰─▶ there is no kind `robots`
       ╭─[lark.yaml:1:81]
     1 │ settings: {max_destroy: {user: -1, usres: 2}, spare_mobiles: ["1"], exclusive: [robots], max_destory: 1}
       ·                                                                                 ───┬──
       ·                                                                                    ╰── not a kind
     2 │ state: {path: 3, bucket: x}
       ╰────
      help: kinds are departments, users, user_groups, job_levels
    check::unknown_field

      × an unknown field
      ╰─▶ `settings` has no `max_destory`
       ╭─[lark.yaml:1:90]
     1 │ settings: {max_destroy: {user: -1, usres: 2}, spare_mobiles: ["1"], exclusive: [robots], max_destory: 1}
       ·                                                                                          ─────┬─────
       ·                                                                                               ╰── not known here
     2 │ state: {path: 3, bucket: x}
       ╰────
      help: did you mean `max_destroy`?
    check::wrong_type

      × a value of the wrong type
      ╰─▶ `state.path` takes a path
       ╭─[lark.yaml:2:15]
     1 │ settings: {max_destroy: {user: -1, usres: 2}, spare_mobiles: ["1"], exclusive: [robots], max_destory: 1}
     2 │ state: {path: 3, bucket: x}
       ·               ┬
       ·               ╰── this is a whole number
       ╰────
      help: write `state: {path: .larkctl/state.json}`
    check::unknown_field

      × an unknown field
      ╰─▶ `state` has no `bucket`
       ╭─[lark.yaml:2:18]
     1 │ settings: {max_destroy: {user: -1, usres: 2}, spare_mobiles: ["1"], exclusive: [robots], max_destory: 1}
     2 │ state: {path: 3, bucket: x}
       ·                  ───┬──
       ·                     ╰── not known here
       ╰────
      help: known here: path
    "#);
}
