//! Public mailboxes in a tenant, by the whole pipeline. What they share with mail groups is proven there.

use larkctl::model::Action;
use serde_json::{Value, json};

use super::mail_group::{PEOPLE, aliases, converge, edges, office, planned, refused, row, steps, waits};
use crate::spine::run::checked_problems;

fn mailbox(rest: &str) -> String {
    format!("\npublic_mailboxes:\n  m: {{ email: m@corp.example, name: 箱{rest} }}\n")
}

async fn fates(world: &crate::spine::run::World) -> Vec<Value> {
    let rows = world.tenant.rows("mail_fates").await;
    rows.as_object().into_iter().flatten().map(|(_, fate)| fate["moved_to"].clone()).collect()
}

#[tokio::test]
async fn every_field_is_written_read_back_and_changed() {
    let world = office().await;
    let full = ", members: [ann], aliases: [n@corp.example], on_delete: { mail_to: ann@corp.example }";
    converge(&world, &mailbox(full)).await;
    let id = row(&world, "public_mailboxes", "m@corp.example").await["public_mailbox_id"].clone();
    assert_eq!(edges(&world, "mailbox", &id).await.len(), 1);
    assert_eq!(aliases(&world, json!({ "mailbox": id })).await, ["n@corp.example"]);
    let other = full.replace("[ann]", "[bob]").replace("n@", "o@");
    let plan = converge(&world, &mailbox(&other).replace("箱", "信箱")).await;
    let mut did = steps(&plan);
    did.sort_unstable();
    assert_eq!(
        did,
        [
            "public_mailbox.m: add 1 member",
            "public_mailbox.m: add alias o@corp.example",
            "public_mailbox.m: remove 1 member",
            "public_mailbox.m: remove alias n@corp.example",
            "public_mailbox.m: rename",
        ]
    );
}

#[tokio::test]
async fn a_mailbox_whose_mail_nobody_receives_is_not_removed() {
    let world = office().await;
    converge(&world, &mailbox("")).await;
    let plan = planned(&world, "").await;
    let guards: Vec<(&str, &str)> =
        plan.refusals.iter().map(|r| (r.guard.as_str(), r.flag.as_str())).collect();
    assert_eq!(guards, [("on_delete", "--allow-no-heirs")]);
}

#[tokio::test]
async fn its_mail_goes_to_whom_on_delete_names_and_is_deleted_only_when_that_is_written() {
    let world = office().await;
    converge(&world, &mailbox(", on_delete: { mail_to: bob@corp.example }")).await;
    let plan = converge(&world, "").await;
    assert_eq!(steps(&plan), ["public_mailbox.m: to the recycle bin"]);
    assert_eq!(fates(&world).await, [json!("bob@corp.example")]);
    let other = mailbox(", on_delete: { discard_mail: true }").replace("m@corp", "other@corp");
    converge(&world, &other).await;
    let plan = converge(&world, "").await;
    assert!(plan.changes.iter().any(|c| c.notes.iter().any(|n| n.contains("is deleted"))), "it is said");
    assert_eq!(fates(&world).await.len(), 2);
}

#[tokio::test]
async fn a_mailbox_whose_aliases_cannot_be_read_is_not_removed() {
    let world = office().await;
    let heir = ", aliases: [n@corp.example], on_delete: { mail_to: bob@corp.example }";
    converge(&world, &mailbox(heir)).await;
    let list = "GET /open-apis/mail/v1/public_mailboxes/:public_mailbox_id/aliases";
    let effect = json!({ "answer": { "status": 403, "code": 1_234_008 } });
    world.tenant.faults(json!({ "endpoint": list, "effect": effect })).await;
    // The alias is to be another's: in the recycle bin it would be nobody's.
    let other = "\nmail_groups:\n  g: { email: n@corp.example, name: 组 }\n";
    let plan = planned(&world, other).await;
    assert!(!steps(&plan).contains(&"public_mailbox.m: to the recycle bin"), "{:?}", steps(&plan));
    assert!(plan.blocked.iter().any(|b| b.why.contains("aliases could not be read")), "{:#?}", plan.blocked);
    // Whoever wants the alias is not refused for good: it is unknown whose it is.
    let group = plan.blocked.iter().find(|b| b.address.to_string() == "mail_group.g").expect("blocked");
    assert!(group.why.contains("not all could be read"), "{}", group.why);
    assert_eq!(plan.changes.iter().filter(|c| c.action != Action::Keep).count(), 0, "{:#?}", plan.changes);
    world.tenant.send("DELETE", "/_sandbox/faults", None, None).await;
    converge(&world, other).await;
}

/// The recycle bin keeps addresses: what somebody waits for would be lost in it.
#[tokio::test]
async fn a_mailbox_that_leaves_gives_up_what_somebody_wants_who_is_not_planned_now() {
    let world = office().await;
    let group = "\nmail_groups:\n  g: { email: g@corp.example, name: 组, members: [ann] }\n";
    let heir = mailbox(", aliases: [n@corp.example], on_delete: { mail_to: bob@corp.example }");
    converge(&world, &format!("{group}{heir}")).await;
    let list = "GET /open-apis/mail/v1/mailgroups/:mailgroup_id";
    let effect = json!({ "answer": { "status": 403, "code": 1_234_008 } });
    world.tenant.faults(json!({ "endpoint": list, "effect": effect })).await;
    let wants = group.replace("g@corp", "m@corp").replace("members", "aliases: [n@corp.example], members");
    let plan = planned(&world, &wants).await;
    let mut did = steps(&plan);
    did.sort_unstable();
    let expected =
        ["give up m@corp.example", "remove alias n@corp.example", "temporary address", "to the recycle bin"];
    assert_eq!(did, expected.map(|what| format!("public_mailbox.m: {what}")));
    world.apply(&format!("{PEOPLE}{wants}")).await.expect("a run");
    world.tenant.send("DELETE", "/_sandbox/faults", None, None).await;
    converge(&world, &wants).await;
}

#[tokio::test]
async fn who_receives_the_mail_and_leaves_too_leaves_later() {
    let world = office().await;
    converge(&world, &mailbox(", on_delete: { mail_to: bob@corp.example }")).await;
    let yaml = PEOPLE.lines().filter(|line| !line.starts_with("  bob:")).collect::<Vec<_>>().join("\n");
    let yaml = yaml.replace(", on_delete: { default: bob }", "");
    let plan = world.plan(&yaml).await.expect("a plan");
    assert!(waits(&plan, "user.bob: delete", "public_mailbox.m: to the recycle bin"));
}

#[tokio::test]
async fn a_receiver_who_gives_the_address_up_is_none() {
    let world = office().await;
    converge(&world, &mailbox(", on_delete: { mail_to: bob@corp.example }")).await;
    let yaml = PEOPLE.replace("enterprise_email: bob@corp.example", "enterprise_email: bo@corp.example");
    let problems = world.plan(&yaml).await.expect_err("no plan");
    assert_eq!(problems[0].code().0, "plan::unfit_heir");
}

#[tokio::test]
async fn the_region_is_chosen_once() {
    let world = office().await;
    world.tenant.settings(json!({ "mail": { "multi_geo": true, "geos": ["cn", "eu"] } })).await;
    converge(&world, &mailbox(", geo: eu")).await;
    let why = refused(&world, &mailbox(", geo: cn")).await;
    assert!(why.contains("plan::fixed"), "{why}");
}

#[test]
fn what_becomes_of_the_mail_is_said_in_one_way() {
    let cases = [
        ", on_delete: {}",
        ", on_delete: { discard_mail: false }",
        ", on_delete: { discard_mail: true, mail_to: ann@corp.example }",
        ", on_delete: { mail_to: M@corp.example }",
    ];
    for case in cases {
        let problems = checked_problems(&format!("{PEOPLE}{}", mailbox(case)));
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code().0).collect();
        assert_eq!(codes, ["public_mailbox::legacy"], "{case}");
    }
}
