//! Which live thing a declared one is.

use serde_json::json;

use super::*;

#[tokio::test]
async fn what_is_there_is_taken_over_by_custom_id_and_by_name_in_its_place() {
    let world = World::start(quick()).await;
    let root = root(&world).await;
    let hq = level(&world, "an old name", &root).await;
    ok(
        &world,
        "PATCH",
        &format!("/room_levels/{hq}"),
        json!({ "name": "an old name", "parent_id": root, "custom_group_id": "HQ" }),
    )
    .await;
    let (f1, f2) = (level(&world, "1F", &hq).await, level(&world, "2F", &hq).await);
    room(&world, "西湖", &f2).await;
    let river = room(&world, "elsewhere", &f2).await;
    ok(&world, "PATCH", &format!("/rooms/{river}"), json!({ "custom_room_id": "R-1" })).await;
    let plan = converge(&world, HOUSE).await;
    assert!(
        !plan.steps.iter().any(|s| s.draft.call.method == "POST" && s.id.contains("room")),
        "{:?}",
        steps(&plan)
    );
    assert_eq!(row(&world, "room_levels", "总部").await["room_level_id"], hq.as_str());
    let river_now = row(&world, "rooms", "黄浦江").await;
    assert_eq!(
        (&river_now["room_id"], &river_now["level"]),
        (&json!(river), &json!(f1)),
        "moved, not made anew"
    );
    assert_eq!(world.tenant.rows("rooms").await.as_object().map(serde_json::Map::len), Some(2));
}

/// Buildings of the old API are read and adopted, never created.
#[tokio::test]
async fn an_old_building_with_its_floors_and_rooms_is_adopted() {
    let world = World::start(quick()).await;
    let old = "/open-apis/meeting_room";
    let body = json!({ "name": "总部", "floors": ["1F", "2F"], "country_id": "1814991", "district_id": "1796236", "custom_building_id": "HQ" });
    let made = world.tenant.ok("POST", &format!("{old}/building/create"), body).await;
    let body = json!({ "building_id": made["building_id"], "floor": "2F", "name": "西湖", "capacity": 4, "is_disabled": false });
    let lake = world.tenant.ok("POST", &format!("{old}/room/create"), body).await;
    let plan = converge(&world, HOUSE).await;
    let creates: Vec<&str> =
        steps(&plan).into_iter().filter(|id| id.starts_with("room") && id.contains("create")).collect();
    assert_eq!(creates, ["room.river: create"]);
    assert_eq!(row(&world, "rooms", "西湖").await["room_id"], lake["room_id"]);
    assert_eq!(row(&world, "room_levels", "1F").await["custom_group_id"], "HQ-1", "the floor has got its id");
    let (writes, _) = world.writes().await;
    assert!(!writes.keys().any(|endpoint| endpoint.contains("/meeting_room/")), "{writes:?}");
}

#[tokio::test]
async fn the_same_name_elsewhere_is_said_and_not_taken() {
    let world = World::start(quick()).await;
    let root = root(&world).await;
    let other = level(&world, "annex", &root).await;
    let there = room(&world, "西湖", &other).await;
    let plan = apply(&world, HOUSE).await;
    let lake = plan.changes.iter().find(|c| c.address.to_string() == "room.lake").expect("lake");
    assert!(lake.notes.iter().any(|note| note.contains(&there)), "{:?}", lake.notes);
    let rows = world.tenant.rows("rooms").await;
    assert_eq!(rows.as_object().expect("rows").values().filter(|r| r["name"] == "西湖").count(), 2);
    nothing_left(&world, HOUSE).await;
}

#[tokio::test]
async fn a_name_counts_in_its_place_alone() {
    let world = house().await;
    let (f1, f2) = (id_of(&world, "room_levels", "1F").await, id_of(&world, "room_levels", "2F").await);
    let other = room(&world, "池", &f1).await;
    let more = HOUSE.replace("  rooms:\n", "  rooms:\n    pond: { name: 池, level: f2, capacity: 4 }\n");
    let plan = converge(&world, &more).await;
    assert!(steps(&plan).contains(&"room.pond: create"), "{:?}", steps(&plan));
    let rows = world.tenant.rows("rooms").await;
    assert_eq!(rows[&other]["level"], f1.as_str(), "it stays where it is");
    assert_eq!(rows.as_object().expect("rows").values().filter(|r| r["level"] == f2.as_str()).count(), 2);
}

#[tokio::test]
async fn two_candidates_are_a_question() {
    let world = World::start(quick()).await;
    let root = root(&world).await;
    let (one, two) = (level(&world, "总部", &root).await, level(&world, "总部", &root).await);
    let yaml = "meeting_rooms:\n  levels:\n    hq: { name: 总部, parent: root }\n";
    let why = refused(&world, yaml).await;
    assert!(why.contains("plan::unclear") && why.contains(&one) && why.contains(&two), "{why}");
    let named = format!("import: {{ room_level.hq: {one} }}\n{yaml}");
    let plan = apply(&world, &named).await;
    assert!(!steps(&plan).iter().any(|id| id.contains("room_level")), "{:?}", steps(&plan));
    world.tenant.settings(json!({ "rooms": { "duplicate_custom_ids": true } })).await;
    for id in [&one, &two] {
        ok(
            &world,
            "PATCH",
            &format!("/room_levels/{id}"),
            json!({ "name": "总部", "parent_id": root, "custom_group_id": "X" }),
        )
        .await;
    }
    let why =
        refused(&world, "meeting_rooms:\n  levels:\n    other: { name: 别处, parent: root, custom_id: X }\n")
            .await;
    assert!(why.contains("its custom_id"), "{why}");
}

#[tokio::test]
async fn what_is_below_an_imported_level_is_found_there() {
    let world = World::start(quick()).await;
    let root = root(&world).await;
    let hq = level(&world, "another name", &root).await;
    let f2 = level(&world, "2F", &hq).await;
    room(&world, "西湖", &f2).await;
    let plan = converge(&world, &format!("import: {{ room_level.hq: {hq} }}\n{HOUSE}")).await;
    assert!(!steps(&plan).contains(&"room_level.f2: create"), "{:?}", steps(&plan));
    assert!(!steps(&plan).contains(&"room.lake: create"), "{:?}", steps(&plan));
}

#[tokio::test]
async fn references_name_unmanaged_levels_by_path_custom_id_and_id() {
    let world = World::start(quick()).await;
    let root = root(&world).await;
    let city = level(&world, "上海", &root).await;
    let tower = level(&world, "上海中心", &city).await;
    ok(
        &world,
        "PATCH",
        &format!("/room_levels/{tower}"),
        json!({ "name": "上海中心", "parent_id": city, "custom_group_id": "T" }),
    )
    .await;
    for (i, reference) in [
        "{ path: 上海/上海中心 }".to_owned(),
        "{ custom_id: T }".to_owned(),
        format!("{{ room_level_id: {tower} }}"),
    ]
    .iter()
    .enumerate()
    {
        let yaml = format!(
            "meeting_rooms:\n  rooms:\n    r{i}: {{ name: 室{i}, level: {reference}, capacity: 2 }}\n"
        );
        apply(&world, &yaml).await;
        let row = row(&world, "rooms", &format!("室{i}")).await;
        assert_eq!(row["level"], tower.as_str(), "{reference}");
    }
    let why = refused(
        &world,
        "meeting_rooms:\n  rooms:\n    r: { name: r, level: { path: 上海/nowhere }, capacity: 2 }\n",
    )
    .await;
    assert!(why.contains("上海/nowhere"), "{why}");
}

#[tokio::test]
async fn a_creation_that_was_cut_off_is_found_again() {
    let world = World::start(quick()).await;
    let effect = json!("cut_after");
    world
        .tenant
        .faults(json!({ "endpoint": "POST /open-apis/vc/v1/rooms", "effect": effect, "times": 1 }))
        .await;
    let (_, outcome) = world.apply(&format!("{PEOPLE}{HOUSE}")).await.expect("a plan");
    assert!(!outcome.is_complete(), "a creation has no key: it is not repeated");
    converge(&world, HOUSE).await;
    assert_eq!(world.tenant.rows("rooms").await.as_object().map(serde_json::Map::len), Some(2), "none twice");
}

#[tokio::test]
async fn what_could_not_be_read_is_neither_made_nor_deleted() {
    for endpoint in ["GET /open-apis/vc/v1/rooms", "GET /open-apis/vc/v1/room_levels"] {
        let world = house().await;
        let effect = json!({ "answer": { "status": 404, "code": 121_005 } });
        world.tenant.faults(json!({ "endpoint": endpoint, "effect": effect })).await;
        let less = HOUSE.replace(
            "    lake: { name: 西湖, level: f2, capacity: 4 }\n",
            "    pond: { name: 池, level: f2, capacity: 4 }\n",
        );
        let plan = planned(&world, &less).await;
        assert!(
            !steps(&plan).iter().any(|id| id.contains("pond") || id.contains("lake")),
            "{endpoint}: {:?}",
            steps(&plan)
        );
        assert!(!plan.blocked.is_empty(), "{endpoint}");
    }
}

#[tokio::test]
async fn a_room_on_a_level_that_the_tree_lacks_makes_the_list_incomplete() {
    let world = house().await;
    world.tenant.step(120).await;
    let hq = id_of(&world, "room_levels", "总部").await;
    let fresh = level(&world, "fresh", &hq).await;
    let lake = id_of(&world, "rooms", "西湖").await;
    ok(&world, "PATCH", &format!("/rooms/{lake}"), json!({ "room_level_id": fresh })).await;
    // The listing lags behind: the room is on a level that nobody has seen.
    world.tenant.settings(json!({ "list_lag_ms": 60_000 })).await;
    let more = HOUSE.replace("  rooms:\n", "  rooms:\n    pond: { name: 池, level: f2, capacity: 4 }\n");
    let less = more.replace("    river: { name: 黄浦江, level: f1, capacity: 12, custom_id: R-1 }\n", "");
    let plan = planned(&world, &less).await;
    let blocked: Vec<String> = plan.blocked.iter().map(|b| format!("{}: {}", b.address, b.why)).collect();
    assert!(
        blocked.iter().any(|b| b.starts_with("room.pond") && b.contains("not in the tree")),
        "{blocked:?}"
    );
    assert!(
        !steps(&plan).iter().any(|id| id.contains("pond") || id.contains("delete")),
        "{:?}",
        steps(&plan)
    );
}
