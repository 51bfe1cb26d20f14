//! `include:`: further files and folders, named relative to the file that asks.
//!
//! What was read already is not read again, so that circles are harmless. Variables are not known yet when files
//! are gathered (the next file may declare them), so that a path holds none.

use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::base::node::{Node, Value};
use crate::base::quoted::Quoted;
use crate::base::span::Spanned;

/// The paths that the documents of one file ask for.
pub(super) fn wanted(documents: &[Node], problems: &mut Diagnostics) -> Vec<Spanned<String>> {
    let mut paths = Vec::new();
    for document in documents {
        let Value::Map(map) = document.value() else { continue };
        match map.get("include").map(|node| (node, node.value())) {
            None | Some((_, Value::Null)) => {}
            Some((_, Value::List(items))) => {
                paths.extend(items.iter().filter_map(|item| path(item, problems)));
            }
            Some((node, _)) => paths.extend(path(node, problems)),
        }
    }
    paths
}

fn path(node: &Node, problems: &mut Diagnostics) -> Option<Spanned<String>> {
    let wrong = |label: String, reason: &str| {
        Diagnostic::new(Code("load::include"), "`include` names no file")
            .at(node.span(), label)
            .because(reason)
            .remedy(
                "write a path or a list of paths, relative to this file: `include: [people.yaml, rooms/]`",
            )
    };
    match node.value() {
        Value::Text(text) if text.contains("${") => {
            problems.push(wrong(
                "holds a variable".to_owned(),
                "variables are filled in when all files are read, so that a path cannot hold one",
            ));
            None
        }
        Value::Text(text) if text.trim().is_empty() || text.contains('\0') || text == "-" => {
            problems.push(wrong(format!("{} is no path", Quoted(text)), "it must name a file or a folder"));
            None
        }
        Value::Text(text) => Some(Spanned::new(text.clone(), node.span())),
        other => {
            problems.push(wrong(format!("this is {}", other.noun()), "paths are texts"));
            None
        }
    }
}
