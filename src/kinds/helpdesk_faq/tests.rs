//! What is made of an entry of the list.

use serde_json::{Value as Json, json};

use super::observe::{PICTURES, live};
use super::spec::INFO;
use crate::kinds::desk::Desk;
use crate::model::{Live, Value};

fn read(item: &Json) -> Result<Live, crate::model::Gap> {
    let desk = Desk { id: "7".to_owned(), variable: None };
    live(item, &desk, "FAQs")
}

fn item() -> Json {
    json!({
        "faq_id": "11", "id": "11", "helpdesk_id": "7", "question": "问?", "answer": "甲\n乙",
        "answer_richtext": [{ "type": "text", "content": "甲" }, { "type": "line break" }, { "type": "text", "content": "乙" }],
        "categories": [{ "category_id": "1", "name": "公司" }, { "id": "2", "name": "名片" }],
        "tags": ["b", "a"], "expire_time": 1, "create_time": 2,
    })
}

#[test]
fn the_last_of_the_path_is_the_category_and_tags_are_a_set() {
    let live = read(&item()).expect("read");
    assert_eq!(live.attributes["category"], Value::remote("helpdesk/category", "2"));
    assert_eq!(live.attributes["answer"], Value::text("甲\n乙"));
    assert_eq!(live.attributes["similar"], Value::Set([Value::text("a"), Value::text("b")].into()));
    for name in live.attributes.keys() {
        assert!(INFO.attribute(name).is_some(), "{name}");
    }
}

#[test]
fn without_rich_text_the_answer_is_the_plain_one_in_which_nothing_is_markdown() {
    let mut plain = item();
    plain["answer_richtext"] = Json::Null;
    plain["answer"] = json!("[a](https://x.cn) \\ b");
    let read = read(&plain).expect("read");
    assert_eq!(read.attributes["answer"], Value::text("\\[a](https://x.cn) \\\\ b"));
}

#[test]
fn a_picture_is_shown_by_its_key_and_kept_whole() {
    let mut with = item();
    with["answer_richtext"] = json!([{ "type": "img", "key": "img-1", "src": "https://x.cn/1", "width": "6", "height": "4" }]);
    let read = read(&with).expect("read");
    assert_eq!(read.attributes["answer"], Value::text("![](img-1)"));
    let kept = read.facts[PICTURES].as_text().expect("text");
    assert_eq!(serde_json::from_str::<Json>(kept).expect("json"), with["answer_richtext"]);
}

#[test]
fn an_entry_of_another_desk_or_without_an_id_is_no_answer() {
    let mut other = item();
    other["helpdesk_id"] = json!("8");
    assert!(read(&other).is_err());
    assert!(read(&json!({ "question": "x", "helpdesk_id": "7" })).is_err());
}
