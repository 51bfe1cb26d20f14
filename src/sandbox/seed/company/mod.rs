//! An invented company of any size: its departments, its people, who leads and who reports to whom.
//!
//! Takes a [`Size`] and gives plain plans by index; [`rows`] turns them into the rows of the tenant. The same
//! size gives the same company, byte for byte, whenever it is founded.

mod branches;
mod person;
mod places;
mod rows;
mod staff;
mod tree;

use staff::Staff;
use tree::Node;

use super::groups;
use super::size::Size;
use crate::sandbox::world::World;

/// Fills a tenant that has neither departments nor people.
pub(super) fn fill(world: &mut World, size: Size) {
    let nodes = tree::grow(size.departments);
    let staff = Staff::place(&nodes, size.users);
    let keys = rows::Keys::draw(world, &nodes, size.users);
    let departments = rows::departments(&nodes, &staff, &keys);
    let users = rows::users(&nodes, &staff, &keys, size);
    rows::ensure_labels(world, &users);
    let groups = groups::of_company(&departments, &users);
    for department in departments {
        world.contact.directory.put_department(department);
    }
    for user in users {
        world.contact.directory.put_user(user);
    }
    groups::put(world, groups);
}
