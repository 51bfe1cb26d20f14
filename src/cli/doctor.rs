//! `larkctl doctor`: can this app reach this tenant, and what may it do there?

use clap::Args;
use serde_json::{Value, json};

use super::context::{Context, Target, block_on};
use super::exit::Exit;
use super::ui::Ui;
use crate::api::client::Reader;
use crate::api::error::ApiError;
use crate::api::page::Listing;
use crate::api::request::Draft;
use crate::base::contract::Contract;
use crate::render::text::escaped;

/// Check address, credentials, scopes and contact range, reading only.
///
/// Looks at the tenant as the app sees it and says what is missing for managing its contacts. Nothing is written.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    target: Target,
    /// How to print.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,
}

/// One thing that was looked at.
#[derive(Debug)]
struct Finding {
    name: &'static str,
    state: State,
    text: String,
    help: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// Works, with a limit that a person should know.
    Limited,
    Bad,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Limited => "limited",
            Self::Bad => "failed",
        }
    }
}

pub(super) fn run(args: &Doctor, ui: &Ui) -> Exit {
    match block_on(examine(args, ui)) {
        Ok(exit) => exit,
        Err(e) => {
            ui.error(&e, None);
            Exit::Error
        }
    }
}

async fn examine(args: &Doctor, ui: &Ui) -> Exit {
    let context = match Context::open(&args.target).await {
        Ok(context) => context,
        Err(e) => {
            ui.error(&e, e.remedy());
            return Exit::Error;
        }
    };
    let mut findings = look(&context).await;
    if context.seat.taken() {
        findings.push(person(&context).await);
    }
    let sound = findings.iter().all(|f| f.state != State::Bad);
    if args.format == "json" {
        ui.data(&report(&context, &findings));
    } else {
        ui.data(&format_args!("{} as {}\n{}", context.base, context.app_id, lines(&findings)));
    }
    context.close().await;
    if sound { Exit::Done } else { Exit::Error }
}

async fn look(context: &Context) -> Vec<Finding> {
    let reader = context.client.reader();
    let scopes = granted(&reader).await;
    let mut findings = Vec::new();
    let reached = scopes.is_ok();
    findings.push(match &scopes {
        Ok(_) => good("credentials", "the app's token was accepted".to_owned()),
        Err(e) => failed("credentials", e),
    });
    if !reached {
        return findings;
    }
    findings.push(tenant(&reader).await);
    if let Ok(scopes) = &scopes {
        findings.push(scope_finding(scopes));
    }
    findings.extend(contacts(&reader).await);
    findings
}

async fn granted(reader: &Reader) -> Result<Vec<(String, bool)>, ApiError> {
    let answer = read(reader, "/open-apis/application/v6/scopes", &[]).await?;
    let list = answer["scopes"].as_array().cloned().unwrap_or_default();
    Ok(list
        .iter()
        .filter_map(|s| Some((s["scope_name"].as_str()?.to_owned(), s["grant_status"] == 1)))
        .collect())
}

async fn tenant(reader: &Reader) -> Finding {
    match read(reader, "/open-apis/tenant/v2/tenant/query", &[]).await {
        Ok(value) => {
            let text = |name: &str| value["tenant"][name].as_str().unwrap_or("?").to_owned();
            good("tenant", format!("{} ({})", text("name"), text("display_id")))
        }
        Err(e) => limited("tenant", &e),
    }
}

/// Who the login belongs to, if there is one: asked with its own token.
async fn person(context: &Context) -> Finding {
    match read(&context.client.reader(), "/open-apis/authen/v1/user_info", &[]).await {
        Ok(value) => {
            let text = |name: &str| value[name].as_str().filter(|text| !text.is_empty()).map(escaped);
            // The id of the person is shown to apps that may see it.
            let id = text("user_id").or_else(|| text("open_id")).unwrap_or_default();
            good("person", format!("{} ({id})", text("name").unwrap_or_default()))
        }
        Err(e) => failed("person", &e),
    }
}

/// Endpoints of contact that no granted scope opens.
fn scope_finding(scopes: &[(String, bool)]) -> Finding {
    let Ok(contract) = Contract::built_in() else {
        return Finding { name: "scopes", state: State::Bad, text: "no contract".to_owned(), help: None };
    };
    let has = |scope: &String| scopes.iter().any(|(name, granted)| name == scope && *granted);
    let closed: Vec<String> = contract
        .endpoints()
        .iter()
        .filter(|e| e.service() == "contact" && e.tokens.contains(&crate::base::contract::TokenType::Tenant))
        .filter(|e| !e.scopes_any.is_empty() && !e.scopes_any.iter().any(has))
        .map(|e| format!("{} needs one of: {}", e.key(), e.scopes_any.join(", ")))
        .collect();
    let granted = scopes.iter().filter(|(_, granted)| *granted).count();
    if closed.is_empty() {
        return good("scopes", format!("{granted} granted; every contact endpoint is open"));
    }
    Finding {
        name: "scopes",
        state: State::Limited,
        text: format!("{granted} granted; {} contact endpoints are closed", closed.len()),
        help: Some(closed.join("\n")),
    }
}

/// The size of the organisation as the app sees it, and whether that is all of it.
async fn contacts(reader: &Reader) -> Vec<Finding> {
    let query = [("fetch_child", "true"), ("page_size", "50"), ("department_id_type", "department_id")];
    let root = "/open-apis/contact/v3/departments/:department_id/children";
    let draft =
        query.iter().fold(Draft::to("GET", root).path("department_id", "0"), |d, (n, v)| d.query(n, *v));
    let listing = match draft.read() {
        Ok(request) => reader.list(&request, "items").await,
        Err(e) => {
            return vec![Finding { name: "contacts", state: State::Bad, text: e.to_string(), help: None }];
        }
    };
    match listing {
        Listing::Complete(departments) => {
            vec![
                good("contact range", "all staff".to_owned()),
                good("departments", departments.len().to_string()),
            ]
        }
        Listing::Partial { why, .. } if why.code() == Some(40_004) || why.code() == Some(40_014) => {
            let mut finding = limited("contact range", &why);
            finding.text = "only part of the organisation".to_owned();
            vec![finding]
        }
        Listing::Partial { why, .. } => vec![failed("departments", &why)],
    }
}

async fn read(reader: &Reader, path: &str, query: &[(&str, &str)]) -> Result<Value, ApiError> {
    let draft = query.iter().fold(Draft::to("GET", path), |d, (n, v)| d.query(n, *v));
    match draft.read() {
        Ok(request) => Ok(reader.get(&request).await?.value),
        // The drafts of this file are constants that a test sends.
        Err(_) => Ok(Value::Null),
    }
}

fn good(name: &'static str, text: String) -> Finding {
    Finding { name, state: State::Good, text, help: None }
}

fn limited(name: &'static str, e: &ApiError) -> Finding {
    Finding { name, state: State::Limited, text: e.to_string(), help: e.remedy().map(str::to_owned) }
}

fn failed(name: &'static str, e: &ApiError) -> Finding {
    Finding { state: State::Bad, ..limited(name, e) }
}

fn lines(findings: &[Finding]) -> String {
    let mut text = String::new();
    for f in findings {
        text.push_str(&format!("  {:<8} {:<14} {}\n", f.state.word(), f.name, f.text));
        for line in f.help.iter().flat_map(|h| h.lines()) {
            text.push_str(&format!("{:25}help: {line}\n", ""));
        }
    }
    text
}

fn report(context: &Context, findings: &[Finding]) -> Value {
    let list = findings
        .iter()
        .map(|f| json!({ "name": f.name, "state": f.state.word(), "text": f.text, "help": f.help }));
    json!({
        "format_version": "1.0",
        "base_url": context.base.to_string(),
        "app_id": context.app_id,
        "findings": list.collect::<Vec<_>>(),
    })
}
