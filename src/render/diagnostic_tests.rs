//! The four forms of the same problems.

use super::diagnostic::{Look, github, json, sarif, text};
use crate::base::diag::{Code, Diagnostic};
use crate::base::source::SourceMap;
use crate::base::span::Span;

/// One problem with two places, in two files; one behind Chinese; one without a place.
fn world() -> (Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::default();
    let a = sources.add("组织/a b.yaml", "部门: 研发\n");
    let b = sources.add("b.yaml", "x: |\n  一\n  二\n");
    let problems = vec![
        Diagnostic::new(Code("t::lost"), "a file is missing").because("100% gone:\nno, really"),
        Diagnostic::new(Code("t::twice"), "written twice")
            .at(Span::new(a, 8..14), "again, here")
            .also(Span::new(b, 7..16), "first here")
            .because("`研发` stands twice")
            .remedy("keep one"),
    ];
    (problems, sources)
}

#[test]
fn text_lines_up_behind_chinese_and_has_colour_only_when_asked() {
    let (problems, sources) = world();
    let plain = text(&problems, &sources, Look { colour: false, width: 80 });
    insta::assert_snapshot!(plain, @r#"
    t::lost

      × a file is missing
      ╰─▶ 100% gone:
          no, really

    t::twice

      × written twice
      ╰─▶ `研发` stands twice
       ╭─[组织/a b.yaml:1:5]
     1 │ 部门: 研发
       ·       ──┬─
       ·         ╰── again, here
       ╰────
      help: keep one

    Advice: 
      ☞ first here
       ╭─[b.yaml:2:3]
     1 │     x: |
     2 │ ╭─▶   一
     3 │ ├─▶   二
       · ╰──── first here
       ╰────
    "#);
    assert!(!plain.contains('\u{1b}'));
    assert!(text(&problems, &sources, Look { colour: true, width: 80 }).contains("\u{1b}["));
}

#[test]
fn json_counts_lines_and_characters_from_one_and_bytes_from_zero() {
    let (problems, sources) = world();
    let json = json(&problems, &sources);
    assert_eq!(json["format_version"], "1.0");
    assert_eq!((&json["valid"], &json["error_count"]), (&false.into(), &2.into()));
    assert_eq!(json["diagnostics"][0]["range"], serde_json::Value::Null);
    let twice = &json["diagnostics"][1];
    assert_eq!(
        twice["range"],
        serde_json::json!({
            "filename": "组织/a b.yaml",
            "start": { "line": 1, "column": 5, "byte": 8 },
            "end": { "line": 1, "column": 7, "byte": 14 },
        })
    );
    assert_eq!(
        twice["related"][0]["range"]["end"],
        serde_json::json!({ "line": 3, "column": 4, "byte": 16 })
    );
    assert_eq!((&twice["code"], &twice["remedy"]), (&"t::twice".into(), &"keep one".into()));
}

#[test]
fn github_commands_are_one_line_each_and_escaped() {
    let (problems, sources) = world();
    insta::assert_snapshot!(github(&problems, &sources), @r#"
    ::error title=a file is missing (t%3A%3Alost)::100%25 gone:%0Ano, really
    ::error file=组织/a b.yaml,line=1,endLine=1,col=5,endColumn=7,title=written twice (t%3A%3Atwice)::`研发` stands twice%0Afirst here: b.yaml:2:3%0Ahelp: keep one
    "#);
}

#[test]
fn sarif_has_rules_places_and_related_places() {
    let (problems, sources) = world();
    let log = sarif(&problems, &sources, "0.0.0");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][1];
    let index = usize::try_from(result["ruleIndex"].as_u64().expect("index")).expect("small");
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "%E7%BB%84%E7%BB%87/a%20b.yaml");
    assert_eq!(
        place["region"],
        serde_json::json!({ "startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 7 })
    );
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(run["results"][0]["locations"], serde_json::json!([]));
}
