//! What is wrong without a tenant.

use crate::spine::run::checked_problems;

fn problems(event: &str) -> String {
    let yaml = format!(
        "version: 1\ncalendars:\n  c:\n    name: 日历\n    events:\n      e:\n        title: 会\n{event}"
    );
    let found = checked_problems(&yaml);
    found.iter().map(|p| format!("{}: {}: {}\n", p.code().0, p.summary(), p.reason())).collect()
}

#[test]
fn each_mistake_is_told() {
    let at = "        at: { start: 2026-09-04T10:00, minutes: 60 }\n";
    for (event, code, words) in [
        (String::new(), "event::when", "neither"),
        (format!("{at}        all_day: {{ from: 2026-10-01 }}\n"), "event::when", "exclude"),
        (
            "        all_day: { from: 2026-10-07, to: 2026-10-01 }\n".to_owned(),
            "event::wrong",
            "before the first",
        ),
        (at.replace("60", "60, timezone: Mars/Olympus"), "event::wrong", "no zone"),
        (at.replace("09-04T10", "02-30T10"), "event::wrong", "no time"),
        (format!("{at}        repeat: SOMETIMES\n"), "event::wrong", "no part of a rule"),
        (
            format!("{at}        repeat: FREQ=DAILY;COUNT=2;UNTIL=20271231\n"),
            "event::wrong",
            "exclude each other",
        ),
        (format!("{at}        rooms: [{{ room_id: omm_1 }}]\n"), "event::wrong", "somebody's name"),
        (format!("{at}        except: [2026-10-01]\n"), "event::wrong", "no `repeat`"),
        (
            format!("{at}        repeat: FREQ=WEEKLY\n        except: [2026-09-05]\n"),
            "event::wrong",
            "does not take place",
        ),
        (format!("{at}        color: 3\n"), "check::unsupported", "nobody else"),
        (format!("{at}        reminders: [5]\n"), "check::unsupported", "remind itself"),
        (format!("{at}        calender: x\n"), "check::unknown_field", "calender"),
        (
            format!("{at}        calendar: c\n      f:\n        title: 会\n{at}"),
            "event::twice",
            "title and beginning",
        ),
    ] {
        let told = problems(&event);
        assert!(told.contains(code) && told.contains(words), "{event}\n{told}");
    }
}

#[test]
fn a_series_with_rooms_ends_within_two_years_and_knows_its_people() {
    let yaml = |until: &str| {
        format!(
            "        at: {{ start: 2026-09-04T10:00, minutes: 60 }}\n        repeat: FREQ=WEEKLY{until}\n        rooms: [{{ room_id: omm_1 }}]\n        room_contact: {{ user_id: ann }}\n"
        )
    };
    assert!(problems(&yaml("")).contains("within 2 years"));
    assert!(problems(&yaml(";UNTIL=20281231")).contains("within 2 years"));
    assert_eq!(problems(&yaml(";UNTIL=20280801")), "");
    let people = "        at: { start: 2026-09-04T10:00, minutes: 60 }\n        attendees: [nobody]\n";
    assert!(problems(people).contains("check::unknown_reference"));
}

#[test]
fn what_stands_in_something_has_its_place_there_and_an_address_of_its_own() {
    let told = |yaml: &str| -> String {
        checked_problems(yaml).iter().map(|p| format!("{}: {}\n", p.code().0, p.reason())).collect()
    };
    // No section of its own, and no other calendar than the one around it.
    assert!(told("version: 1\nevents:\n  e: { title: x }\n").contains("check::unknown_key"));
    let other = "version: 1\ncalendars:\n  c:\n    name: x\n    events:\n      e: { calendar: d, title: x, all_day: { from: 2026-10-01 } }\n  d: { name: y }\n";
    assert!(told(other).contains("check::two_parents"));
    assert!(told("version: 1\ncalendars:\n  c:\n    name: x\n    events: [1]\n").contains("events"));
    assert!(told("version: 1\nsettings: { exclusive: [calendar/event] }\n").contains("check::not_exclusive"));
    let import = "version: 1\nimport: { calendar.c/event.e: x_0 }\ncalendars:\n  c:\n    name: x\n    events:\n      e: { title: x, all_day: { from: 2026-10-01 } }\n";
    assert_eq!(told(import), "");
    assert!(told(&import.replace("/event.e: x", "/evnt.e: x")).contains("no kind"));
}
