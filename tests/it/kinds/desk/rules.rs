//! Rules of skills: in words where the desk shows how, raw where it does not, untouched where nobody declares them.

use super::*;

fn skill(rules: &str) -> String {
    it(&format!("    skills:\n      network: {{ name: 网络, rules: {rules} }}\n"))
}

async fn stored(world: &World) -> Value {
    named(&rows(world, "helpdesk_skills").await, "name", "网络")["rules"].clone()
}

async fn open_department(world: &World, id: &str) -> String {
    let rows = world.tenant.rows("departments").await;
    let found = rows.as_object().into_iter().flatten().find(|(_, row)| row["department_id"] == id);
    let path = format!(
        "/open-apis/contact/v3/departments/{}?department_id_type=department_id",
        found.expect("it").1["department_id"].as_str().expect("an id")
    );
    let data = world.tenant.ok("GET", &path, Value::Null).await;
    data["department"]["open_department_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn departments_go_out_as_a_text_with_open_ids_and_names_and_are_read_in_both_forms() {
    let world = office().await;
    let yaml = skill(
        "[{ department: { any_of: [lab, shop] } }, { department: { none_of: [{ department_id: lab }] } }]",
    );
    let plan = converge(&world, &yaml).await;
    let (lab, shop) = (open_department(&world, "lab").await, open_department(&world, "shop").await);
    let rules = body(&plan, "helpdesk.it/skill.network: create")["rules"].clone();
    assert_eq!(rules[0]["operand"]["$text"]["selected_departments"][0]["id"], lab.as_str(), "{rules:#}");
    let any = json!({ "id": "12", "operator": 8, "operand": { "selected_departments": [{ "id": lab, "name": "实验室" }, { "id": shop, "name": "门店" }] } });
    let none = json!({ "id": "12", "operator": 7, "operand": { "selected_departments": [{ "id": lab, "name": "实验室" }] } });
    let stored = stored(&world).await;
    let all = stored.as_array().expect("rules");
    assert!(all.len() == 2 && all.contains(&any) && all.contains(&none), "{stored:#}");
    knobs(&world, json!({ "operands_as_text": true })).await;
    nothing_left(&world, &yaml).await;
}

#[tokio::test]
async fn a_department_of_the_same_plan_is_named_by_the_id_that_it_gets() {
    let world = office().await;
    let people = PEOPLE.replace("  shop:", "  fresh: { name: 新部门, parent: root }\n  shop:");
    let yaml = format!("{people}{}", skill("[{ department: { any_of: [fresh] } }]"));
    let plan = converge(&world, &yaml).await;
    assert!(
        waits(&plan, "helpdesk.it/skill.network: create", "department.fresh: create"),
        "{:?}",
        steps(&plan)
    );
    let fresh = open_department(&world, "fresh").await;
    assert_eq!(
        stored(&world).await[0]["operand"],
        json!({ "selected_departments": [{ "id": fresh, "name": "新部门" }] })
    );
}

/// A department that is called otherwise is the same: only ids are compared.
#[tokio::test]
async fn a_new_name_of_a_department_is_no_change_of_a_rule() {
    let world = office().await;
    let rules = skill("[{ department: { any_of: [lab] } }]");
    converge(&world, &rules).await;
    let plan = apply(&world, &format!("{}{rules}", PEOPLE.replace("name: 实验室", "name: 新实验室"))).await;
    assert!(steps(&plan).iter().all(|step| step.starts_with("department.")), "{:?}", steps(&plan));
}

#[tokio::test]
async fn a_rule_of_another_word_is_written_as_one_that_was_made_by_hand_shows() {
    let world = office().await;
    let yaml =
        skill("[{ city: { any_of: [上海] } }, { level: { at_least: 3 } }, { person: { any_of: [bob] } }]");
    let why = refused(&world, &yaml).await;
    assert!(why.contains("plan::undocumented_rule") && why.contains("`city`"), "{why}");
    let rules = json!([
        { "id": "3", "operator": 6, "operand": { "cities": ["北京"] } },
        { "id": "17", "operator": 3, "operand": { "level": 9 } },
        { "id": "11", "operator": 8, "operand": { "selected_users": [{ "id": "ou_x", "name": "X" }] } },
    ]);
    by_hand(&world, json!({ "skill": { "name": "by hand", "rules": rules } })).await;
    converge(&world, &yaml).await;
    let stored = stored(&world).await;
    assert_eq!(stored[0], json!({ "id": "3", "operator": 5, "operand": { "cities": ["上海"] } }));
    assert_eq!((&stored[2]["operator"], &stored[2]["operand"]), (&json!(2), &json!({ "level": 3 })));
    let bob = &stored[1]["operand"]["selected_users"][0];
    assert_eq!(bob["name"], "波");
    assert!(bob["id"].as_str().is_some_and(|id| id.starts_with("ou_") && id != "ou_x"), "{bob}");
}

#[tokio::test]
async fn raw_rules_are_compared_as_json_and_go_out_as_they_are_written() {
    let world = office().await;
    let raw =
        |operand: &str| skill(&format!("[{{ raw: {{ rule: \"10\", operator: 8, operand: '{operand}' }} }}]"));
    let plan = converge(&world, &raw(r#"{ "deep": {"b": [1], "a": true} }"#)).await;
    assert_eq!(steps(&plan), ["helpdesk.it/skill.network: create"]);
    assert_eq!(stored(&world).await[0]["operand"], json!({ "deep": { "a": true, "b": [1] } }));
    assert_eq!(steps(&converge(&world, &raw(r#"{"deep":{"a":true,"b":[1]}}"#)).await), [""; 0]);
    // What somebody else chose is shown in the same words.
    let id = named(&rows(&world, "helpdesk_skills").await, "name", "网络")["skill_id"].clone();
    let rules = json!([{ "id": "10", "operator": 7, "operand": { "deep": { "a": false } } }]);
    by_hand(&world, json!({ "skill": { "id": id, "rules": rules } })).await;
    let plan = planned(&world, &raw(r#"{"deep":{"a":true,"b":[1]}}"#)).await;
    let before = plan.changes.iter().flat_map(|c| &c.fields).find(|f| f.name == "rules").expect("a change");
    let told = before.before.as_ref().map(larkctl::model::Value::plain);
    assert_eq!(
        told,
        Some(json!([{ "raw": { "rule": "10", "operator": 7, "operand": "{\"deep\":{\"a\":false}}" } }]))
    );
}

#[tokio::test]
async fn rules_that_nobody_declares_go_out_again_untouched() {
    let world = office().await;
    let with = |name: &str| it(&format!("    skills:\n      network: {{ name: {name} }}\n"));
    converge(&world, &with("网络")).await;
    let id = named(&rows(&world, "helpdesk_skills").await, "name", "网络")["skill_id"].clone();
    let rules = json!([
        { "id": "3", "operator": 5, "operand": { "cities": ["北京"], "odd": [[1]] } },
        { "id": "12", "operator": 8, "operand": { "selected_departments": [{ "id": "lab", "name": "实验室" }] } },
    ]);
    by_hand(&world, json!({ "skill": { "id": id, "rules": rules } })).await;
    knobs(&world, json!({ "omitted_is_cleared": true })).await;
    converge(&world, &with("Netz")).await;
    assert_eq!(named(&rows(&world, "helpdesk_skills").await, "name", "Netz")["rules"], rules);
}

/// Which kind of id the desk uses for departments is not documented: what is there is kept to.
#[tokio::test]
async fn ids_of_departments_are_those_that_the_desk_uses() {
    let world = office().await;
    let rules = json!([{ "id": "12", "operator": 8, "operand": { "selected_departments": [{ "id": "shop", "name": "门店" }] } }]);
    by_hand(&world, json!({ "skill": { "name": "网络", "rules": rules } })).await;
    converge(&world, &skill("[{ department: { any_of: [lab] } }, { department: { none_of: [shop] } }]"))
        .await;
    let stored = stored(&world).await;
    let ids: Vec<&Value> = stored
        .as_array()
        .expect("rules")
        .iter()
        .map(|r| &r["operand"]["selected_departments"][0]["id"])
        .collect();
    assert!(ids.contains(&&json!("lab")) && ids.contains(&&json!("shop")), "{ids:?}");
}

#[tokio::test]
async fn a_comparison_that_the_catalogue_lacks_is_refused() {
    let world = office().await;
    let why = refused(&world, &skill("[{ raw: { rule: \"12\", operator: 5, operand: '{\"x\":1}' } }]")).await;
    assert!(why.contains("plan::operator"), "{why}");
}

/// Categories are taught by hand here: nothing documents how a rule names them.
#[tokio::test]
async fn a_rule_comes_after_the_category_that_it_names_and_goes_before_it() {
    let world = office().await;
    let shown = json!([{ "id": "14", "operator": 8, "operand": { "selected_categories": [{ "id": "1", "name": "x" }] } }]);
    by_hand(&world, json!({ "skill": { "name": "by hand", "rules": shown } })).await;
    let with = |more: &str, named: &str| {
        it(&format!(
            "    categories:\n      a: {{ name: A, language: zh_cn }}\n{more}    skills:\n      network: {{ name: 网络, rules: [{{ category_zh_cn: {{ any_of: [{named}] }} }}] }}\n"
        ))
    };
    let plan = converge(&world, &with("      b: { name: B, language: zh_cn }\n", "b")).await;
    assert!(waits(&plan, "helpdesk.it/skill.network: create", "helpdesk.it/category.b: create"));
    let id = rows(&world, "helpdesk_categories").await[1]["category_id"].clone();
    assert_eq!(
        stored(&world).await[0]["operand"],
        json!({ "selected_categories": [{ "id": id, "name": "B" }] })
    );
    let plan = converge(&world, &with("", "a")).await;
    assert!(
        waits(&plan, "helpdesk.it/category.b: delete", "helpdesk.it/skill.network: update rules"),
        "{:?}",
        steps(&plan)
    );
    let why =
        refused(&world, &with("", "a").replace("name: A, language: zh_cn", "name: A, language: en_us")).await;
    assert!(why.contains("plan::made_anew"), "{why}");
}

#[test]
fn what_cannot_be_is_told_without_a_tenant() {
    assert_eq!(
        problems(&skill("[{ department: { any_of: [lab] }, city: { any_of: [a] } }]")),
        ["skill::rule"]
    );
    assert_eq!(problems(&skill("[{ department: { any_of: [lab], none_of: [shop] } }]")), ["skill::rule"]);
    assert_eq!(problems(&skill("[{ department: { any_of: [] } }]")), ["skill::rule"]);
    assert_eq!(problems(&skill("[{ department: {} }]")), ["skill::rule"]);
    assert_eq!(problems(&skill("[{}]")), ["skill::rule"]);
    // It would be read back in words.
    let raw = r#"[{ raw: { rule: "3", operator: 5, operand: '{"cities":["a"]}' } }]"#;
    assert_eq!(problems(&skill(raw)), ["skill::rule"]);
    assert_eq!(
        problems(&skill(r#"[{ raw: { rule: "3", operator: 5, operand: '{"a":[],"b":1}' } }]"#)),
        [""; 0]
    );
}
