//! Countries and cities of the old API: a fixed catalogue, of which a few suffice.

use serde_json::json;

use super::bad;
use crate::sandbox::gateway::{Answer, Call, Route, one};
use crate::sandbox::world::World;

struct Country {
    id: &'static str,
    name: &'static str,
    districts: &'static [(&'static str, &'static str)],
}

/// Ids as the pages' examples have them: those of geonames.
const COUNTRIES: [Country; 3] = [
    Country {
        id: "1814991",
        name: "中国",
        districts: &[
            ("1816670", "北京"),
            ("1796236", "上海"),
            ("1795565", "深圳"),
            ("1808926", "杭州"),
            ("2034437", "石景山"),
        ],
    },
    Country { id: "1880251", name: "新加坡", districts: &[("1880252", "新加坡")] },
    Country {
        id: "6252001", name: "美国", districts: &[("5391959", "旧金山"), ("5809844", "西雅图")]
    },
];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("GET", "/open-apis/meeting_room/country/list", countries),
        Route::read("GET", "/open-apis/meeting_room/district/list", districts),
    ]
}

/// Whether the city is one of the country's.
pub(super) fn has(country: &str, district: &str) -> bool {
    let country = COUNTRIES.iter().find(|c| c.id == country);
    country.is_some_and(|c| c.districts.iter().any(|(id, _)| *id == district))
}

fn countries(_: &World, _: &Call<'_>) -> Answer {
    let all = COUNTRIES.iter().map(|c| json!({ "country_id": c.id, "name": c.name }));
    Ok(one("countries", all.collect()))
}

fn districts(_: &World, call: &Call<'_>) -> Answer {
    let wanted = call.query("country_id").unwrap_or_default();
    let country = COUNTRIES.iter().find(|c| c.id == wanted).ok_or_else(bad)?;
    let all = country.districts.iter().map(|(id, name)| json!({ "district_id": id, "name": name }));
    Ok(one("districts", all.collect()))
}
