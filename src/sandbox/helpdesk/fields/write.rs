//! Making, changing and removing fields. Making and changing answer with nothing, not even an id.

use serde_json::Value;

use super::{Choice, Field, of_desk, options, put, read, remove};
use crate::sandbox::gateway::{Answer, Call, Data, Refusal, Route};
use crate::sandbox::helpdesk::gate::{Case, Role, bad, writer};
use crate::sandbox::helpdesk::number_id;
use crate::sandbox::world::{Immutable, World};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::write("POST", "/open-apis/helpdesk/v1/ticket_customized_fields", create),
        Route::write(
            "PATCH",
            "/open-apis/helpdesk/v1/ticket_customized_fields/:ticket_customized_field_id",
            patch,
        ),
        Route::write(
            "DELETE",
            "/open-apis/helpdesk/v1/ticket_customized_fields/:ticket_customized_field_id",
            delete,
        ),
    ]
}

/// Types, and how many levels of options each has.
const TYPES: [(&str, usize); 4] =
    [("string", 0), ("multiline", 0), ("dropdown", 1), ("dropdown_nested", options::LEVELS)];
const IMMUTABLE: [&str; 3] = ["key_name", "field_type", "dropdown_allow_multiple"];

fn position(world: &World, text: &str) -> Result<u32, Refusal> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|row| digits && *row > 0).ok_or_else(|| bad(world, "position"))
}

fn filled<'c>(world: &World, call: &'c Call<'_>, name: &str) -> Result<&'c str, Refusal> {
    call.text(name).filter(|text| !text.trim().is_empty()).ok_or_else(|| bad(world, name))
}

/// The options of a field of this type; a dropdown has some, the others have none.
fn choices(world: &World, field_type: &str, value: Option<&Value>) -> Result<Option<Vec<Choice>>, Refusal> {
    let levels = TYPES.iter().find(|(name, _)| *name == field_type).map_or(0, |(_, levels)| *levels);
    let value = value.filter(|value| !value.is_null());
    match (levels, value) {
        (0, None) => Ok(None),
        (0, Some(_)) | (_, None) => Err(bad(world, "dropdown_options")),
        (levels, Some(value)) => {
            Ok(Some(options::read(value, levels).ok_or_else(|| bad(world, "dropdown_options"))?))
        }
    }
}

fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, person) = writer(world, call, Role::Admin)?;
    if call.filled("helpdesk_id").is_some_and(|id| id != desk.helpdesk_id) {
        return Err(bad(world, "helpdesk_id"));
    }
    let key_name = filled(world, call, "key_name")?.to_owned();
    let field_type = filled(world, call, "field_type")?.to_owned();
    if !TYPES.iter().any(|(name, _)| *name == field_type) {
        return Err(bad(world, "field_type"));
    }
    let taken = of_desk(world, &desk.helpdesk_id).iter().any(|field| field.key_name == key_name);
    Case::NameTaken.unless(world, !taken || !world.settings().helpdesk.unique_names)?;
    let options = choices(world, &field_type, call.body.get("dropdown_options"))?;
    let mut field = Field {
        field_id: String::new(),
        helpdesk_id: desk.helpdesk_id,
        number: 0,
        key_name,
        display_name: filled(world, call, "display_name")?.to_owned(),
        position: position(world, call.text("position").unwrap_or_default())?,
        // It means something for one type and is read as it was written for all.
        multiple: call.bool("dropdown_allow_multiple").unwrap_or_default(),
        field_type,
        description: call.text("description").unwrap_or_default().to_owned(),
        visible: call.bool("visible").unwrap_or_default(),
        required: call.bool("required").unwrap_or_default(),
        editable: true,
        options,
        created: world.now,
        updated: world.now,
        creator: Some(person),
        updater: Some(person),
    };
    field.field_id = number_id(world);
    field.number = world.next("helpdesk_place");
    put(world, field);
    Ok(Data::Nothing)
}

fn target(world: &World, helpdesk_id: &str, call: &Call<'_>) -> Result<Field, Refusal> {
    let field = read::find(world, helpdesk_id, call).ok_or_else(|| Case::FieldMissing.refused(world))?;
    Case::SystemField.unless(world, field.editable)?;
    Ok(field.clone())
}

fn patch(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, person) = writer(world, call, Role::Admin)?;
    let mut field = target(world, &desk.helpdesk_id, call)?;
    if IMMUTABLE.iter().any(|name| call.body.get(*name).is_some())
        && world.settings().helpdesk.immutable == Immutable::Refused
    {
        return Err(Case::Immutable.refused(world));
    }
    if call.text("display_name").is_some() {
        filled(world, call, "display_name")?.clone_into(&mut field.display_name);
    }
    if let Some(text) = call.text("position") {
        field.position = position(world, text)?;
    }
    if let Some(text) = call.text("description") {
        text.clone_into(&mut field.description);
    }
    field.visible = call.bool("visible").unwrap_or(field.visible);
    field.required = call.bool("required").unwrap_or(field.required);
    if let Some(value) = call.body.get("dropdown_options").filter(|value| !value.is_null()) {
        field.options = choices(world, &field.field_type, Some(value))?;
    }
    (field.updated, field.updater) = (world.now, Some(person));
    put(world, field);
    Ok(Data::Nothing)
}

fn delete(world: &mut World, call: &Call<'_>) -> Answer {
    let (desk, _) = writer(world, call, Role::Admin)?;
    let field = target(world, &desk.helpdesk_id, call)?;
    remove(world, &field.field_id);
    Ok(Data::empty())
}
