//! Who a person's token belongs to (page `authentication-management/login-state-management/get`).
//!
//! Failures arrive with HTTP 200. Fields behind a scope are pruned by the gateway; the handler gives all.

use serde_json::{Value, json};

use crate::sandbox::contact::directory::{User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Identity, Route, refuse};
use crate::sandbox::world::World;

pub const USER_INFO: &str = "/open-apis/authen/v1/user_info";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::read("GET", USER_INFO, user_info)]
}

/// Why this person's token answers nothing, as `user_info` puts it.
pub(super) fn fault(world: &World, user: UserKey) -> Option<i64> {
    let Some(user) = world.contact.directory.user(user) else {
        return Some(20_008);
    };
    if user.status.resigned || user.status.exited {
        Some(20_021)
    } else if user.status.frozen {
        Some(20_022)
    } else if !user.status.joined {
        Some(20_023)
    } else {
        None
    }
}

fn user_info(world: &World, call: &Call<'_>) -> Answer {
    let Identity::User(key) = call.caller.identity else {
        return Err(refuse(20_005));
    };
    if let Some(code) = fault(world, key) {
        return Err(refuse(code));
    }
    let user = world.contact.directory.user(key).ok_or_else(|| refuse(20_008))?;
    Ok(Data::Of(profile(world, &call.caller.app_id, user)))
}

fn profile(world: &World, app_id: &str, user: &User) -> Value {
    let picture = |size: &str| format!("https://sandbox.invalid/avatar/{}/{size}", user.avatar_key);
    let mut profile = json!({
        "name": user.name,
        "en_name": user.en_name,
        "avatar_url": picture("72"),
        "avatar_thumb": picture("72"),
        "avatar_middle": picture("240"),
        "avatar_big": picture("640"),
        "open_id": ids::open_id(app_id, user.key),
        "union_id": ids::union_id(world, user.key),
        "user_id": user.user_id,
        "tenant_key": world.settings().tenant.tenant_key,
    });
    for (name, value) in [
        ("email", &user.email),
        ("enterprise_email", &user.enterprise_email),
        ("mobile", &user.mobile),
        ("employee_no", &user.employee_no),
    ] {
        if !value.is_empty() {
            profile[name] = json!(value);
        }
    }
    profile
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, ALICE, code_of, world};
    use super::*;

    #[test]
    fn it_says_who_the_person_is() {
        let mut world = world();
        let Ok(Data::Of(me)) = testing::run_as(&mut world, Identity::User(ALICE), "GET", USER_INFO) else {
            panic!("refused");
        };
        assert_eq!(me["user_id"], "alice");
        assert_eq!(me["open_id"], ids::open_id(testing::APP, ALICE));
        assert_eq!(me["email"], "alice@example.com");
        assert!(me.get("mobile").is_none(), "what is not set is not there");
    }

    #[test]
    fn each_state_of_a_person_has_its_code() {
        let mut world = world();
        let mut ask = |change: fn(&mut User)| {
            testing::change(&mut world, |u| {
                u.status.joined = true;
                (u.status.frozen, u.status.resigned, u.status.exited) = (false, false, false);
                change(u);
            });
            code_of(testing::run_as(&mut world, Identity::User(ALICE), "GET", USER_INFO))
        };
        assert_eq!(ask(|u| u.status.resigned = true), 20_021);
        assert_eq!(ask(|u| u.status.exited = true), 20_021);
        assert_eq!(ask(|u| u.status.frozen = true), 20_022);
        assert_eq!(ask(|u| u.status.joined = false), 20_023);
        let unknown = testing::run_as(&mut world, Identity::User(99), "GET", USER_INFO);
        assert_eq!(code_of(unknown), 20_008);
        assert_eq!(code_of(testing::run_as(&mut world, Identity::Tenant, "GET", USER_INFO)), 20_005);
    }
}
