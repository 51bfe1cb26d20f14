//! What is made of an answer, and what is written of it: the translation is total.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::KIND;
use super::wire::{HIDDEN, live, normal, writable};
use crate::base::contract::Contract;
use crate::kinds::attendance::whole;
use crate::model::{Value, Wanted};
use crate::resource::Kind;

fn read() -> Json {
    json!({
        "group_id": "6", "group_name": "销售", "time_zone": "Asia/Shanghai", "group_type": 3, "calendar_id": 4,
        "bind_user_ids": ["a"], "bind_dept_ids": ["od-1"], "group_leader_ids": ["a"], "except_user_ids": ["x"],
        "need_punch_members": [{ "rule_scope_type": 2 }], "no_need_punch_members": [{ "rule_scope_type": 2 }],
        "punch_day_shift_ids": ["", "", "", "", "", "", ""], "remedy_period_type": 0, "face_punch_cfg": 0,
        "free_punch_cfg": { "free_start_time": "7:00", "free_end_time": "22:00", "punch_day": 111110,
            "free_clock_setting": { "clock_mode": 1, "clock_internal_hhmm": 0 } },
        "locations": [{ "location_id": "1", "location_name": "a", "location_type": 1, "latitude": 31.233_499_526_977_54, "longitude": 121.5 },
            { "location_name": "b", "location_type": 2, "bssid": "08:00:20:0a:8c:6d" }],
        "effect_time": "1", "fixshift_effect_time": "1", "member_effect_time": "1", "leave_need_punch": null,
        "new_calendar_id": "", "adjust_range": 50, "punch_type": 5, "a_field_of_tomorrow": [1],
    })
}

fn departments() -> BTreeMap<String, String> {
    [("od-1".to_owned(), "lab".to_owned())].into()
}

#[test]
fn a_read_is_written_as_the_page_of_writes_has_it() {
    let whole = writable(&read());
    for gone in [
        "group_id", "except_user_ids", "need_punch_members", "remedy_period_type", "face_punch_cfg", "locations",
        "effect_time", "leave_need_punch", "new_calendar_id", "a_field_of_tomorrow",
    ] {
        assert!(!whole.contains_key(gone), "{gone}");
    }
    assert_eq!(whole["no_need_punch_members"], json!([{ "rule_scope_type": 2 }]), "nobody is exempt by name");
    assert_eq!(whole["punch_day_shift_ids"], json!([]));
    assert_eq!(whole["free_punch_cfg"], json!({ "free_start_time": "7:00", "free_end_time": "22:00", "punch_day": 111110 }));
    assert_eq!(whole["adjust_range"], 50);
    let fixed = json!({ "group_type": 0, "punch_day_shift_ids": ["1", "0", "0", "0", "0", "0", "0"] });
    assert_eq!(writable(&fixed)["group_type"], 1);
    let twice = writable(&Json::Object(whole.clone()));
    assert_eq!(twice, whole, "a second translation changes nothing");
    // Every field of a read is either written or known to be dropped.
    let contract = Contract::built_in().expect("contract");
    let page = contract.endpoint("GET", "/open-apis/attendance/v1/groups/:group_id").expect("page");
    let data = page.response.iter().find(|f| f.name == "data").expect("data");
    let write = contract.endpoint("POST", "/open-apis/attendance/v1/groups").expect("page");
    let group = write.body.iter().find(|f| f.name == "group").expect("group");
    let written: BTreeSet<&str> = group.fields.iter().map(|f| f.name.as_str()).collect();
    let dropped: Vec<&str> = data.fields.iter().map(|f| f.name.as_str()).filter(|f| !written.contains(f)).collect();
    assert_eq!(dropped, ["effect_time", "fixshift_effect_time", "member_effect_time"]);
}

#[test]
fn the_normal_form_forgets_how_numbers_were_spelt() {
    let live = live(&read(), &departments()).expect("a group");
    let days = live.attributes["free"].get("days").expect("days");
    let days: Vec<&str> = days.elements().filter_map(Value::as_text).collect();
    assert_eq!(days, ["fri", "sat", "thu", "tue", "wed"], "Monday's zero was lost and counts");
    let place = live.attributes["gps"].elements().next().expect("a place");
    assert_eq!((place.get("lat"), place.get("lng")), (Some(&Value::text("31.2335")), Some(&Value::text("121.5"))));
    let declared = Value::Map([("lat", "31.23350"), ("lng", "121.5"), ("name", "a")].map(|(k, v)| (k.to_owned(), Value::text(v))).into());
    let declared = normal("gps", Value::Set([declared].into()));
    assert!(KIND.same("gps", &Wanted::Exactly(declared), &live.attributes["gps"]));
    assert_eq!(live.attributes["wifi"].elements().next().and_then(|w| w.get("bssid")), Some(&Value::text("08:00:20:0A:8C:6D")));
    let ways: Vec<&str> = live.attributes["punch_by"].elements().filter_map(Value::as_text).collect();
    assert_eq!(ways, ["gps", "machine"]);
    assert_eq!(live.attributes["week"], Value::Null);
    assert!(!live.fact(HIDDEN) && whole::kept(&live).is_some());
}

#[test]
fn every_live_attribute_is_one_of_the_table() {
    let group = live(&read(), &departments()).expect("a group");
    for attribute in KIND.info().attributes.iter().filter(|a| !a.local) {
        assert!(group.attributes.contains_key(attribute.name), "{} is not read", attribute.name);
    }
    for name in group.attributes.keys() {
        assert!(KIND.info().attribute(name).is_some(), "{name} is not in the table");
    }
    let unknown = live(&read(), &BTreeMap::new()).expect("a group");
    assert!(!unknown.attributes.contains_key("member_departments"), "a department that could not be told is unknown");
}
