//! Asking a person: the authorisation page and what they decide (page `obtain-oauth-code`).

use std::collections::BTreeSet;

use super::super::rows::{Challenge, Code, key};
use super::fault::{Fault, fault};
use super::form::{Params, pairs};
use super::issue;
use super::page::ConsentPage;
use super::{pkce, redirect, scopes};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::Data;
use crate::sandbox::world::{App, Millis, World};

/// Five minutes.
const CODE_LIFE: Millis = 300_000;

/// What a person says to an app's request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Grant,
    Refuse,
}

/// A request that may be put before a person.
#[derive(Debug)]
struct Request<'w> {
    app: &'w App,
    redirect_uri: String,
    state: Option<String>,
    asked: BTreeSet<String>,
    challenge: Option<Challenge>,
}

fn request<'w>(world: &'w World, params: &Params) -> Result<Request<'w>, Fault> {
    let client_id = params.need("client_id")?;
    let app = issue::usable(world.app(client_id))?;
    // Before anything else that could be reported to the address: an address that is not the app's gets nothing.
    let redirect_uri = params.need("redirect_uri")?;
    if !redirect::allowed(&app.redirect_urls, redirect_uri) {
        return Err(fault(20_029));
    }
    if params.need("response_type")? != "code" {
        return Err(fault(20_001).about("response_type must be code."));
    }
    if params.get("prompt").is_some_and(|prompt| prompt != "consent") {
        return Err(fault(20_001).about("prompt can only be consent."));
    }
    let asked = scopes::ask(app, params.get("scope").unwrap_or_default())?;
    let challenge = pkce::challenge(params.get("code_challenge"), params.get("code_challenge_method"))?;
    Ok(Request {
        app,
        redirect_uri: redirect_uri.to_owned(),
        state: params.get("state").map(str::to_owned),
        asked,
        challenge,
    })
}

/// The page that a browser gets.
pub(super) fn page(world: &World, query: &str) -> Result<Data, Fault> {
    page_of(world, &params(query)?, query)
}

pub(super) fn page_of(world: &World, params: &Params, query: &str) -> Result<Data, Fault> {
    let request = request(world, params)?;
    let page = ConsentPage {
        app_id: request.app.app_id.clone(),
        app_name: request.app.name.clone(),
        scopes: request.asked.into_iter().collect(),
        query: query.to_owned(),
        people: people(world),
    };
    Ok(Data::Page(page.html()))
}

/// Who could sit before the screen: the first few active people.
pub(super) fn people(world: &World) -> Vec<(String, String)> {
    let active = world.contact.directory.users().filter(|u| super::may_act(u));
    active.take(50).map(|u| (u.user_id.clone(), u.name.clone())).collect()
}

fn params(query: &str) -> Result<Params, Fault> {
    let query = pairs(query).ok_or_else(|| fault(20_063))?;
    Params::of_pairs(query.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// A person decides about an authorisation address (the whole address, or its query alone). Gives the address
/// that their browser goes to next: with a code, or with `error=access_denied`.
///
/// # Errors
/// What the page would show instead: the request is bad, or the person cannot log in to this app (20008, 20066,
/// 20010).
pub fn consent(world: &mut World, address: &str, user: UserKey, decision: Decision) -> Result<String, Fault> {
    let query = address.split_once('?').map_or(address, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let request = request(world, &params(query)?)?;
    issue::person(world, &request.app.app_id, user)?;
    let Request { redirect_uri, state, asked, challenge, app } = request;
    let app_id = app.app_id.clone();
    let answer = match decision {
        Decision::Refuse => ("error", "access_denied".to_owned()),
        Decision::Grant => {
            let code = issue::mint(world, "code", &app_id, 64);
            let now = world.now;
            world.auth.prune(now);
            issue::remember(world, &app_id, user, &asked);
            let row = Code {
                app_id,
                user,
                redirect_uri: redirect_uri.clone(),
                asked,
                challenge,
                consented: now,
                expires: now + CODE_LIFE,
                used: false,
            };
            world.auth.codes.insert(key(&code), row);
            ("code", code)
        }
    };
    let mut back = vec![(answer.0, answer.1.as_str())];
    back.extend(state.as_deref().map(|state| ("state", state)));
    Ok(redirect::with(&redirect_uri, &back))
}
