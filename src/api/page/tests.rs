//! Decoding of pages; the walk over several pages is tested against a server in `tests/client`.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::api::request::Draft;

#[test]
fn the_end_has_many_faces() {
    for end in [
        json!(null),
        json!({}),
        json!({"has_more": false}),
        json!({"has_more": false, "page_token": "t"}),
        json!({"has_more": 0, "page_token": "t"}),
        json!({"page_token": ""}),
        json!({"has_more": null, "page_token": null}),
    ] {
        assert_eq!(after(&end), Ok(After::End), "{end}");
    }
}

#[test]
fn there_is_more() {
    for more in [
        json!({"has_more": true, "page_token": "t"}),
        json!({"has_more": 1, "page_token": "t"}),
        json!({"page_token": "t"}),
        json!({"has_more": true, "next_page_token": "t", "items": []}),
    ] {
        assert_eq!(after(&more), Ok(After::Page("t".to_owned())), "{more}");
    }
}

#[test]
fn more_without_a_place_is_not_the_end() {
    assert_eq!(after(&json!({"has_more": true})), Err(PageError::NoToken));
    assert_eq!(after(&json!({"has_more": true, "page_token": ""})), Err(PageError::NoToken));
    assert_eq!(after(&json!([1])), Err(PageError::NotAnObject));
}

#[test]
fn items_are_under_the_key_of_the_kind() {
    assert_eq!(items(json!({"grouplist": [1, 2]}), "grouplist").map(|i| i.len()), Ok(2));
    for empty in [json!({}), json!({"items": null}), json!(null)] {
        assert_eq!(items(empty, "items"), Ok(vec![]));
    }
    assert!(matches!(items(json!({"items": {}}), "items"), Err(PageError::NotAList { .. })));
}

#[test]
fn the_largest_page_is_asked_for() {
    let list = Draft::to("GET", "/open-apis/contact/v3/group/simplelist");
    let plain = list.clone().read().expect("read");
    assert!(with_largest_page(&plain).call().target().ends_with("?page_size=100"));
    let chosen = list.query("page_size", "7").read().expect("read");
    assert!(with_largest_page(&chosen).call().target().ends_with("?page_size=7"));
}

proptest! {
    #[test]
    fn no_page_makes_it_panic(body in crate::api::envelope::tests::mutated(vec![
        json!({"items": [{"a": 1}], "has_more": true, "page_token": "x"}).to_string(),
        json!({"has_more": 1, "next_page_token": "x", "grouplist": null}).to_string(),
        json!([[], 1, "x", null, {"has_more": "true"}]).to_string(),
    ])) {
        if let Ok(value) = serde_json::from_slice::<Value>(&body) {
            let _ = after(&value);
            let _ = items(value, "items");
        }
    }
}
