//! The promises of plan, apply, drift, show and state, asked of the real binary against a tenant of its own.

mod guards;
mod helpdesk;
mod journeys;
mod saved;
mod telling;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use larkctl::sandbox::server::Options;
use serde_json::Value;

use crate::support::{APP, SECRET, Tenant, options};

/// A folder, a tenant, and larkctl between them.
struct Desk {
    dir: tempfile::TempDir,
    tenant: Tenant,
}

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}:\n{}\n{}", self.out, self.err))
    }
}

impl Desk {
    async fn new() -> Self {
        Self::with(options()).await
    }

    async fn with(options: Options) -> Self {
        Self { dir: tempfile::tempdir().expect("dir"), tenant: Tenant::with(options).await }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_larkctl"));
        command.args(args).current_dir(self.path()).stdin(Stdio::null());
        command.env("LARK_APP_ID", APP).env("LARK_APP_SECRET", SECRET).env("NO_PROXY", "127.0.0.1");
        command.env("LARK_BASE_URL", &self.tenant.base).env_remove("NO_COLOR");
        command
    }

    /// Runs to the end without holding up the tenant, which lives in this process.
    async fn run(&self, args: &[&str]) -> Ended {
        let mut command = self.command(args);
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread");
        Ended::of(output.expect("larkctl runs"))
    }

    async fn apply(&self) -> Ended {
        self.run(&["apply", "-f", "m.yaml", "--auto-approve"]).await
    }

    /// Calls that wrote, ever.
    async fn writes(&self) -> Vec<String> {
        let report = self.tenant.send("GET", "/_sandbox/requests?last=5000", None, None).await.body;
        let entries = report["requests"].as_array().expect("requests");
        entries
            .iter()
            .filter(|e| e["method"] != "GET")
            .map(|e| format!("{} {}", e["method"].as_str().unwrap_or(""), e["path"].as_str().unwrap_or("")))
            .filter(|call| !call.contains("/auth/v3/") && !call.contains("batch_get_id"))
            .collect()
    }
}

const COMPANY: &str = r#"version: 1
departments:
  eng: { name: 研发中心, parent: root }
  ops: { name: 运维, parent: eng }
users:
  zhang.san:
    name: 张三
    mobile: "+8613011111111"
    email: zhang.san@acme.example.com
    employee_type: regular
    departments: [eng]
  li.si:
    name: 李四
    mobile: "+8613011111112"
    employee_type: regular
    departments: [ops]
    job_title: SRE
"#;
