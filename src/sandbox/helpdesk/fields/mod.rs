//! Fields of tickets that a desk defines for itself, and those that it came with.

mod options;
mod read;
mod write;

use serde::{Deserialize, Serialize};

use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::Route;
use crate::sandbox::world::{Millis, Row, World};

pub use options::Choice;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub field_id: String,
    pub helpdesk_id: String,
    /// In which order the fields were made.
    pub number: u64,
    pub key_name: String,
    pub display_name: String,
    /// Its row in the console.
    pub position: u32,
    pub field_type: String,
    pub description: String,
    pub visible: bool,
    pub required: bool,
    /// Fields that a desk came with are not.
    pub editable: bool,
    pub options: Option<Vec<Choice>>,
    pub multiple: bool,
    pub created: Millis,
    pub updated: Millis,
    pub creator: Option<UserKey>,
    pub updater: Option<UserKey>,
}

impl Row for Field {
    type Key = String;
    const TABLE: &'static str = "helpdesk_fields";
}

pub(super) fn routes() -> Vec<Route> {
    [read::routes(), write::routes()].concat()
}

/// The field that a desk comes with.
pub(super) fn found(world: &mut World, helpdesk_id: &str) {
    let field = Field {
        field_id: super::number_id(world),
        helpdesk_id: helpdesk_id.to_owned(),
        number: world.next("helpdesk_place"),
        key_name: "ticket_tags".to_owned(),
        display_name: "工单标签".to_owned(),
        position: 1,
        field_type: "string".to_owned(),
        description: String::new(),
        visible: true,
        required: false,
        editable: false,
        options: None,
        multiple: false,
        created: world.now,
        updated: world.now,
        creator: None,
        updater: None,
    };
    world.helpdesk.fields.insert(field.field_id.clone(), field);
}

/// The fields of a desk as the console lists them.
pub fn of_desk<'w>(world: &'w World, helpdesk_id: &str) -> Vec<&'w Field> {
    let mut fields: Vec<&Field> =
        world.helpdesk.fields.values().filter(|field| field.helpdesk_id == helpdesk_id).collect();
    fields.sort_by_key(|field| (field.position, field.number));
    fields
}

/// Puts a field into its row; the others make room.
pub fn put(world: &mut World, field: Field) {
    let renumber = world.settings().helpdesk.renumber_fields;
    let (desk, id) = (field.helpdesk_id.clone(), field.field_id.clone());
    let row = field.position.max(1) as usize - 1;
    world.helpdesk.fields.insert(id.clone(), field);
    if renumber {
        let others = of_desk(world, &desk).into_iter().map(|field| field.field_id.clone());
        let mut order: Vec<String> = others.filter(|other| *other != id).collect();
        order.insert(row.min(order.len()), id);
        number(world, &order);
    }
}

/// Removes a field; those below it move up.
pub fn remove(world: &mut World, id: &str) -> bool {
    let Some(gone) = world.helpdesk.fields.remove(&id.to_owned()) else { return false };
    if world.settings().helpdesk.renumber_fields {
        let order: Vec<String> =
            of_desk(world, &gone.helpdesk_id).into_iter().map(|field| field.field_id.clone()).collect();
        number(world, &order);
    }
    true
}

fn number(world: &mut World, order: &[String]) {
    for (id, row) in order.iter().zip(1_u32..) {
        let moved = world.helpdesk.fields.get(id).is_some_and(|field| field.position != row);
        if moved && let Some(field) = world.helpdesk.fields.get_mut(id) {
            field.position = row;
        }
    }
}
