//! The documents say what the program does.

use std::path::Path;

/// Compares a stored file with what the program would write, or writes it.
#[track_caller]
fn fresh(path: &str, fresh: &str) {
    let path = Path::new(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, fresh).expect("docs are written");
    }
    let stored = std::fs::read_to_string(path).expect("stored");
    assert!(stored == fresh, "{}: run UPDATE_DOCS=1 cargo test --test it docs", path.display());
}

#[test]
fn docs_of_the_commands_are_fresh() {
    fresh("docs/reference/commands.md", &larkctl::cli::reference());
}

#[test]
fn docs_of_the_kinds_are_fresh() {
    fresh("docs/reference/kinds.md", &larkctl::cli::kinds_reference());
}

#[test]
fn the_schema_is_fresh() {
    fresh("schemas/larkctl.schema.json", &larkctl::cli::manifest_schema());
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut pages = vec!["README.md".into(), "README.zh-CN.md".into(), "CHANGELOG.md".into()];
    collect(Path::new("docs"), &mut pages);
    let mut broken = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("page");
        let folder = page.parent().unwrap_or(Path::new(""));
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            if !folder.join(file).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

fn collect(dir: &Path, pages: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|e| e == "md") {
            pages.push(path);
        }
    }
}
