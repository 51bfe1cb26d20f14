//! The file: who can open it, what a damaged one says, what happens to it under other hands.

use std::fs;

use larkctl::api::auth::Tokens as _;
use larkctl::login::{Keys, Vault, VaultError};

use super::{ALICE, KEY, Stage, in_full, me, vault};

const OTHER: &str = "another-key-of-the-tests-long-enough";

#[tokio::test]
async fn it_is_private_and_holds_no_token_in_the_clear() {
    let stage = Stage::new().await;
    let login = stage.logged_in().await;
    let bytes = fs::read_to_string(stage.vault(KEY).path()).expect("text");
    let refresh = login.refresh.expect("refresh").token;
    for secret in [login.access.expose(), refresh.expose(), KEY, ALICE] {
        assert!(!bytes.contains(secret));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(stage.vault(KEY).path()), 0o600);
        let nested = vault(&stage.dir.path().join("new"), KEY);
        drop(nested.lock().await.expect("locked"));
        assert_eq!(mode(&stage.dir.path().join("new")), 0o700);
    }
}

#[tokio::test]
async fn a_wrong_key_and_a_damaged_file_are_told_apart_and_left_alone() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    let path = stage.vault(KEY).path().to_owned();
    let whole = fs::read(&path).expect("bytes");
    let tried = |vault: Vault| {
        let client = stage.client(&stage.person_with(vault, None));
        async move { in_full(&me(&client).await.expect_err("closed")) }
    };
    let text = tried(stage.vault(OTHER)).await;
    assert!(text.contains("another key (LARK_TOKEN_KEY)") && text.contains("set LARK_TOKEN_KEY"), "{text}");
    let text = tried(Vault::new(stage.dir.path(), "the tests", "", Keys::given("short"))).await;
    assert!(text.contains("32 or more") && text.contains("openssl rand"), "{text}");
    for cut in [0, 1, whole.len() / 2, whole.len() - 2] {
        fs::write(&path, &whole[..cut]).expect("cut");
        let text = tried(stage.vault(KEY)).await;
        assert!(text.contains("cannot be read") && text.contains("`larkctl login`"), "{cut}: {text}");
        assert_eq!(fs::read(&path).expect("bytes").len(), cut, "left as it was");
    }
    assert_eq!(stage.asked().await.len(), 1, "nothing was spent");
    stage.logged_in().await;
    assert!(me(&stage.client(&stage.person())).await.is_ok(), "a new login replaces it");
}

#[tokio::test]
async fn what_cannot_be_written_is_not_spent() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    stage.tenant.step(7_201).await;
    // A folder where the new file is to be prepared: no permission trick stops root.
    let mut beside = stage.vault(KEY).path().as_os_str().to_owned();
    beside.push(".tmp");
    fs::create_dir(&beside).expect("in the way");
    let person = stage.person();
    let text = in_full(&person.token().await.expect_err("not renewed"));
    assert!(text.contains("cannot write") && text.contains("LARK_LOGIN_DIR"), "{text}");
    assert_eq!(stage.asked().await.len(), 1, "the refresh token was not used");
    fs::remove_dir(&beside).expect("away");
    person.token().await.expect("renewed");
}

#[tokio::test]
async fn a_logout_meanwhile_stays_one() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    let person = stage.person();
    person.token().await.expect("token");
    stage.person().forget().await.expect("forgotten");
    assert!(!stage.vault(KEY).path().exists());
    stage.tenant.step(7_201).await;
    let text = in_full(&person.token().await.expect_err("nobody"));
    assert!(text.contains("nobody has logged in"), "{text}");
    assert!(!stage.vault(KEY).path().exists(), "it was not written again");
    assert_eq!(stage.asked().await.len(), 1);
    stage.person().forget().await.expect("twice is no harm");
}

#[tokio::test]
async fn a_logout_during_a_renewal_has_the_last_word() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    stage.tenant.step(7_201).await;
    for _ in 0..5 {
        let (person, other) = (stage.person(), stage.person());
        let (token, gone) = tokio::join!(person.token(), other.forget());
        gone.expect("forgotten");
        drop(token);
        assert!(!stage.vault(KEY).path().exists());
        stage.logged_in().await;
        stage.tenant.step(7_201).await;
    }
}

#[tokio::test]
async fn who_waits_for_the_lock_of_a_process_that_hangs_is_told() {
    let stage = Stage::new().await;
    stage.logged_in().await;
    let held = stage.vault(KEY).lock().await.expect("lock");
    tokio::time::pause();
    let error = stage.vault(KEY).lock().await.expect_err("held");
    assert!(
        matches!(error, VaultError::Busy { .. }) && error.to_string().contains("more than a minute"),
        "{error}"
    );
    drop(held);
    stage.vault(KEY).lock().await.expect("free");
}

#[tokio::test]
async fn a_refresh_token_from_a_variable_is_renewed_and_its_successor_kept() {
    let stage = Stage::new().await;
    let pair = stage.tenant.login(ALICE, "offline_access").await;
    let person = || stage.person_with(stage.vault(KEY), Some(&pair.refresh));
    let first = person().token().await.expect("token");
    assert_eq!(person().token().await.expect("the next process"), first, "kept, not renewed again");
    stage.tenant.step(7_201).await;
    let second = person().token().await.expect("token");
    assert_ne!(second, first);
    assert_eq!(
        stage.asked().await,
        [200, 200, 200],
        "the login and two renewals, the second by the successor"
    );
    // Another token in the variable begins anew.
    let other = stage.tenant.login(ALICE, "offline_access").await;
    stage.person_with(stage.vault(KEY), Some(&other.refresh)).token().await.expect("token");
    // A machine that did not keep the file has a token that was used up.
    fs::remove_file(stage.vault(KEY).path()).expect("lost");
    let text = in_full(&person().token().await.expect_err("used"));
    assert!(
        text.contains("20073") && text.contains("LARK_REFRESH_TOKEN") && text.contains("kept in"),
        "{text}"
    );
}

#[tokio::test]
async fn a_variable_without_a_place_to_keep_its_successor_is_not_spent() {
    let stage = Stage::new().await;
    let pair = stage.tenant.login(ALICE, "offline_access").await;
    let nowhere = Vault::new(stage.dir.path(), "the tests", "", Keys::given("short"));
    let text = in_full(&stage.person_with(nowhere, Some(&pair.refresh)).token().await.expect_err("no key"));
    assert!(text.contains("LARK_TOKEN_KEY"), "{text}");
    assert_eq!(stage.asked().await, [200]);
    stage.person_with(stage.vault(KEY), Some(&pair.refresh)).token().await.expect("still good");
}
