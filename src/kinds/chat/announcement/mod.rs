//! The announcement of a chat: Markdown in YAML, blocks or paragraphs in the tenant.
//!
//! | file | holds |
//! |---|---|
//! | `doc` | what an announcement says, in one form |
//! | `read`, `write`, `languages` | Markdown ↔ that form |
//! | `docx`, `sync` | the tree of blocks of new announcements ↔ that form, and the edits between two of them |
//! | `old` | the same for announcements of the old kind |
//! | `steps` | the calls |
//!
//! What is compared, shown and remembered is the Markdown that says what is there ([`write`](write::write)). What
//! Markdown cannot say (pictures, tables) is left where it is and told.

mod doc;
mod docx;
mod languages;
mod old;
#[cfg(test)]
mod properties;
mod read;
mod steps;
mod sync;
#[cfg(test)]
mod sync_tests;
mod write;

use serde_json::{Value as Json, json};

use self::doc::{Block, coarse};
use super::parts::get;
use crate::api::{ApiError, Draft, Reader};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Declared, Live, Value};
use crate::resource::{Attribute, Format, Shape};

pub(super) use self::steps::steps;

pub(super) const NAME: &str = "announcement";

const META: &str = "/open-apis/docx/v1/chats/:chat_id/announcement";
const BLOCKS: &str = "/open-apis/docx/v1/chats/:chat_id/announcement/blocks";
const OLD: &str = "/open-apis/im/v1/chats/:chat_id/announcement";

/// Far more than anybody reads, and less than the 100,000 of one block of text.
const LONGEST: usize = 60_000;

pub(super) const ATTRIBUTE: Attribute = Attribute::new(
    NAME,
    Shape::Either(&[Shape::Text { min: 1, max: LONGEST, format: Format::Long }, Shape::TextFile { max: LONGEST }]),
    "What the announcement says, in Markdown: headings, paragraphs, lists, `- [ ]` to-dos, quotes, `> [!NOTE]` \
     call-outs, code blocks, `---`, **bold**, *italic*, ~~struck~~, `<u>underlined</u>`, `code`, links, and \
     `[@](mention:USER_ID)` for a person, who is not notified. It is compared by what it says. Pictures, tables and \
     whatever else Markdown cannot say can be added by hand and stay. `null` takes the text away. Announcements of \
     the old kind, before 2025, hold no code blocks, lines across, call-outs or mentions.",
)
.clear()
.scopes(&["im:chat.announcement:read"])
.example("{ file: notices/rules.md }");

pub(super) fn check(thing: &Declared, problems: &mut Diagnostics) {
    let Some(text) = thing.value(NAME).and_then(Value::as_text) else { return };
    let place = thing.place(NAME);
    for wrong in read::read(text).wrong {
        problems.push(
            Diagnostic::new(Code("chat::announcement"), "something that an announcement cannot hold")
                .at(place, format!("in line {} of this text", wrong.line))
                .because(format!("line {} has {}", wrong.line, wrong.what))
                .remedy(wrong.remedy),
        );
    }
}

/// The Markdown that says the same in the one form.
pub(super) fn normal(value: Value) -> Value {
    match value {
        Value::Text(text) => said(&read::read(&text).blocks),
        other => other,
    }
}

fn said(blocks: &[Block]) -> Value {
    if blocks.is_empty() { Value::Null } else { Value::Text(write::write(blocks)) }
}

fn blocks_of(value: &Value) -> Vec<Block> {
    value.as_text().map(|text| read::read(text).blocks).unwrap_or_default()
}

pub(super) fn same(declared: &Value, live: &Value) -> bool {
    declared == live || coarse(&blocks_of(declared)) == coarse(&blocks_of(live))
}

/// Which kind it is, and then what is in it: two calls.
pub(super) async fn read(reader: &Reader, live: &mut Live) -> Result<(), ApiError> {
    let meta = get(reader, META, &live.id).await?;
    let (says, fact) = match meta["announcement_type"].as_str() {
        Some("docx") => {
            let Ok(request) = Draft::to("GET", BLOCKS)
                .path("chat_id", &live.id)
                .query("page_size", "500")
                .query("user_id_type", "user_id")
                .read()
            else {
                return Ok(());
            };
            let items = reader.list(&request, "items").await.into_complete()?;
            let says: Vec<Block> = docx::tree(&items).into_iter().flat_map(|node| node.says).collect();
            (says, json!({ "revision": meta["revision_id"], "items": items }))
        }
        Some("doc") => {
            let answer = get(reader, OLD, &live.id).await?;
            let content: Json =
                answer["content"].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            let says = old::blocks(&old::places(&content));
            (says, json!({ "revision": answer["revision"], "content": content }))
        }
        // A third kind is not known, and so neither is what it says.
        _ => return Ok(()),
    };
    live.attributes.insert(NAME.to_owned(), said(&says));
    live.facts.insert(NAME.to_owned(), Value::text(fact.to_string()));
    Ok(())
}
