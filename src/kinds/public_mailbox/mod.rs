//! Public mailboxes: an address with a store of mail that several people read (mail.md 3.4).
//!
//! | file | holds |
//! |---|---|
//! | `spec` | what may be written |
//! | `observe` | the reads |
//! | `steps` | the calls |

mod observe;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::kinds::mail::check::said_once;
use crate::kinds::mail::{ALIASES, EMAIL, MAILBOX, fold, folded, identity};
use crate::model::{Declared, Manifest, Observed, Record, Value, Wanted};
use crate::resource::kind::satisfied;
use crate::resource::{Ask, Context, Drafts, Identity, Kind, KindInfo, Observing, Work};

/// The kind.
pub static KIND: PublicMailbox = PublicMailbox;

/// Public mailboxes.
#[derive(Debug)]
pub struct PublicMailbox;

impl Kind for PublicMailbox {
    fn info(&self) -> &'static KindInfo {
        &spec::INFO
    }

    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        said_once(manifest, MAILBOX, problems);
        for mailbox in manifest.of_kind(MAILBOX) {
            legacy(mailbox, problems);
        }
    }

    fn observe<'o>(&'o self, ask: &'o Ask, context: &'o Context<'o>) -> Observing<'o> {
        Box::pin(observe::observe(ask, context))
    }

    fn identify(&self, thing: &Declared, record: Option<&Record>, observed: &Observed) -> Identity {
        identity::identify(thing, record, observed)
    }

    fn same(&self, attribute: &str, declared: &Wanted, live: &Value) -> bool {
        if !matches!(attribute, EMAIL | ALIASES) {
            return satisfied(declared, live);
        }
        let declared = match declared {
            Wanted::Exactly(value) => Wanted::Exactly(folded(value)),
            Wanted::AtLeast(value) => Wanted::AtLeast(folded(value)),
        };
        satisfied(&declared, &folded(live))
    }

    fn steps(&self, work: &Work<'_>, out: &mut Drafts) {
        steps::steps(work, out);
    }
}

/// What becomes of the mail: one of the two, and not to the mailbox itself.
fn legacy(mailbox: &Declared, problems: &mut Diagnostics) {
    let Some(value) = mailbox.value(spec::ON_DELETE).filter(|value| !value.is_null()) else { return };
    let to = value.get(spec::MAIL_TO).and_then(Value::as_text);
    let discard = value.get(spec::DISCARD).and_then(Value::as_bool) == Some(true);
    let own = mailbox.value(EMAIL).and_then(Value::as_text);
    let (label, because, remedy) = match to {
        Some(_) if discard => (
            "says both",
            "the mail is either handed to somebody or deleted".to_owned(),
            "keep one of `mail_to` and `discard_mail`",
        ),
        None if !discard => (
            "says nothing",
            "without a receiver the platform deletes all mail of a mailbox that goes".to_owned(),
            "write `mail_to: ADDRESS`, or `discard_mail: true` if nobody shall have it",
        ),
        Some(to) if own.is_some_and(|own| fold(own) == fold(to)) => (
            "names itself",
            format!("{to} is the address of {}", mailbox.address),
            "name a person's mailbox or another public mailbox",
        ),
        _ => return,
    };
    problems.push(
        Diagnostic::new(Code("public_mailbox::legacy"), "it is unclear what becomes of the mail")
            .at(mailbox.place(spec::ON_DELETE), label)
            .because(because)
            .remedy(remedy),
    );
}
