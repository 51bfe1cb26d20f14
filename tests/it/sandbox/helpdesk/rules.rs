//! Rules of skills: the catalogue, operators, operands.

use serde_json::{Value, json};

use super::{Office, Owner, each, office};

async fn write(o: &Office, rules: Value) -> (u16, i64) {
    let answer = o.ask(Owner, "POST", "/agent_skills", json!({ "name": "s", "rules": rules })).await;
    (answer.status, answer.code())
}

fn departments(id: &str, name: &str) -> Value {
    json!({ "selected_departments": [{ "id": id, "name": name }] })
}

fn rule(id: &str, operator: i64, operand: Value) -> Value {
    json!({ "id": id, "selected_operator": operator, "operand": operand })
}

#[tokio::test]
async fn the_catalogue_says_which_operators_each_rule_takes() {
    let o = office().await;
    let rules = o.get("/agent_skill_rules").await["rules"].clone();
    assert_eq!(each(&rules, "id"), ["3", "9", "10", "11", "12", "14", "15", "16", "17"]);
    let operators = each(&rules, "operator_options");
    assert_eq!(operators[0], json!([5, 6]));
    assert_eq!(operators[4], json!([7, 8]));
    assert_eq!(operators[8], json!([2, 3]));
    assert_eq!(each(&rules, "category")[5..8], [1, 1, 1], "the knowledge base");
    for (id, operators) in [("3", [5, 6]), ("12", [7, 8]), ("17", [2, 3])] {
        for operator in 1..=9 {
            let operand = if id == "12" { departments("d1", "d1") } else { json!({ "value": "x" }) };
            let want = if operators.contains(&operator) { (200, 0) } else { (400, 154_000) };
            assert_eq!(write(&o, json!([rule(id, operator, operand)])).await, want, "{id} {operator}");
        }
    }
}

#[tokio::test]
async fn an_operand_is_a_text_that_holds_json_or_an_object_and_is_read_as_an_object() {
    let o = office().await;
    let plain = departments("d1", "d1");
    for operand in [json!(plain.to_string()), plain.clone()] {
        let body = json!({ "name": "s", "rules": [rule("12", 8, operand)] });
        let id = o.ok(Owner, "POST", "/agent_skills", body).await["agent_skill_id"].clone();
        let path = format!("/agent_skills/{}", id.as_str().expect("id"));
        let read = || async { o.get(&path).await["agent_skill"]["rules"][0].clone() };
        assert_eq!(
            read().await,
            json!({
                "id": "12", "selected_operator": 8, "operator_options": [7, 8], "operand": plain, "category": 3,
                "display_name": "部门",
            })
        );
        o.knobs(json!({ "operands_as_text": true })).await;
        let text = read().await["operand"].as_str().expect("a text").to_owned();
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), plain);
        o.knobs(json!({})).await;
    }
}

#[tokio::test]
async fn operands_that_say_nothing_are_refused() {
    let o = office().await;
    for bad in [
        json!(""),
        json!("not JSON"),
        json!({}),
        json!("{}"),
        json!({ "selected_departments": [] }),
        departments("nobody", "x"),
        json!({ "other": [{ "id": "d1" }] }),
    ] {
        assert_eq!(write(&o, json!([rule("12", 8, bad.clone())])).await, (400, 154_000), "{bad}");
    }
    for bad in [
        json!([{ "id": "12", "selected_operator": 8 }]),
        json!([{ "id": "12", "operand": departments("d1", "") }]),
        json!([{ "selected_operator": 8, "operand": departments("d1", "") }]),
        json!([rule("13", 8, departments("d1", ""))]),
    ] {
        assert_eq!(write(&o, bad.clone()).await, (400, 154_000), "{bad}");
    }
    let mut wrong = rule("12", 8, departments("d1", ""));
    wrong["category"] = 1.into();
    assert_eq!(write(&o, json!([wrong])).await, (400, 154_000), "the category follows from the rule");
}

#[tokio::test]
async fn a_department_bears_the_name_that_it_has_now() {
    let o = office().await;
    let body = json!({ "name": "s", "rules": [rule("12", 7, departments("d1", "some old name"))] });
    let id = o.ok(Owner, "POST", "/agent_skills", body).await["agent_skill_id"].clone();
    let path = format!("/agent_skills/{}", id.as_str().expect("id"));
    let read = || async { o.get(&path).await["agent_skill"]["rules"][0]["operand"].clone() };
    assert_eq!(read().await, departments("d1", "d1"));
    o.t.act(json!({ "action": "rename_department", "department": "d1", "name": "IT" })).await;
    assert_eq!(read().await, departments("d1", "IT"), "a naive comparison sees a change");
}

#[tokio::test]
async fn rules_come_back_in_the_order_of_the_catalogue() {
    let o = office().await;
    let (low, high) = (json!({ "value": "1" }), json!({ "value": "5" }));
    let rules = json!([
        rule("17", 3, high),
        rule("12", 8, departments("d1", "d1")),
        rule("17", 2, low),
        rule("3", 5, json!({ "city": "上海" })),
    ]);
    let body = json!({ "name": "s", "rules": rules });
    let id = o.ok(Owner, "POST", "/agent_skills", body).await["agent_skill_id"].clone();
    let read = o.get(&format!("/agent_skills/{}", id.as_str().expect("id"))).await["agent_skill"].clone();
    assert_eq!(each(&read["rules"], "id"), ["3", "12", "17", "17"]);
    assert_eq!(each(&read["rules"], "selected_operator"), [5, 8, 3, 2]);
}

#[tokio::test]
async fn a_category_that_a_rule_names_cannot_go() {
    let o = office().await;
    let category = o.category("a", "0").await;
    let operand = json!({ "selected_categories": [{ "id": category, "name": "a" }] });
    let body = json!({ "name": "s", "rules": [rule("14", 8, operand)] });
    let id = o.ok(Owner, "POST", "/agent_skills", body).await["agent_skill_id"].clone();
    let path = format!("/categories/{category}");
    o.refused(Owner, "DELETE", &path, Value::Null, (400, 154_000)).await;
    let freed = json!({ "agent_skill": { "rules": [] } });
    o.ok(Owner, "PATCH", &format!("/agent_skills/{}", id.as_str().expect("id")), freed).await;
    o.ok(Owner, "DELETE", &path, Value::Null).await;
}
