//! Series: what was changed by hand stays, clocks change, days are skipped.

use serde_json::json;

use super::{converge, events, id, office, planned, refused, rows, steps};
use crate::spine::run::World;

fn weekly(more: &str) -> String {
    format!(
        "\ncalendars:\n  us:\n    name: US\n    events:\n      standup:\n        title: Standup\n        \
         at: {{ start: 2026-10-16T09:00, minutes: 30, timezone: America/New_York }}\n        \
         repeat: FREQ=WEEKLY;COUNT=6\n{more}"
    )
}

const FIRST: i64 = 1_792_155_600;
const WEEK: i64 = 604_800;

/// When it takes place, in seconds, as the tenant sees it.
async fn starts(world: &World) -> Vec<i64> {
    let event = events(world).await[0].clone();
    let calendar = event["calendar_id"].as_str().expect("id").replace('@', "%40");
    let path = format!(
        "/open-apis/calendar/v4/calendars/{calendar}/events/{}/instances?start_time={FIRST}&end_time={}",
        id(&event),
        FIRST + 20 * WEEK
    );
    let data = world.tenant.ok("GET", &path, serde_json::Value::Null).await;
    let items = data["items"].as_array().expect("items").clone();
    items
        .iter()
        .map(|i| i["start_time"]["timestamp"].as_str().expect("time").parse().expect("number"))
        .collect()
}

#[tokio::test]
async fn a_count_is_kept_as_the_last_day_and_the_hour_stays_when_the_clocks_change() {
    let world = office().await;
    converge(&world, &weekly("")).await;
    let hour = 3600;
    let want: Vec<i64> = (0..6).map(|n| FIRST + n * WEEK + if n > 2 { hour } else { 0 }).collect();
    assert_eq!(starts(&world).await, want);
    assert_eq!(events(&world).await[0]["recurrence"], "FREQ=WEEKLY;UNTIL=20261120T140000Z;INTERVAL=1");
    // The same said otherwise is nothing to do.
    let same =
        weekly("").replace("FREQ=WEEKLY;COUNT=6", "RRULE:INTERVAL=1;FREQ=WEEKLY;UNTIL=20261120T140000Z");
    assert!(planned(&world, &same).await.is_empty());
}

#[tokio::test]
async fn what_people_changed_or_took_out_of_a_series_stays() {
    let world = office().await;
    converge(&world, &weekly("")).await;
    let event = id(&events(&world).await[0]);
    world.tenant.act(json!({ "action": "calendar_event", "event": event, "nth": 1, "cancel": true })).await;
    world
        .tenant
        .act(json!({ "action": "calendar_event", "event": event, "nth": 2, "retitle": "Standup, late" }))
        .await;
    assert!(planned(&world, &weekly("")).await.is_empty());
    // A change of the title keeps the exceptions, and one day more is skipped beside theirs.
    let skip = weekly("        except: [2026-11-13]\n").replace("title: Standup", "title: Daily");
    converge(&world, &skip).await;
    assert_eq!(starts(&world).await.len(), 4);
    let exceptions = rows(&world, "calendar_events").await.iter().filter(|e| e["original"] != 0).count();
    assert_eq!(exceptions, 3);
    // What is skipped stays skipped.
    assert!(planned(&world, &skip.replace("[2026-11-13]", "[]")).await.is_empty());
    // Another hour of the series: who reads the plan is warned.
    let plan = planned(&world, &skip.replace("T09:00", "T10:00")).await;
    let text = serde_json::to_value(&plan).expect("json").to_string();
    assert!(text.contains("3 occurrences changed or skipped by hand"), "{text}");
}

#[tokio::test]
async fn a_moved_series_skips_the_same_days_again() {
    let world = office().await;
    let yaml = weekly("        except: [2026-10-23, 2026-11-06]\n");
    converge(&world, &yaml).await;
    assert_eq!(starts(&world).await.len(), 4);
    let later = yaml.replace("T09:00", "T11:00");
    // The tenant forgets holes that are no occurrences any more: they are made again at once.
    let plan = converge(&world, &later).await;
    assert_eq!(plan.steps.len(), 3, "{:?}", steps(&plan));
    assert_eq!(starts(&world).await.len(), 4);
}

#[tokio::test]
async fn a_day_on_which_nothing_takes_place_cannot_be_skipped() {
    let world = office().await;
    converge(&world, &weekly("").replace("        repeat: FREQ=WEEKLY;COUNT=6\n", "")).await;
    let other = "\ncalendars:\n  us:\n    name: US\n    events:\n      standup:\n        title: Standup\n        \
                 at: { start: 2026-10-16T09:00, minutes: 30, timezone: America/New_York }\n        \
                 repeat: FREQ=WEEKLY\n";
    assert!(refused(&world, other).await.contains("cannot become a series"));
}
