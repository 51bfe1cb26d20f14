//! Who may do what at which desk, and what a refusal of the service says.
//!
//! The second header names the desk and proves the right to it; it is judged after the token and its scopes.
//! Writes of configuration ask for a role of the person besides.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::desks::{self, Desk};
use crate::sandbox::contact::directory::UserKey;
use crate::sandbox::gateway::{Call, Identity, Refusal, refuse};
use crate::sandbox::world::World;

/// What may be wrong, for the knob that says how each is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// No second header, or none that names a desk with its token.
    Credential,
    /// The desk is another tenant's.
    ForeignDesk,
    /// The person has no role that the write asks for.
    Role,
    /// A bad value.
    Value,
    AgentStatus,
    /// Nobody of that id is an agent, or a person at all.
    AgentMissing,
    AgentExists,
    SkillMissing,
    DefaultSkill,
    /// Agents still have the skill.
    SkillInUse,
    /// In a read, or as the parent of a new one.
    CategoryMissing,
    /// In a change or a removal.
    CategoryGone,
    /// Children, FAQs or rules of skills still name the category.
    CategoryInUse,
    FaqMissing,
    /// What a list of FAQs is filtered by.
    FilterMissing,
    PictureMissing,
    FieldMissing,
    /// A field that the desk came with.
    SystemField,
    Immutable,
    NameTaken,
}

impl Case {
    fn code(self) -> i64 {
        match self {
            Self::Credential | Self::ForeignDesk => 154_001,
            Self::Role => 154_003,
            Self::AgentStatus => 150_001,
            Self::CategoryMissing | Self::FaqMissing | Self::FilterMissing | Self::PictureMissing => 154_004,
            Self::Value
            | Self::AgentMissing
            | Self::AgentExists
            | Self::SkillMissing
            | Self::DefaultSkill
            | Self::SkillInUse
            | Self::CategoryGone
            | Self::CategoryInUse
            | Self::FieldMissing
            | Self::SystemField
            | Self::Immutable
            | Self::NameTaken => 154_000,
        }
    }

    fn set(self, world: &World) -> i64 {
        world.settings().helpdesk.codes.get(&self).copied().unwrap_or_else(|| self.code())
    }

    /// Refuses.
    pub(super) fn refused(self, world: &World) -> Refusal {
        let code = match self.set(world) {
            0 => self.code(),
            code => code,
        };
        // Status and text are the same on every page of the service, also where a page leaves the code out.
        let (http, msg) = match code {
            154_000 => (400, "Bad request, please check your request body"),
            154_001 => (401, "Unauthorized, please check you have the correct access"),
            154_003 if world.settings().helpdesk.forbidden_is_401 => {
                (401, "Please check you have the correct access")
            }
            154_003 => (403, "Please check you have the correct access"),
            154_004 => (404, "Resource not found"),
            154_005 => (405, "Method forbidden"),
            155_000 => (500, "Internal error"),
            150_001 => (400, "param is invalis"),
            _ => return refuse(code),
        };
        refuse(code).http(http).msg(msg)
    }

    /// Refuses, unless the knob lets it through.
    ///
    /// # Errors
    /// The code of the case.
    pub(super) fn objects(self, world: &World) -> Result<(), Refusal> {
        if self.set(world) == 0 { Ok(()) } else { Err(self.refused(world)) }
    }

    /// Refuses unless it holds.
    ///
    /// # Errors
    /// The code of the case.
    pub(super) fn unless(self, world: &World, holds: bool) -> Result<(), Refusal> {
        if holds { Ok(()) } else { self.objects(world) }
    }
}

/// A bad value, and which.
pub(super) fn bad(world: &World, what: &str) -> Refusal {
    let refusal = Case::Value.refused(world);
    let msg = refusal.msg.clone().unwrap_or_default();
    refusal.msg(format!("{msg}: {what}"))
}

/// The desk that the second header stands for.
///
/// # Errors
/// 154001 unless it does.
pub(super) fn desk<'w>(world: &'w World, call: &Call<'_>) -> Result<&'w Desk, Refusal> {
    let none = || Case::Credential.refused(world);
    // Without a prefix and with its padding, in one line: as the page says.
    let bytes = call.helpdesk.and_then(|text| STANDARD.decode(text).ok()).ok_or_else(none)?;
    let plain = String::from_utf8(bytes).map_err(|_| none())?;
    let (id, token) = plain.split_once(':').ok_or_else(none)?;
    let desk = world.helpdesk.desks.get(&id.to_owned()).ok_or_else(none)?;
    if token != desks::token(world, desk) {
        return Err(none());
    }
    if desk.foreign {
        return Err(Case::ForeignDesk.refused(world));
    }
    Ok(desk)
}

/// Who may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The owner or an administrator of the desk.
    Admin,
    /// Its agents too.
    Agent,
    /// This person, or the owner, or an administrator.
    Self_(UserKey),
}

/// The desk, and the person who writes, who has the role.
///
/// # Errors
/// 154001, 154003.
pub(super) fn writer(world: &World, call: &Call<'_>, role: Role) -> Result<(Desk, UserKey), Refusal> {
    let desk = desk(world, call)?;
    let Identity::User(person) = call.caller.identity else { return Err(Case::Role.refused(world)) };
    let may = desks::administers(world, desk, person)
        || match role {
            Role::Admin => false,
            Role::Agent => super::agents::serves(world, &desk.helpdesk_id, person),
            Role::Self_(own) => own == person,
        };
    Case::Role.unless(world, may)?;
    Ok((desk.clone(), person))
}
