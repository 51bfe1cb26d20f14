//! The tree: moves, swaps, deletions.

use super::*;

fn tree(levels: &str, rooms: &str) -> String {
    format!("meeting_rooms:\n  levels:\n{levels}  rooms:\n{rooms}")
}

#[tokio::test]
async fn a_tree_is_turned_over_from_the_top_down() {
    let world = World::start(quick()).await;
    let line = |key: &str, parent: &str| format!("    {key}: {{ name: {key}, parent: {parent} }}\n");
    let first = [line("a", "root"), line("b", "a"), line("c", "b")].concat();
    converge(&world, &tree(&first, "    {}\n").replace("  rooms:\n    {}\n", "")).await;
    let second = [line("c", "root"), line("b", "c"), line("a", "b")].concat();
    let plan = converge(&world, &tree(&second, "").replace("  rooms:\n", "")).await;
    assert!(waits(&plan, "room_level.b: move", "room_level.c: move"));
    assert!(waits(&plan, "room_level.a: move", "room_level.b: move"));
    let (a, b) = (row(&world, "room_levels", "a").await, row(&world, "room_levels", "b").await);
    assert_eq!(a["parent"], b["room_level_id"]);
}

#[tokio::test]
async fn name_place_and_custom_id_change_in_one_call_and_nothing_else_does() {
    let world = house().await;
    let before = row(&world, "room_levels", "2F").await;
    let plan = converge(
        &world,
        &HOUSE.replace("f2: { name: 2F }", "f2: { name: 二楼, custom_id: HQ-2, parent: hq }"),
    )
    .await;
    assert_eq!(steps(&plan), ["room_level.f2: update name, custom_id"]);
    let after = row(&world, "room_levels", "二楼").await;
    assert_eq!((&after["room_level_id"], &after["parent"]), (&before["room_level_id"], &before["parent"]));
    let plan = converge(&world, &HOUSE.replace("custom_id: HQ-1", "custom_id: null")).await;
    assert!(
        body(&plan, "room_level.f1: update custom_id")["name"] == "1F",
        "each patch names name and parent"
    );
}

#[tokio::test]
async fn custom_ids_are_swapped_with_one_in_between() {
    let world = World::start(quick()).await;
    let yaml = |a: &str, b: &str| {
        tree(
            &format!(
                "    x: {{ name: x, parent: root, custom_id: {a} }}\n    y: {{ name: y, parent: root, custom_id: {b} }}\n"
            ),
            &format!(
                "    r: {{ name: r, level: x, capacity: 1, custom_id: {a} }}\n    s: {{ name: s, level: y, capacity: 1, custom_id: {b} }}\n"
            ),
        )
    };
    converge(&world, &yaml("one", "two")).await;
    let plan = converge(&world, &yaml("two", "one")).await;
    assert_eq!(plan.steps.len(), 6, "{:?}", steps(&plan));
    for (table, name, field) in [("room_levels", "x", "custom_group_id"), ("rooms", "r", "custom_room_id")] {
        assert_eq!(row(&world, table, name).await[field], "two");
    }
}

#[tokio::test]
async fn levels_go_from_the_bottom_up_once_they_are_empty() {
    let world = house().await;
    let kept = "meeting_rooms:\n  levels:\n    f2: { name: 2F, parent: root }\n  rooms:\n    lake: { name: 西湖, level: f2, capacity: 4 }\n";
    let plan = converge(&world, kept).await;
    assert!(waits(&plan, "room_level.hq: delete", "room_level.f1: delete"));
    assert!(waits(&plan, "room_level.hq: delete", "room_level.f2: move"), "{:?}", steps(&plan));
    assert!(waits(&plan, "room_level.f1: delete", "room.river: delete"));
    assert_eq!(body(&plan, "room_level.hq: delete")["delete_child"], false);
    assert_eq!(world.tenant.rows("room_levels").await.as_object().map(serde_json::Map::len), Some(1));
    // A room that moves off a level lets it go.
    let moved = "meeting_rooms:\n  levels:\n    f3: { name: 3F, parent: root }\n  rooms:\n    lake: { name: 西湖, level: f3, capacity: 4 }\n";
    let plan = converge(&world, moved).await;
    assert!(waits(&plan, "room_level.f2: delete", "room.lake: move"), "{:?}", steps(&plan));
    assert!(waits(&plan, "room.lake: move", "room_level.f3: create"));
}

#[tokio::test]
async fn a_level_never_goes_with_what_nobody_manages() {
    let world = house().await;
    let f1 = id_of(&world, "room_levels", "1F").await;
    let stranger = room(&world, "stranger", &f1).await;
    let without = HOUSE
        .replace("        f1: { name: 1F, custom_id: HQ-1 }\n", "")
        .replace("    river: { name: 黄浦江, level: f1, capacity: 12, custom_id: R-1 }\n", "");
    let why = refused(&world, &without).await;
    assert!(why.contains("plan::not_empty") && why.contains(&stranger), "{why}");
    level(&world, "below", &f1).await;
    ok(&world, "DELETE", &format!("/rooms/{stranger}"), Value::Null).await;
    assert!(refused(&world, &without).await.contains("plan::not_empty"));
    // One that came after the plan was made keeps it too: the call says so.
    let below = id_of(&world, "room_levels", "below").await;
    ok(&world, "POST", "/room_levels/del", json!({ "room_level_id": below })).await;
    let plan = planned(&world, &without).await;
    assert_eq!(steps(&plan).len(), 2, "{:?}", steps(&plan));
}

#[tokio::test]
async fn a_level_under_something_unmanaged_below_it_is_refused() {
    let world = house().await;
    let f1 = id_of(&world, "room_levels", "1F").await;
    level(&world, "inner", &f1).await;
    let turned = HOUSE.replace(
        "    hq:\n      name: 总部\n",
        "    hq:\n      name: 总部\n      parent: { path: 总部/1F/inner }\n",
    );
    let why = refused(&world, &turned).await;
    assert!(why.contains("plan::circle"), "{why}");
}

#[tokio::test]
async fn offline_rules_are_told_at_once() {
    let problems = |yaml: &str| told(&crate::spine::run::checked_problems(&format!("{PEOPLE}{yaml}")));
    let levels = |text: &str| problems(&format!("meeting_rooms:\n  levels:\n{text}"));
    assert!(
        levels("    a: { name: a, parent: b }\n    b: { name: b, parent: a }\n").contains("check::circle")
    );
    assert!(levels("    a: { name: x, parent: root }\n    b: { name: x }\n").contains("check::taken_twice"));
    assert!(
        levels("    a: { name: a, custom_id: X }\n    b: { name: b, custom_id: X }\n")
            .contains("check::same_natural_key")
    );
    for (rule, said) in [
        ("bookable_by: { users: [], departments: [] }", "nobody"),
        ("approval: { approvers: [] }", "approval needs"),
        ("booking_times: { from: \"10:00\", to: \"09:00\" }", "range"),
        ("booking_times: {}", "nothing in it"),
        ("closed: { from: 2026-13-01T00:00:00+08:00 }", "no moment"),
        ("closed: { from: 2026-10-02T00:00:00+08:00, until: 2026-10-01T00:00:00+08:00 }", "before it closes"),
        ("booking_times: { from: \"25:00\" }", "time of day"),
        ("form: { notify_before: 3w }", "number of minutes"),
    ] {
        let told = levels(&format!("    a: {{ name: a, {rule} }}\n"));
        assert!(told.contains(said), "{rule}: {told}");
    }
    assert!(
        levels("    a: { name: a, children: { b: { name: b, children: { c: { name: c } } } } }\n").is_empty()
    );
    assert!(problems("meeting_rooms:\n  floors: {}\n").contains("unknown"), "a section that nobody knows");
}
