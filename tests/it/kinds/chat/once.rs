//! No chat is made twice: whatever becomes of the answer, of the key and of the name meanwhile, there is one chat in
//! the end, or a person is asked and told the candidates.

use serde_json::{Value, json};

use super::stage::{Stage, manifest, steps};
use crate::support::{APP, SECRET};

const CREATE: &str = "POST /open-apis/im/v1/chats";
const CHAT: &str = "  one: { name: 只此一个, members: [a, b] }\n";
/// Longer than the tenant keeps a key.
const ELEVEN_HOURS: u64 = 11 * 3_600;

/// Everybody is there, the chat is not.
async fn company() -> Stage {
    let mut s = Stage::start().await;
    s.apply("").await;
    // They are in every list by now.
    s.world.tenant.step(7_200).await;
    s.world.tenant.token = s.world.tenant.fresh_token(APP, SECRET).await;
    s
}

/// A run whose creation ends in trouble.
async fn lost(s: &Stage, effect: Value) {
    s.world.tenant.faults(json!([{ "endpoint": CREATE, "effect": effect }])).await;
    let (_, outcome) = s.run(&manifest(CHAT)).await;
    assert!(!outcome.is_complete(), "{outcome:#?}");
    assert_eq!((outcome.unknown.len(), outcome.failed.len()), (1, 0), "{outcome:#?}");
    s.calm().await;
}

/// What the store holds in the end, and what was asked of it on the way.
async fn is_one(s: &Stage, before: Option<&str>) {
    let chats = s.chats().await;
    assert_eq!(chats.len(), 1, "{chats:#?}");
    if let Some(before) = before {
        assert_eq!(chats[0]["chat_id"], before);
    }
    let plan = s.plan(CHAT).await;
    assert!(plan.is_empty() && plan.blocked.is_empty(), "{plan:#?}");
    assert_eq!(s.members("只此一个").await, "a b");
    let document = s.world.store.load().expect("state").document;
    assert!(document.unsettled.is_empty(), "{:#?}", document.unsettled);
}

async fn only(s: &Stage) -> String {
    let chats = s.chats().await;
    assert_eq!(chats.len(), 1, "{chats:#?}");
    chats[0]["chat_id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_by_the_next_run() {
    let s = company().await;
    lost(&s, json!("cut_after")).await;
    let made = only(&s).await;
    s.converge(CHAT).await;
    is_one(&s, Some(&made)).await;
    // It is ours, whoever owns it one day.
    let document = s.world.store.load().expect("state").document;
    let record = &document.things[&"chat.one".parse().expect("address")];
    assert_eq!(record.ids["creator"], "self");
}

#[tokio::test]
async fn a_chat_that_the_list_does_not_show_yet_is_sent_for_under_the_same_key() {
    let s = company().await;
    s.world.tenant.settings(json!({ "list_lag_ms": 3_600_000 })).await;
    lost(&s, json!("cut_after")).await;
    let made = only(&s).await;
    assert_eq!(steps(&s.plan(CHAT).await)[0], "chat.one: create");
    s.converge(CHAT).await;
    is_one(&s, Some(&made)).await;
}

#[tokio::test]
async fn a_call_that_never_arrived_makes_one_chat_later() {
    for hours in [0, ELEVEN_HOURS] {
        let s = company().await;
        lost(&s, json!("cut_before")).await;
        s.world.tenant.step(hours).await;
        s.converge(CHAT).await;
        is_one(&s, None).await;
    }
}

#[tokio::test]
async fn once_the_key_has_run_out_the_chat_is_looked_for() {
    // Whether or not our own clock went along.
    for aware in [false, true] {
        let mut s = company().await;
        lost(&s, json!("cut_after")).await;
        let made = only(&s).await;
        s.world.tenant.step(ELEVEN_HOURS).await;
        if aware {
            s.world.now += i64::try_from(ELEVEN_HOURS).expect("seconds");
        }
        s.converge(CHAT).await;
        is_one(&s, Some(&made)).await;
    }
}

#[tokio::test]
async fn it_is_looked_for_under_the_name_that_was_sent_too() {
    let mut s = company().await;
    lost(&s, json!("cut_after")).await;
    let made = only(&s).await;
    s.world.tenant.step(ELEVEN_HOURS).await;
    s.world.now += i64::try_from(ELEVEN_HOURS).expect("seconds");
    let renamed = CHAT.replace("只此一个", "改了名字");
    assert_eq!(s.converge(&renamed).await, ["chat.one: add 2 members", "chat.one: rename"]);
    assert_eq!(only(&s).await, made);
}

#[tokio::test]
async fn with_two_candidates_a_person_is_asked_and_nothing_is_made() {
    let mut s = company().await;
    lost(&s, json!("cut_after")).await;
    let made = only(&s).await;
    s.world.tenant.ok("POST", "/open-apis/im/v1/chats", json!({ "name": "只此一个" })).await;
    s.world.tenant.step(ELEVEN_HOURS).await;
    s.world.now += i64::try_from(ELEVEN_HOURS).expect("seconds");
    let said = s.problems(CHAT).await;
    let ids: Vec<String> =
        s.chats().await.iter().map(|row| row["chat_id"].as_str().expect("id").to_owned()).collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| said.contains(id.as_str())), "{said}");
    // The person says which.
    let import = format!("import:\n  chat.one: {made}\n");
    let (_, outcome) = s.run(&super::stage::with(CHAT, &import)).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert_eq!(s.chats().await.len(), 2);
    let document = s.world.store.load().expect("state").document;
    assert!(document.unsettled.is_empty());
}

#[tokio::test]
async fn somebody_elses_chat_of_the_name_is_not_taken_for_the_one_that_may_have_been_made() {
    let s = company().await;
    lost(&s, json!("cut_before")).await;
    let tenant = &s.world.tenant;
    let theirs = tenant
        .ok(
            "POST",
            "/open-apis/im/v1/chats?user_id_type=user_id",
            json!({ "name": "只此一个", "owner_id": "c" }),
        )
        .await;
    let said = s.problems(CHAT).await;
    assert!(said.contains(theirs["chat_id"].as_str().expect("id")) && said.contains("the user c"), "{said}");
    assert_eq!(s.chats().await.len(), 1);
}

#[tokio::test]
async fn a_refusal_leaves_nothing_to_be_looked_for() {
    let s = company().await;
    let refusal = json!({ "answer": { "status": 400, "code": 232_023 } });
    s.world.tenant.faults(json!([{ "endpoint": CREATE, "effect": refusal }])).await;
    let (_, outcome) = s.run(&manifest(CHAT)).await;
    assert_eq!(outcome.failed.len(), 1, "{outcome:#?}");
    let document = s.world.store.load().expect("state").document;
    assert!(document.unsettled.is_empty());
}

#[tokio::test]
async fn a_refusal_of_the_second_sending_says_nothing_of_the_first() {
    let s = company().await;
    s.world.tenant.settings(json!({ "list_lag_ms": 3_600_000 })).await;
    lost(&s, json!("cut_after")).await;
    let made = only(&s).await;
    let refusal = json!({ "answer": { "status": 400, "code": 232_023 } });
    s.world.tenant.faults(json!([{ "endpoint": CREATE, "effect": refusal }])).await;
    let (_, outcome) = s.run(&manifest(CHAT)).await;
    assert_eq!(outcome.failed.len(), 1, "{outcome:#?}");
    s.calm().await;
    s.converge(CHAT).await;
    is_one(&s, Some(&made)).await;
}

#[tokio::test]
async fn a_plan_made_while_the_key_lived_is_not_applied_after_it() {
    let mut s = company().await;
    s.world.tenant.settings(json!({ "list_lag_ms": 3_600_000 })).await;
    lost(&s, json!("cut_after")).await;
    let aged = i64::try_from(ELEVEN_HOURS).expect("seconds");
    let later = s.world.now + aged;
    let (_, outcome) = s.world.apply_at(&manifest(CHAT), later).await.expect("a plan");
    let [failed] = &outcome.failed[..] else { panic!("{outcome:#?}") };
    assert!(failed.trouble.cause.contains("its key has run out"), "{failed:#?}");
    assert_eq!(s.chats().await.len(), 1, "nothing was sent");
    s.world.tenant.step(ELEVEN_HOURS).await;
    s.world.now = later;
    s.converge(CHAT).await;
    is_one(&s, None).await;
}
