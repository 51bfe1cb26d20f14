//! What a bearer token stands for.

use std::collections::BTreeSet;

use super::rows::key;
use super::user_info::{self, USER_INFO};
use crate::sandbox::gateway::{Identity, Refusal, refuse};
use crate::sandbox::world::World;

/// A good token, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    pub app_id: String,
    pub identity: Identity,
    /// Scopes that a person gave this token; none for the app's own identity, which is not limited by a person.
    pub granted: Option<BTreeSet<String>>,
}

/// Opens a token (the text after `Bearer `).
///
/// # Errors
/// By prefix: 99991663 for a bad `t-`, 99991668 for a bad `eyJ` or `u-`, 99991677 for one that has expired,
/// 99991671 for anything else; then 99991662 and 99991673 for the state of the app.
pub fn resolve(world: &World, token: &str) -> Result<Resolved, Refusal> {
    let resolved = if token.starts_with("t-") {
        tenant(world, token).ok_or_else(|| refuse(99_991_663))?
    } else if token.starts_with("eyJ") || token.starts_with("u-") {
        person(world, token)?
    } else {
        // An `a-` token of a store app ends here too: the sandbox has no store apps.
        return Err(refuse(99_991_671));
    };
    match world.app(&resolved.app_id) {
        // The app was deleted under its tokens, or is of the other brand: they are tokens of nobody.
        None => Err(refuse(if resolved.granted.is_some() { 99_991_668 } else { 99_991_663 })),
        Some(app) if !app.enabled => Err(refuse(99_991_662)),
        Some(app) if !app.installed => Err(refuse(99_991_673)),
        Some(_) => Ok(resolved),
    }
}

/// As [`resolve`], with the words of the endpoint that is called: `user_info` answers a bad token with a code
/// of its own (page `login-state-management/get`).
///
/// # Errors
/// As [`resolve`].
pub fn resolve_for(world: &World, path: &str, token: &str) -> Result<Resolved, Refusal> {
    let resolved = resolve(world, token);
    match resolved {
        Err(refusal) if path == USER_INFO && [99_991_668, 99_991_677].contains(&refusal.code) => {
            let owner = world.auth.user_tokens.get(&key(token)).map(|row| row.user);
            let state = owner.and_then(|user| user_info::fault(world, user));
            Err(refuse(state.unwrap_or(20_005)))
        }
        other => other,
    }
}

fn tenant(world: &World, token: &str) -> Option<Resolved> {
    let row = world.auth.tenant_tokens.get(&key(token))?;
    (world.now < row.expires).then(|| Resolved {
        app_id: row.app_id.clone(),
        identity: Identity::Tenant,
        granted: None,
    })
}

fn person(world: &World, token: &str) -> Result<Resolved, Refusal> {
    let row = world.auth.user_tokens.get(&key(token)).ok_or_else(|| refuse(99_991_668))?;
    if row.revoked {
        return Err(refuse(99_991_668));
    }
    if world.now >= row.expires {
        return Err(refuse(99_991_677));
    }
    // Someone who resigned, left or is frozen cannot act; after a thaw the token works again.
    let active = world.contact.directory.user(row.user).is_some_and(super::oauth::may_act);
    if !active {
        return Err(refuse(99_991_668));
    }
    Ok(Resolved {
        app_id: row.app_id.clone(),
        identity: Identity::User(row.user),
        granted: Some(row.scopes.clone()),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{self, APP, code_of, world};
    use super::*;

    #[test]
    fn item_08_unknown_tokens_are_judged_by_their_prefix() {
        let world = world();
        for (token, code) in [
            ("t-0", 99_991_663),
            ("t-", 99_991_663),
            ("eyJhbGciOi", 99_991_668),
            ("u-1", 99_991_668),
            ("a-1", 99_991_671),
            ("", 99_991_671),
            ("Bearer t-1", 99_991_671),
        ] {
            assert_eq!(code_of(resolve(&world, token)), code, "{token}");
        }
    }

    #[test]
    fn item_09_an_expired_user_token_says_so() {
        let mut world = world();
        let (_, pair) = testing::login(&mut world, "");
        let token = testing::pair(&pair).0;
        world.now += 7_199_999;
        let resolved = resolve(&world, &token).expect("good");
        assert_eq!(resolved.identity, Identity::User(testing::ALICE));
        assert_eq!(resolved.app_id, APP);
        world.now += 1;
        assert_eq!(code_of(resolve(&world, &token)), 99_991_677);
    }

    #[test]
    fn an_expired_tenant_token_is_just_invalid() {
        let mut world = world();
        let token = testing::tenant_token(&mut world);
        assert_eq!(resolve(&world, &token).expect("good").granted, None);
        world.now += 7_200_000;
        assert_eq!(code_of(resolve(&world, &token)), 99_991_663);
    }

    #[test]
    fn item_48_the_state_of_the_app_is_judged_with_every_token() {
        let mut world = world();
        let tenant = testing::tenant_token(&mut world);
        let person = testing::pair(&testing::login(&mut world, "").1).0;
        for token in [&tenant, &person] {
            world.apps.get_mut(&APP.to_owned()).expect("app").installed = false;
            assert_eq!(code_of(resolve(&world, token)), 99_991_673);
            world.apps.get_mut(&APP.to_owned()).expect("app").enabled = false;
            assert_eq!(code_of(resolve(&world, token)), 99_991_662);
            let app = world.apps.get_mut(&APP.to_owned()).expect("app");
            (app.enabled, app.installed) = (true, true);
            assert!(resolve(&world, token).is_ok());
        }
        world.apps.remove(&APP.to_owned());
        assert_eq!(code_of(resolve(&world, &tenant)), 99_991_663);
        assert_eq!(code_of(resolve(&world, &person)), 99_991_668);
    }

    #[test]
    fn a_frozen_person_cannot_act_until_thawed() {
        let mut world = world();
        let token = testing::pair(&testing::login(&mut world, "").1).0;
        testing::change(&mut world, |u| u.status.frozen = true);
        assert_eq!(code_of(resolve(&world, &token)), 99_991_668);
        assert_eq!(code_of(resolve_for(&world, USER_INFO, &token)), 20_022);
        testing::change(&mut world, |u| u.status.frozen = false);
        assert!(resolve(&world, &token).is_ok());
    }

    #[test]
    fn user_info_has_its_own_word_for_a_bad_token() {
        let world = world();
        assert_eq!(code_of(resolve_for(&world, USER_INFO, "eyJ0")), 20_005);
        assert_eq!(code_of(resolve_for(&world, "/open-apis/contact/v3/users", "eyJ0")), 99_991_668);
        assert_eq!(code_of(resolve_for(&world, USER_INFO, "x")), 99_991_671);
    }

    proptest! {
        #[test]
        fn no_text_is_a_token_by_chance(text in "(t-|u-|eyJ)?\\PC{0,60}") {
            let mut world = world();
            testing::tenant_token(&mut world);
            prop_assert!(resolve(&world, &text).is_err());
        }
    }
}
