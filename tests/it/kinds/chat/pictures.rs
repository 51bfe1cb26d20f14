//! Pictures from files: uploaded once, known again by their digest, and never another file than the plan has seen.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::stage::{Stage, manifest};

/// A folder below the one that the manifest's paths go from: that of standard input is the working directory.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        fs::create_dir_all("target/tmp").expect("folder");
        Self(tempfile::tempdir_in("target/tmp").expect("folder"))
    }

    fn put(&self, name: &str, bytes: &[u8]) -> String {
        let path: PathBuf = self.0.path().join(name);
        fs::write(&path, bytes).expect("file");
        let here = std::env::current_dir().expect("here");
        path.strip_prefix(&here).unwrap_or(&path).display().to_string()
    }
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes
}

async fn uploads(s: &Stage) -> u64 {
    s.world.writes().await.0.get("POST /open-apis/im/v1/images").copied().unwrap_or(0)
}

#[tokio::test]
async fn a_picture_is_uploaded_when_it_changes_and_only_then() {
    let (s, files) = (Stage::start().await, Folder::new());
    let path = files.put("a.png", &png(10, 10));
    let yaml = format!("  c: {{ name: 组, avatar: {path} }}\n");
    assert_eq!(
        s.converge(&yaml).await,
        ["chat.c: create".to_owned(), format!("chat.c: upload {path}"), "chat.c: picture".to_owned()]
    );
    let first = s.chat("组").await["avatar"].clone();
    assert_eq!((uploads(&s).await, first.as_str().is_some_and(|key| key.starts_with("img_"))), (1, true));
    // The same picture elsewhere is the same picture.
    let moved = files.put("b.png", &png(10, 10));
    assert_eq!(s.converge(&format!("  c: {{ name: 组, avatar: {moved} }}\n")).await, [""; 0]);
    files.put("b.png", &png(11, 10));
    assert_eq!(s.converge(&format!("  c: {{ name: 组, avatar: {moved} }}\n")).await.len(), 2);
    assert_ne!(s.chat("组").await["avatar"], first);
    // Somebody takes another: it is drift, and put right.
    s.by_hand("组", json!({ "avatar": "img_v3_by_hand" })).await;
    let plan = s.plan(&format!("  c: {{ name: 组, avatar: {moved} }}\n")).await;
    assert!(plan.changes.iter().any(|c| c.drift.iter().any(|d| d.name == "avatar")), "{:#?}", plan.changes);
    assert_eq!(s.converge(&format!("  c: {{ name: 组, avatar: {moved} }}\n")).await.len(), 2);
}

#[tokio::test]
async fn icons_of_tabs_and_menu_are_uploaded_once_for_both() {
    let (s, files) = (Stage::start().await, Folder::new());
    let path = files.put("i.png", &png(16, 16));
    let yaml = |name: &str| {
        format!(
            "  c: {{ name: 组, tabs: [{{ name: {name}, url: https://a.example/, icon: {path} }}], menu: [{{ name: M, link: https://m.example/, icon: {path} }}] }}\n"
        )
    };
    s.converge(&yaml("A")).await;
    assert_eq!(uploads(&s).await, 1);
    // Renaming keeps the picture, without another upload.
    s.converge(&yaml("B")).await;
    assert_eq!(uploads(&s).await, 0);
    files.put("i.png", &png(17, 16));
    s.converge(&yaml("B")).await;
    assert_eq!(uploads(&s).await, 1);
}

#[tokio::test]
async fn a_file_that_changed_after_the_plan_stops_the_run_before_the_first_call() {
    let (s, files) = (Stage::start().await, Folder::new());
    let path = files.put("a.png", &png(10, 10));
    s.converge("").await;
    for gone in [false, true] {
        files.put("a.png", &png(10, 10));
        let yaml = manifest(&format!("  c: {{ name: 组, avatar: {path} }}\n"));
        let plan = s.world.plan(&yaml).await.expect("a plan");
        let text = serde_json::to_string(&plan).expect("JSON");
        assert!(text.contains("sha256") && !text.contains("IHDR"));
        let file = path.clone();
        s.world.writes().await;
        let failed = s
            .world
            .try_apply_amid(&yaml, async |event| {
                if event.is_none() && gone {
                    fs::remove_file(&file).expect("removed");
                } else if event.is_none() {
                    fs::write(&file, png(12, 12)).expect("written");
                }
            })
            .await
            .expect_err("it does not start");
        let wanted = if gone { "cannot be read" } else { "is not what it was" };
        assert!(failed.to_string().contains(wanted) && failed.to_string().contains("a.png"), "{failed}");
        assert!(s.world.writes().await.0.is_empty());
        assert!(s.chats().await.is_empty());
    }
}
