//! Ticket fields: made without an id, options and their tags, what cannot change.

use super::*;

fn field(key: &str, more: &str) -> String {
    format!("      {key}: {{ key_name: {key}, name: {key}, {more} }}\n")
}

fn fields(lines: &[String]) -> String {
    it(&format!("    ticket_fields:\n{}", lines.concat()))
}

async fn by_key(world: &World, key: &str) -> Value {
    named(&rows(world, "helpdesk_fields").await, "key_name", key).clone()
}

#[tokio::test]
async fn a_field_is_made_changed_and_deleted_although_its_creation_gives_no_id() {
    let world = office().await;
    let yaml = fields(&[field("asset", "type: string, description: 说明, visible: false, required: true")]);
    let plan = converge(&world, &yaml).await;
    assert_eq!(steps(&plan), ["helpdesk.it/ticket_field.asset: create"]);
    let row = by_key(&world, "asset").await;
    assert_eq!((&row["display_name"], &row["description"]), (&json!("asset"), &json!("说明")));
    assert_eq!(
        (&row["visible"], &row["required"], &row["field_type"]),
        (&json!(false), &json!(true), &json!("string"))
    );
    let yaml = it("    ticket_fields:
      asset: { key_name: asset, name: 资产, type: string, description: null, required: false }
");
    let plan = converge(&world, &yaml).await;
    let sent = body(&plan, "helpdesk.it/ticket_field.asset: update name, description, required");
    assert_eq!(
        *sent,
        json!({ "display_name": "资产", "description": "", "required": false }),
        "only what changed"
    );
    let plan = converge(&world, &it("")).await;
    assert_eq!(steps(&plan), ["helpdesk.it/ticket_field.asset: delete"]);
    assert_eq!(rows(&world, "helpdesk_fields").await.len(), 1, "the desk's own stays");
}

#[tokio::test]
async fn every_type_settles_with_all_that_the_desk_fills_in() {
    let world = office().await;
    let lines = [
        field("a", "type: string"),
        field("b", "type: multiline"),
        field("c", "type: dropdown, options: [x, y]"),
        field("d", "type: dropdown, multiple: true, options: [x, { name: y, tag: t-1 }]"),
        field(
            "e",
            "type: dropdown_nested, options: [{ name: x, options: [y, { name: z, options: [w] }] }, v]",
        ),
    ];
    converge(&world, &fields(&lines)).await;
    let row = by_key(&world, "e").await;
    assert_eq!(row["options"][0]["children"][1]["children"][0]["name"], "w");
    assert_eq!(by_key(&world, "d").await["multiple"], true);
    assert_eq!((&row["visible"], &row["required"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_field_that_leaves_before_anybody_saw_its_id_is_found_and_deleted() {
    let world = office().await;
    apply(&world, &fields(&[field("asset", "type: string"), field("other", "type: string")])).await;
    let plan = converge(&world, &fields(&[field("other", "type: string")])).await;
    assert_eq!(steps(&plan), ["helpdesk.it/ticket_field.asset: delete"]);
    assert_eq!(rows(&world, "helpdesk_fields").await.len(), 2);
}

#[tokio::test]
async fn an_answer_that_was_lost_makes_no_second_field() {
    let world = office().await;
    let yaml = fields(&[field("asset", "type: dropdown, options: [x]")]);
    lose(&world, "/ticket_customized_fields").await;
    lost(&world, &yaml).await;
    let tag = by_key(&world, "asset").await["options"][0]["tag"].clone();
    let plan = converge(&world, &yaml).await;
    assert_eq!(steps(&plan), [""; 0]);
    assert_eq!(
        (
            rows(&world, "helpdesk_fields").await.len(),
            by_key(&world, "asset").await["options"][0]["tag"].clone()
        ),
        (2, tag)
    );
}

#[tokio::test]
async fn a_lost_state_adopts_and_two_of_one_key_are_for_a_person_to_tell_apart() {
    let world = office().await;
    let yaml = fields(&[field("asset", "type: string")]);
    converge(&world, &yaml).await;
    forget(&world).await;
    assert_eq!(steps(&converge(&world, &yaml).await), [""; 0]);
    forget(&world).await;
    // Somebody makes another by a program of their own.
    let made = world.client.writer();
    let request = larkctl::api::Draft::to("POST", "/open-apis/helpdesk/v1/ticket_customized_fields")
        .desk(DESK)
        .body(json!({ "key_name": "asset", "display_name": "2", "position": "9", "field_type": "string", "description": "", "visible": true, "required": false }))
        .write()
        .expect("a request");
    made.send(&request).await.into_result().expect("made");
    let why = refused(&world, &yaml).await;
    assert!(why.starts_with("plan::unclear:"), "{why}");
}

#[tokio::test]
async fn options_keep_their_tags_over_order_and_over_new_names_at_written_tags() {
    let world = office().await;
    let with = |options: &str| fields(&[field("os", &format!("type: dropdown, options: {options}"))]);
    converge(&world, &with("[Windows, { name: macOS, tag: t-mac }, Linux]")).await;
    let before = by_key(&world, "os").await["options"].clone();
    converge(&world, &with("[Linux, { name: Mac, tag: t-mac }, Windows, BSD]")).await;
    let after = by_key(&world, "os").await["options"].clone();
    assert_eq!((&after[0]["tag"], &after[2]["tag"]), (&before[2]["tag"], &before[0]["tag"]));
    assert_eq!(after[1], json!({ "tag": "t-mac", "name": "Mac" }));
    assert_eq!(after[3]["name"], "BSD");
}

#[tokio::test]
async fn an_option_leaves_only_when_that_is_said() {
    let world = office().await;
    let with = |more: &str| fields(&[field("os", &format!("type: dropdown, {more}"))]);
    converge(&world, &with("options: [Windows, macOS]")).await;
    let tag = by_key(&world, "os").await["options"][1]["tag"].as_str().expect("a tag").to_owned();
    let why = refused(&world, &with("options: [Windows, Mac]")).await;
    assert!(why.contains("plan::options_leave") && why.contains(&format!("macOS ({tag})")), "{why}");
    let plan = converge(&world, &with("options: [Windows, Mac], drop_options: true")).await;
    let notes: Vec<&String> = plan.changes.iter().flat_map(|change| &change.notes).collect();
    assert!(notes.iter().any(|note| note.contains("macOS")), "{notes:?}");
    assert_ne!(
        by_key(&world, "os").await["options"][1]["tag"],
        tag.as_str(),
        "tickets must not mean the new one"
    );
}

#[tokio::test]
async fn key_type_and_multiple_are_given_once() {
    let world = office().await;
    let with = |more: &str| it(&format!("    ticket_fields:\n      os: {{ {more} }}\n"));
    converge(&world, &with("key_name: os, name: OS, type: dropdown, options: [a]")).await;
    for yaml in [
        with("key_name: os2, name: OS, type: dropdown, options: [a]"),
        with("key_name: os2, name: OS, type: string"),
        with("key_name: os2, name: OS, type: dropdown, multiple: true, options: [a]"),
    ] {
        let before = rows(&world, "helpdesk_fields").await[1]["field_id"].clone();
        let plan = converge(&world, &yaml).await;
        assert_eq!(
            steps(&plan),
            ["helpdesk.it/ticket_field.os: delete", "helpdesk.it/ticket_field.os: create"]
        );
        let after = rows(&world, "helpdesk_fields").await;
        assert!(after.len() == 2 && after[1]["field_id"] != before, "{after:#?}");
    }
}

#[tokio::test]
async fn fields_swap_their_keys_by_being_made_anew() {
    let world = office().await;
    let with = |a: &str, b: &str| {
        it(&format!(
            "    ticket_fields:\n      a: {{ key_name: {a}, name: A, type: string }}\n      b: {{ key_name: {b}, name: B, type: string }}\n"
        ))
    };
    knobs(&world, json!({ "unique_names": true })).await;
    converge(&world, &with("one", "two")).await;
    converge(&world, &with("two", "one")).await;
    assert_eq!(
        (
            by_key(&world, "one").await["display_name"].clone(),
            by_key(&world, "two").await["display_name"].clone()
        ),
        (json!("B"), json!("A"))
    );
}

#[tokio::test]
async fn a_field_of_the_desk_itself_is_never_touched() {
    let world = office().await;
    let with = |name: &str| {
        it(&format!(
            "    ticket_fields:\n      tags: {{ key_name: ticket_tags, name: {name}, type: string }}\n"
        ))
    };
    // As it is it may be declared, which changes nothing.
    converge(&world, &with("工单标签")).await;
    let why = refused(&world, &with("标签")).await;
    assert!(why.contains("plan::builtin"), "{why}");
    let why = refused(&world, &it("")).await;
    assert!(why.contains("plan::builtin") && why.contains("deleted"), "{why}");
}

#[tokio::test]
async fn what_somebody_changed_by_hand_is_drift() {
    let world = office().await;
    let yaml = fields(&[field("asset", "type: dropdown, options: [a, b], visible: true")]);
    converge(&world, &yaml).await;
    let id = by_key(&world, "asset").await["field_id"].clone();
    let options = json!([{ "tag": "x", "name": "a", "children": [] }]);
    by_hand(&world, json!({ "field": { "id": id, "visible": false, "options": options } })).await;
    let plan = planned(&world, &yaml).await;
    let drift: Vec<&str> =
        plan.changes.iter().flat_map(|c| &c.drift).map(|field| field.name.as_str()).collect();
    assert_eq!(drift, ["visible", "options"]);
    converge(&world, &yaml).await;
    let row = by_key(&world, "asset").await;
    assert_eq!(
        (&row["visible"], &row["options"][0]["tag"]),
        (&json!(true), &json!("x")),
        "tags that are there stay"
    );
}

/// Nobody has looked since they were made: what they were made with tells which is which.
#[tokio::test]
async fn keys_and_addresses_that_change_before_anybody_saw_an_id_mean_the_same_fields() {
    let world = office().await;
    apply(&world, &fields(&[field("a", "type: string"), field("b", "type: string")])).await;
    let yaml = it(
        "    ticket_fields:\n      a: { key_name: c, name: A, type: string }\n      z: { key_name: a, name: A, type: string }\n      y: { key_name: b, name: b, type: string }\n",
    );
    let plan = converge(&world, &yaml).await;
    assert_eq!(
        steps(&plan),
        [
            "helpdesk.it/ticket_field.a: delete",
            "helpdesk.it/ticket_field.a: create",
            "helpdesk.it/ticket_field.z: create"
        ]
    );
    assert_eq!(rows(&world, "helpdesk_fields").await.len(), 4);
}

#[test]
fn what_cannot_be_is_told_without_a_tenant() {
    let with = |more: &str| fields(&[field("a", more)]);
    assert_eq!(problems(&with("type: dropdown")), ["ticket_field::wrong"]);
    assert_eq!(problems(&with("type: dropdown, options: []")), ["ticket_field::wrong"]);
    assert_eq!(problems(&with("type: string, options: [a]")), ["ticket_field::wrong"]);
    assert_eq!(
        problems(&with("type: dropdown, options: [{ name: a, options: [b] }]")),
        ["ticket_field::wrong"]
    );
    assert_eq!(problems(&with("type: dropdown, options: [a, a]")), ["ticket_field::wrong"]);
    assert_eq!(problems(&with("type: string, multiple: true")), ["ticket_field::wrong"]);
    let rows = fields(&[field("a", "type: string, position: 2"), field("b", "type: string, position: 2")]);
    assert_eq!(problems(&rows), ["check::taken_twice"]);
    let keys = it(
        "    ticket_fields:\n      a: { key_name: k, name: A, type: string }\n      b: { key_name: k, name: B, type: string }\n",
    );
    assert_eq!(problems(&keys), ["check::same_natural_key"]);
}
