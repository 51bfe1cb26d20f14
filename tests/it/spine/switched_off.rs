//! People whom `on_remove: deactivate` switches off stay where they are, and so does their department.

use serde_json::Value;

use super::run::{World, quick, told};

fn company(departments: &[&str], place: Option<&str>) -> String {
    let mut yaml = "version: 1\nsettings: {max_destroy: {department: 9, user: 9}}\ndepartments:\n".to_owned();
    for key in departments {
        yaml += &format!("  {key}: {{name: 部门{key}, parent: root}}\n");
    }
    if let Some(place) = place {
        yaml += "users:\n  li.si:\n    name: 李四\n    mobile: \"+8613011111111\"\n";
        yaml += &format!("    departments: [{place}]\n    employee_type: regular\n");
        yaml += "    lifecycle: {on_remove: deactivate}\n";
    }
    yaml
}

async fn applied(world: &World, yaml: &str) {
    let (plan, outcome) = world.apply(yaml).await.unwrap_or_else(|p| panic!("{}", told(&p)));
    assert!(outcome.is_complete() && plan.blocked.is_empty(), "{:?} {outcome:#?}", plan.blocked);
}

#[tokio::test]
async fn a_department_does_not_go_from_under_somebody_who_is_only_switched_off() {
    let world = World::start(quick()).await;
    applied(&world, &company(&["a", "b"], Some("a"))).await;
    // Both are taken out: refused before anything is sent, with a way out.
    let problems = world.plan(&company(&["b"], None)).await.expect_err("people stay in it");
    let [problem] = problems.as_slice() else { panic!("{}", told(&problems)) };
    assert_eq!(problem.code().0, "plan::not_empty");
    for words in ["`on_remove: deactivate` only switches off", "李四 (li.si)"] {
        assert!(problem.reason().contains(words), "{}", problem.reason());
    }
    // The way out.
    applied(&world, &company(&["b"], Some("b"))).await;
    applied(&world, &company(&["b"], None)).await;
    let users = world.tenant.rows("users").await;
    let li = users.as_object().into_iter().flatten().map(|(_, u)| u).find(|u| u["user_id"] == "li.si");
    assert_eq!(li.map(|u| &u["status"]["frozen"]), Some(&Value::Bool(true)), "{users}");
    assert!(world.plan(&company(&["b"], None)).await.expect("a plan").is_empty());
    // They are nobody's now, and still there.
    let problems = world.plan("version: 1\n").await.expect_err("people stay in it");
    assert!(told(&problems).contains("people stay in it: 李四 (li.si)"), "{}", told(&problems));
}
