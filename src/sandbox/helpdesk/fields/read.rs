//! Fields as they are read: one, a list whose token has a name of its own, and all without their options beside those
//! that describe people.

use serde_json::{Value, json};

use super::{Field, of_desk, options};
use crate::sandbox::gateway::{Answer, Call, Data, Route};
use crate::sandbox::helpdesk::gate::{Case, desk};
use crate::sandbox::helpdesk::people;
use crate::sandbox::world::{World, digest};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/helpdesk/v1/ticket_customized_fields", list),
        Route::read(
            "GET",
            "/open-apis/helpdesk/v1/ticket_customized_fields/:ticket_customized_field_id",
            get,
        ),
        Route::read("GET", "/open-apis/helpdesk/v1/customized_fields", overview),
    ]
}

const SHORT: [&str; 4] = ["id", "avatar_url", "name", "email"];
const LONG: [&str; 7] = ["id", "avatar_url", "name", "email", "department", "city", "country"];

fn show(world: &World, call: &Call<'_>, field: &Field, author: &[&str]) -> Value {
    let by = |key: Option<u64>| {
        let author = key.map(|key| people::only(people::author(world, call, key), author));
        author.unwrap_or_else(|| json!({}))
    };
    let mut value = json!({
        "ticket_customized_field_id": field.field_id,
        "helpdesk_id": field.helpdesk_id,
        "key_name": field.key_name,
        "display_name": field.display_name,
        "position": field.position.to_string(),
        "field_type": field.field_type,
        "description": field.description,
        "visible": field.visible,
        "editable": field.editable,
        "required": field.required,
        "created_at": field.created.to_string(),
        "updated_at": field.updated.to_string(),
        "created_by": by(field.creator),
        "updated_by": by(field.updater),
        "dropdown_allow_multiple": field.multiple,
    });
    if let Some(choices) = &field.options {
        value["dropdown_options"] = options::show(choices);
    }
    value
}

fn get(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let field = find(world, &desk.helpdesk_id, call).ok_or_else(|| Case::FieldMissing.refused(world))?;
    Ok(Data::Of(show(world, call, field, &SHORT)))
}

/// The field in the path, of this desk.
pub(super) fn find<'w>(world: &'w World, helpdesk_id: &str, call: &Call<'_>) -> Option<&'w Field> {
    let field = world.helpdesk.fields.get(&call.path("ticket_customized_field_id").to_owned());
    field.filter(|field| field.helpdesk_id == helpdesk_id)
}

fn list(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let page = call.page(154_000, 154_000)?;
    // A body on a GET; many clients and proxies drop it, and then nothing is filtered.
    let visible = call.bool("visible");
    let mut fields = of_desk(world, &desk.helpdesk_id);
    fields.retain(|field| visible.is_none_or(|v| v == field.visible) && world.listed(field.created));
    let mut map = page.cut(world, fields, |field| show(world, call, field, &SHORT)).into_map("items");
    if let Some(token) = map.remove("page_token") {
        map.insert("next_page_token".to_owned(), token);
    }
    Ok(Data::Of(map.into()))
}

/// What every desk knows about people, with its place.
const ABOUT_PEOPLE: [(&str, &str); 3] = [("name", "姓名"), ("department", "部门"), ("city", "城市")];

fn overview(world: &World, call: &Call<'_>) -> Answer {
    let desk = desk(world, call)?;
    let only = call.query_bool("visible_only");
    let people = ABOUT_PEOPLE.iter().zip(1..).map(|((key_name, display_name), row)| {
        let digits = digest(&["user field", &desk.helpdesk_id, key_name]);
        let number = u64::from_str_radix(digits.get(..12).unwrap_or_default(), 16).unwrap_or_default();
        let id = (6_800_000_000_000_000_000 + number).to_string();
        json!({
            "user_customized_field_id": id,
            "id": id,
            "helpdesk_id": desk.helpdesk_id,
            "key_name": key_name,
            "display_name": display_name,
            "position": row.to_string(),
            "field_type": "string",
            "description": "",
            "visible": true,
            "editable": false,
            "required": false,
            "created_at": "0",
            "updated_at": "0",
        })
    });
    let fields =
        of_desk(world, &desk.helpdesk_id).into_iter().filter(|field| field.visible || !only).map(|field| {
            let mut value = show(world, call, field, &LONG);
            if let Some(map) = value.as_object_mut() {
                map.remove("dropdown_options");
            }
            value
        });
    Ok(Data::Of(json!({
        "user_customized_fields": people.collect::<Vec<_>>(),
        "ticket_customized_fields": fields.collect::<Vec<_>>(),
    })))
}
