//! The attendance service: shifts, attendance groups, schedules, photographs of faces.
//!
//! Besides its scopes an app needs rights that a person gives in the attendance console ([`gate`]). People are
//! spoken of by `user_id` or employee number ([`people`]). Pages: `attendance-v1`. Assumptions:
//! `docs/fidelity/attendance.md`.

mod days;
pub mod faces;
mod gate;
pub mod groups;
pub mod people;
pub mod schedules;
pub mod shifts;
mod times;

use super::contact::directory::{DepartmentKey, UserKey};
use super::gateway::Route;
use super::world::{Stored, Table, World};

/// The rows of the service.
#[derive(Debug, Default)]
pub struct Attendance {
    pub shifts: Table<shifts::Shift>,
    pub groups: Table<groups::Group>,
    pub schedules: Table<schedules::Day>,
    pub faces: Table<faces::Face>,
    pub files: Table<faces::Photo>,
}

impl Attendance {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        vec![&mut self.shifts, &mut self.groups, &mut self.schedules, &mut self.faces, &mut self.files]
    }

    /// A department is gone: nobody is bound by it any more.
    pub fn forget_department(&mut self, department: DepartmentKey) {
        groups::each(self, |group| group.people.forget_department(department));
    }
}

/// A person resigned: they leave their group, lead none, and have no schedule.
pub fn user_resigned(world: &mut World, key: UserKey) {
    groups::each(&mut world.attendance, |group| group.people.forget_user(key));
    schedules::forget(world, |day| day.user == key);
    world.attendance.faces.remove(&key);
}

/// The endpoints of the service.
pub fn routes() -> Vec<Route> {
    [shifts::routes(), groups::routes(), schedules::routes(), faces::routes()].concat()
}

/// A server-made id: many digits, as the real ones have. No two things of the service have the same.
fn number_id(world: &mut World) -> String {
    let number = world.next("attendance");
    (6_919_358_126_597_000_000 + number * 7_919).to_string()
}
