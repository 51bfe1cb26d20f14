//! Places are added and never go, machines are replaced.

use serde_json::{Value, json};

use super::{general, group, group_body, groups, knobs, office, read, with, write};

fn gps(name: &str) -> Value {
    json!({ "location_name": name, "location_type": 1, "latitude": 31.2335, "longitude": 121.5056, "map_type": 1 })
}

fn wifi(bssid: &str) -> Value {
    json!({ "location_name": "HQ", "location_type": 2, "ssid": "corp", "bssid": bssid })
}

#[tokio::test]
async fn a_place_that_is_sent_again_is_there_twice() {
    let t = office().await;
    let id =
        group(&t, with(group_body("g"), json!({ "locations": [gps("a"), wifi("08:00:20:0A:8C:6D")] }))).await;
    let got = read(&t, &id).await["locations"].clone();
    assert_eq!((&got[0]["bssid"], &got[1]["location_name"]), (&json!("08:00:20:0a:8c:6d"), &json!("a")));
    let latitude = got[1]["latitude"].as_f64().expect("degrees");
    assert!((latitude - 31.2335).abs() > 0.0 && (latitude - 31.2335).abs() < 1e-5, "{latitude}");
    assert!(got[1]["location_id"].is_string());
    group(&t, with(group_body("g"), json!({ "group_id": id }))).await;
    assert_eq!(read(&t, &id).await["locations"], got, "nothing goes");
    group(&t, with(group_body("g"), json!({ "group_id": id, "locations": [gps("a")] }))).await;
    assert_eq!(read(&t, &id).await["locations"].as_array().expect("list").len(), 3);
    t.act(json!({ "action": "attendance_by_hand", "group_id": id, "remove_place": "a" })).await;
    assert_eq!(read(&t, &id).await["locations"].as_array().expect("list").len(), 1);
}

#[tokio::test]
async fn a_place_has_what_its_type_needs() {
    let t = office().await;
    knobs(&t, json!({ "locations": 2 })).await;
    for place in [
        json!({ "location_name": "a", "location_type": 1, "latitude": 31.0 }),
        json!({ "location_name": "a", "location_type": 1, "latitude": 91.0, "longitude": 0.0 }),
        json!({ "location_name": "a", "location_type": 2, "ssid": "corp" }),
        json!({ "location_name": "a", "location_type": 8 }),
        json!({ "location_name": "a", "location_type": 4 }),
        json!({ "location_name": "", "location_type": 8, "ip": "10.0.0.1" }),
        wifi("08:00:20:0A:8C"),
        wifi("08:00:20:0A:8C:6G"),
        with(gps("a"), json!({ "map_type": 3 })),
    ] {
        let body = write(with(group_body("g"), json!({ "locations": [place] })));
        t.refused("POST", &groups(), body, 400, 1_220_001).await;
    }
    let many = write(with(group_body("g"), json!({ "locations": [gps("a"), gps("b"), gps("c")] })));
    general(&t, "POST", &groups(), many, "env count illegal").await;
    let ip =
        json!({ "location_name": "a", "location_type": 8, "ip": "122.224.123.146", "feature": "中国电信" });
    let id = group(&t, with(group_body("g"), json!({ "locations": [ip, gps("b")] }))).await;
    let more = write(with(group_body("g"), json!({ "group_id": id, "locations": [gps("c")] })));
    general(&t, "POST", &groups(), more, "env count illegal").await;
}

#[tokio::test]
async fn machines_are_replaced_as_a_whole() {
    let t = office().await;
    let machine = |sn: &str| json!({ "machine_sn": sn, "machine_name": sn });
    let id = group(&t, with(group_body("g"), json!({ "machines": [machine("a"), machine("b")] }))).await;
    let again = with(group_body("g"), json!({ "group_id": id, "machines": [machine("c")] }));
    group(&t, again).await;
    assert_eq!(read(&t, &id).await["machines"], json!([machine("c")]));
    for machines in [json!([machine("a"), machine("a")]), json!([machine("")])] {
        let body = write(with(group_body("g"), json!({ "machines": machines })));
        t.refused("POST", &groups(), body, 400, 1_220_001).await;
    }
}
