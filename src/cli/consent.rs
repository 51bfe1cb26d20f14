//! What a person has to agree to before a plan can be carried out: said before the first write, never in the middle.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::exit::Exit;
use super::session::failed;
use super::ui::Ui;
use crate::base::contract::{Contract, TokenType};
use crate::base::count::Count;
use crate::kinds::registry;
use crate::login::VaultError;
use crate::model::Address;
use crate::plan::{Plan, Step};
use crate::render::text::{ShellWord, escaped};

/// So many things are named, the rest is counted.
const NAMED: usize = 5;

/// The steps of a plan that take a person's token and no other.
#[derive(Debug)]
pub(super) struct Needed {
    steps: usize,
    /// How many of them are about which thing, or about what is inside of it.
    about: BTreeMap<Address, usize>,
    /// Who that person must be.
    who: BTreeSet<&'static str>,
    scopes: BTreeSet<&'static str>,
}

impl Needed {
    /// Nothing, when the app can do all of it.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        let mut needed =
            Self { steps: 0, about: BTreeMap::new(), who: BTreeSet::new(), scopes: BTreeSet::new() };
        for step in plan.steps.iter().filter(|step| takes_a_person(step)) {
            needed.steps += 1;
            let address = &step.draft.address;
            *needed.about.entry(address.holder().unwrap_or_else(|| address.clone())).or_default() += 1;
            if let Some(kind) = registry().kind(address.kind()) {
                needed.who.insert(kind.standing());
                needed.scopes.extend(kind.consent());
            }
        }
        (needed.steps > 0).then_some(needed)
    }

    /// `3 steps (helpdesk.it 2, helpdesk.hr 1) work only on behalf of a person who …`.
    pub(super) fn text(&self) -> String {
        let told = |(address, n): (&Address, &usize)| format!("{} {n}", escaped(&address.to_string()));
        let mut about: Vec<String> = self.about.iter().take(NAMED).map(told).collect();
        if let Some(more) = self.about.len().checked_sub(NAMED).filter(|more| *more > 0) {
            about.push(format!("{more} more"));
        }
        let who: Vec<&str> = self.who.iter().copied().collect();
        let verb = if self.steps == 1 { "works" } else { "work" };
        format!(
            "{} ({}) {verb} only on behalf of a person {}",
            Count(self.steps, "step"),
            about.join(", "),
            who.join(", or ")
        )
    }

    /// Why these steps cannot be carried out now, with the command to run; nothing when they can, as far as can be
    /// known without asking the platform.
    async fn lacking(
        &self,
        context: &Context,
        files: &[String],
    ) -> Result<Option<(String, String)>, VaultError> {
        if context.seat.is_given() {
            return Ok(None);
        }
        let person = &context.seat.person;
        let stored = person.standing().await?;
        // What the manifests need is all that they need; without them the scopes are named.
        let mut command = person.command().to_owned();
        if files.is_empty() {
            command.extend(self.scopes.iter().map(|scope| format!(" --scope {scope}")));
        } else {
            command.extend(files.iter().map(|word| format!(" {}", ShellWord(word))));
        }
        let Some(login) = stored else {
            let why = format!("nobody has logged in for {}", context.target());
            return Ok(Some((why, format!("let such a person run `{command}`"))));
        };
        if !login.usable(person.clock().now()) {
            return Ok(Some(("the login is over".to_owned(), format!("log in again: run `{command}`"))));
        }
        // A login that begins with a variable says what it may only after its first use.
        let missing: Vec<&str> = self
            .scopes
            .iter()
            .copied()
            .filter(|scope| !login.scopes.is_empty() && !login.scopes.contains(*scope))
            .collect();
        Ok((!missing.is_empty()).then(|| {
            let why = format!("whoever has logged in did not grant {}", missing.join(" "));
            (why, format!("log in once more: run `{command}`"))
        }))
    }
}

fn takes_a_person(step: &Step) -> bool {
    let call = &step.draft.call;
    let endpoint = Contract::built_in().ok().and_then(|contract| contract.endpoint(&call.method, &call.path));
    endpoint.is_some_and(|endpoint| endpoint.tokens == [TokenType::User])
}

/// Lets a plan through to its first write only if whoever it needs is there. `files` are the words that name the
/// manifests.
pub(super) async fn somebody(plan: &Plan, context: &Context, files: &[String], ui: &Ui) -> Result<(), Exit> {
    let Some(needed) = Needed::of(plan) else { return Ok(()) };
    match needed.lacking(context, files).await {
        // A login that cannot be renewed is found now, rather than by the first of many writes.
        Ok(None) => context.seat.tokens().token().await.map(drop).map_err(|e| {
            let why = format!("{}, and there is no token for one: {e}; nothing was sent", needed.text());
            ui.failure(&why, e.remedy().unwrap_or("log in again: run `larkctl login`"))
        }),
        Ok(Some((why, remedy))) => {
            Err(ui.failure(&format!("{}, and {why}; nothing was sent", needed.text()), &remedy))
        }
        Err(e) => Err(failed(ui, &e, Some(&e.remedy(context.seat.person.command())))),
    }
}

/// Says after a plan what its apply will ask for. A plan itself needs nobody.
pub(super) async fn hint(plan: &Plan, context: &Context, files: &[String], ui: &Ui) {
    let Some(needed) = Needed::of(plan) else { return };
    // What is wrong with a stored login is said by the command that needs it.
    if let Ok(Some((why, remedy))) = needed.lacking(context, files).await {
        ui.note(&format_args!("note: {}, and {why}\n  help: before apply, {remedy}", needed.text()));
    }
}
