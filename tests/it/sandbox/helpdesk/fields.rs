//! Fields of tickets: made without an answer, numbered by the server, listed under another token.

use serde_json::{Value, json};

use super::{App, DESK, Office, Owner, each, field, lenient, office, text, with};

const PATH: &str = "/ticket_customized_fields";

fn option(tag: &str, children: Value) -> Value {
    let mut option = json!({ "tag": tag, "display_name": format!("option {tag}") });
    if children.as_array().is_some_and(|list| !list.is_empty()) {
        option["children"] = children;
    }
    option
}

fn dropdown(field_type: &str, children: Value) -> Value {
    with(field("f"), json!({ "field_type": field_type, "dropdown_options": { "children": children } }))
}

async fn list(o: &Office) -> Value {
    o.get(&format!("{PATH}?page_size=100")).await["items"].clone()
}

/// The field with this key.
async fn find(o: &Office, key_name: &str) -> Value {
    let list = list(o).await;
    list.as_array().expect("list").iter().find(|f| f["key_name"] == key_name).expect("the field").clone()
}

async fn path_of(o: &Office, key_name: &str) -> String {
    format!("{PATH}/{}", text(&find(o, key_name).await["ticket_customized_field_id"]))
}

#[tokio::test]
async fn made_and_changed_without_any_data() {
    let o = office().await;
    let answer = o.ask(Owner, "POST", PATH, field("asset")).await;
    assert_eq!(answer.body, json!({ "code": 0, "msg": "success" }), "not even an id");
    let path = path_of(&o, "asset").await;
    o.t.step(2).await;
    let answer = o.ask(Owner, "PATCH", &path, json!({ "display_name": "Asset" })).await;
    assert_eq!(answer.body, json!({ "code": 0, "msg": "success" }));
    let read = o.get(&path).await;
    assert_eq!((&read["display_name"], &read["key_name"]), (&json!("Asset"), &json!("asset")));
    let millis = |name: &str| text(&read[name]).parse::<i64>().expect("milliseconds as text");
    assert_eq!(millis("updated_at") - millis("created_at"), 2000);
    assert_eq!((&read["created_by"]["name"], &read["helpdesk_id"]), (&json!("owner"), &json!(DESK)));
    assert_eq!(find(&o, "asset").await, read, "the list says the same");
    assert_eq!(o.ask(Owner, "DELETE", &path, Value::Null).await.body["data"], json!({}));
    o.refused(App, "GET", &path, Value::Null, (400, 154_000)).await;
    o.refused(Owner, "DELETE", &path, Value::Null, (400, 154_000)).await;
}

#[tokio::test]
async fn the_list_has_a_token_of_another_name() {
    let o = office().await;
    for i in 0..22 {
        o.ok(Owner, "POST", PATH, field(&format!("f{i}"))).await;
    }
    let first = o.get(PATH).await;
    assert_eq!(first["items"].as_array().expect("items").len(), 20);
    assert_eq!((&first["has_more"], first.get("page_token")), (&json!(true), None));
    let token = text(&first["next_page_token"]);
    let second = o.get(&format!("{PATH}?page_token={token}")).await;
    assert_eq!(second["items"].as_array().expect("items").len(), 3);
    assert_eq!((&second["has_more"], second.get("next_page_token")), (&json!(false), None));
    for bad in ["page_size=101", "page_token=x"] {
        o.refused(App, "GET", &format!("{PATH}?{bad}"), Value::Null, (400, 154_000)).await;
    }
}

#[tokio::test]
async fn a_body_on_the_read_filters() {
    let o = office().await;
    o.ok(Owner, "POST", PATH, field("seen")).await;
    o.ok(Owner, "POST", PATH, with(field("hidden"), json!({ "visible": false }))).await;
    let asked = |body: Value| o.ok(App, "GET", PATH, body);
    assert_eq!(each(&asked(json!({ "visible": false })).await["items"], "key_name"), ["hidden"]);
    assert_eq!(asked(json!({ "visible": true })).await["items"].as_array().expect("items").len(), 2);
    assert_eq!(asked(Value::Null).await["items"].as_array().expect("items").len(), 3);
}

#[tokio::test]
async fn the_overview_has_no_options_and_what_the_desk_came_with() {
    let o = office().await;
    let options = json!([option("a", json!([]))]);
    o.ok(Owner, "POST", PATH, dropdown("dropdown", options)).await;
    o.ok(Owner, "POST", PATH, with(field("hidden"), json!({ "visible": false }))).await;
    let all = o.get("/customized_fields").await;
    assert_eq!(each(&all["ticket_customized_fields"], "key_name"), ["ticket_tags", "f", "hidden"]);
    assert_eq!(all["ticket_customized_fields"][1].get("dropdown_options"), None);
    assert_eq!(each(&all["ticket_customized_fields"], "editable"), [false, true, true]);
    assert_eq!(each(&all["user_customized_fields"], "editable"), [false, false, false]);
    let seen = o.get("/customized_fields?visible_only=true").await;
    assert_eq!(each(&seen["ticket_customized_fields"], "key_name"), ["ticket_tags", "f"]);
}

#[tokio::test]
async fn what_the_desk_came_with_stays_as_it_is() {
    let o = office().await;
    let path = path_of(&o, "ticket_tags").await;
    assert_eq!(o.get(&path).await["editable"], false);
    o.refused(Owner, "PATCH", &path, json!({ "display_name": "x" }), (400, 154_000)).await;
    o.refused(Owner, "DELETE", &path, Value::Null, (400, 154_000)).await;
}

#[tokio::test]
async fn rows_are_counted_by_the_server() {
    let o = office().await;
    for (key, position) in [("a", "9"), ("b", "9"), ("c", "2")] {
        o.ok(Owner, "POST", PATH, with(field(key), json!({ "position": position }))).await;
    }
    let rows = || async {
        let list = list(&o).await;
        each(&list, "key_name").into_iter().zip(each(&list, "position")).collect::<Vec<_>>()
    };
    let want = |keys: [&str; 4]| -> Vec<(Value, Value)> {
        keys.iter().zip(1..).map(|(key, row)| (json!(key), json!(row.to_string()))).collect()
    };
    assert_eq!(rows().await, want(["ticket_tags", "c", "a", "b"]));
    o.ok(Owner, "PATCH", &path_of(&o, "b").await, json!({ "position": "1" })).await;
    assert_eq!(rows().await, want(["b", "ticket_tags", "c", "a"]));
    o.ok(Owner, "DELETE", &path_of(&o, "b").await, Value::Null).await;
    assert_eq!(rows().await[2], (json!("a"), json!("3")));
    for bad in ["", "0", "-1", "x", "1.5", "+1"] {
        let body = with(field("z"), json!({ "position": bad }));
        o.refused(Owner, "POST", PATH, body, (400, 154_000)).await;
    }
    o.refused(Owner, "POST", PATH, with(field("z"), json!({ "position": 1 })), (400, 99_992_402)).await;
    o.knobs(json!({ "renumber_fields": false })).await;
    o.ok(Owner, "POST", PATH, with(field("far"), json!({ "position": "40" }))).await;
    assert_eq!(find(&o, "far").await["position"], "40");
}

#[tokio::test]
async fn three_fields_cannot_change() {
    let o = lenient().await;
    o.ok(Owner, "POST", PATH, field("asset")).await;
    let path = path_of(&o, "asset").await;
    let before = o.get(&path).await;
    for other in [
        json!({ "key_name": "other" }),
        json!({ "field_type": "multiline" }),
        json!({ "dropdown_allow_multiple": true }),
    ] {
        o.knobs(json!({ "immutable": "refused" })).await;
        o.refused(Owner, "PATCH", &path, other.clone(), (400, 154_000)).await;
        o.knobs(json!({ "immutable": "ignored" })).await;
        o.ok(Owner, "PATCH", &path, other).await;
    }
    assert_eq!(o.get(&path).await, before);
}

#[tokio::test]
async fn options_are_a_tree_of_one_level_or_three() {
    let o = office().await;
    let leaf = |tag: &str| option(tag, json!([]));
    let two = json!([option("a", json!([leaf("b")]))]);
    let three = json!([option("a", json!([option("b", json!([leaf("c")]))])), leaf("d")]);
    let four = json!([option("a", json!([option("b", json!([option("c", json!([leaf("d")]))]))]))]);
    for (field_type, options, good) in [
        ("dropdown", json!([leaf("a"), leaf("b")]), true),
        ("dropdown", two.clone(), false),
        ("dropdown", json!([]), false),
        ("dropdown_nested", two, true),
        ("dropdown_nested", three.clone(), true),
        ("dropdown_nested", four, false),
        ("dropdown_nested", json!([option("a", json!([leaf("a")]))]), false),
        ("dropdown", json!([{ "display_name": "x" }]), false),
        ("dropdown", json!([{ "tag": "a" }]), false),
        ("dropdown", json!([{ "tag": "a", "display_name": "" }]), false),
        ("dropdown", json!([{ "tag": "a", "display_name": "x", "colour": "red" }]), false),
        ("string", json!([leaf("a")]), false),
        ("multiline", json!([leaf("a")]), false),
    ] {
        let answer = o.ask(Owner, "POST", PATH, dropdown(field_type, options.clone())).await;
        let want = if good { (200, 0) } else { (400, 154_000) };
        assert_eq!((answer.status, answer.code()), want, "{field_type} {options}");
        if good {
            let path = path_of(&o, "f").await;
            assert_eq!(o.get(&path).await["dropdown_options"], json!({ "children": options }));
            o.ok(Owner, "DELETE", &path, Value::Null).await;
        }
    }
    for field_type in ["dropdown", "dropdown_nested"] {
        let body = with(field("f"), json!({ "field_type": field_type }));
        o.refused(Owner, "POST", PATH, body, (400, 154_000)).await;
    }
    // A change replaces the tree.
    o.ok(Owner, "POST", PATH, dropdown("dropdown_nested", three)).await;
    let path = path_of(&o, "f").await;
    let other = json!({ "dropdown_options": { "children": [leaf("x")] } });
    o.ok(Owner, "PATCH", &path, other.clone()).await;
    assert_eq!(o.get(&path).await["dropdown_options"], other["dropdown_options"]);
    o.ok(Owner, "PATCH", &path, json!({ "visible": false })).await;
    assert_eq!(o.get(&path).await["dropdown_options"], other["dropdown_options"], "kept");
    o.refused(Owner, "PATCH", &path, json!({ "dropdown_options": {} }), (400, 154_000)).await;
}

#[tokio::test]
async fn what_a_field_must_say() {
    let o = office().await;
    for name in ["key_name", "display_name", "position", "field_type", "description", "visible", "required"] {
        let mut body = field("f");
        body.as_object_mut().expect("object").remove(name);
        o.refused(Owner, "POST", PATH, body, (400, 99_992_402)).await;
    }
    for wrong in [
        json!({ "key_name": "" }),
        json!({ "display_name": " " }),
        json!({ "field_type": "number" }),
        json!({ "helpdesk_id": "1" }),
    ] {
        o.refused(Owner, "POST", PATH, with(field("f"), wrong), (400, 154_000)).await;
    }
    o.ok(Owner, "POST", PATH, with(field("f"), json!({ "helpdesk_id": DESK, "field_type": "multiline" })))
        .await;
    o.refused(Owner, "PATCH", &path_of(&o, "f").await, json!({ "display_name": "" }), (400, 154_000)).await;
    // Two fields of one key are two fields.
    o.ok(Owner, "POST", PATH, field("f")).await;
    assert_eq!(each(&list(&o).await, "key_name"), ["ticket_tags", "f", "f"]);
    o.knobs(json!({ "unique_names": true })).await;
    o.refused(Owner, "POST", PATH, field("f"), (400, 154_000)).await;
}
