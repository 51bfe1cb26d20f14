//! What a department looks like in YAML (contact.md B.1.3).

use crate::resource::{Attribute, Change, Format, KindInfo, Naming, Shape};

pub(super) const NAME: &str = "department";

/// The words for the employee types that every tenant has, by their number less one.
pub(super) const EMPLOYEE_TYPES: &[&str] = &["regular", "intern", "outsourced", "labour", "consultant"];

pub(super) const LOCALES: &[(&str, &str)] =
    &[("zh_cn", "Simplified Chinese"), ("ja_jp", "Japanese"), ("en_us", "English")];

// The last three are the old umbrella scopes.
macro_rules! or_umbrella {
    ($scope:literal) => {
        &[$scope, "contact:contact:access_as_app", "contact:contact:readonly", "contact:contact:readonly_as_app"]
    };
}
pub(super) const BASE: &[&str] = or_umbrella!("contact:department.base:readonly");
pub(super) const ORGANIZE: &[&str] = or_umbrella!("contact:department.organize:readonly");
const HRBP: &[&str] = &["contact:department.hrbp:readonly"];

const USER: Shape = Shape::Ref { kind: "user", also: &[] };
const DEPARTMENT: Shape = Shape::Ref { kind: NAME, also: &[] };
const PARENT: Shape = Shape::Ref { kind: NAME, also: &["root"] };
const UNIT: Shape = Shape::Ref { kind: "unit", also: &[] };
const TYPE: Shape = Shape::Ref { kind: "employee_type", also: EMPLOYEE_TYPES };
const LABEL: Shape =
    Shape::Text { min: 1, max: 255, format: Format::Pattern(r"^[^/]+$", "a name without a slash") };

const LEADERS: &[Attribute] = &[
    Attribute::new("primary", USER, "The one who heads it. Without one there are no deputies.").clear(),
    Attribute::new("deputies", Shape::Set { of: &USER, max: 499, partial: false }, "Everybody else who leads it."),
];

const CHAT: &[Attribute] = &[
    Attribute::new(
        "state",
        Shape::Choice(&[
            ("enabled", "there is a chat, and whoever joins or leaves the department joins or leaves it"),
            ("detached", "there is none; one that was there goes on as an ordinary chat"),
        ]),
        "Whether the department has a chat of its own. It is named after the department.",
    ),
    Attribute::new(
        "employee_types",
        Shape::Set { of: &TYPE, max: 260, partial: false },
        "Whose employees are taken into the chat; an empty list means nobody's.",
    ),
];

static ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "id",
        Shape::Text {
            min: 1,
            max: 64,
            format: Format::Pattern(
                r"^[a-zA-Z0-9][a-zA-Z0-9_\-@.]*$",
                "letters, digits and _ - @ . beginning with a letter or digit",
            ),
        },
        "The department_id, if it is not the local key. Chosen at creation and never changed afterwards: the remote \
         lets it be changed about once in a department's life.",
    )
    .change(Change::CreateOnly)
    .example("D067"),
    Attribute::new("name", LABEL, "The name that everybody sees: no slash, and unique under its parent.")
        .required()
        .scopes(BASE)
        .example("研发中心"),
    Attribute::new(
        "i18n_name",
        Shape::Keyed { keys: LOCALES, of: &LABEL },
        "The name in other languages, unique in each under its parent. A language that is not written is left alone; \
         null takes it away, which costs a rewrite of the whole department.",
    )
    .clear()
    .scopes(BASE)
    .example("{ en_us: R&D, ja_jp: 研究開発 }"),
    Attribute::new(
        "parent",
        PARENT,
        "The department above, or root. Nesting under children: says the same. Changing it moves the whole subtree; \
         everything below the root needs an app that sees all staff.",
    )
    .required()
    .scopes(ORGANIZE)
    .example("root"),
    Attribute::new(
        "leaders",
        Shape::Object(LEADERS),
        "Who leads it. People can lead once they have joined; until then they wait as pending. null removes all.",
    )
    .clear()
    .scopes(ORGANIZE)
    .example("{ primary: zhang.san, deputies: [li.si] }"),
    Attribute::new(
        "hrbps",
        Shape::Set { of: &USER, max: 500, partial: true },
        "HR business partners, at most 500.",
    )
    .clear()
    .scopes(HRBP)
    .example("[wang.wu]"),
    Attribute::new(
        "unit",
        UNIT,
        "The subsidiary or branch that it belongs to. Write it here or under departments: of the unit, not on both \
         sides.",
    )
    .clear()
    .scopes(ORGANIZE)
    .example("cn-sub"),
    Attribute::new(
        "order",
        Shape::Int { min: 0, max: i32::MAX as i64 },
        "Its place among its siblings by number, smaller first and unique among them. children_order of the parent \
         is the gentler way.",
    )
    .scopes(ORGANIZE)
    .example("100"),
    Attribute::new(
        "children_order",
        Shape::List { of: &DEPARTMENT, max: 1_000 },
        "Its sub-departments in the order in which they shall stand. Only their relative order counts; numbers that \
         already give it are kept, and departments that are not named stay where they are.",
    )
    .scopes(ORGANIZE)
    .example("[backend, frontend, qa]"),
    Attribute::new("group_chat", Shape::Object(CHAT), "The department's own chat.")
        .scopes(BASE)
        .example("{ state: enabled, employee_types: [regular, intern] }"),
];

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "departments",
    title: "Department",
    about: "A node of the organisation tree. The root is called root and is not managed. A tenant has at most 30,000 \
            departments, 25 levels and 1,000 departments directly under one. The tree is rebuilt by single calls, one \
            at a time because the remote locks the whole tree for each; where names, numbers or places are swapped, \
            something gets a temporary name, number or parent for a moment, which the plan shows. Leaders and HR \
            partners follow once the people are there. A department can only be deleted when nobody and nothing is in \
            it, and it never comes back: a new one with the same id is a new department.",
    naming: Naming::Key,
    attributes: ATTRIBUTES,
    tree: Some("parent"),
    example: "version: 1
departments:
  engineering:
    name: 研发中心
    i18n_name: { en_us: R&D }
    parent: root
    leaders: { primary: zhang.san }
    hrbps: [zhang.san]
    group_chat: { state: enabled, employee_types: [regular, intern] }
    children_order: [backend, frontend]
    children:
      frontend: { name: 前端 }
      backend: { name: 后端 }
users:
  zhang.san:
    name: 张三
    mobile: \"+8613011111111\"
    departments: [engineering]
    employee_type: regular
",
    lookups: &[
        ("department_id", "by its custom id"),
        ("open_department_id", "by the id that begins with od-"),
        ("path", "by the names from the first level down, joined by slashes"),
    ],
    key: Some((
        "1 to 64 letters, digits and _ - @ . beginning with a letter or digit",
        r"^[a-zA-Z0-9][a-zA-Z0-9_\-@.]{0,63}$",
    )),
    observe_after: &["employee_type"],
};
