//! The tenant itself and its seats (pages `tenant-v2/query`, `tenant-v2/tenant-product_assign_info/query`).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::{Row, World};

pub fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/tenant/v2/tenant/query", query),
        Route::read("GET", "/open-apis/tenant/v2/tenant/assign_info_list/query", seats),
    ]
}

/// A plan that the tenant has bought seats of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Subscription {
    pub subscription_id: String,
    pub license_plan_key: String,
    pub product_name: String,
    pub zh_cn: String,
    pub ja_jp: String,
    pub en_us: String,
    pub total_seats: u64,
    /// Seconds.
    pub start_time: i64,
    pub end_time: i64,
}

impl Row for Subscription {
    type Key = String;
    const TABLE: &'static str = "subscriptions";
}

impl Subscription {
    /// Bought, begun and not over.
    pub fn is_active(&self, world: &World) -> bool {
        let now = world.now.div_euclid(1000);
        self.start_time <= now && now < self.end_time
    }
}

/// Adds or replaces a subscription. For seeds and the control plane.
pub fn put_subscription(world: &mut World, subscription: Subscription) {
    world.auth.subscriptions.insert(subscription.subscription_id.clone(), subscription);
}

/// A subscription by id, whatever its state.
pub fn subscription<'w>(world: &'w World, id: &str) -> Option<&'w Subscription> {
    world.auth.subscriptions.get(&id.to_owned())
}

/// Whether seats of this subscription can be given at all now: known, begun, not over.
pub fn has_subscription(world: &World, id: &str) -> bool {
    subscription(world, id).is_some_and(|s| s.is_active(world))
}

/// How many seats of a subscription people hold.
pub fn assigned(world: &World, id: &str) -> u64 {
    let holds = |ids: &[String]| ids.iter().any(|held| held == id);
    let holders = world.contact.directory.users().filter(|u| !u.is_gone() && holds(&u.subscription_ids));
    holders.fold(0, |n, _| n + 1)
}

/// Judges the seats that a person is to be given (page `contact-v3/user/create`). `holder` is the person that
/// has them already, on an update: nobody competes with themselves.
///
/// # Errors
/// 44046 when a tenant with several plans is given none, 44048 for an id that is unknown, over or not begun,
/// 44047 when its seats are taken.
pub fn check_seats(world: &World, ids: &[&str], holder: Option<UserKey>) -> Result<(), Refusal> {
    let active = world.auth.subscriptions.values().filter(|s| s.is_active(world)).count();
    if ids.is_empty() && active > 1 {
        return Err(refuse(44_046));
    }
    for (i, id) in ids.iter().enumerate() {
        let Some(found) = subscription(world, id) else { return Err(refuse(44_048)) };
        if !has_subscription(world, id) || ids[..i].contains(id) {
            return Err(refuse(44_048));
        }
        let mine = holder
            .and_then(|key| world.contact.directory.user(key))
            .is_some_and(|u| !u.is_gone() && u.subscription_ids.iter().any(|held| held == id));
        if !mine && assigned(world, id) >= found.total_seats {
            return Err(refuse(44_047));
        }
    }
    Ok(())
}

fn query(world: &World, _: &Call<'_>) -> Answer {
    let tenant = &world.settings().tenant;
    let picture = |size: &str| format!("https://sandbox.invalid/tenant/{size}");
    Ok(Data::Of(json!({ "tenant": {
        "name": tenant.name,
        "display_id": tenant.display_id,
        // A team; personal tenants have no self-built apps.
        "tenant_tag": 0,
        "tenant_key": tenant.tenant_key,
        "avatar": {
            "avatar_origin": picture("origin"),
            "avatar_72": picture("72"),
            "avatar_240": picture("240"),
            "avatar_640": picture("640"),
        },
        "domain": tenant.domain,
    }})))
}

/// Seats that can still be given: of running plans, and of new plans that begin later. More seats of a running
/// plan that begin later are not shown.
fn seats(world: &World, _: &Call<'_>) -> Answer {
    let all = || world.auth.subscriptions.values();
    let running = |plan: &str| all().any(|s| s.license_plan_key == plan && s.is_active(world));
    let now = world.now.div_euclid(1000);
    let list: Vec<Value> = all()
        .filter(|s| s.is_active(world) || (now < s.start_time && !running(&s.license_plan_key)))
        .map(|s| (s, assigned(world, &s.subscription_id)))
        .filter(|(s, taken)| *taken < s.total_seats)
        .map(|(s, taken)| {
            json!({
                "subscription_id": s.subscription_id,
                "license_plan_key": s.license_plan_key,
                "product_name": s.product_name,
                "i18n_name": { "zh_cn": s.zh_cn, "ja_jp": s.ja_jp, "en_us": s.en_us },
                "total_seats": s.total_seats.to_string(),
                "assigned_seats": taken.to_string(),
                "start_time": s.start_time.to_string(),
                "end_time": s.end_time.to_string(),
            })
        })
        .collect();
    Ok(Data::Of(json!({ "assign_info_list": list })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::auth::testing::{self, ALICE, code_of, run, world};

    fn plan(id: &str, total_seats: u64, from: i64) -> Subscription {
        Subscription {
            subscription_id: id.to_owned(),
            license_plan_key: id.trim_end_matches('+').to_owned(),
            total_seats,
            start_time: from,
            end_time: 4_000_000_000,
            ..Subscription::default()
        }
    }

    fn listed(world: &mut World) -> Vec<(String, String)> {
        let path = "/open-apis/tenant/v2/tenant/assign_info_list/query";
        let Ok(Data::Of(data)) = run(world, "GET", path, &[], &[], Value::Null) else { panic!("refused") };
        let text = |v: &Value| v.as_str().expect("text").to_owned();
        let list = data["assign_info_list"].as_array().expect("list");
        list.iter().map(|s| (text(&s["subscription_id"]), text(&s["assigned_seats"]))).collect()
    }

    #[test]
    fn the_tenant_says_who_it_is() {
        let path = "/open-apis/tenant/v2/tenant/query";
        let Ok(Data::Of(data)) = run(&mut world(), "GET", path, &[], &[], Value::Null) else {
            panic!("refused");
        };
        assert_eq!(data["tenant"]["tenant_tag"], 0);
        assert_eq!(data["tenant"]["domain"], "sandbox.feishu.cn");
    }

    #[test]
    fn only_seats_that_can_be_given_are_listed() {
        let mut world = world();
        for s in [plan("a", 2, 0), plan("a+", 9, 3_000_000_000), plan("b", 1, 3_000_000_000)] {
            put_subscription(&mut world, s);
        }
        put_subscription(&mut world, Subscription { end_time: 1, ..plan("over", 5, 0) });
        let pair = |id: &str, n: &str| (id.to_owned(), n.to_owned());
        assert_eq!(listed(&mut world), [pair("a", "0"), pair("b", "0")]);
        testing::change(&mut world, |u| u.subscription_ids = vec!["a".to_owned()]);
        assert_eq!(listed(&mut world), [pair("a", "1"), pair("b", "0")]);
        put_subscription(&mut world, plan("a", 1, 0));
        assert_eq!(listed(&mut world), [pair("b", "0")], "a full one is left out");
        testing::change(&mut world, |u| u.status.resigned = true);
        assert_eq!(listed(&mut world), [pair("a", "0"), pair("b", "0")], "a seat comes back");
    }

    #[test]
    fn seats_are_judged_before_they_are_given() {
        let mut world = world();
        let code = |world: &World, ids: &[&str], who| code_of(check_seats(world, ids, who));
        assert_eq!(code(&world, &[], None), 0);
        assert_eq!(code(&world, &["a"], None), 44_048);
        put_subscription(&mut world, plan("a", 1, 0));
        put_subscription(&mut world, plan("later", 1, 3_000_000_000));
        assert_eq!(code(&world, &[], None), 0);
        assert_eq!(code(&world, &["a"], None), 0);
        assert_eq!(code(&world, &["a", "a"], None), 44_048);
        assert_eq!(code(&world, &["later"], None), 44_048);
        put_subscription(&mut world, plan("b", 1, 0));
        assert_eq!(code(&world, &[], None), 44_046);
        testing::change(&mut world, |u| u.subscription_ids = vec!["a".to_owned()]);
        assert_eq!(code(&world, &["a"], None), 44_047);
        assert_eq!(code(&world, &["a"], Some(ALICE)), 0);
    }
}
