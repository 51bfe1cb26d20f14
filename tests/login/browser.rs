//! The authorisation code with a proof key, from the address that is printed to the tokens.

use std::time::Duration;

use larkctl::api::oauth::OAuthError;
use larkctl::login::browser::{Authorisation, LoginError, PATIENCE};
use larkctl::login::{Loopback, wanted};

use super::Stage;

async fn begun() -> (Authorisation, String) {
    let loopback = Loopback::bind(0).await.expect("port");
    let back = loopback.address();
    (Authorisation::new(loopback, &wanted(["helpdesk:all"]).expect("scopes")).expect("request"), back)
}

fn parameter<'p>(page: &'p str, name: &str) -> &'p str {
    let query = page.split_once('?').expect("query").1;
    query.split('&').find_map(|p| p.strip_prefix(&format!("{name}="))).expect("parameter")
}

#[tokio::test]
async fn a_person_who_agrees_gives_tokens_and_sees_a_friendly_page() {
    let stage = Stage::new().await;
    let (request, _) = begun().await;
    let oauth = stage.oauth();
    let page = request.page(&oauth);
    assert_eq!(parameter(&page, "code_challenge_method"), "S256");
    assert_eq!(parameter(&page, "scope"), "helpdesk%3Aall%20offline_access");
    let (grant, (status, shown)) =
        tokio::join!(request.finish(&oauth, PATIENCE), stage.decides(&page, "grant"));
    let grant = grant.expect("tokens");
    assert!(status == 200 && shown.contains("已同意授权") && shown.contains("You have agreed"), "{shown}");
    assert_eq!((grant.life, grant.refresh.expect("renewal").life), (7_200, 604_800));
    assert!(grant.scopes.contains("helpdesk:all") && grant.scopes.contains("offline_access"));
    assert!(grant.access.expose().starts_with("eyJ"));
}

#[tokio::test]
async fn a_person_who_refuses_gives_nothing() {
    let stage = Stage::new().await;
    let (request, _) = begun().await;
    let oauth = stage.oauth();
    let page = request.page(&oauth);
    let (grant, (_, shown)) = tokio::join!(request.finish(&oauth, PATIENCE), stage.decides(&page, "refuse"));
    assert!(matches!(grant, Err(LoginError::Denied)), "{grant:?}");
    assert!(shown.contains("未授权") && shown.contains("Nothing was granted"), "{shown}");
    assert!(stage.asked().await.is_empty(), "no code, no exchange");
}

#[tokio::test]
async fn answers_that_are_not_this_logins_change_nothing() {
    let stage = Stage::new().await;
    let (request, back) = begun().await;
    let oauth = stage.oauth();
    let page = request.page(&oauth);
    let state = parameter(&page, "state").to_owned();
    let knocks = async {
        for query in [
            "?code=stolen&state=another".to_owned(),
            "?code=stolen".to_owned(),
            format!("?code=a&code=b&state={state}"),
            String::new(),
        ] {
            let answer = stage.tenant.http.get(format!("{back}{query}")).send().await.expect("page");
            assert_eq!(answer.status().as_u16(), 400, "{query}");
            assert_eq!(answer.headers()["cache-control"], "no-store");
        }
        let other = back.replace("/callback", "/favicon.ico");
        assert_eq!(stage.tenant.http.get(other).send().await.expect("page").status().as_u16(), 404);
        // A page of another name that points here (DNS rebinding) is not ours.
        let foreign =
            stage.tenant.http.get(format!("{back}?code=x&state={state}")).header("Host", "evil.example");
        assert_eq!(foreign.send().await.expect("page").status().as_u16(), 404);
        stage.decides(&page, "grant").await
    };
    let (grant, _) = tokio::join!(request.finish(&oauth, PATIENCE), knocks);
    grant.expect("the login went on");
    assert_eq!(stage.asked().await, [200], "and no foreign code was ever sent");
}

#[tokio::test]
async fn a_code_of_another_authorisation_cannot_be_slipped_in() {
    let stage = Stage::new().await;
    let oauth = stage.oauth();
    let (mine, back) = begun().await;
    let (theirs, _) = begun().await;
    // The attacker's own authorisation, with my address to come back to: its code meets another verifier here.
    let state = parameter(&mine.page(&oauth), "state").to_owned();
    let page = theirs.page(&oauth);
    let query = page.split_once('?').expect("query").1;
    let forged = query.replace(parameter(&page, "state"), &state);
    let own = mine.page(&oauth);
    let forged = forged.replace(parameter(&page, "redirect_uri"), parameter(&own, "redirect_uri"));
    assert!(forged.contains(&state) && !back.is_empty());
    let slipped = format!("{}?{forged}", page.split_once('?').expect("query").0);
    let consent = stage.decides(&slipped, "grant");
    let (grant, _) = tokio::join!(mine.finish(&oauth, PATIENCE), consent);
    let Err(LoginError::OAuth(error)) = grant else { panic!("{grant:?}") };
    assert_eq!(error.code(), Some(20_049));
}

#[tokio::test]
async fn a_code_that_comes_too_late_is_refused_in_words() {
    let stage = Stage::new().await;
    let oauth = stage.oauth();
    let (request, back) = begun().await;
    let page = request.page(&oauth);
    let slow = async {
        let url = serde_json::json!({ "action": "consent", "url": page, "user": super::ALICE });
        let location = stage.tenant.act(url).await["location"].as_str().expect("location").to_owned();
        assert!(location.starts_with(&back));
        stage.tenant.step(301).await;
        stage.tenant.http.get(location).send().await.expect("page");
    };
    let (grant, ()) = tokio::join!(request.finish(&oauth, PATIENCE), slow);
    let Err(LoginError::OAuth(error)) = grant else { panic!("{grant:?}") };
    assert_eq!(error.code(), Some(20_004));
    let told = larkctl::login::told(&error, "larkctl login");
    assert!(told.what.contains("five minutes") && told.remedy.contains("`larkctl login`"), "{told:?}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_at_once() {
    let first = Loopback::bind(0).await.expect("port");
    let port: u16 =
        first.address().rsplit(':').next().and_then(|t| t.split('/').next()?.parse().ok()).expect("port");
    let error = Loopback::bind(port).await.expect_err("taken");
    assert_eq!(error.to_string(), format!("cannot listen on 127.0.0.1:{port}"));
}

#[tokio::test]
async fn nobody_is_waited_for_for_ever() {
    let stage = Stage::new().await;
    let (request, _) = begun().await;
    let ended = request.finish(&stage.oauth(), Duration::ZERO).await;
    assert!(matches!(ended, Err(LoginError::Nobody(_))), "{ended:?}");
}

#[tokio::test]
async fn a_scope_that_the_app_has_not_enabled_is_said_on_the_page() {
    let stage = Stage::new().await;
    let only = serde_json::json!({ "action": "scopes", "only": ["offline_access"], "user": true });
    stage.tenant.act(only).await;
    let (request, _) = begun().await;
    let page = request.page(&stage.oauth());
    let shown = stage.tenant.http.get(page).send().await.expect("page");
    assert_eq!(shown.status().as_u16(), 400);
    assert!(shown.text().await.expect("text").contains("20027"));
    let device = stage.oauth().device("helpdesk:all").await;
    assert!(matches!(&device, Err(OAuthError::Refused { code: Some(20_027), .. })), "{device:?}");
}
