//! Events: made, changed, replaced, deleted; whole and second plans empty.

use serde_json::{Value, json};

use super::{apply, bothered, calendars, converge, events, id, office, planned, refused, steps};

const FULL: &str = "
calendars:
  company:
    name: 公司日历
    description: 全公司
    visibility: public
    owners: [ann]
    writers: [bob]
    events:
      town-hall:
        title: 全员大会
        description: 季度<b>总结</b>
        at: { start: 2026-09-04T10:00, minutes: 60 }
        repeat: FREQ=MONTHLY;BYDAY=1FR;UNTIL=20271231
        except: [2026-10-02]
        location: { name: 一号报告厅, address: 上海市世纪大道1号 }
        show_as: busy
        visibility: public
        video: lark
        attendees_may: see_others
        attendees: [ann]
        optional: [bob]
        chats: [all]
        emails: [guest@partner.example]
        rooms: [{ room_id: omm_1 }]
        room_contact: cai
      offsite:
        title: 团建
        at: { start: \"2026-11-01T01:30:00-05:00\", minutes: 90, timezone: America/New_York }
        video: { url: https://meet.example/1 }
      national-day:
        title: 国庆节
        all_day: { from: 2026-10-01, to: 2026-10-07 }
        show_as: free
      spring:
        title: 除夕
        all_day: { from: 2027-02-05 }
        show_as: free
";

#[tokio::test]
async fn everything_is_as_declared_and_nobody_hears_of_it() {
    let world = office().await;
    let yaml = FULL.replace("UNTIL=20271231", "UNTIL=20280731");
    converge(&world, &yaml).await;
    let made = calendars(&world).await;
    assert_eq!(made.len(), 1);
    assert_eq!(
        (&made[0]["summary"], &made[0]["description"], &made[0]["permissions"]),
        (&json!("公司日历"), &json!("全公司"), &json!("public"))
    );
    let people: Vec<(String, String)> = super::roles(&world, &made[0]).await;
    assert_eq!(people, [("ann".to_owned(), "owner".to_owned()), ("bob".to_owned(), "writer".to_owned())]);
    let all = events(&world).await;
    let [hall, offsite, national, eve] = all.as_slice() else { panic!("{all:#?}") };
    assert_eq!(hall["summary"], "全员大会");
    assert_eq!(hall["start"]["at"], json!({ "at": 1_788_487_200, "zone": "Asia/Shanghai" }));
    assert_eq!(hall["end"]["at"]["at"], 1_788_490_800);
    assert_eq!(hall["recurrence"], "FREQ=MONTHLY;UNTIL=20280731T155959Z;INTERVAL=1;BYDAY=1FR");
    assert_eq!(hall["location"], json!({ "name": "一号报告厅", "address": "上海市世纪大道1号" }));
    assert_eq!(
        (&hall["vchat"]["vc_type"], &hall["attendee_ability"]),
        (&json!("vc"), &json!("can_see_others"))
    );
    let guests = hall["attendees"].as_array().expect("attendees");
    // The contact of the room did not come along.
    assert_eq!(guests.len(), 5, "{guests:#?}");
    assert_eq!(guests.iter().filter(|g| g["optional"] == true).count(), 1);
    assert_eq!(national["start"], json!({ "day": { "date": "2026-10-01" } }));
    assert_eq!(
        (&national["end"]["day"]["date"], &national["free_busy"]),
        (&json!("2026-10-07"), &json!("free"))
    );
    assert_eq!(national["vchat"]["vc_type"], "no_meeting");
    // The second 01:30 of that night.
    assert_eq!(offsite["start"]["at"], json!({ "at": 1_793_514_600, "zone": "America/New_York" }));
    assert_eq!(offsite["vchat"]["meeting_url"], "https://meet.example/1");
    assert_eq!((&eve["start"], &eve["end"]), (&json!({ "day": { "date": "2027-02-05" } }), &eve["start"]));
    // The second of October was skipped.
    let skipped = super::rows(&world, "calendar_events").await;
    let skipped: Vec<&Value> = skipped.iter().filter(|e| e["cancelled"] == true).collect();
    assert_eq!(skipped.len(), 1);
    assert_eq!(skipped[0]["original"], 1_790_906_400);
    assert_eq!(bothered(&world).await, 0);
}

#[tokio::test]
async fn each_field_changes_alone_in_place_and_is_settled_then() {
    let world = office().await;
    let mut yaml = FULL.to_owned();
    converge(&world, &yaml).await;
    let before: Vec<String> = events(&world).await.iter().map(id).collect();
    for (from, to) in [
        ("title: 全员大会", "title: 全体大会"),
        ("description: 季度<b>总结</b>", "description: 年度总结"),
        ("start: 2026-09-04T10:00", "start: 2026-09-04T14:30"),
        ("minutes: 60", "minutes: 45"),
        ("BYDAY=1FR;UNTIL=20271231", "BYDAY=1FR;UNTIL=20280229"),
        ("name: 一号报告厅", "name: 二号报告厅"),
        ("video: lark", "video: none"),
        ("video: { url: https://meet.example/1 }", "video: { url: https://meet.example/2 }"),
        ("attendees_may: see_others", "attendees_may: invite"),
        ("timezone: America/New_York", "timezone: Europe/Berlin"),
        ("to: 2026-10-07", "to: 2026-10-08"),
        ("from: 2027-02-05", "from: 2027-02-06"),
        ("name: 公司日历", "name: 大家的日历"),
        ("description: 全公司", "description: null"),
        ("visibility: public\n    owners", "visibility: private\n    owners"),
        ("except: [2026-10-02]", "except: [2026-10-02, 2026-12-04]"),
    ] {
        assert!(yaml.contains(from), "{from}");
        yaml = yaml.replacen(from, to, 1);
        let plan = converge(&world, &yaml).await;
        assert!(!plan.steps.is_empty() && plan.steps.len() <= 3, "{to}: {:?}", steps(&plan));
    }
    let after: Vec<String> = events(&world).await.iter().map(id).collect();
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(sorted(after), sorted(before));
    assert_eq!(bothered(&world).await, 0);
    assert_eq!(calendars(&world).await[0]["description"], "");
}

#[tokio::test]
async fn what_only_a_new_event_can_be_is_replaced_and_shown_as_such() {
    let world = office().await;
    converge(&world, FULL).await;
    let before = id(&events(&world).await[0]);
    let plan = converge(&world, &FULL.replace("show_as: busy", "show_as: free")).await;
    let all = steps(&plan).join("\n");
    assert!(all.contains("delete") && all.contains("create") && all.contains("invite"), "{all}");
    let json = serde_json::to_value(&plan).expect("json").to_string();
    assert!(json.contains("replace"), "{json}");
    let hall = events(&world).await[0].clone();
    assert_ne!(id(&hall), before);
    assert_eq!((&hall["free_busy"], hall["attendees"].as_array().map(Vec::len)), (&json!("free"), Some(5)));
    assert_eq!(events(&world).await.len(), 4);
    assert_eq!(bothered(&world).await, 0);
}

#[tokio::test]
async fn a_single_event_and_a_series_are_two_things() {
    let world = office().await;
    converge(&world, FULL).await;
    let noon = FULL.replace("2026-11-01T01:30:00-05:00", "2026-11-01T12:00:00-05:00");
    converge(&world, &noon).await;
    let more = noon
        .replace("        video: { url", "        repeat: FREQ=DAILY;UNTIL=20261130\n        video: { url");
    let why = refused(&world, &more).await;
    assert!(why.contains("cannot become a series"), "{why}");
    let days = noon.replace("at: { start: 2026-09-04T10:00, minutes: 60 }", "all_day: { from: 2026-09-04 }");
    let why = refused(&world, &days).await;
    assert!(why.contains("whole days and times"), "{why}");
    // A single one moves from a time to a day.
    let day = noon.replace(
        "at: { start: \"2026-11-01T12:00:00-05:00\", minutes: 90, timezone: America/New_York }",
        "all_day: { from: 2026-11-01 }",
    );
    converge(&world, &day).await;
}

#[tokio::test]
async fn people_are_messaged_where_it_is_asked_for() {
    let world = office().await;
    let yaml = FULL.replace("        title: 全员大会\n", "        title: 全员大会\n        notify: true\n");
    converge(&world, &yaml).await;
    let first = bothered(&world).await;
    assert!(first > 0);
    converge(&world, &yaml.replace("title: 全员大会", "title: 全体大会")).await;
    assert!(bothered(&world).await > first);
}

#[tokio::test]
async fn what_leaves_goes_before_its_calendar_and_nobody_hears_of_it() {
    let world = office().await;
    converge(&world, FULL).await;
    let plan = converge(&world, "").await;
    let order = steps(&plan);
    let at =
        |what: &str| order.iter().position(|s| *s == what).unwrap_or_else(|| panic!("{what}: {order:?}"));
    assert!(at("calendar.company: delete") > at("calendar.company/event.town-hall: delete"));
    assert_eq!((calendars(&world).await.len(), events(&world).await.len()), (0, 0));
    assert_eq!(bothered(&world).await, 0);
    assert!(!std::fs::read_to_string(world.store.path()).expect("state").contains("calendar"));
}

#[tokio::test]
async fn what_is_not_declared_stays_and_what_others_put_there_too() {
    let world = office().await;
    converge(&world, FULL).await;
    let calendar = calendars(&world).await[0]["calendar_id"].as_str().expect("id").replace('@', "%40");
    let body = json!({
        "summary": "午餐", "start_time": { "date": "2026-10-09" }, "end_time": { "date": "2026-10-09" },
    });
    let path = format!("/open-apis/calendar/v4/calendars/{calendar}/events");
    world.tenant.ok("POST", &path, body).await;
    let less = FULL
        .replace("        description: 季度<b>总结</b>\n", "")
        .replace("        location: { name: 一号报告厅, address: 上海市世纪大道1号 }\n", "")
        .replace("        attendees: [ann]\n", "")
        .replace("        repeat: FREQ=MONTHLY;BYDAY=1FR;UNTIL=20271231\n        except: [2026-10-02]\n", "");
    let plan = planned(&world, &less).await;
    assert!(plan.steps.is_empty(), "{:?}", steps(&plan));
    apply(&world, &less).await;
    assert_eq!(events(&world).await.len(), 5);
}
