//! `larkctl login`: a person lets the app act for them.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::{Value as Json, json};

use super::context::{Context, Target, block_on};
use super::exit::Exit;
use super::manifest::Files;
use super::session::{failed, finished};
use super::ui::Ui;
use crate::api::oauth::{Grant, OAuthError};
use crate::api::request::Draft;
use crate::kinds::registry;
use crate::login::browser::{Authorisation, LoginError, PATIENCE};
use crate::login::{Login as Kept, Loopback, Who, device, told, wanted};
use crate::render::text::escaped;

/// Fixed, as the address to come back to must be registered in the app to the letter.
const PORT: u16 = 17_645;

/// What `-f` means here.
const ASKS: &str = "Ask for the scopes that these manifests need, and for no more unless --scope adds: file, folder or - \
                    for standard input; may be repeated";

/// Let the app act for you, where a call works only on behalf of a person.
///
/// Opens the platform's page in your browser, waits on a port of this machine until you have agreed, and keeps the tokens
/// encrypted. They are renewed by whichever command needs them; a year after you agreed, or after seven days without
/// use, you are asked again. `http://127.0.0.1:17645/callback` must stand among the redirect addresses in the
/// app's security settings; with --port the same with that port.
#[derive(Debug, Args)]
#[command(mut_arg("file", |arg| arg.required(false).help(ASKS)))]
pub(super) struct Login {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    files: Files,
    /// A scope to ask for besides; may be repeated. What was granted before stays granted.
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    scope: Vec<String>,
    /// Show a code to confirm in any browser, for machines without one.
    #[arg(long)]
    device: bool,
    /// Print the address and open nothing.
    #[arg(long)]
    no_browser: bool,
    /// Port of this machine that the browser comes back to.
    #[arg(long, value_name = "N", default_value_t = PORT, conflicts_with = "device")]
    port: u16,
    /// Where the login pages are, if not at the brand's own address.
    #[arg(long, value_name = "URL", env = "LARK_ACCOUNTS_URL", conflicts_with = "sandbox")]
    accounts_url: Option<String>,
    /// Say who is logged in, with which scopes and until when, and ask nobody. Ends with 1 when nobody is, when the
    /// login is over, or when a scope of --file or --scope is missing.
    #[arg(long, conflicts_with_all = ["device", "no_browser", "port"])]
    status: bool,
    /// How to print the status.
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"], requires = "status")]
    format: String,
}

fn scope(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ':' | '.' | '_' | '-');
    if text.is_empty() || !text.chars().all(plain) {
        return Err("a scope is written like calendar:calendar; repeat --scope for more".to_owned());
    }
    Ok(text.to_owned())
}

pub(super) fn run(mut args: Login, ui: &Ui) -> Exit {
    if !args.status {
        args.target.unhurried();
    }
    let exit = finished(block_on(begin(&args, ui)), ui);
    if args.status && args.format == "json" {
        ui.or_failure(&json!({ "usable": false }), true);
    }
    exit
}

async fn begin(args: &Login, ui: &Ui) -> Result<Exit, Exit> {
    let asked = asked(args, ui)?;
    let opened = Context::open_with(&args.target, args.accounts_url.as_deref()).await;
    let context = opened.map_err(|e| failed(ui, &e, e.remedy()))?;
    let exit = if args.status {
        status(args, &context, &asked, ui).await
    } else {
        login(args, &context, asked, ui).await
    };
    context.close().await;
    exit
}

/// The scopes of the manifest's kinds, those of the command line, and the one that lets a login be renewed.
fn asked(args: &Login, ui: &Ui) -> Result<BTreeSet<String>, Exit> {
    let mut kinds = BTreeSet::new();
    if args.files.named() {
        let (checked, _) = args.files.sound(ui).ok_or(Exit::Error)?;
        kinds.extend(checked.manifest.things.keys().map(|address| address.kind().to_owned()));
    }
    let needed =
        kinds.iter().filter_map(|kind| registry().kind(kind)).flat_map(|kind| kind.consent().iter().copied());
    wanted(needed.chain(args.scope.iter().map(String::as_str))).map_err(|e| {
        failed(
            ui,
            &e,
            Some("log in more than once, with other --scope each time: what was granted stays granted"),
        )
    })
}

async fn login(args: &Login, context: &Context, asked: BTreeSet<String>, ui: &Ui) -> Result<Exit, Exit> {
    if context.seat.is_given() {
        ui.note(&"note: LARK_USER_TOKEN is set and goes before any login: unset it to use this one");
    } else if context.seat.person.from_variable() {
        ui.note(&"error: LARK_REFRESH_TOKEN is set and goes before any login\n  help: unset it first");
        return Err(Exit::Error);
    }
    if context.engine().is_some_and(|engine| !engine.look(crate::sandbox::auth::oauth::somebody)) {
        return Err(ui.failure(
            "nobody in this sandbox can log in yet",
            "fill it first: larkctl apply --sandbox -f examples/acme",
        ));
    }
    let now = context.seat.person.clock().now();
    let grant = if args.device {
        by_device(context, &asked, ui).await?
    } else {
        by_browser(args, context, &asked, ui).await?
    };
    let mut kept = Kept::new(&grant, asked, now);
    keep(context, &kept, ui).await?;
    match who(context, &kept).await {
        Ok(who) => {
            kept.who = who;
            keep(context, &kept, ui).await?;
        }
        Err(why) => ui.note(&format_args!("note: logged in, but who it is could not be read: {why}")),
    }
    let name = named(&kept.who);
    ui.note(&format_args!("Logged in as {} for {}.", escaped(&name), context.target()));
    for line in facts(&kept, now) {
        ui.note(&format_args!("  {line}"));
    }
    let missing = kept.refused();
    if !missing.is_empty() {
        ui.note(&format_args!("note: asked for and not granted: {}", missing.join(" ")));
    }
    Ok(Exit::Done)
}

async fn keep(context: &Context, kept: &Kept, ui: &Ui) -> Result<(), Exit> {
    let person = &context.seat.person;
    person.keep(kept).await.map_err(|e| failed(ui, &e, Some(&e.remedy(person.command()))))
}

async fn by_browser(
    args: &Login,
    context: &Context,
    asked: &BTreeSet<String>,
    ui: &Ui,
) -> Result<Grant, Exit> {
    let person = &context.seat.person;
    let loopback = Loopback::bind(args.port).await.map_err(|e| {
        let remedy = format!(
            "another program has the port: choose another with --port N and register http://127.0.0.1:N/callback in the \
             app's security settings, or run `{} --device`",
            person.command()
        );
        failed(ui, &e, Some(&remedy))
    })?;
    let back = loopback.address();
    let request = Authorisation::new(loopback, asked).map_err(|e| failed(ui, &e, None))?;
    let page = request.page(person.oauth());
    ui.note(&format_args!("Open this address in a browser on this machine and agree:\n\n  {page}\n"));
    if !args.no_browser && open::that_detached(&page).is_err() {
        ui.note(&"note: no browser could be started: open the address yourself, or use --device");
    }
    request.finish(person.oauth(), PATIENCE).await.map_err(|e| unhappy(context, &e, Some(&back), ui))
}

async fn by_device(context: &Context, asked: &BTreeSet<String>, ui: &Ui) -> Result<Grant, Exit> {
    let person = &context.seat.person;
    let scope = asked.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let started = person.oauth().device(&scope).await;
    let shown = started.map_err(|e| unhappy(context, &LoginError::OAuth(e), None, ui))?;
    ui.note(&format_args!(
        "Open this address in any browser and agree, if it shows the code {}:\n\n  {}\n",
        escaped(&shown.user_code),
        escaped(shown.page_with_code.as_ref().unwrap_or(&shown.page))
    ));
    let waited = device::finish(person.oauth(), person.clock(), &shown).await;
    waited.map_err(|e| unhappy(context, &e, None, ui))
}

/// Why nobody has logged in, with what a person can do. What was kept before is still there.
fn unhappy(context: &Context, error: &LoginError, back: Option<&str>, ui: &Ui) -> Exit {
    let command = context.seat.person.command();
    let again = format!("to try again, run `{command}`");
    let (what, remedy) = match error {
        LoginError::OAuth(
            e @ (OAuthError::Refused { .. } | OAuthError::Transport(_) | OAuthError::Strange { .. }),
        ) => {
            let told = told(e, command);
            (told.what, told.remedy)
        }
        LoginError::Nobody(_) => {
            let back = back.unwrap_or_default();
            let hint = format!(
                "{again}; if the page said 20029, register {back} in the app's security settings; if it said 20027, enable \
                 the scopes for user identity"
            );
            (error.to_string(), hint)
        }
        LoginError::Denied | LoginError::Page { .. } | LoginError::Expired | LoginError::Random(_) => {
            (error.to_string(), again)
        }
    };
    ui.failure(&escaped(&what).to_string(), &remedy)
}

/// Asks the platform whose token it is.
async fn who(context: &Context, kept: &Kept) -> Result<Who, String> {
    let client = context.as_person(kept.access.clone()).map_err(|e| e.to_string())?;
    let request = Draft::to("GET", "/open-apis/authen/v1/user_info").read().map_err(|e| e.to_string())?;
    let answer = client.reader().get(&request).await.map_err(|e| e.to_string())?.value;
    let text = |name: &str| answer[name].as_str().unwrap_or_default().chars().take(200).collect::<String>();
    Ok(Who {
        name: text("name"),
        open_id: text("open_id"),
        user_id: text("user_id"),
        tenant_key: text("tenant_key"),
    })
}

fn named(who: &Who) -> String {
    let id = if who.user_id.is_empty() { &who.open_id } else { &who.user_id };
    match (who.name.is_empty(), id.is_empty()) {
        (true, true) => "somebody who is not known by name".to_owned(),
        (true, false) => id.clone(),
        (false, true) => who.name.clone(),
        (false, false) => format!("{} ({id})", who.name),
    }
}

fn day(seconds: i64) -> String {
    let stamp = jiff::Timestamp::from_second(seconds);
    stamp.map_or_else(|_| "for ever".to_owned(), |stamp| stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// What can be told of a login, a line each.
fn facts(kept: &Kept, now: i64) -> Vec<String> {
    let mut lines =
        vec![format!("scopes   {}", kept.scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" "))];
    let until = if kept.access_until > now { "works until" } else { "ran out at" };
    lines.push(format!("token    {until} {}", day(kept.access_until)));
    match (&kept.ended, &kept.refresh) {
        (Some(ended), _) => lines.push(format!("renewal  over since {}: {}", day(ended.at), ended.why())),
        (None, Some(refresh)) if refresh.until == i64::MAX => lines.push("renewal  not tried yet".to_owned()),
        (None, Some(refresh)) => lines.push(format!(
            "renewal  by itself when it is used until {}; each use moves that on",
            day(refresh.until)
        )),
        (None, None) => lines.push("renewal  none: it was made without offline_access".to_owned()),
    }
    if let Some(until) = kept.consent_until() {
        lines.push(format!("consent  is asked for again after {}", day(until)));
    }
    lines
}

async fn status(args: &Login, context: &Context, asked: &BTreeSet<String>, ui: &Ui) -> Result<Exit, Exit> {
    let person = &context.seat.person;
    let json = args.format == "json";
    if context.seat.is_given() {
        let words = "LARK_USER_TOKEN is set: it is used as it is and not renewed; whose it is and until when, only the \
                     platform knows (`larkctl doctor` asks)";
        let report = json!({
            "format_version": "1.0", "usable": true, "source": "LARK_USER_TOKEN", "target": context.target(),
        });
        if json {
            ui.data(&format_args!("{report:#}"));
        } else {
            ui.data(&words);
        }
        return Ok(Exit::Done);
    }
    let stored = person.standing().await.map_err(|e| failed(ui, &e, Some(&e.remedy(person.command()))))?;
    let Some(kept) = stored else {
        return Err(ui.failure(
            &format!("nobody has logged in for {}", context.target()),
            &format!("run `{}`", person.command()),
        ));
    };
    let now = person.clock().now();
    let explicit = args.files.named() || !args.scope.is_empty();
    // A login that begins with a variable says what it may only after its first use.
    let known = explicit && !kept.scopes.is_empty();
    let missing: Vec<&str> = asked.difference(&kept.scopes).filter(|_| known).map(String::as_str).collect();
    let usable = kept.usable(now);
    if json {
        ui.data(&format_args!("{:#}", report(context, &kept, usable, &missing)));
    } else {
        let mut text = format!("{} for {}\n", escaped(&named(&kept.who)), context.target());
        for line in facts(&kept, now) {
            text.push_str(&format!("  {line}\n"));
        }
        text.push_str(&format!("  kept in  {}", person.vault().path().display()));
        ui.data(&text);
    }
    if !usable {
        return Err(ui.failure("the login is over", &format!("log in again: run `{}`", person.command())));
    }
    if missing.is_empty() {
        return Ok(Exit::Done);
    }
    let add: String = missing.iter().map(|scope| format!(" --scope {scope}")).collect();
    Err(ui.failure(
        &format!("not granted: {}", missing.join(" ")),
        &format!("log in again: run `{}{add}`", person.command()),
    ))
}

fn report(context: &Context, kept: &Kept, usable: bool, missing: &[&str]) -> Json {
    let source = if context.seat.person.from_variable() { "LARK_REFRESH_TOKEN" } else { "login" };
    let refresh = kept.refresh.as_ref().filter(|refresh| refresh.until != i64::MAX);
    json!({
        "format_version": "1.0",
        "usable": usable,
        "source": source,
        "target": context.target(),
        "app_id": context.app_id,
        "person": {
            "name": kept.who.name, "user_id": kept.who.user_id, "open_id": kept.who.open_id,
            "tenant_key": kept.who.tenant_key,
        },
        "scopes": kept.scopes,
        "not_granted": kept.refused(),
        "missing": missing,
        "token_until": day(kept.access_until),
        "renewable_until": refresh.map(|refresh| day(refresh.until)),
        "consent_until": kept.consent_until().map(day),
        "ended": kept.ended.as_ref().map(|ended| json!({
            "code": ended.code, "at": day(ended.at), "why": ended.why(),
        })),
    })
}
