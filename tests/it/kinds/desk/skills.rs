//! Skills: made, changed whole, taken from their agents before they go; the default one stays.

use super::*;

fn skills(inside: &str) -> String {
    it(&format!("    skills:\n{inside}"))
}

const AGENTS: &str = "    schedules:
      bob: { agent: bob, skills: [network] }
      cai: { agent: cai, skills: [network] }
";

async fn by_name(world: &World, name: &str) -> Value {
    named(&rows(world, "helpdesk_skills").await, "name", name).clone()
}

/// Who has a skill, as the API says it.
async fn members(world: &World, name: &str) -> usize {
    let id = by_name(world, name).await["skill_id"].clone();
    let agents = rows(world, "helpdesk_agents").await;
    agents.iter().filter(|agent| agent["skills"].as_array().expect("a list").contains(&id)).count()
}

#[tokio::test]
async fn a_skill_is_made_renamed_and_deleted() {
    let world = office().await;
    let plan = converge(&world, &skills("      network: { name: 网络 }\n")).await;
    assert_eq!(*body(&plan, "helpdesk.it/skill.network: create"), json!({ "name": "网络", "rules": [] }));
    let id = by_name(&world, "网络").await["skill_id"].clone();
    let plan = converge(&world, &skills("      network: { name: Netz }\n")).await;
    assert_eq!(steps(&plan), ["helpdesk.it/skill.network: rename"]);
    assert_eq!(by_name(&world, "Netz").await["skill_id"], id);
    let plan = converge(&world, &it("")).await;
    assert_eq!(steps(&plan), ["helpdesk.it/skill.network: delete"]);
    assert_eq!(rows(&world, "helpdesk_skills").await.len(), 1, "the default one stays");
}

/// What a change leaves out may be cleared: so nothing is left out.
#[tokio::test]
async fn a_rename_keeps_rules_and_agents_and_a_change_of_rules_the_name_and_the_agents() {
    let world = office().await;
    knobs(&world, json!({ "omitted_is_cleared": true })).await;
    let with = |name: &str, rules: &str| {
        it(&format!("    skills:\n      network: {{ name: {name}{rules} }}\n{AGENTS}"))
    };
    let rules = ", rules: [{ department: { any_of: [lab] } }]";
    converge(&world, &with("网络", rules)).await;
    // Rules that are declared no longer are nobody's business, and stay.
    converge(&world, &with("Netz", "")).await;
    let row = by_name(&world, "Netz").await;
    assert_eq!((row["rules"].as_array().expect("rules").len(), members(&world, "Netz").await), (1, 2));
    converge(&world, &with("Netz", ", rules: []")).await;
    let row = by_name(&world, "Netz").await;
    assert_eq!((row["rules"].as_array().expect("rules").len(), members(&world, "Netz").await), (0, 2));
}

#[tokio::test]
async fn skills_swap_their_names() {
    let world = office().await;
    knobs(&world, json!({ "unique_names": true })).await;
    let with = |a: &str, b: &str| {
        it(&format!(
            "    skills:\n      network: {{ name: {a}, rules: [{{ department: {{ any_of: [lab] }} }}] }}\n      b: {{ name: {b} }}\n{AGENTS}"
        ))
    };
    converge(&world, &with("one", "two")).await;
    let before =
        (by_name(&world, "one").await["skill_id"].clone(), by_name(&world, "two").await["skill_id"].clone());
    converge(&world, &with("two", "one")).await;
    let after =
        (by_name(&world, "two").await["skill_id"].clone(), by_name(&world, "one").await["skill_id"].clone());
    assert_eq!(before, after);
    assert_eq!(members(&world, "two").await, 2, "the stand-in took nobody's skill");
    assert_eq!(by_name(&world, "two").await["rules"].as_array().expect("rules").len(), 1);
}

#[tokio::test]
async fn a_name_that_an_unmanaged_skill_keeps_is_refused() {
    let world = office().await;
    converge(&world, &skills("      network: { name: one }\n")).await;
    by_hand(&world, json!({ "skill": { "name": "two" } })).await;
    let why = refused(&world, &skills("      network: { name: two }\n")).await;
    assert!(why.starts_with("plan::taken:"), "{why}");
}

#[tokio::test]
async fn an_answer_that_was_lost_makes_no_second_skill_and_a_lost_state_adopts() {
    let world = office().await;
    let yaml = skills("      network: { name: 网络, rules: [{ department: { any_of: [lab] } }] }\n");
    lose(&world, "/agent_skills").await;
    lost(&world, &yaml).await;
    assert_eq!(steps(&converge(&world, &yaml).await), [""; 0]);
    forget(&world).await;
    assert_eq!(steps(&converge(&world, &yaml).await), [""; 0]);
    assert_eq!(rows(&world, "helpdesk_skills").await.len(), 2);
    forget(&world).await;
    by_hand(&world, json!({ "skill": { "name": "网络" } })).await;
    let why = refused(&world, &yaml).await;
    assert!(why.starts_with("plan::unclear:"), "{why}");
}

#[tokio::test]
async fn a_skill_that_leaves_is_taken_from_whoever_has_it_first() {
    let world = office().await;
    let yaml = it(&format!(
        "    skills:\n      network: {{ name: 网络, rules: [{{ department: {{ any_of: [lab] }} }}] }}\n{AGENTS}"
    ));
    converge(&world, &yaml).await;
    // One lets go by its own schedule, one says nothing of skills any more, and one is nobody's here.
    let ann = by_name(&world, "网络").await["skill_id"].clone();
    by_hand(&world, json!({ "agent": { "user": "ann", "skills": [ann] } })).await;
    let yaml = it("    schedules:\n      bob: { agent: bob, skills: [] }\n      cai: { agent: cai }\n");
    let plan = converge(&world, &yaml).await;
    let (bob, empty, delete) = (
        "helpdesk.it/schedule.bob: update skills",
        "helpdesk.it/skill.network: take it from its agents",
        "helpdesk.it/skill.network: delete",
    );
    assert_eq!(steps(&plan), [bob, empty, delete]);
    assert!(waits(&plan, empty, bob) && waits(&plan, delete, empty));
    let note = plan.changes.iter().flat_map(|c| &c.notes).find(|note| note.contains("lose it"));
    assert_eq!(note.map(String::as_str), Some("2 agents lose it"));
    assert_eq!(rows(&world, "helpdesk_agents").await.len(), 3, "they stay agents");
}

#[tokio::test]
async fn the_default_skill_stays_and_its_rules_may_be_managed() {
    let world = office().await;
    let yaml = skills("      default: { name: 默认技能, rules: [{ department: { any_of: [lab] } }] }\n");
    converge(&world, &yaml).await;
    let why = refused(&world, &it("")).await;
    assert!(why.contains("plan::builtin"), "{why}");
    assert_eq!(by_name(&world, "默认技能").await["rules"].as_array().expect("rules").len(), 1);
}

#[tokio::test]
async fn rules_that_could_not_be_read_are_not_written_over() {
    let world = office().await;
    let yaml = |name: &str| {
        skills(&format!(
            "      network: {{ name: {name}, rules: [{{ department: {{ any_of: [lab] }} }}] }}\n"
        ))
    };
    converge(&world, &yaml("one")).await;
    let endpoint = "GET /open-apis/helpdesk/v1/agent_skills/:agent_skill_id";
    let effect = json!({ "answer": { "status": 400, "code": 154_000 } });
    world.tenant.faults(json!({ "endpoint": endpoint, "effect": effect })).await;
    let plan = planned(&world, &yaml("two")).await;
    assert_eq!(steps(&plan), [""; 0]);
    assert!(plan.blocked.iter().any(|b| b.why.contains("rules")), "{:?}", plan.blocked);
}
