//! Categories: trees, names, languages, and what stands in them.

use super::*;

const THREE: &str = "    categories:
      hw:
        name: 硬件
        language: zh_cn
        children:
          laptop: { name: 笔记本, children: { mac: { name: 苹果 } } }
      net: { name: 网络, language: zh_cn }
";

#[tokio::test]
async fn a_tree_is_made_parents_first_and_children_have_the_language_above() {
    let world = desk().await;
    let plan = converge(&world, THREE).await;
    assert_eq!(plan.steps.len(), 4);
    assert_eq!(
        tree(&world).await,
        ["硬件 below - zh_cn", "笔记本 below 硬件 zh_cn", "网络 below - zh_cn", "苹果 below 笔记本 zh_cn"]
    );
}

#[tokio::test]
async fn a_tree_is_turned_upside_down_and_names_are_swapped() {
    let world = desk().await;
    converge(&world, THREE).await;
    let turned = "    categories:
      mac: { name: 网络, language: zh_cn, children: { laptop: { name: 笔记本, children: { hw: { name: 硬件 } } } } }
      net: { name: 苹果, language: zh_cn }
";
    converge(&world, turned).await;
    assert_eq!(
        tree(&world).await,
        ["硬件 below 笔记本 zh_cn", "笔记本 below 网络 zh_cn", "网络 below - zh_cn", "苹果 below - zh_cn"]
    );
}

#[tokio::test]
async fn names_are_swapped_where_names_are_unique_too() {
    let world = desk().await;
    world.tenant.settings(json!({ "helpdesk": { "unique_names": true } })).await;
    converge(
        &world,
        "    categories: { a: { name: 甲, language: zh_cn }, b: { name: 乙, language: zh_cn } }\n",
    )
    .await;
    let plan = converge(
        &world,
        "    categories: { a: { name: 乙, language: zh_cn }, b: { name: 甲, language: zh_cn } }\n",
    )
    .await;
    assert_eq!(plan.steps.len(), 3, "one has another name for a while: {:?}", steps(&plan));
}

#[tokio::test]
async fn a_lost_state_is_found_again_by_language_and_path() {
    let world = desk().await;
    world.tenant.settings(json!({ "helpdesk": { "categories_need_lang": true } })).await;
    let yaml = format!("{THREE}      en: {{ name: 硬件, language: en_us }}\n");
    apply(&world, &yaml).await;
    std::fs::remove_file(world.store.path()).expect("lost");
    let plan = converge(&world, &yaml).await;
    assert_eq!(steps(&plan), [""; 0]);
    assert_eq!(tree(&world).await.len(), 5);
}

#[tokio::test]
async fn two_of_one_path_are_unclear_and_nothing_is_done() {
    let world = desk().await;
    converge(&world, "").await;
    for _ in 0..2 {
        by_hand(&world, "category", json!({ "name": "硬件", "language": "zh_cn" })).await;
    }
    let why = refused(&world, "    categories: { a: { name: 硬件, language: zh_cn } }\n").await;
    assert!(why.contains("plan::unclear") && why.contains("path of names"), "{why}");
}

#[tokio::test]
async fn an_answer_that_was_lost_makes_no_second_category() {
    let world = desk().await;
    converge(&world, "").await;
    lose_the_answer(&world, "POST", "/open-apis/helpdesk/v1/categories").await;
    let yaml = "    categories: { a: { name: 硬件, language: zh_cn } }\n";
    let (_, outcome) = world.apply(&format!("{IT}{yaml}")).await.expect("a plan");
    assert_eq!((outcome.unknown.len(), outcome.failed.len()), (1, 0), "{outcome:#?}");
    let plan = converge(&world, yaml).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    assert_eq!(tree(&world).await, ["硬件 below - zh_cn"]);
}

#[tokio::test]
async fn a_category_goes_when_it_is_empty_and_not_before() {
    let world = desk().await;
    let yaml = "    categories: { a: { name: 甲, language: zh_cn }, b: { name: 乙, language: zh_cn } }
    faqs: { q: { category: a, question: 问?, answer: 答 } }
";
    converge(&world, yaml).await;
    // The FAQ moves out first, a child that nobody manages stays in the way.
    let a = rows(&world, "helpdesk_categories")
        .await
        .iter()
        .find(|r| r["name"] == "甲")
        .map(|r| id(r, "category_id"));
    let child =
        by_hand(&world, "category", json!({ "name": "手工", "parent": a, "language": "zh_cn" })).await;
    let next = "    categories: { b: { name: 乙, language: zh_cn } }\n    faqs: { q: { category: b, question: 问?, answer: 答 } }\n";
    let why = refused(&world, next).await;
    assert!(why.contains("plan::not_empty") && why.contains("手工"), "{why}");
    by_hand(&world, "category", json!({ "id": child["id"], "remove": true })).await;
    let faq = by_hand(&world, "faq", json!({ "category": a, "question": "手工问?", "answer": "x" })).await;
    let why = refused(&world, next).await;
    assert!(why.contains("plan::not_empty") && why.contains("FAQ"), "{why}");
    by_hand(&world, "faq", json!({ "id": faq["id"], "remove": true })).await;
    let plan = converge(&world, next).await;
    assert_eq!(steps(&plan), ["helpdesk.it/faq.q: move", "helpdesk.it/category.a: delete"]);
}

#[tokio::test]
async fn another_language_is_another_category() {
    let world = desk().await;
    converge(&world, "    categories: { a: { name: 甲, language: zh_cn } }\n").await;
    let before = rows(&world, "helpdesk_categories").await;
    let plan = converge(&world, "    categories: { a: { name: 甲, language: ja_jp } }\n").await;
    assert_eq!(steps(&plan), ["helpdesk.it/category.a: delete", "helpdesk.it/category.a: create"]);
    let after = rows(&world, "helpdesk_categories").await;
    assert_eq!(tree(&world).await, ["甲 below - ja_jp"]);
    assert_ne!(id(&before[0], "category_id"), id(&after[0], "category_id"));
}

#[tokio::test]
async fn renames_and_moves_by_hand_are_drift_and_undone() {
    let world = desk().await;
    converge(&world, THREE).await;
    let all = rows(&world, "helpdesk_categories").await;
    let mac = all.iter().find(|r| r["name"] == "苹果").map(|r| id(r, "category_id"));
    by_hand(&world, "category", json!({ "id": mac, "name": "梨", "parent": "0" })).await;
    let plan = converge(&world, THREE).await;
    assert_eq!(steps(&plan), ["helpdesk.it/category.mac: move and rename"]);
}

#[test]
fn what_cannot_be_is_told_offline() {
    let problems = |categories: &str| {
        let yaml = format!("{IT}    categories: {categories}\n");
        crate::spine::run::checked_problems(&yaml).iter().map(|p| p.code().0).collect::<Vec<_>>()
    };
    assert_eq!(problems("{ a: { name: A } }"), ["helpdesk::no_language"]);
    assert_eq!(
        problems("{ a: { name: A, language: en_us }, b: { name: A, language: en_us } }"),
        ["helpdesk::twins"]
    );
    assert_eq!(problems("{ a: { name: A, language: en_us }, b: { name: A, language: ja_jp } }"), [""; 0]);
    let other = format!(
        "{IT}    categories: {{ a: {{ name: A, parent: hr/x }} }}\n  hr:\n    helpdesk_id: \"2\"\n    token_variable: X\n    categories: {{ x: {{ name: X, language: en_us }} }}\n"
    );
    let codes: Vec<_> = crate::spine::run::checked_problems(&other).iter().map(|p| p.code().0).collect();
    assert_eq!(codes, ["helpdesk::other_desk"]);
}
