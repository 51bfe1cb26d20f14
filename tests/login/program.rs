//! The real program: login, status, logout, and commands that act for whoever has logged in.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};

use larkctl::login::{Keys, Login, Vault};
use serde_json::{Value, json};

use super::{ALICE, KEY, Stage};
use crate::support::{APP, SECRET};

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }
}

impl Stage {
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_larkctl"));
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null());
        for name in ["LARK_USER_TOKEN", "LARK_REFRESH_TOKEN", "LARK_ACCOUNTS_URL", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.env("LARK_APP_ID", APP).env("LARK_APP_SECRET", SECRET).env("NO_PROXY", "127.0.0.1");
        command.env("LARK_BASE_URL", &self.tenant.base);
        command.env("LARK_LOGIN_DIR", self.dir.path().join("login")).env("LARK_TOKEN_KEY", KEY);
        // What it waits for does not hold up the tests.
        command.env("LARKCTL_TEST_PACE", "1000");
        command
    }

    pub async fn run(&self, args: &[&str]) -> Ended {
        self.run_with(args, &[]).await
    }

    pub async fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Ended {
        let mut command = self.command(args);
        command.envs(variables.iter().copied());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread");
        Ended::of(output.expect("larkctl runs"))
    }

    /// Starts a login and gives it with the address that it prints.
    pub async fn begins(&self, args: &[&str]) -> (Begun, String) {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let begun = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().expect("larkctl starts");
            let mut err = BufReader::new(child.stderr.take().expect("stderr"));
            let mut said = String::new();
            let page = loop {
                let more = err.read_line(&mut said).expect("a line") > 0;
                let page = said.lines().map(str::trim).find(|line| line.starts_with("http"));
                if page.is_some() || !more {
                    break page.map(str::to_owned);
                }
            };
            let begun = Begun { child, err, said };
            let page = page.unwrap_or_else(|| panic!("no address: {}", begun.said));
            (begun, page)
        });
        begun.await.expect("a thread")
    }

    /// A login that the program kept.
    pub async fn kept(&self) -> Option<Login> {
        let whose = format!("{} as {APP}", self.tenant.base);
        Vault::new(&self.dir.path().join("login"), &whose, "", Keys::given(KEY)).read().await.expect("opens")
    }

    /// Alice logs in with the real program.
    pub async fn logs_in(&self) -> Ended {
        self.logs_in_by(&[]).await
    }

    /// And agrees to a scope.
    pub async fn logged_in_with(&self, scope: &str) -> Ended {
        self.logs_in_by(&["--scope", scope]).await
    }

    async fn logs_in_by(&self, more: &[&str]) -> Ended {
        let args = [&["login", "--no-browser", "--port", "0"], more].concat();
        let (begun, page) = self.begins(&args).await;
        let (status, _) = self.decides(&page, "grant").await;
        assert_eq!(status, 200);
        begun.ends().await.exits(0)
    }
}

/// A login that waits for its person.
pub struct Begun {
    child: Child,
    err: BufReader<std::process::ChildStderr>,
    said: String,
}

impl Begun {
    pub async fn ends(self) -> Ended {
        let Self { child, mut err, mut said } = self;
        let ended = tokio::task::spawn_blocking(move || {
            err.read_to_string(&mut said).expect("stderr");
            (child.wait_with_output().expect("ended"), said)
        });
        let (output, said) = ended.await.expect("a thread");
        Ended { err: said, ..Ended::of(output) }
    }
}

#[tokio::test]
async fn a_person_logs_in_is_known_and_is_forgotten() {
    let stage = Stage::new().await;
    let nobody = stage.run(&["login", "--status"]).await.exits(1);
    assert!(nobody.out.is_empty() && nobody.err.contains("run `larkctl login`"), "{}", nobody.err);
    let ended = stage.logs_in().await;
    assert!(ended.out.is_empty() && ended.err.contains("Logged in as alice"), "{}", ended.err);
    let status = stage.run(&["login", "--status"]).await.exits(0);
    assert!(status.out.contains("alice") && status.out.contains("offline_access"), "{}", status.out);
    let json = stage.run(&["login", "--status", "--format", "json"]).await.exits(0);
    let report: Value = serde_json::from_str(&json.out).expect("JSON alone");
    assert_eq!((&report["usable"], &report["app_id"]), (&json!(true), &json!(APP)));
    assert_eq!(report["person"]["name"], ALICE);
    let missing = stage.run(&["login", "--status", "--scope", "helpdesk:all"]).await.exits(1);
    assert!(missing.err.contains("--scope helpdesk:all"), "{}", missing.err);
    let doctor = stage.run(&["doctor"]).await;
    assert!(doctor.out.contains("person         alice"), "{}", doctor.out);
    let out = stage.run(&["logout"]).await.exits(0);
    assert!(out.err.contains("no call to take consent back"), "{}", out.err);
    assert!(stage.kept().await.is_none());
    stage.run(&["login", "--status"]).await.exits(1);
    stage.run(&["logout"]).await.exits(0);
}

#[tokio::test]
async fn a_refusal_leaves_the_login_before_as_it_was() {
    let stage = Stage::new().await;
    stage.logs_in().await;
    let before = stage.kept().await.expect("kept");
    let (begun, page) =
        stage.begins(&["login", "--no-browser", "--port", "0", "--scope", "helpdesk:all"]).await;
    assert!(page.contains("helpdesk%3Aall"), "{page}");
    stage.decides(&page, "refuse").await;
    let ended = begun.ends().await.exits(1);
    assert!(ended.err.contains("the person refused") && ended.err.contains("to try again"), "{}", ended.err);
    assert_eq!(stage.kept().await.expect("kept"), before);
}

#[tokio::test]
async fn a_device_logs_in() {
    let stage = Stage::new().await;
    let (begun, page) = stage.begins(&["login", "--device", "--scope", "helpdesk:all"]).await;
    assert!(page.contains("user_code="), "{page}");
    stage.decides(&page, "grant").await;
    let ended = begun.ends().await.exits(0);
    assert!(ended.err.contains("Logged in as alice"), "{}", ended.err);
    assert!(stage.kept().await.expect("kept").scopes.contains("helpdesk:all"));
}

#[tokio::test]
async fn processes_that_find_a_dead_token_renew_it_once() {
    let stage = Stage::new().await;
    stage.logs_in().await;
    stage.tenant.step(7_201).await;
    let before = stage.asked().await.len();
    let runs = (0..4).map(|_| stage.run(&["doctor"]));
    for ended in futures_util::future::join_all(runs).await {
        assert!(ended.out.contains("ok       person         alice"), "{}\n{}", ended.out, ended.err);
    }
    assert_eq!(stage.asked().await.len() - before, 1, "one renewal for four processes");
}

#[tokio::test]
async fn a_lost_answer_is_told_by_the_program() {
    let stage = Stage::new().await;
    stage.logs_in().await;
    stage.tenant.step(7_201).await;
    stage.trouble(json!("cut_after"), 1).await;
    let first = stage.run(&["doctor"]).await.exits(1);
    assert!(first.out.contains("log in again: run `larkctl login`"), "{}", first.out);
    let second = stage.run(&["doctor"]).await.exits(1);
    assert!(second.out.contains("20073"), "{}", second.out);
    stage.run(&["login", "--status"]).await.exits(1);
    stage.logs_in().await;
    assert!(stage.run(&["doctor"]).await.out.contains("ok       person         alice"));
}

#[tokio::test]
async fn variables_go_before_a_login() {
    let stage = Stage::new().await;
    let pair = stage.tenant.login(ALICE, "offline_access").await;
    let given = [("LARK_USER_TOKEN", pair.access.as_str())];
    let doctor = stage.run_with(&["doctor"], &given).await;
    assert!(doctor.out.contains("ok       person         alice"), "{}", doctor.out);
    let status = stage.run_with(&["login", "--status"], &given).await.exits(0);
    assert!(status.out.contains("LARK_USER_TOKEN is set"), "{}", status.out);
    stage.tenant.step(7_201).await;
    let doctor = stage.run_with(&["doctor"], &given).await.exits(1);
    assert!(
        doctor.out.contains("LARK_USER_TOKEN") && doctor.out.contains("set a fresh one"),
        "{}",
        doctor.out
    );
    let renewed = [("LARK_REFRESH_TOKEN", pair.refresh.as_str())];
    for _ in 0..2 {
        let doctor = stage.run_with(&["doctor"], &renewed).await;
        assert!(doctor.out.contains("ok       person         alice"), "{}", doctor.out);
    }
    let refused = stage.run_with(&["login", "--no-browser"], &renewed).await.exits(1);
    assert!(refused.err.contains("LARK_REFRESH_TOKEN is set"), "{}", refused.err);
    let short = [("LARK_REFRESH_TOKEN", pair.refresh.as_str()), ("LARK_TOKEN_KEY", "short")];
    let doctor = stage.run_with(&["doctor"], &short).await.exits(1);
    assert!(doctor.out.contains("32 or more"), "{}", doctor.out);
    // What needs no person asks for nothing, whatever the variables hold.
    stage.run_with(&["login", "--nonsense"], &short).await.exits(64);
}

#[tokio::test]
async fn a_taken_port_names_the_ways_out() {
    let stage = Stage::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
    let port = taken.local_addr().expect("address").port().to_string();
    let ended = stage.run(&["login", "--no-browser", "--port", &port]).await.exits(1);
    assert!(ended.err.contains("--port N") && ended.err.contains("--device"), "{}", ended.err);
    for wrong in [
        &["login", "--scope", "a b"][..],
        &["login", "--device", "--port", "1"],
        &["login", "--format", "json"],
    ] {
        stage.run(wrong).await.exits(64);
    }
}
