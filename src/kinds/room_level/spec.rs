//! What may be written of a level.

use crate::kinds::rooms::spec::{
    ADMINS_OF, APPROVAL_OF, BOOKING_TIMES, CASCADE, CLOSED_FOR, DISABLE_NOTICE, DISPLAY_OF, FORM_OF, WHO_MAY_BOOK,
};
use crate::kinds::rooms::{LEVEL, ROOT};
use crate::resource::{Attribute, KindInfo, Naming, Shape};

pub(super) static INFO: KindInfo = KindInfo {
    name: LEVEL,
    plural: "meeting_rooms.levels",
    title: "Level of meeting rooms",
    about: "A place that holds rooms or further places: a country, a city, a building, a floor. Levels form a tree below \
            the tenant, which may be written with children:. An existing level is found by its custom_id, else by its \
            name if exactly one level of its parent has it; one of the same name elsewhere is never taken for it. \
            Buildings and floors that were made with the old building API are levels like others and are adopted in \
            the same way; nothing is made with that API. Names are unique below one parent in a manifest, custom ids \
            among all levels: the API promises neither. A level is deleted once the plan has emptied it, and never \
            with what is on it. Levels are moved and renamed in place, from the top down, one call each. Twenty \
            creations, changes and deletions a minute are allowed of each. Rules that are declared of a level are its \
            own: whether rooms inherit them is the platform's business, unless `cascade` writes them over everything \
            below. Whether a rule that was set can be taken back, so that it is inherited again, is not documented: \
            there is no word for it here. The tenant must have switched to flexible levels. The app needs the scope \
            vc:room, and contact:user.employee_id:readonly for rules that name people.",
    naming: Naming::Attribute("custom_id"),
    attributes: &[
        Attribute::new("name", Shape::text(100), "What people see.").required().example("上海中心"),
        Attribute::new(
            "parent",
            Shape::Ref { kind: LEVEL, also: &[ROOT] },
            "The level above; `root` is the tenant. A level without this line is created below the tenant and left \
             where it is later.",
        )
        .example("sh"),
        Attribute::new(
            "custom_id",
            Shape::text(100),
            "An id of the company's own. With it a level is found again whatever it is called and wherever it is. \
             `null` takes it away.",
        )
        .clear()
        .example("SH-TOWER"),
        WHO_MAY_BOOK,
        BOOKING_TIMES,
        APPROVAL_OF,
        FORM_OF,
        ADMINS_OF,
        DISABLE_NOTICE,
        CLOSED_FOR,
        DISPLAY_OF,
        Attribute::new(
            CASCADE,
            Shape::Bool,
            "Whether a change of `bookable_by`, `booking_times`, `form` or `disable_notice` is written over all levels \
             and rooms below, once, those that nobody manages included. What is declared below is written again after \
             it, in the same run. Nothing happens while none of them changes.",
        )
        .local()
        .example("true"),
    ],
    tree: Some("parent"),
    example: "version: 1
meeting_rooms:
  levels:
    sh:
      name: 上海
      custom_id: SH
      children:
        sh-tower:
          name: 上海中心
          custom_id: SH-TOWER
          bookable_by: all
          booking_times: { from: \"08:00\", to: \"22:00\", days_ahead: 30, max_hours: 4 }
          children:
            sh-f12: { name: 12F, custom_id: SH-T-12 }
            sh-f13:
              name: 13F
              custom_id: SH-T-13
              closed: { from: 2026-10-01T00:00:00+08:00, until: 2026-10-08T00:00:00+08:00, reason: 检修 }
    old-campus:
      name: 老园区
      parent: { path: 上海 }
",
    lookups: &[
        ("path", "by the names from the top: 上海/上海中心/13F"),
        ("custom_id", "by its custom id"),
        ("room_level_id", "by its id"),
    ],
    key: None,
    observe_after: &["department"],
};
