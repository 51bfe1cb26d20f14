//! FAQs: answers, categories, similar questions, the recycle bin.

use super::*;

const ONE: &str = "    categories: { a: { name: 甲, language: zh_cn } }
    faqs:
      vpn:
        category: a
        question: 如何连接 VPN?
        answer: |
          1. 安装客户端。
          2. 按 [手册](https://example.com/vpn) 登录。

          谢谢。
        similar: [vpn, 远程]
";

#[tokio::test]
async fn an_answer_is_lines_with_links_whatever_a_break_looks_like() {
    for line_break in ["empty", "feed", "node"] {
        let world = desk().await;
        world.tenant.settings(json!({ "helpdesk": { "line_break": line_break } })).await;
        converge(&world, ONE).await;
        let all = faqs(&world).await;
        assert_eq!(all.len(), 1);
        assert_eq!(
            all[0]["answer"],
            json!([
                { "text": "1. 安装客户端。" }, "break",
                { "text": "2. 按 " }, { "link": { "text": "手册", "url": "https://example.com/vpn" } }, { "text": " 登录。" },
                "break", "break", { "text": "谢谢。" },
            ])
        );
        assert_eq!(all[0]["tags"], json!(["vpn", "远程"]));
    }
}

#[tokio::test]
async fn every_field_changes_alone_and_the_others_stay() {
    let world = desk().await;
    converge(&world, ONE).await;
    let before = faqs(&world).await;
    for (from, to, what) in [
        ("如何连接 VPN?", "怎样连接 VPN?", "question"),
        ("谢谢。", "完。", "answer"),
        ("[vpn, 远程]", "[]", "similar questions"),
    ] {
        let plan = converge(&world, &ONE.replace(from, to)).await;
        assert_eq!(steps(&plan), [format!("helpdesk.it/faq.vpn: {what}")]);
        converge(&world, ONE).await;
    }
    let strip = |row: &Value| {
        let mut row = row.clone();
        row.as_object_mut().expect("row").retain(|name, _| !name.starts_with("updat"));
        row
    };
    assert_eq!(
        faqs(&world).await.iter().map(strip).collect::<Vec<_>>(),
        before.iter().map(strip).collect::<Vec<_>>()
    );
    // Without `similar:` whatever is there stays.
    let silent = ONE.replace("        similar: [vpn, 远程]\n", "");
    converge(&world, &silent.replace("谢谢。", "完。")).await;
    assert_eq!(faqs(&world).await[0]["tags"], json!(["vpn", "远程"]));
}

#[tokio::test]
async fn a_picture_put_in_by_hand_is_drift_and_stays_where_the_answer_is_not_managed() {
    let world = desk().await;
    let ignoring =
        ONE.replace("      vpn:\n", "      vpn:\n        lifecycle: { ignore_changes: [answer] }\n");
    converge(&world, &ignoring).await;
    let faq = faqs(&world).await.remove(0);
    by_hand(&world, "faq", json!({ "id": id(&faq, "faq_id"), "answer": "手写的" })).await;
    let plan = converge(&world, &ignoring.replace("[vpn, 远程]", "[vpn]")).await;
    assert_eq!(steps(&plan), ["helpdesk.it/faq.vpn: similar questions"]);
    assert_eq!(faqs(&world).await[0]["answer"], json!([{ "text": "手写的" }]), "said again as it was");
}

#[tokio::test]
async fn a_deleted_faq_lies_in_the_bin_and_is_made_anew_when_it_is_declared_again() {
    let world = desk().await;
    converge(&world, ONE).await;
    let first = id(&faqs(&world).await[0], "faq_id");
    let only = "    categories: { a: { name: 甲, language: zh_cn } }\n";
    let plan = converge(&world, only).await;
    assert_eq!(steps(&plan), ["helpdesk.it/faq.vpn: delete"]);
    assert_eq!((faqs(&world).await.len(), rows(&world, "helpdesk_faqs").await.len()), (0, 1));
    converge(&world, ONE).await;
    let now = faqs(&world).await;
    assert_eq!(now.len(), 1);
    assert_ne!(id(&now[0], "faq_id"), first);
    // By hand as well.
    by_hand(&world, "faq", json!({ "id": id(&now[0], "faq_id"), "remove": true })).await;
    let plan = converge(&world, ONE).await;
    assert_eq!(steps(&plan), ["helpdesk.it/faq.vpn: create"]);
}

#[tokio::test]
async fn an_answer_that_was_lost_makes_no_second_faq() {
    let world = desk().await;
    let only = "    categories: { a: { name: 甲, language: zh_cn } }\n";
    converge(&world, only).await;
    lose_the_answer(&world, "POST", "/open-apis/helpdesk/v1/faqs").await;
    let (_, outcome) = world.apply(&format!("{IT}{ONE}")).await.expect("a plan");
    assert_eq!((outcome.unknown.len(), outcome.failed.len()), (1, 0), "{outcome:#?}");
    let plan = converge(&world, ONE).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    assert_eq!(faqs(&world).await.len(), 1);
}

#[tokio::test]
async fn two_of_one_question_are_unclear_and_those_of_other_categories_are_not() {
    let world = desk().await;
    let two = "    categories: { a: { name: 甲, language: zh_cn }, b: { name: 乙, language: zh_cn } }\n";
    converge(&world, two).await;
    let all = rows(&world, "helpdesk_categories").await;
    let category = |name: &str| all.iter().find(|r| r["name"] == name).map(|r| id(r, "category_id"));
    let faq = async |name: &str| {
        by_hand(&world, "faq", json!({ "category": category(name), "question": "问?", "answer": "答" }))
            .await;
    };
    faq("甲").await;
    faq("乙").await;
    let yaml = format!("{two}    faqs: {{ q: {{ category: a, question: 问?, answer: 答 }} }}\n");
    let plan = planned(&world, &yaml).await;
    assert!(plan.steps.is_empty(), "the one of its category is taken over: {:?}", steps(&plan));
    faq("甲").await;
    let why = refused(&world, &yaml).await;
    assert!(why.contains("plan::unclear") && why.contains("its question"), "{why}");
}

#[tokio::test]
async fn many_faqs_are_read_to_the_last_page() {
    let world = desk().await;
    converge(&world, "    categories: { a: { name: 甲, language: zh_cn } }\n").await;
    let category = id(&rows(&world, "helpdesk_categories").await[0], "category_id");
    for n in 0..130 {
        let faq = json!({ "category": category, "question": format!("问{n}?"), "answer": "答" });
        by_hand(&world, "faq", faq).await;
    }
    let mut yaml = "    categories: { a: { name: 甲, language: zh_cn } }\n    faqs:\n".to_owned();
    for n in [0, 64, 129] {
        yaml.push_str(&format!("      f{n}: {{ category: a, question: 问{n}?, answer: 答 }}\n"));
    }
    let plan = converge(&world, &yaml).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
}

#[test]
fn what_an_answer_cannot_hold_is_told_offline() {
    let problems = |answer: &str| {
        let yaml = format!(
            "{IT}    categories: {{ a: {{ name: 甲, language: zh_cn }} }}\n    faqs: {{ q: {{ category: a, question: 问?, answer: {answer} }} }}\n"
        );
        crate::spine::run::checked_problems(&yaml).iter().map(|p| p.code().0).collect::<Vec<_>>()
    };
    assert_eq!(problems("\"- [a](https://x.cn)\\n1. b\""), [""; 0]);
    for bad in ["\"# 题\"", "\"**粗**\"", "\"![](https://x.cn/a.png)\"", "\"[a](x.cn)\"", "\" \\n \""] {
        assert_eq!(problems(bad), ["helpdesk::answer"], "{bad}");
    }
    let twice = format!(
        "{IT}    categories: {{ a: {{ name: 甲, language: zh_cn }} }}\n    faqs: {{ p: {{ category: a, question: 问?, answer: x }}, q: {{ category: a, question: 问?, answer: y }} }}\n"
    );
    let codes: Vec<_> = crate::spine::run::checked_problems(&twice).iter().map(|p| p.code().0).collect();
    assert_eq!(codes, ["helpdesk::twins"]);
}
