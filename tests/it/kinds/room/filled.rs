//! What a room declares of each attribute is what the tenant has, and the table's own example is applied.

use super::*;

#[tokio::test]
async fn the_examples_of_both_tables_are_applied_and_settle() {
    let world = World::start(quick()).await;
    world.tenant.settings(json!({ "rooms": { "form_designed": true } })).await;
    let root = root(&world).await;
    let mut at = root;
    for name in ["北京", "望京", "1F"] {
        at = level(&world, name, &at).await;
    }
    for kind in ["room_level", "room"] {
        let info = larkctl::kinds::registry().kind(kind).expect("a kind").info();
        let mut yaml = info.example.to_owned();
        if kind == "room_level" {
            // It stands on something that is there already.
            level(&world, "上海", &super::root(&world).await).await;
        }
        yaml.push_str("settings: { max_destroy: 100 }\n");
        let (_, outcome) = world.apply(&yaml).await.unwrap_or_else(|p| panic!("{kind}: {}", told(&p)));
        assert!(outcome.is_complete(), "{kind}: {outcome:#?}");
        let next = world.plan(&yaml).await.unwrap_or_else(|p| panic!("{kind}: {}", told(&p)));
        assert!(next.is_empty(), "{kind}: {:#?}", next.changes);
        if kind == "room_level" {
            let (_, outcome) =
                world.apply("version: 1\nsettings: { max_destroy: 100 }\n").await.expect("a plan");
            assert!(outcome.is_complete(), "{outcome:#?}");
        }
    }
}
