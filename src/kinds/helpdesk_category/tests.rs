//! What is made of a list of categories, whose entries say odd things.

use std::collections::BTreeMap;

use serde_json::json;

use super::observe::collect;
use super::spec::INFO;
use crate::kinds::desk::Desk;
use crate::model::{Live, Value};

fn desk() -> Desk {
    Desk { id: "7".to_owned(), variable: Some("LARK_DESK".to_owned()) }
}

fn read(items: &[serde_json::Value]) -> Result<(BTreeMap<String, Live>, Vec<String>), crate::model::Gap> {
    let (mut lives, mut languages) = (BTreeMap::new(), Vec::new());
    collect(items, &desk(), "categories", &mut lives, &mut languages)?;
    Ok((lives, languages))
}

#[test]
fn the_nesting_says_what_stands_in_what_and_nothing_else_does() {
    let tree = json!([{
        "category_id": "1", "id": "1", "name": "一", "parent_id": "0", "helpdesk_id": "7", "language": "zh_cn",
        "children": [{
            "id": "2", "name": "二", "parent_id": "999", "language": "en_us",
            "children": [{ "id": "3", "name": "三", "parent_id": "0" }],
        }],
    }]);
    let (lives, languages) = read(tree.as_array().expect("list")).expect("read");
    let parent = |id: &str| lives[id].attributes["parent"].clone();
    assert_eq!(parent("1"), Value::text("root"));
    assert_eq!(parent("2"), Value::remote("helpdesk/category", "1"));
    assert_eq!(parent("3"), Value::remote("helpdesk/category", "2"));
    assert_eq!(languages, ["zh_cn", "en_us", ""]);
    for live in lives.values() {
        for name in live.attributes.keys() {
            assert!(INFO.attribute(name).is_some(), "{name}");
        }
    }
    assert!(!lives["3"].attributes.contains_key("language"), "not said is not known");
}

#[test]
fn what_belongs_to_another_desk_or_to_nobody_is_no_answer() {
    let gap = read(&[json!({ "category_id": "1", "name": "x", "helpdesk_id": "8" })]).expect_err("foreign");
    assert!(gap.why.contains("helpdesk 8") && gap.remedy.is_some_and(|r| r.contains("LARK_DESK")));
    assert!(read(&[json!({ "name": "x", "helpdesk_id": "7" })]).is_err(), "no id");
}
