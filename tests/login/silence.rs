//! No token, code, secret or key is ever seen: in no output, no file, no Debug, raw or in base64.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::json;

use larkctl::api::auth::Tokens as _;

use super::{ALICE, KEY, Stage, me};
use crate::support::SECRET;

const MANIFEST: &str = "version: 1\ndepartments:\n  ops: { name: 运维, parent: root }\n";

/// Every spelling of a secret that could be found: as it is, and in base64 at each of the three alignments.
fn spellings(secret: &str) -> Vec<String> {
    let mut found = vec![secret.to_owned()];
    let bytes = secret.as_bytes();
    for text in [STANDARD.encode(bytes), STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)] {
        found.push(text);
    }
    for shift in 1..3 {
        let padded = [vec![b'x'; shift], bytes.to_vec()].concat();
        let text = STANDARD_NO_PAD.encode(&padded);
        // Without the letters that the neighbours decide.
        found.push(text[4..text.len() - 4].to_owned());
    }
    found
}

fn files(dir: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(dir).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).expect("bytes")));
        }
    }
}

/// No place shows any spelling of any secret.
#[track_caller]
fn nowhere(seen: &[(String, Vec<u8>)], secrets: &BTreeSet<String>) {
    for (place, bytes) in seen {
        let text = String::from_utf8_lossy(bytes);
        for secret in secrets {
            for spelling in spellings(secret) {
                assert!(!text.contains(&spelling), "{place} shows {}…", &secret[..6]);
            }
        }
    }
}

#[tokio::test]
async fn secrets_are_seen_nowhere() {
    super::log::begin();
    let stage = Stage::new().await;
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    let mut secrets: BTreeSet<String> = [SECRET.to_owned(), KEY.to_owned()].into();
    fs::write(stage.dir.path().join("m.yaml"), MANIFEST).expect("manifest");
    let mut keep = |name: &str, ended: super::program::Ended| {
        seen.push((format!("{name}: stdout"), ended.out.into_bytes()));
        seen.push((format!("{name}: stderr"), ended.err.into_bytes()));
    };
    keep("login", stage.logs_in().await);
    let first = stage.kept().await.expect("kept");
    keep("status", stage.run(&["login", "--status"]).await);
    keep("status json", stage.run(&["login", "--status", "--format", "json"]).await);
    keep("plan", stage.run(&["plan", "-f", "m.yaml", "--out", "saved.plan"]).await);
    keep("apply", stage.run(&["apply", "-f", "m.yaml", "--auto-approve"]).await.exits(0));
    // A run that is killed leaves its journal.
    fs::write(stage.dir.path().join("m.yaml"), MANIFEST.replace("运维", "运维部")).expect("manifest");
    let killed = stage
        .run_with(&["apply", "-f", "m.yaml", "--auto-approve"], &[("LARKCTL_TEST_DIE", "after header")])
        .await;
    assert_eq!(killed.code, None, "{killed:?}");
    keep("killed", killed);
    stage.tenant.step(7_201).await;
    // The platform quotes what it refuses.
    let access = first.access.expose().to_owned();
    let quoting = json!({
        "endpoint": "GET /open-apis/authen/v1/user_info", "times": 1,
        "effect": { "answer": { "status": 400, "code": 20_021, "msg": format!("token {access} {}", STANDARD.encode(&access)) } },
    });
    stage.tenant.faults(quoting).await;
    keep("doctor, quoted", stage.run(&["doctor"]).await.exits(1));
    keep("doctor", stage.run(&["doctor"]).await);
    let second = stage.kept().await.expect("kept");
    assert_ne!(first.access, second.access);
    let refresh = second.refresh.clone().expect("refresh").token;
    stage.tenant.step(7_201).await;
    let quoted = format!("{} {}", refresh.expose(), SECRET);
    stage.trouble(json!({ "answer": { "status": 400, "code": 20_024, "msg": quoted } }), 1).await;
    keep("doctor, not renewed", stage.run(&["doctor"]).await.exits(1));
    stage.trouble(json!("cut_after"), 1).await;
    keep("doctor, lost", stage.run(&["doctor"]).await.exits(1));
    keep("doctor, over", stage.run(&["doctor"]).await.exits(1));
    let given = stage.tenant.login(ALICE, "offline_access").await;
    let variables = [("LARK_USER_TOKEN", given.access.as_str())];
    keep("given", stage.run_with(&["doctor"], &variables).await);
    let variables = [("LARK_REFRESH_TOKEN", given.refresh.as_str())];
    keep("begun", stage.run_with(&["doctor"], &variables).await);
    keep(
        "over",
        stage
            .run_with(
                &["doctor"],
                &[("LARK_REFRESH_TOKEN", first.refresh.as_ref().expect("r").token.expose())],
            )
            .await,
    );

    // Debug of everything that holds one.
    // With a clock that is not the tenant: its Debug shows the trouble that quotes tokens.
    let person = stage.person_at(super::Stopped(0));
    let login = stage.logged_in().await;
    let client = stage.client(&person);
    me(&client).await.expect("me");
    let shown = format!("{person:?} {login:#?} {client:?} {first:?} {:?}", stage.vault(KEY));
    seen.push(("Debug".to_owned(), shown.into_bytes()));
    // Renewed, and refused with a quotation, inside of this process: what is logged of it.
    let person = stage.person();
    stage.tenant.step(7_201).await;
    person.token().await.expect("renewed");
    let last = stage.vault(KEY).read().await.expect("opens").expect("kept");
    let quoted = format!("{} {}", last.access.expose(), last.refresh.as_ref().expect("r").token.expose());
    stage.trouble(json!({ "answer": { "status": 400, "code": 20_024, "msg": quoted } }), 1).await;
    stage.tenant.step(7_201).await;
    let told = person.token().await.expect_err("refused");
    seen.push(("error".to_owned(), format!("{told:?} {told} {:?}", told.remedy()).into_bytes()));
    let log = super::log::kept();
    assert!(log.contains("not renewed") && log.contains("renewed"), "{log}");
    seen.push(("log".to_owned(), log.into_bytes()));
    secrets.extend([given.access.clone(), given.refresh.clone()]);
    for login in [&first, &second, &login, &last] {
        secrets.insert(login.access.expose().to_owned());
        secrets.extend(login.refresh.iter().map(|refresh| refresh.token.expose().to_owned()));
    }

    files(stage.dir.path(), &mut seen);
    assert!(seen.iter().any(|(place, _)| place.ends_with("journal.ndjson")), "the journal was looked at");
    assert!(seen.len() > 30 && secrets.len() > 8, "{} places, {} secrets", seen.len(), secrets.len());
    nowhere(&seen, &secrets);
    // The search itself finds what is there.
    let planted = format!("x{}", STANDARD.encode(format!("abc{KEY}")));
    assert!(spellings(KEY).iter().any(|spelling| planted.contains(spelling.as_str())));
}

const DESK: &str = "6939771743531696147";
const HELPDESK: &str = "version: 1
helpdesks:
  it:
    helpdesk_id: \"6939771743531696147\"
    token_variable: DESK_TOKEN
    events: [ticket.created]
    categories: { a: { name: 甲, language: zh_cn } }
    faqs: { q: { category: a, question: 问?, answer: 答 }, r: { category: a, question: 再问?, answer: 答 } }
";

/// The second credential of helpdesks, and the tokens of those who write them, through a whole life: planned, saved,
/// killed in the middle, refused with a quotation, reset.
#[tokio::test]
async fn credentials_of_helpdesks_are_seen_nowhere() {
    let stage = Stage::new().await;
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    let mut keep = |name: &str, ended: super::program::Ended| {
        seen.push((format!("{name}: stdout"), ended.out.into_bytes()));
        seen.push((format!("{name}: stderr"), ended.err.into_bytes()));
    };
    fs::write(stage.dir.path().join("m.yaml"), HELPDESK).expect("manifest");
    let act = json!({ "action": "helpdesk", "helpdesk_id": DESK, "admins": [ALICE] });
    let token = stage.tenant.act(act).await["token"].as_str().expect("a token").to_owned();
    let pair = STANDARD.encode(format!("{DESK}:{token}"));
    let app = json!({ "app_id": crate::support::APP, "app_secret": SECRET });
    let path = "/open-apis/auth/v3/tenant_access_token/internal";
    let tenant = stage.tenant.send("POST", path, None, Some(app)).await.body["tenant_access_token"].clone();
    let tenant = tenant.as_str().expect("a token").to_owned();
    keep("login", stage.logged_in_with("helpdesk:all").await.exits(0));
    let login = stage.kept().await.expect("kept");
    let loud = [("DESK_TOKEN", token.as_str()), ("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full")];
    let apply = ["apply", "-f", "m.yaml", "--auto-approve"];

    keep("plan", stage.run_with(&["plan", "-f", "m.yaml", "--out", "saved.plan"], &loud).await.exits(0));
    keep("plan json", stage.run_with(&["plan", "-f", "m.yaml", "--format", "json"], &loud).await.exits(0));
    keep("show", stage.run_with(&["show", "saved.plan"], &loud).await.exits(0));
    // What a request carried may come back in its answer.
    let quoted = format!("{token} {pair} {tenant} Bearer {}", STANDARD.encode(&tenant));
    for endpoint in ["GET /open-apis/helpdesk/v1/faqs", "GET /open-apis/helpdesk/v1/categories"] {
        let answer = json!({ "status": 401, "code": 154_001, "msg": quoted });
        stage
            .tenant
            .faults(json!({ "endpoint": endpoint, "times": 1, "effect": { "answer": answer } }))
            .await;
        keep("plan, quoted", stage.run_with(&["plan", "-f", "m.yaml"], &loud).await);
    }
    let access = login.access.expose();
    let quoted = format!("{token} {pair} {access} Bearer {}", STANDARD.encode(access));
    for (code, status) in [(154_001, 401), (155_000, 500), (99_991_663, 400)] {
        let answer = json!({ "status": status, "code": code, "msg": quoted });
        let rule = json!({ "endpoint": "POST /open-apis/helpdesk/v1/faqs", "times": 1, "effect": { "answer": answer } });
        stage.tenant.faults(rule).await;
        let json = [&apply[..], &["--format", "json"]].concat();
        keep("apply, quoted", stage.run_with(&json, &loud).await);
    }
    fs::write(stage.dir.path().join("m.yaml"), HELPDESK.replace("答 }", "新答 }")).expect("manifest");
    let mut doomed = loud.to_vec();
    doomed.push(("LARKCTL_TEST_DIE", "after intent helpdesk.it/faq.q: answer"));
    let killed = stage.run_with(&apply, &doomed).await;
    assert_eq!(killed.code, None, "{killed:?}");
    keep("killed", killed);
    let journal = fs::read_dir(stage.dir.path().join(".larkctl")).expect("folder");
    assert!(journal.flatten().any(|entry| entry.file_name().to_string_lossy().contains("journal")));
    files(stage.dir.path(), &mut seen);
    let mut keep = |name: &str, ended: super::program::Ended| {
        seen.push((format!("{name}: stdout"), ended.out.into_bytes()));
        seen.push((format!("{name}: stderr"), ended.err.into_bytes()));
    };
    keep("again", stage.run_with(&apply, &loud).await.exits(0));
    let act = json!({ "action": "helpdesk", "helpdesk_id": DESK, "reset": true });
    let fresh = stage.tenant.act(act).await["token"].as_str().expect("a token").to_owned();
    assert_ne!(fresh, token);
    keep("reset", stage.run_with(&["drift", "-f", "m.yaml"], &loud).await);
    keep("literal", stage.run_with(&["state", "list"], &loud).await.exits(0));
    files(stage.dir.path(), &mut seen);
    let mut secrets: BTreeSet<String> =
        [SECRET.to_owned(), KEY.to_owned(), token, pair, tenant, fresh].into();
    secrets.insert(login.access.expose().to_owned());
    secrets.extend(login.refresh.iter().map(|refresh| refresh.token.expose().to_owned()));
    assert!(seen.len() > 40 && secrets.len() == 8, "{} places, {} secrets", seen.len(), secrets.len());
    let all: String = seen.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert!(all.contains("154001") && all.contains("155000"), "what was refused was told");
    nowhere(&seen, &secrets);
}
