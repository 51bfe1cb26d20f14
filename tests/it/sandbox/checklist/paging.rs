//! Items 31 to 34: lists in pages.

use serde_json::{Value, json};

use super::{DEPARTMENTS, children, members, named, texts};
use crate::support::{CONTACT, Tenant, person};

const CHILDREN: &str = "GET /open-apis/contact/v3/departments/:department_id/children";

/// Departments d00, d01, … under the root.
async fn departments(t: &Tenant, n: usize) {
    for i in 0..n {
        t.department(&format!("d{i:02}"), "0").await;
    }
}

/// Follows the tokens to the end; stops as the brief says, on `has_more` and the token.
async fn walk(t: &Tenant, path: &str) -> Vec<Vec<String>> {
    let (mut pages, mut token) = (Vec::new(), String::new());
    loop {
        let more = if token.is_empty() { String::new() } else { format!("&page_token={token}") };
        let data = t.ok("GET", &format!("{path}{more}"), Value::Null).await;
        pages.push(texts(&data, "items", "department_id"));
        let next = data.get("page_token").or_else(|| data.get("next_page_token"));
        let next = next.and_then(Value::as_str).unwrap_or_default().to_owned();
        if data["has_more"] == json!(false) || next.is_empty() {
            return pages;
        }
        assert_ne!(next, token, "a token that repeats");
        token = next;
        assert!(pages.len() < 100);
    }
}

/// Name of the list, its default and its maximum, from the table in the brief's section 7.
const LISTS: [(&str, &str, usize, usize); 9] = [
    ("/departments/0/children?department_id_type=department_id", "items", 10, 50),
    ("/users/find_by_department?department_id=0", "items", 10, 50),
    ("/scopes?", "user_ids", 50, 100),
    ("/group/simplelist?", "grouplist", 50, 100),
    ("/unit?", "unitlist", 50, 100),
    ("/job_levels?", "items", 10, 50),
    ("/job_families?", "items", 10, 50),
    ("/job_titles?", "items", 10, 50),
    ("/work_cities?", "items", 10, 50),
];

#[tokio::test]
async fn item_31_each_list_has_its_default_and_its_maximum() {
    let t = Tenant::start().await;
    departments(&t, 60).await;
    for i in 0..105 {
        let users = format!("{CONTACT}/users?department_id_type=department_id");
        let mut body = person(&format!("p{i}"), "0");
        body["job_title"] = format!("t{i}").into();
        body["city"] = format!("c{i}").into();
        t.ok("POST", &users, body).await;
        t.ok("POST", &format!("{CONTACT}/group"), json!({ "name": format!("g{i}") })).await;
        let unit = json!({ "name": format!("n{i}"), "unit_type": "t" });
        t.ok("POST", &format!("{CONTACT}/unit"), unit).await;
    }
    for i in 0..55 {
        let level = json!({ "name": format!("l{i}"), "status": true });
        t.ok("POST", &format!("{CONTACT}/job_levels"), level.clone()).await;
        t.ok("POST", &format!("{CONTACT}/job_families"), level).await;
    }
    for (path, list, default, max) in LISTS {
        let size = |answer: Value| answer["data"][list].as_array().map_or(0, Vec::len);
        let answer = t.call("GET", &format!("{CONTACT}{path}"), Value::Null).await;
        assert_eq!(size(answer.body.clone()), default, "{path}: {}", answer.text);
        assert_eq!(answer.body["data"]["has_more"], true);
        for (n, fine) in [(1, true), (max, true), (max + 1, false), (0, false)] {
            let path = format!("{CONTACT}{path}&page_size={n}").replace("?&", "?");
            let answer = t.call("GET", &path, Value::Null).await;
            if fine {
                assert_eq!(size(answer.body), n, "{path}");
            } else {
                let code = answer.code();
                assert!([40_001, 40_009, 40_011, 40_041, 99_992_402].contains(&code), "{path}: {code}");
                assert_eq!(answer.status, 400);
            }
        }
    }
}

#[tokio::test]
async fn item_32_tokens_are_opaque_and_bound_to_their_query() {
    let t = Tenant::start().await;
    departments(&t, 3).await;
    let list = children("0", "&page_size=1");
    let token = t.ok("GET", &list, Value::Null).await["page_token"].as_str().expect("token").to_owned();
    let with = |path: &str, token: &str| format!("{path}&page_token={token}");
    assert_eq!(t.ok("GET", &with(&list, &token), Value::Null).await["items"][0]["department_id"], "d01");
    // Another page size is the same query; everything else is another one.
    t.ok("GET", &with(&children("0", "&page_size=2"), &token), Value::Null).await;
    for path in [
        children("0", "&page_size=1&fetch_child=true"),
        children("d00", "&page_size=1"),
        format!("{CONTACT}/departments/0/children?page_size=1"),
        members("0"),
    ] {
        t.refused("GET", &with(&path, &token), Value::Null, 400, 40_012).await;
    }
    let other = t.second_app().await;
    let foreign = t.send("GET", &with(&list, &token), Some(&other), None).await;
    assert_eq!((foreign.status, foreign.code()), (400, 40_012), "another app's token");
    let mut forged = token.clone().into_bytes();
    forged[2] = if forged[2] == b'A' { b'B' } else { b'A' };
    for bad in ["1", "null", &token[1..], &String::from_utf8(forged).expect("text")] {
        t.refused("GET", &with(&list, bad), Value::Null, 400, 40_012).await;
    }
    t.ok("GET", &with(&list, ""), Value::Null).await;
}

#[tokio::test]
async fn item_33_pages_may_be_short_empty_or_oddly_shaped() {
    let t = Tenant::start().await;
    departments(&t, 7).await;
    let list = children("0", "&page_size=2");
    let all: Vec<String> = (0..7).map(|i| format!("d{i:02}")).collect();
    let plain = walk(&t, &list).await;
    assert_eq!(plain.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2, 1]);
    let last = t.ok("GET", &children("0", "&page_size=50"), Value::Null).await;
    assert_eq!((&last["has_more"], last.get("page_token")), (&json!(false), None));
    t.settings(json!({ "token_on_last_page": true })).await;
    let last = t.ok("GET", &children("0", "&page_size=50"), Value::Null).await;
    assert_eq!(last["has_more"], false);
    assert!(last["page_token"].as_str().is_some_and(|t| !t.is_empty()));
    t.settings(json!({ "token_on_last_page": false, "empty_page_every": 2 })).await;
    let pages = walk(&t, &list).await;
    assert!(pages[..pages.len() - 1].iter().any(Vec::is_empty), "{pages:?}");
    assert_eq!(pages.concat(), all, "nothing is lost");
    t.settings(json!({ "empty_page_every": 0, "short_page_every": 1 })).await;
    let pages = walk(&t, &list).await;
    assert!(pages.iter().all(|p| p.len() == 1) && pages.concat() == all);
    t.settings(json!({ "short_page_every": 0, "page_shapes": { CHILDREN: "next_page_token" } })).await;
    let data = t.ok("GET", &list, Value::Null).await;
    assert!(data.get("page_token").is_none() && data["next_page_token"].is_string());
    assert_eq!(walk(&t, &list).await.concat(), all);
    t.settings(json!({ "page_shapes": { CHILDREN: "no_has_more" } })).await;
    assert!(t.ok("GET", &list, Value::Null).await.get("has_more").is_none());
    assert_eq!(walk(&t, &list).await.concat(), all);
}

#[tokio::test]
async fn item_34_what_comes_or_goes_between_pages_is_skipped_or_repeated() {
    let t = Tenant::start().await;
    departments(&t, 4).await;
    let list = children("0", "&page_size=2");
    let first = t.ok("GET", &list, Value::Null).await;
    assert_eq!(texts(&first, "items", "department_id"), ["d00", "d01"]);
    let next = format!("{list}&page_token={}", first["page_token"].as_str().expect("token"));
    let gone = format!("{CONTACT}/departments/d00?department_id_type=department_id");
    t.ok("DELETE", &gone, Value::Null).await;
    let second = t.ok("GET", &next, Value::Null).await;
    assert_eq!(texts(&second, "items", "department_id"), ["d03"], "d02 moved up and is skipped");
    let mut early = named("early");
    early["order"] = "1".into();
    t.ok("POST", DEPARTMENTS, early).await;
    let mut earlier = named("earlier");
    earlier["order"] = "0".into();
    t.ok("POST", DEPARTMENTS, earlier).await;
    let second = t.ok("GET", &next, Value::Null).await;
    assert_eq!(texts(&second, "items", "department_id")[0], "d01", "d01 moved down and comes again");
}
