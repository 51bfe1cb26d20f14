//! Departments and people, with the indexes that their rules need.

mod department;
mod departments;
mod index;
mod people;
mod user;

use crate::sandbox::gateway::Route;

pub use department::{Department, Leader};
pub use index::{Directory, Unique};
pub use user::{CustomAttr, Order, Status, User};

/// Row key of a department; the root is 0 and has no row.
pub type DepartmentKey = u64;
/// Row key of a person.
pub type UserKey = u64;
pub const ROOT: DepartmentKey = 0;

/// What time does to people who left by themselves.
pub fn resign_exited(world: &mut crate::sandbox::world::World) {
    people::resign_exited(world);
}

pub fn routes() -> Vec<Route> {
    [departments::routes(), people::routes()].concat()
}
