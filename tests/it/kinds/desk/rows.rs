//! Rows of ticket fields: their order counts, the desk numbers them itself.

use super::*;

/// Fields with rows; a dash is none.
fn placed(fields: &[(&str, i64)]) -> String {
    let line = |(key, row): &(&str, i64)| {
        let row = if *row > 0 { format!(", position: {row}") } else { String::new() };
        format!("      {key}: {{ key_name: {key}, name: {key}, type: string{row} }}\n")
    };
    it(&format!("    ticket_fields:\n{}", fields.iter().map(line).collect::<String>()))
}

/// Keys as the console lists them.
async fn listed(world: &World) -> Vec<String> {
    let mut all = rows(world, "helpdesk_fields").await;
    all.sort_by_key(|row| (row["position"].as_u64(), row["number"].as_u64()));
    all.retain(|row| row["editable"] == true);
    all.iter().map(|row| row["key_name"].as_str().expect("a key").to_owned()).collect()
}

#[tokio::test]
async fn numbers_with_gaps_are_an_order() {
    let world = office().await;
    converge(&world, &placed(&[("a", 30), ("b", 10), ("c", 20)])).await;
    assert_eq!(listed(&world).await, ["b", "c", "a"]);
    // Other numbers, the same order.
    let plan = converge(&world, &placed(&[("a", 3), ("b", 1), ("c", 2)])).await;
    assert_eq!(steps(&plan), [""; 0]);
}

#[tokio::test]
async fn whatever_moves_ends_in_its_place_in_one_run() {
    for renumber in [true, false] {
        let world = office().await;
        knobs(&world, json!({ "renumber_fields": renumber })).await;
        converge(&world, &placed(&[("a", 1), ("b", 2), ("c", 3), ("d", 9)])).await;
        // Turned over, with newcomers at the top, in the middle, at the end, and one that leaves.
        let next = [("d", 2), ("n1", 1), ("n2", 4), ("b", 3), ("a", 5), ("n3", 70)];
        converge(&world, &placed(&next)).await;
        assert_eq!(listed(&world).await, ["n1", "d", "b", "n2", "a", "n3"], "renumbering: {renumber}");
    }
}

#[tokio::test]
async fn three_newcomers_above_push_nobody_below_the_fourth() {
    let world = office().await;
    converge(&world, &placed(&[("a", 1), ("b", 2), ("x", 3)])).await;
    converge(&world, &placed(&[("n1", 1), ("n2", 2), ("x", 3), ("n4", 4)])).await;
    assert_eq!(listed(&world).await, ["n1", "n2", "x", "n4"]);
}

#[tokio::test]
async fn who_declares_no_row_stays_where_it_is_and_a_new_one_goes_behind() {
    let world = office().await;
    converge(&world, &placed(&[("a", 0), ("b", 0)])).await;
    by_hand_row(&world, "b", 1).await;
    assert_eq!(steps(&converge(&world, &placed(&[("a", 0), ("b", 0)])).await), [""; 0]);
    converge(&world, &placed(&[("a", 0), ("b", 0), ("0x", 0)])).await;
    assert_eq!(listed(&world).await, ["b", "a", "0x"]);
}

async fn by_hand_row(world: &World, key: &str, row: i64) {
    let id = named(&rows(world, "helpdesk_fields").await, "key_name", key)["field_id"].clone();
    by_hand(world, json!({ "field": { "id": id, "position": row } })).await;
}

#[tokio::test]
async fn a_row_that_somebody_changed_is_drift_only_if_the_order_did() {
    let world = office().await;
    let yaml = placed(&[("a", 1), ("b", 2)]);
    converge(&world, &yaml).await;
    by_hand_row(&world, "b", 3).await;
    nothing_left(&world, &yaml).await;
    by_hand_row(&world, "b", 1).await;
    let plan = planned(&world, &yaml).await;
    assert!(
        plan.changes.iter().any(|c| c.drift.iter().any(|field| field.name == "position")),
        "{:?}",
        steps(&plan)
    );
    converge(&world, &yaml).await;
    assert_eq!(listed(&world).await, ["a", "b"]);
}
