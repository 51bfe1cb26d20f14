//! Every kind, one line each. The order is the order of output and, among equals, of planning.

mod attendance;
mod catalogue;
mod desk;
mod locales;
mod mail;
mod membership;
mod parallel;
mod rooms;
mod unique;
mod unread;

use crate::resource::{Kind, Registry};

/// Declares the modules and the list in one go, so that neither can be forgotten.
macro_rules! kinds {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*
        static ALL: &[&dyn Kind] = &[$(&$module::KIND),*];
    };
}

kinds! {
    employee_type,
    job_level,
    job_family,
    unit,
    department,
    user,
    user_group,
    role,
    public_mailbox,
    mail_group,
    chat,
    room_level,
    room,
    calendar,
    calendar_event,
    shift,
    attendance_group,
    helpdesk,
    helpdesk_category,
    helpdesk_faq,
    helpdesk_field,
    helpdesk_skill,
    helpdesk_schedule,
}

/// All kinds.
pub const fn registry() -> Registry {
    Registry::new(ALL)
}
