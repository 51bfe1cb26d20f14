//! Where one may punch: places, networks, addresses. The API adds to them and neither changes nor removes any, so that
//! each is known by what makes it that place, and the rest of it is compared with nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::model::{Value, Wanted};
use crate::resource::{Attribute, Format, Shape};

/// `env count illegal`: more than these in a group.
const MOST: usize = 3_000;

/// Five decimals are a metre; the API's numbers are no more exact.
const fn degrees(name: &'static str, about: &'static str, example: &'static str) -> Attribute {
    let format = Format::Pattern("^-?[0-9]{1,3}(\\.[0-9]{1,5})?$", "degrees with five decimals at most, in quotes");
    Attribute::new(name, Shape::Text { min: 1, max: 10, format }, about).required().example(example)
}

const NAME: Attribute = Attribute::new("name", Shape::text(200), "What people see.").required().example("上海中心");
const MAPS: &[(&str, &str)] = &[("amap", "Amap"), ("google", "Google")];
const BSSID: Format = Format::Pattern("^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$", "six pairs of hexadecimal digits with colons");

const fn set(name: &'static str, of: &'static Shape, about: &'static str) -> Attribute {
    Attribute::new(name, Shape::Set { of, max: MOST, partial: true }, about)
}

const GPS_FIELDS: &[Attribute] = &[
    NAME,
    degrees("lat", "Degrees north.", "\"31.2335\""),
    degrees("lng", "Degrees east.", "\"121.5056\""),
    Attribute::new("address", Shape::text(500), "Its address; sent with a new place and not compared.")
        .example("世纪大道"),
    Attribute::new("map", Shape::Choice(MAPS), "Whose map it is of; sent with a new place and not compared.")
        .example("amap"),
];
const WIFI_FIELDS: &[Attribute] = &[
    NAME,
    Attribute::new("bssid", Shape::Text { min: 17, max: 17, format: BSSID }, "The address of its access point.")
        .required()
        .example("\"08:00:20:0A:8C:6D\""),
    Attribute::new("ssid", Shape::text(64), "Its name; sent with a new network and not compared.").example("corp"),
];
const IP_FIELDS: &[Attribute] = &[
    NAME,
    Attribute::new("ip", Shape::text(64), "The address.").required().example("122.224.123.146"),
    Attribute::new("carrier", Shape::text(64), "Whose line it is; sent with a new address and not compared.")
        .example("中国电信"),
];

pub(super) const GPS: Attribute =
    set("gps", &Shape::Object(GPS_FIELDS), "Places to punch at, by name, latitude and longitude.")
        .example("[{ name: 上海中心, lat: \"31.2335\", lng: \"121.5056\" }]");
pub(super) const WIFI: Attribute = set("wifi", &Shape::Object(WIFI_FIELDS), "Networks to punch in, by BSSID.")
    .example("[{ name: 总部, bssid: \"08:00:20:0A:8C:6D\", ssid: corp }]");
pub(super) const IP: Attribute =
    set("ip", &Shape::Object(IP_FIELDS), "Addresses of the internet to punch from, by address.")
        .example("[{ name: 总部, ip: 122.224.123.146 }]");

/// The attributes, and the number of each in the API.
pub(super) const ALL: [(&str, i64); 3] = [("gps", 1), ("wifi", 2), ("ip", 8)];

/// What makes it that place.
pub(super) fn mark(attribute: &str, place: &Value) -> String {
    let text = |name: &str| place.get(name).and_then(Value::as_text).unwrap_or_default();
    match attribute {
        "gps" => format!("{} {} {}", text("name"), text("lat"), text("lng")),
        "wifi" => text("bssid").to_uppercase(),
        _ => text("ip").to_owned(),
    }
}

/// The same places by their marks, for comparing.
pub(super) fn marks(attribute: &str, places: &Value) -> BTreeSet<String> {
    places.elements().map(|place| mark(attribute, place)).collect()
}

/// Whether the live places are those that are declared.
pub(super) fn same(attribute: &str, declared: &Wanted, live: &Value) -> bool {
    let (want, have) = (marks(attribute, declared.value()), marks(attribute, live));
    match declared {
        Wanted::Exactly(_) => want == have,
        Wanted::AtLeast(_) => want.is_subset(&have),
    }
}

/// Degrees with the decimals that count, and nothing after them.
fn rounded(degrees: f64) -> String {
    let text = format!("{degrees:.5}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Degrees and BSSIDs in one form.
pub(super) fn normal(value: Value) -> Value {
    let place = |place: Value| match place {
        Value::Map(mut map) => {
            for name in ["lat", "lng"] {
                let degrees = map.get(name).and_then(Value::as_text).and_then(|text| text.parse::<f64>().ok());
                map.extend(degrees.map(|degrees| (name.to_owned(), Value::Text(rounded(degrees)))));
            }
            let bssid = map.get("bssid").and_then(Value::as_text).map(str::to_uppercase);
            map.extend(bssid.map(|bssid| ("bssid".to_owned(), Value::Text(bssid))));
            Value::Map(map)
        }
        other => other,
    };
    match value {
        Value::Set(places) => Value::Set(places.into_iter().map(place).collect()),
        other => other,
    }
}

/// What a group has, by attribute.
pub(super) fn attributes(read: &Json) -> BTreeMap<String, Value> {
    let mut found: BTreeMap<String, BTreeSet<Value>> =
        ALL.iter().map(|(name, _)| ((*name).to_owned(), BTreeSet::new())).collect();
    for item in read.get("locations").and_then(Json::as_array).into_iter().flatten() {
        let kind = item.get("location_type").and_then(Json::as_i64);
        let Some((name, _)) = ALL.iter().find(|(_, number)| Some(*number) == kind) else { continue };
        let text = |field: &str| item.get(field).and_then(Json::as_str).filter(|text| !text.is_empty());
        let mut place = BTreeMap::new();
        let mut put = |name: &str, value: Option<String>| {
            place.extend(value.map(|value| (name.to_owned(), Value::Text(value))));
        };
        put("name", text("location_name").map(str::to_owned));
        match *name {
            "gps" => {
                put("lat", item.get("latitude").and_then(Json::as_f64).map(rounded));
                put("lng", item.get("longitude").and_then(Json::as_f64).map(rounded));
                put("address", text("address").map(str::to_owned));
                let map = item.get("map_type").and_then(Json::as_i64).and_then(|n| usize::try_from(n - 1).ok());
                put("map", map.and_then(|at| MAPS.get(at)).map(|(word, _)| (*word).to_owned()));
            }
            "wifi" => {
                put("bssid", text("bssid").map(str::to_uppercase));
                put("ssid", text("ssid").map(str::to_owned));
            }
            _ => {
                put("ip", text("ip").map(str::to_owned));
                put("carrier", text("feature").map(str::to_owned));
            }
        }
        if let Some(places) = found.get_mut(*name) {
            places.insert(Value::Map(place));
        }
    }
    found.into_iter().map(|(name, places)| (name, Value::Set(places))).collect()
}

/// A new place, for a write.
pub(super) fn written(attribute: &str, place: &Value) -> Json {
    let text = |name: &str| place.get(name).and_then(Value::as_text);
    let number = ALL.iter().find(|(name, _)| *name == attribute).map_or(0, |(_, number)| *number);
    let mut item = Map::new();
    item.insert("location_type".to_owned(), number.into());
    for (name, field) in [
        ("name", "location_name"),
        ("address", "address"),
        ("bssid", "bssid"),
        ("ssid", "ssid"),
        ("ip", "ip"),
        ("carrier", "feature"),
    ] {
        item.extend(text(name).map(|text| (field.to_owned(), text.into())));
    }
    for (name, field) in [("lat", "latitude"), ("lng", "longitude")] {
        let degrees = text(name).and_then(|text| text.parse::<f64>().ok());
        item.extend(degrees.map(|degrees| (field.to_owned(), json!(degrees))));
    }
    let map = text("map").and_then(|map| MAPS.iter().position(|(word, _)| *word == map));
    item.extend(map.map(|at| ("map_type".to_owned(), (at + 1).into())));
    item.into()
}
