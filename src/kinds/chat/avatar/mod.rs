//! The picture of a chat: written as a key, read as a web address.
//!
//! Which file a live picture is made of is known from the state alone: the key that was uploaded last, and the address
//! that was seen for it. The address holds the key as far as we know; where it does not, the first one that is seen
//! after an upload is taken for ours, and any other from then on for somebody else's.

use std::collections::BTreeMap;

use serde_json::json as object;

use super::parts::{Parts, json};
use super::wire::PICTURE;
use crate::model::{Live, Record, Value};
use crate::resource::{Attribute, Shape};

pub(super) const NAME: &str = "avatar";

/// Ids of the record: the key, and the key with the address that it has.
const KEY: &str = "avatar_key";
const SEEN: &str = "avatar_seen";
/// Keys look like this; an address that holds another one is another picture's.
const KEYS: &str = "img_v";

pub(super) const ATTRIBUTE: Attribute = Attribute::new(
    NAME,
    Shape::Picture { max_bytes: 10 << 20, side: 4_096, gif_side: 2_000 },
    "The picture. It is uploaded when the file changes; it can be replaced, not taken away.",
)
.example("assets/release.png");

/// What the address of its picture says.
pub(super) fn seen(record: Option<&Record>, live: &mut Live) {
    let Some(url) = live.facts.get(PICTURE).and_then(Value::as_text).map(str::to_owned) else { return };
    let applied = record.and_then(|record| record.applied.get(NAME));
    let applied = applied.and_then(|json| serde_json::from_value::<Value>(json.clone()).ok());
    let known = |name: &str| record.and_then(|record| record.ids.get(name));
    let ours = known(KEY).is_some_and(|key| {
        let pair = format!("{key} {url}");
        let before = known(SEEN).filter(|seen| seen.split(' ').next() == Some(key));
        let is_it = match before {
            Some(seen) => *seen == pair || url.contains(key.as_str()),
            None => url.contains(key.as_str()) || !url.contains(KEYS),
        };
        if is_it {
            live.ids.insert(SEEN.to_owned(), pair);
        }
        is_it
    });
    let value = match applied.filter(|_| ours) {
        Some(picture) => picture,
        None => Value::Map(BTreeMap::from([("url".to_owned(), Value::Text(url))])),
    };
    live.attributes.insert(NAME.to_owned(), value);
}

pub(super) fn same(declared: &Value, live: &Value) -> bool {
    declared.get("sha256").is_some_and(|digest| live.get("sha256") == Some(digest))
}

/// One upload, one PUT.
pub(super) fn steps(parts: &mut Parts<'_, '_>) {
    let Some(picture) = parts.change.after(NAME).cloned() else { return };
    let Some(uploaded) = parts.upload(NAME, &picture, KEY) else { return };
    let call = parts.call("PUT", "/open-apis/im/v1/chats/:chat_id").query("user_id_type", "user_id");
    let call = call.body(object!({ "avatar": json(&parts.own(KEY)) }));
    let mut step = parts.step("picture", call).needs(uploaded, "it is uploaded");
    step.applies.insert(NAME.to_owned(), picture);
    parts.push(step);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plain;

    fn digest(of: &str) -> Value {
        Value::Map(BTreeMap::from([("sha256".to_owned(), Value::text(of))]))
    }

    fn record(key: &str, seen: Option<&str>) -> Record {
        let mut record = Record::default();
        record.ids.insert(KEY.to_owned(), key.to_owned());
        record.ids.extend(seen.map(|seen| (SEEN.to_owned(), seen.to_owned())));
        record.applied.insert(NAME.to_owned(), plain(&digest("d1")));
        record
    }

    fn look(url: &str, record: &Record) -> (bool, Option<String>) {
        let mut live = Live::default();
        live.facts.insert(PICTURE.to_owned(), Value::text(url));
        seen(Some(record), &mut live);
        (same(&digest("d1"), &live.attributes[NAME]), live.ids.get(SEEN).cloned())
    }

    #[test]
    fn a_picture_is_ours_by_its_key_or_as_it_was_first_seen() {
        let key = "img_v3_a";
        let by_key = "https://x/img_v3_a~100x100.jpg";
        assert_eq!(look(by_key, &record(key, None)), (true, Some(format!("{key} {by_key}"))));
        // Somebody else's key, seen before or not.
        assert!(!look("https://x/img_v3_b~100x100.jpg", &record(key, None)).0);
        assert!(!look("https://x/img_v3_b", &record(key, Some("img_v3_a https://x/img_v3_a"))).0);
        // An address that says nothing: the first is ours, any other is not.
        let odd = "https://x/0123";
        assert_eq!(look(odd, &record(key, None)), (true, Some(format!("{key} {odd}"))));
        assert!(look(odd, &record(key, Some("img_v3_a https://x/0123"))).0);
        assert_eq!(look("https://x/other", &record(key, Some("img_v3_a https://x/0123"))), (false, None));
        // What was seen for an older upload tells nothing of this one.
        assert!(look("https://x/4567", &record(key, Some("img_v3_old https://x/0123"))).0);
    }
}
