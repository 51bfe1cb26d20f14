//! Problems for people and for machines: text, JSON, GitHub annotations, SARIF 2.1.0.
//!
//! JSON follows the form of Terraform's `validate -json`, with our code, remedy and related places beside it.
//! Lines and columns count from 1 and in characters, as editors do; an end is the place behind the last character.

use miette::{GraphicalReportHandler, GraphicalTheme};
use serde_json::{Value, json};

use crate::base::diag::{Diagnostic, Label};
use crate::base::source::SourceMap;
use crate::base::span::Span;

/// The version of the JSON form. Minor versions only add.
pub const FORMAT_VERSION: &str = "1.0";

/// How wide a text may be, and whether it may hold escape codes.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub colour: bool,
    pub width: usize,
}

/// Frames, labels and remedies, one problem after the other.
pub fn text(problems: &[Diagnostic], sources: &SourceMap, look: Look) -> String {
    let theme = if look.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_width(look.width.clamp(40, 400)).with_links(false);
    let mut text = String::new();
    for problem in problems {
        // Writing into a text cannot fail; a place that is not in its file is drawn without the frame.
        if handler.render_report(&mut text, &problem.shown(sources)).is_err() {
            text.push_str(&format!("{}: {}\n", problem.code().0, problem.summary()));
        }
        text.push('\n');
    }
    text
}

/// One document with all problems.
pub fn json(problems: &[Diagnostic], sources: &SourceMap) -> Value {
    let diagnostics = problems.iter().map(|problem| {
        let related = problem
            .related()
            .iter()
            .map(|label| json!({ "range": range(label.span, sources), "text": label.text }));
        json!({
            "severity": if problem.is_warning() { "warning" } else { "error" },
            "code": problem.code().0,
            "summary": problem.summary(),
            "detail": problem.reason(),
            "remedy": problem.help(),
            "label": problem.place().map(|label| label.text.clone()),
            "range": problem.place().map(|label| range(label.span, sources)),
            "related": related.collect::<Vec<_>>(),
        })
    });
    let warnings = problems.iter().filter(|problem| problem.is_warning()).count();
    json!({
        "format_version": FORMAT_VERSION,
        "valid": problems.len() == warnings,
        "error_count": problems.len() - warnings,
        "warning_count": warnings,
        "diagnostics": diagnostics.collect::<Vec<_>>(),
    })
}

/// Lines that GitHub Actions turns into annotations.
pub fn github(problems: &[Diagnostic], sources: &SourceMap) -> String {
    let mut text = String::new();
    for problem in problems {
        let place = problem.place().and_then(|label| at(label.span, sources)).map_or_else(String::new, |p| {
            let Place { file, start, end } = p;
            // A column behind the first line would be read as one of the first line.
            let end_column = if end.0 == start.0 { format!(",endColumn={}", end.1) } else { String::new() };
            format!(
                "file={},line={},endLine={},col={}{end_column},",
                property(&file),
                start.0,
                end.0,
                start.1
            )
        });
        let title = format!("{} ({})", problem.summary(), problem.code().0);
        text.push_str(&format!(
            "::{} {place}title={}::{}\n",
            if problem.is_warning() { "warning" } else { "error" },
            property(&title),
            message(&whole(problem, sources))
        ));
    }
    text
}

/// A SARIF log, as code scanning reads it.
pub fn sarif(problems: &[Diagnostic], sources: &SourceMap, version: &str) -> Value {
    let mut rules: Vec<(&str, &str)> = problems.iter().map(|p| (p.code().0, p.summary())).collect();
    rules.sort_unstable();
    rules.dedup_by_key(|rule| rule.0);
    let results = problems.iter().map(|problem| {
        let rule = rules.iter().position(|(code, _)| *code == problem.code().0);
        let locations: Vec<Value> =
            problem.place().and_then(|label| location(label, None, sources)).into_iter().collect();
        let related: Vec<Value> = problem
            .related()
            .iter()
            .enumerate()
            .filter_map(|(nth, label)| location(label, Some(nth), sources))
            .collect();
        json!({
            "ruleId": problem.code().0,
            "ruleIndex": rule,
            "level": if problem.is_warning() { "warning" } else { "error" },
            "message": { "text": whole(problem, sources) },
            "locations": locations,
            "relatedLocations": related,
        })
    });
    let results: Vec<Value> = results.collect();
    let rules: Vec<Value> = rules
        .iter()
        .map(|(code, summary)| json!({ "id": code, "shortDescription": { "text": summary } }))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "larkctl",
                "version": version,
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// A place as an editor counts.
struct Place {
    file: String,
    start: (usize, usize),
    end: (usize, usize),
}

fn at(span: Span, sources: &SourceMap) -> Option<Place> {
    let file = sources.get(span.file())?.name.clone();
    let start = sources.position(span)?;
    let end = sources.position(Span::new(span.file(), span.end()..span.end()))?;
    Some(Place { file, start: (start.line, start.column), end: (end.line, end.column) })
}

fn range(span: Span, sources: &SourceMap) -> Value {
    let Some(Place { file, start, end }) = at(span, sources) else { return Value::Null };
    json!({
        "filename": file,
        "start": { "line": start.0, "column": start.1, "byte": span.start() },
        "end": { "line": end.0, "column": end.1, "byte": span.end() },
    })
}

fn location(label: &Label, id: Option<usize>, sources: &SourceMap) -> Option<Value> {
    let Place { file, start, end } = at(label.span, sources)?;
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&file) },
            "region": {
                "startLine": start.0, "startColumn": start.1, "endLine": end.0, "endColumn": end.1,
            },
        },
        "message": { "text": label.text },
    });
    if let (Some(id), Some(object)) = (id, location.as_object_mut()) {
        object.insert("id".to_owned(), json!(id));
    }
    Some(location)
}

/// A relative path as a URI reference: everything that is no plain sign of a path is encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b'~') {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// Everything in one paragraph, for readers that have one field.
fn whole(problem: &Diagnostic, sources: &SourceMap) -> String {
    let mut text = String::new();
    text.push_str(if problem.reason().is_empty() { problem.summary() } else { problem.reason() });
    for label in problem.related() {
        if let Some(Place { file, start, .. }) = at(label.span, sources) {
            text.push_str(&format!("\n{}: {file}:{}:{}", label.text, start.0, start.1));
        }
    }
    if !problem.help().is_empty() {
        text.push_str(&format!("\nhelp: {}", problem.help()));
    }
    text
}

/// GitHub's escapes for the message of a command.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// And for its properties.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
