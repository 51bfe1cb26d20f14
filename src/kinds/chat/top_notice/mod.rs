//! What is pinned above a chat. It cannot be read: what was last applied decides whether there is something to do.

use serde_json::json;

use super::announcement;
use super::parts::Parts;
use crate::model::{StepDraft, Value};
use crate::resource::{Attribute, Shape};

pub(super) const NAME: &str = "top_notice";

pub(super) const ATTRIBUTE: Attribute = Attribute::new(
    NAME,
    Shape::Choice(&[("announcement", "the announcement of the chat")]),
    "What is pinned above the chat; `null` takes it away. It cannot be read back, so a change made by hand is not \
     noticed.",
)
.clear()
.write_only()
.example("announcement");

/// One call.
pub(super) fn steps(parts: &mut Parts<'_, '_>) {
    const PUT: &str = "/open-apis/im/v1/chats/:chat_id/top_notice/put_top_notice";
    const DELETE: &str = "/open-apis/im/v1/chats/:chat_id/top_notice/delete_top_notice";
    let Some(value) = parts.change.after(NAME).cloned() else { return };
    // A new chat has nothing pinned.
    if value.is_null() && parts.is_new() {
        return;
    }
    let mut step: StepDraft = if value == Value::Null {
        parts.step("take the top notice away", parts.call("POST", DELETE))
    } else {
        // Types are texts: "1" is a message, "2" the announcement.
        let call = parts.call("POST", PUT).body(json!({ "chat_top_notice": [{ "action_type": "2" }] }));
        let settled = parts.fact(announcement::NAME);
        parts.step("pin the announcement", call).needs(settled, "the announcement is written")
    };
    step.applies.insert(NAME.to_owned(), value);
    parts.push(step);
}
