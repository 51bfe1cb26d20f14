//! Imports point downward only: `style.md`'s table, read off the source.

#![expect(clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import of ours, besides itself. `cli` may import everything.
const MAY_IMPORT: [(&str, &[&str]); 15] = [
    ("base", &[]),
    ("api", &["base"]),
    ("sandbox", &["base"]),
    ("model", &["base"]),
    ("state", &["base", "model"]),
    ("resource", &["base", "model", "api"]),
    ("login", &["base", "api"]),
    ("kinds", &["base", "model", "api", "resource"]),
    ("load", &["base"]),
    ("check", &["base", "model", "resource", "load"]),
    ("observe", &["base", "model", "api", "resource", "state"]),
    ("plan", &["base", "model", "resource", "state"]),
    ("apply", &["base", "model", "api", "state", "plan"]),
    ("render", &["base", "model", "resource", "plan", "apply", "state"]),
    (
        "cli",
        &[
            "base", "api", "sandbox", "model", "state", "resource", "kinds", "load", "check", "observe",
            "plan", "apply", "render", "login",
        ],
    ),
];

/// Crates that have a home.
const HOMES: [(&str, &[&str]); 16] = [
    ("clap", &["cli"]),
    ("reqwest", &["api"]),
    ("hyper", &["api", "sandbox", "login"]),
    ("redb", &["sandbox"]),
    ("miette", &["base", "render"]),
    ("petgraph", &["plan"]),
    ("similar", &["render"]),
    ("cel", &["plan", "check"]),
    ("pulldown_cmark", &["kinds"]),
    ("rrule", &["kinds", "sandbox"]),
    ("indicatif", &["cli"]),
    ("saphyr_parser", &["load"]),
    ("tokio", &["api", "sandbox", "observe", "apply", "login", "cli"]),
    ("ring", &["login"]),
    ("keyring_core", &["login"]),
    ("open", &["cli"]),
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").expect("below src");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Names that follow `marker` on a line: `crate::base::…` gives `base`.
fn names_after<'l>(line: &'l str, marker: &'l str) -> impl Iterator<Item = &'l str> {
    line.match_indices(marker).map(move |(at, _)| {
        let rest = &line[at + marker.len()..];
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
    })
}

#[test]
fn imports_point_downward() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    assert!(files.len() > 50, "run from the crate's root");
    let mut broken = Vec::new();
    for file in files {
        let module = module_of(&file);
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
            broken.push(format!("{}: module {module} is not in the table", file.display()));
            continue;
        };
        let text = fs::read_to_string(&file).expect("source");
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for used in names_after(line, "crate::") {
                if used != module && !allowed.contains(&used) {
                    broken.push(format!(
                        "{}:{}: {module} must not import {used}",
                        file.display(),
                        number + 1
                    ));
                }
            }
            for (dependency, homes) in HOMES {
                let marker = format!("{dependency}::");
                let named = line.match_indices(&marker).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                });
                if named && !homes.contains(&module.as_str()) {
                    broken.push(format!(
                        "{}:{}: {dependency} is not at home in {module}",
                        file.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn files_stay_readable() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).expect("source");
        let lines = text.lines().count();
        assert!(lines <= 800, "{} has {lines} lines: split it", file.display());
        let opens = text.starts_with("//!");
        let test_file = file.to_string_lossy().contains("test");
        assert!(opens || test_file, "{} does not say what it is for", file.display());
    }
}
