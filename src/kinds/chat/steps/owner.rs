//! Giving a chat away: the last thing that is done with it, since little can be done after it.

use serde_json::json;

use super::super::powers::OWNERS;
use super::super::spec::BOT;
use super::super::wire::{ONE, OWNER};
use super::FILLED;
use super::people::TRANSFERRED;
use super::scene::{Readiness, Scene};
use crate::kinds::membership::{once_they_exist, releasing};
use crate::model::{Call, Target, Value};
use crate::resource::Drafts;

/// To whom the chat is given by this plan.
fn heir<'s>(scene: &Scene<'s>) -> Option<&'s Target> {
    let heir = scene.change.field(OWNER)?.after.as_target()?;
    let ready = !matches!(scene.readiness(heir), Readiness::Not(_));
    (ready && scene.powers.transfers()).then_some(heir)
}

/// Whether the plan gives the chat to a person.
pub(super) fn goes(scene: &Scene<'_>) -> bool {
    heir(scene).is_some()
}

pub(super) fn transfer(scene: &mut Scene<'_>, out: &mut Drafts) {
    let Some(field) = scene.change.field(OWNER) else { return };
    let address = &scene.change.address;
    let Some(wanted) = field.after.as_target() else {
        // It is the bot's as soon as it is made.
        if !scene.is_new() && field.after.as_text() == Some(BOT) {
            let why = "a person owns the chat, and the API gives no chat to a bot";
            let remedy = "let the owner give it to the bot in the client, or write the owner";
            scene.cannot(out, &[OWNER], why, remedy);
        }
        return;
    };
    if let Readiness::Not(why) = scene.readiness(wanted) {
        scene.wait(OWNER, wanted, why);
        return;
    }
    if !scene.powers.transfers() {
        let why = "only the owner can give the chat away, and that is not larkctl's bot";
        scene.cannot(out, &[OWNER], why, OWNERS);
        return;
    }
    let call = Call::new("PUT", ONE)
        .query("user_id_type", "user_id")
        .body(json!({ "owner_id": scene.work.json_id(wanted, "id") }));
    let mut step = scene.step("transfer", call);
    step.gives.retain(|fact| *fact != scene.fact(FILLED));
    step = step
        .gives(scene.fact(TRANSFERRED))
        .needs(scene.fact(FILLED), "everything else that only the owner can do is done");
    step = scene.once_in(step, [wanted]);
    step = once_they_exist(step, scene.work, [wanted], "the new owner exists");
    let before = scene.owner_now();
    step = releasing(step, scene.work, &before);
    step.applies.insert(OWNER.to_owned(), Value::Ref(wanted.clone()));
    out.step(step);
    if scene.powers.owns() {
        out.note(
            address,
            "larkctl's bot gives the chat away, and it does not come back: managers, who may post and the owner can \
             then be changed in the client, the latter two through the API only while the app made the chat and holds \
             im:chat:operate_as_owner",
        );
    }
}
