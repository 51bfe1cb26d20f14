//! Making, changing and removing FAQs. Rich text is a text that holds JSON when one is made, and a list when it is
//! changed; the contract refuses each in the other's place.

use serde_json::Value;

use super::richtext::{Node, of_nodes, of_text};
use super::{Faq, bin, fresh, get, of_desk, pictures, put, read};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route, one};
use crate::sandbox::helpdesk::categories;
use crate::sandbox::helpdesk::gate::{Case, Role, bad, writer};
use crate::sandbox::helpdesk::once;
use crate::sandbox::world::World;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/helpdesk/v1/faqs", create),
        Route::write("PATCH", "/open-apis/helpdesk/v1/faqs/:id", patch),
        Route::write("DELETE", "/open-apis/helpdesk/v1/faqs/:id", delete),
    ]
}

/// What a write says of a FAQ.
struct Said {
    question: String,
    answer: Vec<Node>,
    category: Option<String>,
    tags: Option<Vec<String>>,
}

fn said(world: &World, item: &Value) -> Result<Said, Refusal> {
    let text = |name: &str| item.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let question = text("question").ok_or_else(|| bad(world, "question"))?.to_owned();
    let rich = match item.get("answer_richtext") {
        Some(Value::String(text)) if !text.is_empty() => {
            let items: Option<Vec<Value>> = serde_json::from_str(text).ok();
            Some(items.ok_or_else(|| bad(world, "answer_richtext"))?)
        }
        Some(Value::Array(items)) => Some(items.clone()),
        _ => None,
    };
    let answer = match rich.filter(|items| !items.is_empty()) {
        // It wins over the text beside it, which is derived from it.
        Some(items) => of_nodes(&items).ok_or_else(|| bad(world, "answer_richtext"))?,
        None => of_text(text("answer").ok_or_else(|| bad(world, "answer"))?),
    };
    let tags = item.get("tags").and_then(Value::as_array);
    let tags = tags.map(|tags| {
        let tags: Vec<&str> = tags.iter().filter_map(Value::as_str).map(str::trim).collect();
        if tags.contains(&"") { Err(bad(world, "tags")) } else { Ok(once(&tags)) }
    });
    Ok(Said { question, answer, category: text("category_id").map(str::to_owned), tags: tags.transpose()? })
}

fn wrapped<'b>(world: &World, call: &'b Call<'_>) -> Result<&'b Value, Refusal> {
    call.body.get("faq").filter(|faq| faq.is_object()).ok_or_else(|| bad(world, "faq"))
}

fn free(world: &World, faq: &Faq) -> Result<(), Refusal> {
    let taken = of_desk(world, &faq.helpdesk_id).into_iter().any(|other| {
        other.binned.is_none()
            && other.faq_id != faq.faq_id
            && other.category == faq.category
            && other.question == faq.question
    });
    Case::NameTaken.unless(world, !taken || !world.settings().helpdesk.unique_names)
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, person) = writer(world, call, Role::Agent)?;
    let said = said(world, wrapped(world, call)?)?;
    let category = said.category.ok_or_else(|| bad(world, "category_id"))?;
    if categories::get(world, &desk.helpdesk_id, &category).is_none() {
        return Err(Case::CategoryGone.refused(world));
    }
    let mut faq = fresh(world, &desk.helpdesk_id, person);
    (faq.question, faq.category) = (said.question, category);
    faq.tags = said.tags.unwrap_or_default();
    free(world, &faq)?;
    let answer = pictures::keep(world, &desk.helpdesk_id, said.answer);
    faq.answer = answer.ok_or_else(|| bad(world, "answer_richtext"))?;
    let shown = read::show(world, call, &faq);
    put(world, faq);
    Ok(one("faq", shown.into()))
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, person) = writer(world, call, Role::Agent)?;
    let faq = get(world, &desk.helpdesk_id, call.path("id"));
    let mut faq = faq.ok_or_else(|| Case::FaqMissing.refused(world))?.clone();
    let said = said(world, wrapped(world, call)?)?;
    if let Some(category) = said.category {
        if categories::get(world, &desk.helpdesk_id, &category).is_none() {
            return Err(Case::FilterMissing.refused(world));
        }
        faq.category = category;
    }
    faq.question = said.question;
    if let Some(tags) = said.tags {
        faq.tags = tags;
    }
    (faq.updated, faq.updater) = (world.now, person);
    free(world, &faq)?;
    let answer = pictures::keep(world, &desk.helpdesk_id, said.answer);
    faq.answer = answer.ok_or_else(|| bad(world, "answer_richtext"))?;
    put(world, faq);
    Ok(Data::empty())
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Agent)?;
    let faq = get(world, &desk.helpdesk_id, call.path("id"));
    let id = faq.ok_or_else(|| Case::FaqMissing.refused(world))?.faq_id.clone();
    bin(world, &id);
    Ok(Data::empty())
}
