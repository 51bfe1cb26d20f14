//! The calls that lead an announcement to what is declared.
//!
//! Every edit names the revision that the plan has seen, so that its places mean what they meant then, whatever somebody
//! writes meanwhile. They come from the end to the beginning, so that they are right too where nobody does.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::parts::Parts;
use super::doc::{Block, Run};
use super::sync::{Edit, InTheWay, edits};
use super::{NAME, OLD, blocks_of, docx, old};
use crate::model::{Address, Call, Capture, Fact, Late, StepDraft, Value};
use crate::resource::Drafts;

const CHILDREN: &str = "/open-apis/docx/v1/chats/:chat_id/announcement/blocks/:block_id/children";
const UPDATE: &str = "/open-apis/docx/v1/chats/:chat_id/announcement/blocks/batch_update";
const REMOVE: &str = "/open-apis/docx/v1/chats/:chat_id/announcement/blocks/:block_id/children/batch_delete";

/// Blocks of one creation, changes of one update.
const MADE: usize = 50;
const CHANGED: usize = 200;

/// What the ids of blocks begin with that later edits hang something below.
const MADE_BLOCK: &str = "~announcement";

/// All calls, in their order.
pub(in super::super) fn steps(parts: &mut Parts<'_, '_>, out: &mut Drafts) {
    let Some(after) = parts.change.after(NAME).cloned() else { return };
    let wanted = blocks_of(&after);
    let fact = parts.live().and_then(|live| live.facts.get(NAME)).and_then(Value::as_text);
    let live: Option<Json> = fact.and_then(|text| serde_json::from_str(text).ok());
    let mut work = Work { made: 0, revision: None, steps: Vec::new() };
    match &live {
        Some(live) if live.get("content").is_some() => older(parts, live, &wanted, &mut work, out),
        Some(live) => newer(parts, live, &wanted, &mut work, out),
        // A new chat has an empty one, of the new kind as far as anybody knows: of the other kind it is refused, and
        // the next plan knows.
        None if wanted.is_empty() => {}
        None => work.insert(parts, None, 0, &wanted),
    }
    let people = people(parts, &wanted);
    let count = work.steps.len();
    for (at, mut step) in work.steps.into_iter().enumerate() {
        if let Some(before) = at.checked_sub(1) {
            step = step.needs(edit(parts, before), "the announcement is edited one step at a time");
        }
        for fact in &people {
            step = step.needs(fact.clone(), "whoever is mentioned exists");
        }
        step = step.gives(edit(parts, at));
        if at + 1 == count {
            step.applies.insert(NAME.to_owned(), after.clone());
        }
        parts.push(step.gives(parts.fact(NAME)));
    }
}

fn edit(parts: &Parts<'_, '_>, number: usize) -> Fact {
    parts.fact(&format!("announcement edit {number}"))
}

/// People of this plan who are mentioned.
fn people(parts: &Parts<'_, '_>, blocks: &[Block]) -> Vec<Fact> {
    let mut found = Vec::new();
    let mut stack: Vec<&Block> = blocks.iter().collect();
    while let Some(block) = stack.pop() {
        for id in block.text.iter().filter_map(Run::mention) {
            let address = Address::new("user", id);
            if parts.work.is_new(&address) {
                found.push(Fact::Exists(address));
            }
        }
        stack.extend(&block.children);
    }
    found.sort();
    found.dedup();
    found
}

fn newer(parts: &mut Parts<'_, '_>, live: &Json, wanted: &[Block], work: &mut Work, out: &mut Drafts) {
    let items = live["items"].as_array().cloned().unwrap_or_default();
    let nodes = docx::tree(&items);
    work.revision = live["revision"].as_i64().map(|revision| Late::Known(revision.to_string()));
    let all = match edits(&nodes, wanted) {
        Ok(all) => all,
        Err(InTheWay(what)) => {
            let why = format!("{what} hangs in a part of the announcement that would have to go, and would go with it");
            let remedy = "move it out of there, or delete it, in the client; or declare what it hangs in";
            return out.unread(&parts.change.address, why, Some(remedy.to_owned()));
        }
    };
    tell(parts, nodes.iter().flat_map(|node| node.holds.iter().copied()), out);
    let rewrites = all.iter().filter_map(|edit| match edit {
        Edit::Rewrite { id, block } => Some(docx::update(id, block)),
        Edit::Insert { .. } | Edit::Remove { .. } => None,
    });
    let rewrites: Vec<Json> = rewrites.collect();
    for batch in rewrites.chunks(CHANGED) {
        let call = parts.call("PATCH", UPDATE).body(json!({ "requests": batch }));
        let what = format!("rewrite {} of the announcement", count(batch.len()));
        work.push(parts, what, call);
    }
    for edit in &all {
        match edit {
            Edit::Rewrite { .. } => {}
            Edit::Insert { parent, at, blocks } => {
                work.insert(parts, parent.clone().map(Late::Known).as_ref(), *at, blocks);
            }
            Edit::Remove { parent, from, to } => {
                let parent = parent.clone().map_or_else(|| parts.id(), Late::Known);
                let call = parts
                    .call("DELETE", REMOVE)
                    .param("block_id", parent)
                    .body(json!({ "start_index": from, "end_index": to }));
                let what = format!("remove {} of the announcement", count(to - from));
                work.push(parts, what, call);
            }
        }
    }
}

/// Says what stays because Markdown cannot say it.
fn tell(parts: &Parts<'_, '_>, what: impl Iterator<Item = &'static str>, out: &mut Drafts) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    what.for_each(|what| *kinds.entry(what).or_default() += 1);
    if kinds.is_empty() {
        return;
    }
    let listed: Vec<String> = kinds
        .iter()
        .map(|(what, times)| if *times == 1 { (*what).to_owned() } else { format!("{what} ({times} times)") })
        .collect();
    let note = format!("of the announcement this stays where it is, as Markdown cannot say it: {}", listed.join(", "));
    out.note(&parts.change.address, note);
}

fn older(parts: &mut Parts<'_, '_>, live: &Json, wanted: &[Block], work: &mut Work, out: &mut Drafts) {
    let places = old::places(&live["content"]);
    let lines = match old::lines(wanted) {
        Ok(lines) => lines,
        Err(what) => {
            let why = format!("the announcement of this chat is of the old kind, which cannot hold {what}");
            let remedy = "write it without; the client turns an old announcement into a new one when somebody edits it";
            return out.problem(&parts.change.address, Some(NAME), "plan::old_announcement", why, remedy);
        }
    };
    tell(parts, old::unsayable(&places).into_iter(), out);
    let requests = old::requests(&places, &lines);
    if requests.is_empty() {
        return;
    }
    let body = json!({ "revision": live["revision"], "requests": requests });
    let step = parts.step("announcement", parts.call("PATCH", OLD).body(body));
    work.steps.push(step);
}

fn count(blocks: usize) -> String {
    if blocks == 1 { "1 block".to_owned() } else { format!("{blocks} blocks") }
}

/// Edits so far.
struct Work {
    /// Blocks that later edits hang something below.
    made: usize,
    revision: Option<Late>,
    steps: Vec<StepDraft>,
}

impl Work {
    /// Adds an edit of a new announcement.
    fn push(&mut self, parts: &Parts<'_, '_>, what: String, mut call: Call) {
        // What this very plan makes is in no revision that it has seen.
        let fresh = matches!(call.params.get("block_id"), Some(Late::Id { late }) if late.id != "id");
        if let Some(revision) = self.revision.as_ref().filter(|_| !fresh) {
            call = call.query("revision_id", revision.clone());
        }
        if call.path != REMOVE {
            call = call.query("user_id_type", "user_id");
        }
        call.token = Some("client_token".to_owned());
        // Steps of one thing are told apart by their words.
        let same = self.steps.iter().filter(|step| step.what == what || step.what.starts_with(&format!("{what} ("))).count();
        let what = if same == 0 { what } else { format!("{what} ({})", same + 1) };
        let step = parts.step(what, call);
        self.steps.push(step);
    }

    /// Makes blocks at a place, and then what is below them.
    fn insert(&mut self, parts: &Parts<'_, '_>, parent: Option<&Late>, at: usize, blocks: &[Block]) {
        let mut below: Vec<(Late, &[Block])> = Vec::new();
        // All go to the one place, the last ones first, so that no place counts on an earlier edit.
        for batch in blocks.chunks(MADE).rev() {
            let bodies: Vec<Json> = batch.iter().map(docx::body).collect();
            let call = parts
                .call("POST", CHILDREN)
                .param("block_id", parent.cloned().unwrap_or_else(|| parts.id()))
                .body(json!({ "index": at, "children": bodies }));
            self.push(parts, format!("add {} to the announcement", count(batch.len())), call);
            for (place, block) in batch.iter().enumerate() {
                let children = docx::children_of(block);
                if children.is_empty() {
                    continue;
                }
                let id = format!("{MADE_BLOCK}.{}", self.made);
                self.made += 1;
                if let Some(step) = self.steps.last_mut() {
                    let pointer = format!("/children/{place}/block_id");
                    step.captures.push(Capture { pointer, id: id.clone() });
                }
                below.push((parts.own(&id), children));
            }
        }
        for (parent, blocks) in below {
            self.insert(parts, Some(&parent), 0, blocks);
        }
    }
}
