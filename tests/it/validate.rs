//! `larkctl validate` and `larkctl schema`, as commands: what stands where, and how they end.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn larkctl(dir: &Path, args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_larkctl"))
        .args(args)
        .current_dir(dir)
        .env("LARK_TEST_REGION", "新加坡")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("larkctl runs");
    // Who refuses the command line does not read, and may be gone already.
    let _ = child.stdin.take().expect("stdin").write_all(stdin.as_bytes());
    child.wait_with_output().expect("ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
    std::fs::write(path, text).expect("written");
}

/// Two mistakes in two files, one of them behind Chinese.
fn broken(dir: &Path) {
    write(dir, "org/a.yaml", "version: 1\nvars: {区: cn}\nstate: {path: '状态 ${var.取}'}\n");
    write(dir, "org/b.yaml", "settings: {max_destory: 3}\n");
}

#[test]
fn a_good_manifest_is_ok_and_its_line_is_data() {
    let dir = tempfile::tempdir().expect("dir");
    let manifest = "version: 1\nvars: {region: {env: LARK_TEST_REGION}, n: 1}\nstate: {path: '${var.region}/${var.n}'}\n";
    for args in [&["validate", "-f", "-"][..], &["validate", "-f", "-", "--var", "n=2", "--var", "region=cn"]]
    {
        let output = larkctl(dir.path(), args, manifest);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!((text(&output.stdout).as_str(), text(&output.stderr).as_str()), ("ok: 0 things\n", ""));
    }
}

#[test]
fn all_problems_of_all_files_are_drawn_on_stderr_without_escape_codes() {
    let dir = tempfile::tempdir().expect("dir");
    broken(dir.path());
    let output = larkctl(dir.path(), &["validate", "-f", "org"], "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    insta::assert_snapshot!(text(&output.stderr), @r#"
    load::unknown_var

      × no such variable
      ╰─▶ no file declares `取` under `vars:`
       ╭─[org/a.yaml:3:19]
     2 │ vars: {区: cn}
     3 │ state: {path: '状态 ${var.取}'}
       ·                     ────┬────
       ·                         ╰── not declared
       ╰────
      help: declare it: `vars: {取: …}`

    check::unknown_field

      × an unknown field
      ╰─▶ `settings` has no `max_destory`
       ╭─[org/b.yaml:1:12]
     1 │ settings: {max_destory: 3}
       ·            ─────┬─────
       ·                 ╰── not known here
       ╰────
      help: did you mean `max_destroy`?

    error: 2 problems
    "#);
}

#[test]
fn json_is_alone_on_stdout_and_the_code_is_the_same() {
    let dir = tempfile::tempdir().expect("dir");
    broken(dir.path());
    let output = larkctl(dir.path(), &["validate", "-f", "org", "--format", "json"], "");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), ""));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&report["format_version"], &report["valid"]), (&"1.0".into(), &false.into()));
    assert_eq!(report["diagnostics"][0]["range"]["filename"], "org/a.yaml");
    assert_eq!(report["diagnostics"][0]["range"]["start"]["column"], 19, "characters, not bytes");
    assert_eq!(report["diagnostics"][1]["code"], "check::unknown_field");
    let good = larkctl(dir.path(), &["validate", "-f", "-", "--format", "json"], "version: 1\n");
    let report: serde_json::Value = serde_json::from_slice(&good.stdout).expect("JSON");
    assert_eq!((good.status.code(), &report["valid"]), (Some(0), &true.into()));
}

#[test]
fn github_annotations_and_sarif_name_the_places() {
    let dir = tempfile::tempdir().expect("dir");
    broken(dir.path());
    let output = larkctl(dir.path(), &["validate", "-f", "org", "--format", "github"], "");
    assert_eq!(output.status.code(), Some(1));
    let lines = text(&output.stdout);
    assert!(
        lines.starts_with("::error file=org/a.yaml,line=3,endLine=3,col=19,endColumn=27,title="),
        "{lines}"
    );
    assert_eq!(lines.lines().count(), 2);
    let output = larkctl(dir.path(), &["validate", "-f", "org", "--format", "sarif"], "");
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(2));
}

/// Advice is no error: the exit stays 0, the line of the result stays alone on stdout, every format tells it as a
/// warning, and one line stands for all rooms.
#[test]
fn rooms_without_a_custom_id_are_advised_of_once() {
    let dir = tempfile::tempdir().expect("dir");
    let rooms = |more: &str| {
        format!(
            "version: 1\nmeeting_rooms:\n  levels: {{hq: {{name: 总部}}}}\n  rooms:\n    \
             a: {{name: 一, level: hq, capacity: 4{more}}}\n    b: {{name: 二, level: hq, capacity: 4}}\n    \
             c: {{name: 三, level: hq, capacity: 4, custom_id: R3}}\n"
        )
    };
    let output = larkctl(dir.path(), &["validate", "-f", "-"], &rooms(""));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "ok: 4 things (1 room level, 3 rooms)\n");
    let told = text(&output.stderr);
    assert!(told.contains("room.a has no custom_id (and 1 more)"), "{told}");
    assert_eq!(told.matches("room::no_custom_id").count(), 1, "{told}");

    let json = larkctl(dir.path(), &["validate", "-f", "-", "--format", "json"], &rooms(""));
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(
        (&report["valid"], &report["error_count"], &report["warning_count"]),
        (&true.into(), &0.into(), &1.into())
    );
    assert_eq!(report["diagnostics"][0]["severity"], "warning");
    let github = larkctl(dir.path(), &["validate", "-f", "-", "--format", "github"], &rooms(""));
    assert!(text(&github.stdout).starts_with("::warning file=<stdin>,line=5,"), "{}", text(&github.stdout));
    let sarif = larkctl(dir.path(), &["validate", "-f", "-", "--format", "sarif"], &rooms(""));
    let log: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("JSON");
    assert_eq!(log["runs"][0]["results"][0]["level"], "warning");

    // A room with one is not spoken of, and an error is an error beside it.
    let b = rooms(", custom_id: R1").replace("name: 二", "custom_id: R2, name: 二");
    assert_eq!(text(&larkctl(dir.path(), &["validate", "-f", "-"], &b).stderr), "");
    let output = larkctl(dir.path(), &["validate", "-f", "-", "--format", "json"], &rooms(", admins: {}"));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (output.status.code(), &report["error_count"], &report["warning_count"]),
        (Some(1), &1.into(), &1.into())
    );
}

#[test]
fn wrong_usage_is_64() {
    let dir = tempfile::tempdir().expect("dir");
    for args in [
        &["validate"][..],
        &["validate", "-f", "-", "--var", "x"],
        &["validate", "-f", "-", "--format", "xml"],
    ] {
        let output = larkctl(dir.path(), args, "version: 1\n");
        assert_eq!(output.status.code(), Some(64), "{args:?}");
    }
}

#[test]
fn every_kinds_example_is_good_for_the_command_and_for_the_schema() {
    let dir = tempfile::tempdir().expect("dir");
    let output = larkctl(dir.path(), &["schema"], "");
    assert_eq!(text(&output.stdout), larkctl::cli::manifest_schema());
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("a schema of the draft");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    for kind in larkctl::kinds::registry().iter() {
        let info = kind.info();
        let output = larkctl(dir.path(), &["validate", "-f", "-"], info.example);
        assert_eq!(output.status.code(), Some(0), "{}: {}", info.name, text(&output.stderr));
        let example: serde_json::Value = serde_yaml::from_str(info.example).expect("YAML");
        let found: Vec<String> =
            validator.iter_errors(&example).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(found.is_empty(), "{}: {found:#?}", info.name);
        for attribute in info.attributes.iter().filter(|a| !a.example.is_empty()) {
            let example = serde_yaml::from_str::<serde_json::Value>(attribute.example);
            assert!(example.is_ok(), "{}.{}: its example is no YAML", info.name, attribute.name);
        }
    }
}

#[test]
fn examples_of_the_repository_fit_the_schema() {
    let schema: serde_json::Value = serde_json::from_str(&larkctl::cli::manifest_schema()).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let mut folders = vec![Path::new("examples").to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml") {
                let text = std::fs::read_to_string(&path).expect("example");
                let file: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
                let found: Vec<String> =
                    validator.iter_errors(&file).map(|e| format!("{}: {e}", e.instance_path())).collect();
                assert!(found.is_empty(), "{}: {found:#?}", path.display());
            }
        }
    }
}
