//! What may be written of a room.

use crate::kinds::rooms::spec::{
    ADMINS_OF, APPROVAL_OF, BOOKING_TIMES, CLOSED_FOR, DISABLE_NOTICE, DISPLAY_OF, FORM_OF, WHO_MAY_BOOK,
};
use crate::kinds::rooms::{LEVEL, ROOM};
use crate::resource::{Attribute, Format, KindInfo, Naming, Shape};

static DEVICE: Shape = Shape::text(100);

pub(super) static INFO: KindInfo = KindInfo {
    name: ROOM,
    plural: "meeting_rooms.rooms",
    title: "Meeting room",
    about: "A room that people book. An existing room is found by its custom_id, else by its name if exactly one room \
            of its level has it; one of the same name elsewhere is never taken for it. With a custom_id a creation \
            that was cut off is found again for certain, so every room should have one. Rooms are renamed and moved in \
            place, and never made anew: bookings and panels hang on them. The API allows twenty creations, changes and \
            deletions a minute each, so that two hundred new rooms take ten minutes; a hundred of each sort of rule. \
            Rules are read only of rooms that declare one, a call each. A room that is booked within the next ninety \
            days is not deleted without `--allow-destroy`, where the app may look at free-busy times \
            (calendar:calendar.free_busy:read); `closed: {}` is the gentle way. Two rooms of a level with one name, and custom ids twice, are refused \
            here; the API promises neither. The app needs the scope vc:room, and contact:user.employee_id:readonly for \
            closures and rules that name people.",
    naming: Naming::Attribute("custom_id"),
    attributes: &[
        Attribute::new("name", Shape::text(100), "What people see.").required().example("黄浦江"),
        Attribute::new(
            "level",
            Shape::Ref { kind: LEVEL, also: &[] },
            "The level that it is on. Which levels may hold rooms is a setting of the console.",
        )
        .required()
        .example("sh-f12"),
        Attribute::new("capacity", Shape::Int { min: 1, max: 1_000_000 }, "How many people it holds.")
            .required()
            .example("12"),
        Attribute::new(
            "custom_id",
            Shape::text(100),
            "An id of the company's own. With it a room is found again whatever it is called and wherever it is. `null` \
             takes it away.",
        )
        .clear()
        .example("SH-T-12-01"),
        Attribute::new(
            "description",
            Shape::Text { min: 1, max: 1000, format: Format::Long },
            "What it is like. `null` clears it.",
        )
        .clear()
        .example("靠窗，可看江"),
        Attribute::new(
            "devices",
            Shape::Set { of: &DEVICE, max: 100, partial: true },
            "Its equipment, in words. A plain list is exact.",
        )
        .example("[电话, 投影仪]"),
        CLOSED_FOR,
        WHO_MAY_BOOK,
        BOOKING_TIMES,
        APPROVAL_OF,
        FORM_OF,
        ADMINS_OF,
        DISABLE_NOTICE,
        DISPLAY_OF,
    ],
    tree: None,
    example: "version: 1
departments:
  engineering:
    name: 研发中心
    parent: root
users:
  zhang.san:
    name: 张三
    mobile: \"+8613011111111\"
    departments: [engineering]
    employee_type: regular
meeting_rooms:
  levels:
    sh-f12: { name: 12F, parent: root, custom_id: SH-T-12 }
  rooms:
    huangpu:
      name: 黄浦江
      level: sh-f12
      capacity: 12
      custom_id: SH-T-12-01
      description: 靠窗，可看江
      devices: [电话, 投影仪]
      bookable_by: { departments: [engineering] }
      booking_times: { from: \"08:00\", to: \"20:00\", max_hours: 4 }
      approval: { over_minutes: 180, approvers: [zhang.san] }
      form: { enabled: true, notify: [zhang.san], notify_before: 3d }
      admins: { departments: [engineering] }
      disable_notice: { users: [zhang.san] }
    suzhou:
      name: 苏州河
      level: sh-f12
      capacity: 6
      custom_id: SH-T-12-02
      closed:
        from: 2026-10-01T00:00:00+08:00
        until: 2026-10-08T00:00:00+08:00
        reason: 设备检修
        contacts: [zhang.san]
        notify_booked: true
    archive:
      name: 档案室
      custom_id: BJ-WJ-1-09
      level: { path: 北京/望京/1F }
      capacity: 2
      lifecycle: { prevent_destroy: true }
",
    lookups: &[
        ("path", "by the names from the top: 上海/上海中心/12F/黄浦江"),
        ("custom_id", "by its custom id"),
        ("room_id", "by its id"),
    ],
    key: None,
    observe_after: &["department", LEVEL],
};
