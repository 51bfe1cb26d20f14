//! Whatever the server fills in and whatever is written out: a second plan right after the first is empty.

use larkctl::kinds::registry;
use serde_json::json;

use super::{converge, office, planned, row, steps};

/// Every attribute of both kinds, none at its default.
const EVERYTHING: &str = "
mail_groups:
  all:
    email: all@corp.example
    name: 全员
    description: 通知
    who_can_send: senders
    members: { at_least: [ann] }
    member_departments: [root, lab]
    member_groups: [inner]
    member_mailboxes: [help]
    external_members: [Partner@else.example]
    other_members: [bob@corp.example]
    managers: [ann]
    senders: [bob]
    sender_departments: [lab]
    sender_groups: [inner]
    sender_mailboxes: [help]
    aliases: [everybody@corp.example, Alle@corp.example]
  inner: { email: inner@corp.example, name: 内 }
public_mailboxes:
  help:
    email: help@corp.example
    name: 服务台
    geo: sg
    members: { departments: [lab] }
    aliases: [support@corp.example]
    on_delete: { mail_to: ann@corp.example }
";

/// What stands in the tests, so that an attribute that is new is not forgotten here.
fn names_all(yaml: &str) {
    for kind in ["mail_group", "public_mailbox"] {
        let kind = registry()
            .iter()
            .map(larkctl::resource::Kind::info)
            .find(|info| info.name == kind)
            .expect("a kind");
        for attribute in kind.attributes {
            let (inner, outer) = (format!("    {}:", attribute.name), format!(", {}:", attribute.name));
            assert!(yaml.contains(&inner) || yaml.contains(&outer), "{}.{}", kind.name, attribute.name);
        }
    }
}

#[tokio::test]
async fn with_every_attribute_written_out_nothing_is_left_to_do() {
    names_all(EVERYTHING);
    let world = office().await;
    world.tenant.settings(json!({ "mail": { "multi_geo": true } })).await;
    converge(&world, EVERYTHING).await;
    // All of them changed at once, as far as they can change.
    let other = EVERYTHING
        .replace("email: all@", "email: every@")
        .replace("email: help@", "email: desk@")
        .replace("name: 全员", "name: 所有人")
        .replace("name: 服务台", "name: 帮助")
        .replace("description: 通知", "description: null")
        .replace("{ at_least: [ann] }", "[bob]")
        .replace("[root, lab]", "[lab]")
        .replace("Partner@else.example", "other@else.example")
        .replace("other_members: [bob@corp.example]", "other_members: [ann@corp.example]")
        .replace("managers: [ann]", "managers: [bob]")
        .replace("senders: [bob]", "senders: [ann, bob]")
        .replace("sender_departments: [lab]", "sender_departments: []")
        .replace("sender_groups: [inner]", "sender_groups: []")
        .replace("sender_mailboxes: [help]", "sender_mailboxes: []")
        .replace("member_groups: [inner]", "member_groups: []")
        .replace("member_mailboxes: [help]", "member_mailboxes: []")
        .replace("everybody@", "jeder@")
        .replace("support@", "hilfe@")
        .replace("mail_to: ann@corp.example", "discard_mail: true");
    names_all(&other);
    converge(&world, &other).await;
}

#[tokio::test]
async fn with_the_servers_defaults_written_out_nothing_is_left_to_do() {
    let world = office().await;
    world.tenant.settings(json!({ "mail": { "multi_geo": true } })).await;
    let bare = "
mail_groups:
  g: { email: g@corp.example, name: 组 }
public_mailboxes:
  m: { email: m@corp.example, name: 箱 }
";
    converge(&world, bare).await;
    let home = row(&world, "public_mailboxes", "m@corp.example").await["geo"].clone();
    let home = home.as_str().filter(|geo| !geo.is_empty()).expect("the server has chosen a region");
    let lists = "
    members: []
    member_departments: []
    member_groups: []
    member_mailboxes: []
    external_members: []
    other_members: []
    managers: []
    aliases: []";
    let senders = "
    senders: []
    sender_departments: []
    sender_groups: []
    sender_mailboxes: []";
    let mailbox = format!(
        "
public_mailboxes:
  m:
    email: m@corp.example
    name: 箱
    geo: {home}
    members: []
    aliases: []
    on_delete: null
"
    );
    // A list of senders is only written where it counts, which is no default: once with, once without.
    let with = |rest: &str| {
        format!("\nmail_groups:\n  g:\n    email: g@corp.example\n    name: 组{rest}{lists}{mailbox}")
    };
    names_all(&with(&format!("\n    description: null\n    who_can_send: company{senders}")));
    for rest in ["\n    description: null\n    who_can_send: company", senders] {
        let plan = planned(&world, &with(rest)).await;
        assert!(plan.is_empty() && plan.blocked.is_empty(), "{:?}\n{:#?}", steps(&plan), plan.blocked);
        assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    }
}
