//! The calls for chats: made bare and owned by the bot, then filled; given to a person last.
//!
//! | file | holds |
//! |---|---|
//! | `scene` | one chat while it is planned: who is ready, what the bot may |
//! | `settings` | creation, and what one PUT changes |
//! | `people` | members and bots, in batches |
//! | `office` | managers and who may post |
//! | `owner` | the transfer |
//! | `leave` | disbanding, and the bot that leaves |

mod leave;
mod office;
mod owner;
mod people;
mod scene;
mod settings;

use self::scene::Scene;
use super::parts::Parts;
use super::powers::LEADERS;
use super::wire::EXTERNAL;
use super::{announcement, avatar, menu, tabs, top_notice};
use crate::model::{Action, Value, Verb};
use crate::resource::{Drafts, Work};

/// Every step that must be through before the chat is given away settles this.
pub(super) const FILLED: &str = "filled";

pub(super) fn steps(work: &Work<'_>, out: &mut Drafts) {
    for change in work.changes {
        let mut scene = Scene::new(work, change);
        match (change.action, change.live) {
            (Action::Create, _) => settings::create(&mut scene, out),
            (Action::Update | Action::Adopt, Some(live)) if !change.fields.is_empty() => {
                if live.fact(EXTERNAL) {
                    let why = "people of another company are in it, and larkctl does not write to external chats";
                    out.block(&change.address, why, Some("take it out of the YAML".to_owned()));
                    continue;
                }
                settings::update(&mut scene, out);
            }
            (Action::Delete, Some(live)) => {
                leave::leave(&scene, live, out);
                continue;
            }
            (Action::Update | Action::Adopt | Action::Delete, _)
            | (Action::Replace | Action::Forget | Action::Keep, _) => continue,
        }
        people::people(&mut scene, out);
        people::bots(&mut scene, out);
        office::managers(&mut scene, out);
        office::bot_managers(&mut scene, out);
        office::moderation(&mut scene, out);
        parts(&scene, out);
        owner::transfer(&mut scene, out);
        scene.finish(out);
    }
}

/// Announcement, tabs, menu, top notice, picture.
fn parts(scene: &Scene<'_>, out: &mut Drafts) {
    let change = scene.change;
    let mode = change.live.and_then(|live| live.attributes.get("chat_mode")).and_then(Value::as_text);
    let ordinary = mode.is_none_or(|mode| mode == "group");
    let may = |name: &str| match name {
        avatar::NAME => ordinary && scene.powers.writes_texts(),
        announcement::NAME => scene.powers.writes_texts(),
        tabs::NAME | menu::NAME => ordinary,
        _ => true,
    };
    let all = [avatar::NAME, announcement::NAME, tabs::NAME, menu::NAME];
    let changed: Vec<&str> = all.into_iter().filter(|name| change.changes(name) && !may(name)).collect();
    if !changed.is_empty() {
        let (why, remedy) = if ordinary {
            ("only the owner and the managers may edit the chat, and larkctl's bot is neither", LEADERS)
        } else {
            ("the API changes these in ordinary chats only, and this is another", "change it in the client")
        };
        scene.cannot(out, &changed, why, remedy);
    }
    // A new chat has nothing pinned: that is as good as taken away.
    if scene.is_new() && change.after(top_notice::NAME) == Some(&Value::Null) {
        let made = out.steps.iter_mut().find(|step| step.verb == Verb::Create && step.address == change.address);
        if let Some(step) = made {
            step.applies.insert(top_notice::NAME.to_owned(), Value::Null);
        }
    }
    let steps = Parts::new(scene.work, change).plan(may, out);
    steps.into_iter().for_each(|step| out.step(step));
}
