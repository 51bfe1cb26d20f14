//! What an app may know and change about itself and its siblings (pages `application-v6/scope/*`,
//! `application-v6/application/get-application`, `…/patch-application`).
//!
//! The tenant has self-built apps only. Which scopes exist is what the contract names, plus what an app lists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base::contract::{Contract, Field};
use crate::sandbox::contact::directory::{User, UserKey};
use crate::sandbox::contact::ids;
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, refuse};
use crate::sandbox::world::{App, Grants, Row, World, opaque};

const APPLICATION: &str = "/open-apis/application/v6/applications/:app_id";

pub fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/application/v6/scopes", scopes),
        Route::write("POST", "/open-apis/application/v6/scopes/apply", apply),
        Route::read("GET", APPLICATION, get),
        Route::write("PATCH", APPLICATION, patch),
    ]
}

/// What the console keeps about an app beyond [`App`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Console {
    /// Indexes into the table of categories.
    pub categories: Vec<usize>,
    pub callback_info: Option<Value>,
    /// People outside the app's availability: they cannot log in to it (20010).
    pub unavailable_to: BTreeSet<UserKey>,
    /// How often the administrators were asked for scopes in this version of the app.
    pub applications: u32,
}

impl Row for Console {
    type Key = String;
    const TABLE: &'static str = "consoles";
}

/// Takes people out of an app's availability, or lets them in again. For the control plane.
pub fn set_unavailable(world: &mut World, app_id: &str, people: BTreeSet<UserKey>) {
    console(world, app_id, |row| row.unavailable_to = people);
}

/// Whether a person may use an app.
pub fn is_available(world: &World, app_id: &str, user: UserKey) -> bool {
    world.auth.consoles.get(&app_id.to_owned()).is_none_or(|c| !c.unavailable_to.contains(&user))
}

fn console(world: &mut World, app_id: &str, change: impl FnOnce(&mut Console)) {
    let key = app_id.to_owned();
    let mut row = world.auth.consoles.get(&key).cloned().unwrap_or_default();
    change(&mut row);
    world.auth.consoles.insert(key, row);
}

/// Scopes that only the owner of the tenant can grant; they cannot be asked for. The reference calls them
/// "super" without a list: reading everything as the app is the one we are sure of.
const SUPER: [&str; 1] = ["contact:contact:access_as_app"];
/// At most so many requests for scopes per version (page `scope/apply`).
const APPLICATIONS: u32 = 10;

/// Scopes that open no endpoint by themselves.
const WITHOUT_ENDPOINT: [&str; 2] = ["offline_access", "im:chat:operate_as_owner"];

/// Every scope that the contract names, in order.
pub fn known_scopes() -> &'static BTreeSet<String> {
    static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        fn walk(fields: &[Field], into: &mut BTreeSet<String>) {
            for field in fields {
                into.extend(field.field_scopes.iter().cloned());
                walk(&field.fields, into);
            }
        }
        let mut names: BTreeSet<String> = WITHOUT_ENDPOINT.map(str::to_owned).into();
        for e in Contract::built_in().map(Contract::endpoints).unwrap_or_default() {
            names.extend(e.scopes_any.iter().cloned());
            for fields in [&e.path_params, &e.query, &e.body, &e.response] {
                walk(fields, &mut names);
            }
        }
        names
    });
    &KNOWN
}

/// The known scopes and those that the app lists by name, with the identities that each is granted to.
fn scopes_of(app: &App) -> BTreeMap<&str, Vec<&'static str>> {
    let named = [&app.tenant_scopes, &app.user_scopes].into_iter().flat_map(|grants| match grants {
        Grants::All => None,
        Grants::Only(names) | Grants::Except(names) => Some(names),
    });
    let all = known_scopes().iter().chain(named.flatten());
    all.map(|scope| {
        let mut identities = Vec::new();
        // Offline access is something only a person can give.
        if scope != "offline_access" && app.tenant_scopes.has(scope) {
            identities.push("tenant");
        }
        if app.user_scopes.has(scope) {
            identities.push("user");
        }
        (scope.as_str(), identities)
    })
    .collect()
}

fn caller<'w>(world: &'w World, call: &Call<'_>) -> Result<&'w App, Refusal> {
    world.apps.get(&call.caller.app_id).filter(|app| app.installed).ok_or_else(|| refuse(212_100))
}

fn scopes(world: &World, call: &Call<'_>) -> Answer {
    let app = caller(world, call)?;
    let list: Vec<Value> = scopes_of(app)
        .into_iter()
        .map(|(name, to)| json!({ "scope_name": name, "grant_status": if to.is_empty() { 2 } else { 1 } }))
        .collect();
    Ok(Data::Of(json!({ "scopes": list })))
}

fn apply(world: &mut World, call: &Call<'_>) -> Answer {
    let app = world.apps.get(&call.caller.app_id).ok_or_else(|| refuse(99_991_673))?;
    let missing: Vec<&str> =
        scopes_of(app).into_iter().filter(|(_, to)| to.is_empty()).map(|(name, _)| name).collect();
    if missing.is_empty() {
        return Err(refuse(212_002));
    }
    if missing.iter().all(|name| SUPER.contains(name)) {
        return Err(refuse(212_001));
    }
    if app.applied_for {
        return Err(refuse(212_004));
    }
    let key = app.app_id.clone();
    if world.auth.consoles.get(&key).is_some_and(|row| row.applications >= APPLICATIONS) {
        return Err(refuse(212_003));
    }
    console(world, &key, |row| row.applications += 1);
    if let Some(app) = world.apps.get_mut(&key) {
        app.applied_for = true;
    }
    Ok(Data::empty())
}

/// The app that a path names. Only a read knows `me`.
fn target<'w>(world: &'w World, call: &Call<'_>, me: bool) -> Result<&'w App, Refusal> {
    let asked = call.path("app_id");
    let id = if me && asked == "me" { call.caller.app_id.as_str() } else { asked };
    if let Some(app) = world.app(id) {
        return Ok(app);
    }
    let well_formed = id
        .strip_prefix("cli_")
        .is_some_and(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric()));
    Err(refuse(if well_formed { 210_506 } else { 210_503 }))
}

const LANGUAGES: [&str; 3] = ["zh_cn", "en_us", "ja_jp"];

fn language(call: &Call<'_>) -> Result<usize, Refusal> {
    let lang = call.query("lang").unwrap_or_default();
    LANGUAGES.iter().position(|l| *l == lang).ok_or_else(|| {
        let why =
            if lang.is_empty() { "lang is required" } else { "lang is optional value: [zh_cn,en_us,ja_jp]" };
        Refusal::field("lang", lang, why)
    })
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let lang = language(call)?;
    let app = target(world, call, true)?;
    if app.app_id != call.caller.app_id && !call.has_scope("admin:app.info:readonly") {
        return Err(refuse(210_508));
    }
    let scopes: Vec<Value> = scopes_of(app)
        .into_iter()
        .filter(|(_, to)| !to.is_empty())
        .map(|(name, to)| {
            let level = if SUPER.contains(&name) { 3 } else { 1 };
            json!({ "scope": name, "description": name, "level": level, "token_types": to })
        })
        .collect();
    let owner = owner(world, call);
    let categories = world.auth.consoles.get(&app.app_id).map(|c| c.categories.clone()).unwrap_or_default();
    let categories: Vec<&str> =
        categories.into_iter().filter_map(|i| CATEGORIES.get(i)).map(|names| names[lang]).collect();
    let mut data = json!({
        "app_id": app.app_id,
        "status": i32::from(app.enabled),
        "scene_type": 0,
        "payment_type": 0,
        "redirect_urls": app.redirect_urls,
        "online_version_id": opaque("oav_", 1, &[&app.app_id]),
        "unaudit_version_id": "",
        "app_name": app.name,
        "avatar_url": "https://sandbox.invalid/app/72x72",
        "description": app.name,
        "scopes": scopes,
        "back_home_url": "",
        "i18n": [{ "i18n_key": "zh_cn", "name": app.name, "description": app.name, "help_use": "" }],
        "primary_language": "zh_cn",
        "common_categories": categories,
        "owner": { "type": 2 },
    });
    if app.bot {
        data["mobile_default_ability"] = json!("bot");
        data["pc_default_ability"] = json!("bot");
    }
    // The id of a person is a field behind a scope when it is asked for as user_id.
    if let Some(id) = owner {
        data["creator_id"] = json!(id);
        data["owner"]["owner_id"] = json!(id);
    }
    Ok(Data::Of(json!({ "app": data })))
}

/// The tenant's founder owns its apps.
fn owner(world: &World, call: &Call<'_>) -> Option<String> {
    let id_type = call.user_id_type();
    if id_type == ids::USER_ID && !call.has_scope("contact:user.employee_id:readonly") {
        return None;
    }
    let founder: Option<&User> = world.contact.directory.users().find(|u| u.is_founder);
    founder.map(|u| ids::user_id(world, &call.caller.app_id, u, id_type))
}

/// Categories in the three languages of the page, which shows the first one only.
const CATEGORIES: [[&str; 3]; 6] = [
    ["分析工具", "Analytics", "分析ツール"],
    ["协作办公", "Collaboration", "コラボレーション"],
    ["人力资源", "Human Resources", "人事"],
    ["开发工具", "Developer Tools", "開発ツール"],
    ["安全合规", "Security & Compliance", "セキュリティ"],
    ["行政管理", "Administration", "総務"],
];

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let lang = language(call)?;
    let key = target(world, call, false)?.app_id.clone();
    let categories = match call.texts("common_categories") {
        None => None,
        Some(names) if names.is_empty() || names.len() > 3 => return Err(refuse(211_000)),
        Some(names) => {
            let mut found = Vec::with_capacity(names.len());
            for (i, name) in names.into_iter().enumerate() {
                let index = CATEGORIES.iter().position(|c| c[lang] == name).ok_or_else(|| {
                    refuse(211_001)
                        .msg(format!("common_categories[{i}]({name}) not exist (index starts from 0)"))
                })?;
                found.push(index);
            }
            Some(found)
        }
    };
    let callback = call.body.get("callback_info").filter(|v| !v.is_null());
    if let Some(callback) = callback {
        let webhook = callback.get("callback_type").and_then(Value::as_str) == Some("webhook");
        let url = callback.get("request_url").and_then(Value::as_str).unwrap_or_default();
        if webhook && !url.starts_with("https://") {
            return Err(Refusal::field("callback_info.request_url", url, "a webhook needs an https address"));
        }
    }
    if let (Some(allow), Some(app)) = (call.bool("allow_refresh_token"), world.apps.get_mut(&key)) {
        app.allow_refresh_token = allow;
    }
    if categories.is_some() || callback.is_some() {
        console(world, &key, |row| {
            if let Some(categories) = categories {
                row.categories = categories;
            }
            if let Some(callback) = callback {
                row.callback_info = Some(callback.clone());
            }
        });
    }
    Ok(Data::empty())
}

#[cfg(test)]
#[path = "application_tests.rs"]
mod tests;
