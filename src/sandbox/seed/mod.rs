//! What a new tenant is filled with: an invented company of a given size, or what a file says.
//!
//! `--seed 500,40` and `--seed company.json` both end in rows that went past the API: nobody is invited, nobody
//! waits, no event is sent. A seed is for tenants that are empty; it never merges.
//!
//! [`company`] invents, [`file`] reads (its format is in `docs/fidelity/seed.md`), [`groups`] puts the groups of
//! both in place.

mod company;
mod dice;
mod file;
mod groups;
mod names;
mod size;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::sandbox::world::{World, digest};

pub use file::{Problem, Problems};
pub use size::{MAX_DEPARTMENTS, MAX_USERS, Size, SizeError};

/// The sequences that number departments and people; creating through the API goes on where the seed stopped.
pub const DEPARTMENT_SEQUENCE: &str = "department";
pub const USER_SEQUENCE: &str = "user";

/// What to fill a new tenant with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seed {
    Size(Size),
    File(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error(transparent)]
    Size(#[from] SizeError),
    #[error("{text:?} is neither a size (N-USERS,N-DEPARTMENTS, as in 500,40) nor a file that exists")]
    Neither { text: String },
    #[error("cannot read the seed {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("the seed {} is wrong:\n{problems}", path.display())]
    File { path: PathBuf, problems: Problems },
}

impl Seed {
    /// Reads what stands after `--seed`.
    ///
    /// # Errors
    /// When it is neither a size within the bounds nor an existing file.
    pub fn parse(text: &str) -> Result<Self, SeedError> {
        let path = Path::new(text);
        if path.is_file() {
            return Ok(Self::File(path.to_owned()));
        }
        if !text.contains(char::is_alphabetic) {
            return Ok(Self::Size(text.parse()?));
        }
        Err(SeedError::Neither { text: text.to_owned() })
    }

    /// How the store remembers the seed.
    pub fn name(&self) -> String {
        match self {
            Self::Size(size) => size.to_string(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// Fills an empty tenant.
///
/// # Errors
/// When the file cannot be read or is wrong; the tenant is then as it was.
pub fn fill(world: &mut World, seed: &Seed) -> Result<(), SeedError> {
    match seed {
        Seed::Size(size) => {
            fill_with_size(world, *size);
            Ok(())
        }
        Seed::File(path) => fill_from_file(world, path),
    }
}

/// Fills an empty tenant with an invented company.
pub fn fill_with_size(world: &mut World, size: Size) {
    company::fill(world, size);
}

/// Fills an empty tenant with what a file says.
///
/// # Errors
/// When it cannot be read or is wrong; every problem is reported with its line, and the tenant is as it was.
pub fn fill_from_file(world: &mut World, path: &Path) -> Result<(), SeedError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| SeedError::Read { path: path.to_owned(), source })?;
    file::fill(world, &text).map_err(|problems| SeedError::File { path: path.to_owned(), problems })
}

/// Makes the job titles and work cities that people were given.
fn ensure_labels(world: &mut World, titles: BTreeSet<&str>, cities: BTreeSet<&str>) {
    // A catalogue refuses what is disabled or too much; in a new one nothing is disabled, and what is too much
    // for the catalogue stays with the person as text, as in the real one.
    for title in titles.into_iter().filter(|t| !t.is_empty()) {
        let _ = world.contact.job_titles.ensure(title, &digest(&["job title", title]), 0);
    }
    for city in cities.into_iter().filter(|c| !c.is_empty()) {
        let _ = world.contact.work_cities.ensure(city, &digest(&["work city", city]), 0);
    }
}
