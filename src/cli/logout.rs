//! `larkctl logout`: forgets a login on this machine.

use clap::Args;

use super::context::{Context, Target, block_on};
use super::exit::Exit;
use super::session::{failed, finished};
use super::ui::Ui;

/// Forget the login on this machine.
///
/// Removes the stored tokens and their key. The platform has no call that takes consent back: whoever copied the tokens
/// can use the access token for up to two hours and the refresh token for up to seven days, unless the person withdraws
/// the app's authorisation or an administrator disables the app.
#[derive(Debug, Args)]
pub(super) struct Logout {
    #[command(flatten)]
    target: Target,
}

pub(super) fn run(args: &Logout, ui: &Ui) -> Exit {
    finished(block_on(forget(args, ui)), ui)
}

async fn forget(args: &Logout, ui: &Ui) -> Result<Exit, Exit> {
    let context = Context::open(&args.target).await.map_err(|e| failed(ui, &e, e.remedy()))?;
    let person = &context.seat.person;
    let there = person.vault().path().exists();
    let forgotten = person.forget().await;
    let target = context.target();
    let told = match forgotten {
        Ok(_) if !there => {
            ui.note(&format_args!("Nobody was logged in for {target}."));
            Ok(Exit::Done)
        }
        Ok(_) => {
            ui.note(&format_args!(
                "Forgotten here for {target}.\nnote: the platform still honours the tokens until they run out (two hours, \
                 seven days): it has no call to take consent back. To end it at once the person withdraws the app's \
                 authorisation, or an administrator disables the app."
            ));
            Ok(Exit::Done)
        }
        Err(e) => Err(failed(ui, &e, Some(&e.remedy(person.command())))),
    };
    for name in ["LARK_USER_TOKEN", "LARK_REFRESH_TOKEN"] {
        let set = std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if set && context.engine().is_none() {
            ui.note(&format_args!("note: {name} is still set, and commands go on using it"));
        }
    }
    context.close().await;
    told
}
