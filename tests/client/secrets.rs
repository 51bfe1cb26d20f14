//! Nothing that is printed, logged or put into an error holds a secret, even if the remote quotes it back.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use larkctl::api::helpdesk::DeskToken;
use larkctl::api::{ApiError, Client, Draft};
use larkctl::base::secret::Secret;

use super::server::{Reply, Server, code};
use super::{APP_SECRET, TOKEN, create_group, get_user, log, patch_user, settings};

const DESK: &str = "6939771743531696147";
const HELPDESK: &str = "ht-h3lpd3sk-0123456789";

fn show(error: &ApiError) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string);
    format!("{error}\n{error:?}\n{error:#?}\n{:?}\n{:?}\n{source:?}\n", error.remedy(), error.violations())
}

#[track_caller]
fn assert_clean(text: &str, what: &str) {
    let pair = STANDARD.encode(format!("{DESK}:{HELPDESK}"));
    assert!(!text.contains(&pair[..pair.len() / 2]), "{what} shows the pair of a helpdesk: {text}");
    for secret in [APP_SECRET, TOKEN, HELPDESK] {
        let spellings = [secret.to_owned(), STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
        for spelling in spellings {
            assert!(!text.contains(&spelling), "{what} shows a secret: {text}");
        }
        // A cut must not leave the better half of it.
        assert!(!text.contains(&secret[..secret.len() / 2]), "{what} shows half a secret: {text}");
    }
}

#[tokio::test]
async fn no_error_no_debug_output_and_no_log_line_shows_a_secret() {
    log::begin();
    let mut shown = String::new();
    let replies = [
        Reply::Echo(200),
        Reply::Echo(400),
        Reply::Echo(302),
        Reply::Echo(502),
        Reply::Echo(500),
        code(400, 99_991_663),
        Reply::Cut,
        Reply::Truncated,
    ];
    for reply in replies {
        let server = Server::start([reply.clone()]).await;
        let client = Client::new(settings(&server.base())).expect("client");
        shown += &format!("{client:?} {:?} {:?}", client.reader(), client.writer());
        shown += &show(&client.reader().get(&get_user()).await.expect_err("error"));
        for request in [patch_user(), create_group()] {
            shown += &format!("{request:?}{:?}", client.writer().send(&request).await);
        }
        let second = Draft::to("GET", "/open-apis/contact/v3/users/:user_id").path("user_id", "x");
        let second = second.desk(DESK).read().expect("read");
        let token = DeskToken { variable: "LARK_DESK".to_owned(), token: Some(Secret::new(HELPDESK)) };
        client.know_helpdesks([(DESK.to_owned(), token)].into());
        shown += &format!("{second:?}");
        shown += &show(&client.reader().get(&second).await.expect_err("error"));
        let server = Server::start([reply.clone()]).await.tokens([reply]);
        let client = Client::new(settings(&server.base())).expect("client");
        shown += &show(&client.reader().get(&get_user()).await.expect_err("error"));
        assert!(server.token_requests()[0].body.contains(APP_SECRET), "the secret did go out");
    }
    assert_clean(&shown, "an error");
    assert!(shown.contains("***"), "the echo was masked, not lost");
    let log = log::kept();
    assert!(log.contains("/open-apis/contact/v3/users/:user_id"), "the log was captured: {log}");
    assert_clean(&log, "the log");
}
