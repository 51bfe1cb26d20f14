//! The sandbox against its own sources: every code it answers is documented, every endpoint has an answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use larkctl::base::contract::Contract;
use larkctl::sandbox;

use crate::support::Tenant;

/// The production sources under `src/sandbox`: without test files, and without what follows a test module.
fn sources(dir: &Path, into: &mut BTreeMap<PathBuf, String>) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() {
            sources(&path, into);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && name != "testing.rs" {
            let text = std::fs::read_to_string(&path).expect("a source");
            let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
            into.insert(path, text[..end].to_owned());
        }
    }
}

/// The whole numbers that stand between the parentheses after a name, and in those of calls within.
fn numbers_after(text: &str, name: &str) -> Vec<i64> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(&format!("{name}(")) {
        let open = at + name.len() + 1;
        let mut depth = 1;
        let inner: String = text[open..]
            .chars()
            .take_while(|c| {
                depth += match c {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                depth > 0
            })
            .collect();
        let words = inner.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        found.extend(words.filter_map(|w| w.replace('_', "").parse::<i64>().ok()));
    }
    found
}

/// Codes by the file that answers them. Small numbers among the arguments are no codes.
fn codes() -> BTreeMap<i64, PathBuf> {
    let mut texts = BTreeMap::new();
    sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/sandbox")), &mut texts);
    assert!(texts.len() > 50);
    let mut codes = BTreeMap::new();
    for (path, text) in texts {
        for name in ["refuse", "call.page", ".updating", ".locking", "failed.code"] {
            codes.extend(
                numbers_after(&text, name).into_iter().filter(|n| *n > 999).map(|n| (n, path.clone())),
            );
        }
        for line in text.lines().filter(|l| l.contains("const LOCKED") || l.contains("const UPDATING")) {
            let number = line.split('=').next_back().unwrap_or_default();
            let number = number.trim().trim_end_matches(';').replace('_', "");
            codes.insert(number.parse().expect("a code"), path.clone());
        }
    }
    codes
}

#[test]
fn every_code_that_the_sandbox_answers_is_documented() {
    let contract = Contract::built_in().expect("contract");
    let codes = codes();
    for known in [43_024, 43_030, 44_025, 42_302, 99_991_672, 40_011, 44_054, 20_005] {
        assert!(codes.contains_key(&known), "the scan has missed {known}");
    }
    let of_a_page: BTreeSet<i64> =
        contract.endpoints().iter().flat_map(|e| e.errors.iter().map(|x| x.code)).collect();
    let undocumented: Vec<String> = codes
        .iter()
        .filter(|(code, _)| {
            !of_a_page.contains(code)
                && contract.gateway(**code).is_none()
                && contract.generic(**code).is_empty()
        })
        .map(|(code, path)| format!("{code} in {}", path.display()))
        .collect();
    assert!(undocumented.is_empty(), "{undocumented:#?}");
}

#[tokio::test]
async fn every_endpoint_of_the_contract_is_answered_or_excused() {
    let t = Tenant::start().await;
    let excused = sandbox::not_simulated();
    let contract = Contract::built_in().expect("contract");
    for endpoint in contract.endpoints() {
        let path: Vec<&str> =
            endpoint.path.split('/').map(|s| if s.starts_with(':') { "x" } else { s }).collect();
        let answer = t.send(&endpoint.method, &path.join("/"), None, None).await;
        let routed = answer.status != 404 || answer.text != "404 page not found";
        let reason = excused.iter().find(|(key, _)| *key == endpoint.key()).map(|(_, why)| *why);
        assert!(routed || reason.is_some(), "{} has no route", endpoint.key());
        assert!(reason.is_none_or(|why| why.len() > 10), "{} needs a reason", endpoint.key());
        if !endpoint.tokens.is_empty() && routed {
            let code = answer.code();
            assert_eq!(code, 99_991_661, "{} answers somebody without a token", endpoint.key());
        }
    }
    for (key, _) in excused {
        assert!(contract.endpoints().iter().any(|e| e.key() == key), "{key} is not in the contract");
    }
}
