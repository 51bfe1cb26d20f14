//! A tenant out of a file: JSON with three lists, or NDJSON with an object on each line.
//!
//! [`read`] finds the objects and their lines, [`spec`] decodes their fields, [`check`] joins them and judges
//! what the platform would refuse, [`rows`] makes the rows. Every problem of the file is reported in one run.
//! `docs/fidelity/seed.md` documents the format.

mod check;
mod fields;
mod read;
mod rows;
mod spec;

use std::fmt;

use crate::sandbox::world::World;

/// Something wrong with a seed file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Counted from 1.
    pub line: usize,
    /// `department "rd"` or `users[4]`; empty when the file as a whole is meant.
    pub place: String,
    pub message: String,
}

/// Everything wrong with a seed file, by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

/// Beyond this many problems more lines help nobody.
const SHOWN: usize = 50;

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().take(SHOWN).enumerate() {
            let Problem { line, place, message } = problem;
            let colon = if place.is_empty() { "" } else { ": " };
            write!(f, "{}  line {line}: {place}{colon}{message}", if i == 0 { "" } else { "\n" })?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// Fills an empty tenant; on problems nothing is changed.
pub(super) fn fill(world: &mut World, text: &str) -> Result<(), Problems> {
    let mut problems = Vec::new();
    let specs = spec::decode(read::items(text, &mut problems), &mut problems);
    check::all(&specs, &mut problems);
    if problems.is_empty() {
        rows::put(world, &specs);
        return Ok(());
    }
    problems.sort();
    problems.dedup();
    Err(Problems(problems))
}
