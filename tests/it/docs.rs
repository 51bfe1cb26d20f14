//! The documents say what the program does.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

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

/// Every page that a user may read.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec!["README.md".into(), "README.zh-CN.md".into(), "CHANGELOG.md".into()];
    collect(Path::new("docs"), &mut pages);
    pages.sort();
    pages
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("page");
        let folder = page.parent().unwrap_or(Path::new(""));
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            let line = text[..at].rsplit('\n').next().unwrap_or_default();
            let code = line.matches('`').count() % 2 == 1;
            if file.is_empty() || file.contains("://") || code {
                continue;
            }
            if !folder.join(file).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

fn collect(dir: &Path, pages: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|e| e == "md") {
            pages.push(path);
        }
    }
}

/// A fenced block: what stands behind the fence's backticks, its first line's number, its lines.
struct Block {
    info: String,
    line: usize,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (at, line) in page.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), open) {
            (Some(info), false) => {
                open = true;
                blocks.push(Block { info: info.trim().to_owned(), line: at + 2, text: String::new() });
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let block = blocks.last_mut().expect("an open block");
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) => {}
        }
    }
    blocks
}

/// The codes of what the real program says of a manifest.
fn verdict(text: &str, folder: &Path) -> Vec<(String, String)> {
    let file = folder.join("block.yaml");
    std::fs::write(&file, text).expect("a block is written");
    let run = Command::new(env!("CARGO_BIN_EXE_larkctl"))
        .args(["validate", "--format", "json", "-f"])
        .arg(&file)
        .output()
        .expect("larkctl runs");
    let report: Json = serde_json::from_slice(&run.stdout).expect("a report");
    let word = |d: &Json, name: &str| d[name].as_str().unwrap_or_default().to_owned();
    let problems = report["diagnostics"].as_array().expect("diagnostics");
    problems.iter().map(|d| (word(d, "code"), word(d, "detail"))).collect()
}

/// A block is a whole manifest, or it is marked `yaml fragment`: then it may lean on things that it does not show, and
/// everything else about it must be right too.
#[test]
fn yaml_in_the_documents_is_what_larkctl_accepts() {
    let folder = tempfile::tempdir().expect("folder");
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for page in pages() {
        for block in blocks(&std::fs::read_to_string(&page).expect("page")) {
            let (text, fragment) = match block.info.as_str() {
                "yaml" => (block.text, false),
                "yaml fragment" => (format!("version: 1\n{}", block.text), true),
                info if info.starts_with("yaml") || info.starts_with("yml") => {
                    wrong.push(format!("{}:{}: unknown mark {info:?}", page.display(), block.line));
                    continue;
                }
                _ => continue,
            };
            seen += 1;
            for (code, detail) in verdict(&text, folder.path()) {
                if !(fragment && code == "check::unknown_reference") {
                    wrong.push(format!("{}:{}: {code}: {detail}", page.display(), block.line));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 15, "only {seen} blocks were found: the reader of pages is broken");
}

/// The words of a shell line up to the first pipe, redirection or comment; no expansion.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut begun, mut quote) = (String::new(), false, None);
    for c in line.chars() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            (c, Some(_)) => word.push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                begun = true;
            }
            ('|' | '>' | '<' | '&' | ';', None) => break,
            ('#', None) if !begun => break,
            (c, None) if c.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (c, None) => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// What is given to larkctl in a line, if it calls larkctl at all.
fn call(line: &str) -> Option<Vec<String>> {
    let mut words = shell_words(line);
    while words.first().is_some_and(|word| word.contains('=') && !word.starts_with('-')) {
        words.remove(0);
    }
    if words.first()? == "cargo" {
        let at = words.iter().position(|word| word == "--")?;
        (words.get(1)? == "run").then_some(())?;
        words.splice(..=at, ["larkctl".to_owned()]);
    }
    (words.first()? == "larkctl").then_some(words)
}

/// Lines of blocks that show a shell, and code in sentences that begins with the program's name.
fn calls(page: &str) -> Vec<(usize, Vec<String>)> {
    let mut calls = Vec::new();
    for block in blocks(page).iter().filter(|b| matches!(b.info.as_str(), "console" | "sh")) {
        let joined = block.text.replace("\\\n", " ");
        for line in joined.lines() {
            let line = if block.info == "sh" { Some(line) } else { line.strip_prefix("$ ") };
            calls.extend(line.and_then(call).map(|words| (block.line, words)));
        }
    }
    let mut fenced = false;
    for (at, line) in page.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let code = line.split('`').skip(1).step_by(2);
            calls.extend(code.filter_map(call).map(|words| (at + 1, words)));
        }
    }
    calls
}

#[test]
fn commands_in_the_documents_are_commands_of_larkctl() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for page in pages() {
        for (line, words) in calls(&std::fs::read_to_string(&page).expect("page")) {
            seen += 1;
            // Two words, or three of `state` and `sandbox`, name a command; they need not be a whole call.
            let named = words.len() == 2 || (words.len() == 3 && !words[2].starts_with('-'));
            let help: Vec<String> = words.iter().cloned().chain(["--help".to_owned()]).collect();
            let mistake = larkctl::cli::mistake(&words);
            if mistake.is_some() && !(named && larkctl::cli::mistake(&help).is_none()) {
                let place = format!("{}:{line}: {}", page.display(), words.join(" "));
                wrong.push(format!("{place}: {}", mistake.unwrap_or_default()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 15, "only {seen} commands were found: the reader of pages is broken");
}
