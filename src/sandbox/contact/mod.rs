//! The contact service: who works here, where, and as what.
//!
//! Departments and people are one [`Directory`], since almost every rule joins the two. The small catalogues
//! around it (groups, units, roles, employee types, job families and levels, titles, cities, custom attributes)
//! are a file each.

#[cfg(test)]
mod catalogue_tests;
pub mod custom_attrs;
pub mod directory;
pub mod employee_types;
pub mod groups;
pub mod i18n;
pub mod ids;
pub mod job_families;
pub mod job_levels;
pub mod labels;
pub mod range;
pub mod roles;
pub mod roster;
pub mod scopes;
pub mod units;

use directory::Directory;

use super::gateway::Route;
use super::world::Stored;

/// The rows of the service.
#[derive(Debug, Default)]
pub struct Contact {
    pub directory: Directory,
    pub groups: groups::Groups,
    pub units: units::Units,
    pub roles: roles::Roles,
    pub employee_types: employee_types::EmployeeTypes,
    pub job_families: job_families::JobFamilies,
    pub job_levels: job_levels::JobLevels,
    /// Job titles and work cities, which people bring into being by being given them.
    pub job_titles: labels::Labels<labels::JobTitle>,
    pub work_cities: labels::Labels<labels::WorkCity>,
    pub custom_attrs: custom_attrs::CustomAttrs,
}

impl Contact {
    /// What every new tenant has.
    pub fn found(&mut self) {
        self.employee_types.found();
        self.custom_attrs.found();
    }

    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        let mut tables = self.directory.tables();
        tables.extend(self.groups.tables());
        tables.extend(self.units.tables());
        tables.extend(self.roles.tables());
        tables.extend(self.employee_types.tables());
        tables.extend(self.job_families.tables());
        tables.extend(self.job_levels.tables());
        tables.extend(self.job_titles.tables());
        tables.extend(self.work_cities.tables());
        tables.extend(self.custom_attrs.tables());
        tables
    }

    pub fn reindex(&mut self) {
        self.directory.reindex();
        self.groups.reindex();
        self.roles.reindex();
    }
}

/// The endpoints of the service.
pub fn routes() -> Vec<Route> {
    [
        directory::routes(),
        groups::routes(),
        units::routes(),
        roles::routes(),
        employee_types::routes(),
        job_families::routes(),
        job_levels::routes(),
        labels::routes(),
        custom_attrs::routes(),
        scopes::routes(),
    ]
    .concat()
}
