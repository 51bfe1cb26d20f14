//! Kinds for tests of the stages: they have tables and do nothing.

use super::kind::{Ask, Context, Kind, Observing};
use super::registry::Registry;
use super::schema::{Attribute, Change, Format, Inside, KindInfo, Naming, Shape};
use super::work::{Drafts, Work};
use crate::base::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Manifest, Observed};

#[derive(Debug)]
struct Toy(&'static KindInfo);

impl Kind for Toy {
    fn info(&self) -> &'static KindInfo {
        self.0
    }

    /// A rule that only a kind can know: nobody is called 神.
    fn check(&self, manifest: &Manifest, problems: &mut Diagnostics) {
        for thing in manifest.of_kind(self.0.name) {
            if thing.value("name").and_then(crate::model::Value::as_text) == Some("神") {
                problems.push(
                    Diagnostic::new(Code("toy::god"), "nobody is called that").at(thing.span, "this one"),
                );
            }
        }
    }

    fn observe<'o>(&'o self, _: &'o Ask, _: &'o Context<'o>) -> Observing<'o> {
        Box::pin(async { Observed::default() })
    }

    fn steps(&self, _: &Work<'_>, _: &mut Drafts) {}
}

/// A tree, people, a group found by its name, and a thing that only the state knows.
pub(crate) const fn registry() -> Registry {
    Registry::new(ALL)
}

static ALL: &[&dyn Kind] = &[&Toy(&DEPARTMENT), &Toy(&USER), &Toy(&USER_GROUP), &Toy(&JOB_LEVEL)];

static USER_REF: Shape = Shape::Ref { kind: "user", also: &[] };
static NAME: Shape = Shape::text(10);
static ID_FORM: &str = r"^[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}$";

const LOCALES: &[(&str, &str)] = &[("zh_cn", "Chinese"), ("en_us", "English"), ("ja_jp", "Japanese")];

static DEPARTMENT: KindInfo = KindInfo {
    name: "department",
    plural: "departments",
    title: "Department",
    about: "A node of the organisation.",
    naming: Naming::Key,
    attributes: &[
        Attribute::new(
            "id",
            Shape::Text { min: 1, max: 64, format: Format::Pattern(ID_FORM, "letters, digits and _-@.") },
            "The id, where it is not the key.",
        )
        .change(Change::Replace),
        Attribute::new("name", NAME_OF_DEPARTMENT, "What people see.").required().example("研发中心"),
        Attribute::new("i18n_name", Shape::Keyed { keys: LOCALES, of: &NAME }, "Names by language.").clear(),
        Attribute::new("parent", Shape::Ref { kind: "department", also: &["root"] }, "What it belongs to.")
            .required()
            .example("root"),
        Attribute::new("leaders", Shape::Object(LEADERS), "Who leads it.").clear(),
        Attribute::new("order", Shape::Int { min: 0, max: 1_000_000 }, "Its place among siblings.")
            .scopes(&["contact:department.organize:readonly"]),
    ],
    tree: Some("parent"),
    example: "version: 1\ndepartments:\n  eng:\n    name: 研发中心\n    parent: root\n    children:\n      web: {name: 前端}\n",
    lookups: &[("department_id", "the id"), ("path", "names from the top, with slashes")],
    key: Some(("letters, digits and `_-@.`, at most 64", ID_FORM)),
    observe_after: &[],
};

const NAME_OF_DEPARTMENT: Shape = Shape::text(20);

const LEADERS: &[Attribute] = &[
    Attribute::new("primary", Shape::Ref { kind: "user", also: &[] }, "The one who decides.").required(),
    Attribute::new("deputies", Shape::Set { of: &USER_REF, max: 2, partial: false }, "Who stands in."),
];

static USER: KindInfo = KindInfo {
    name: "user",
    plural: "users",
    title: "User",
    about: "A person.",
    naming: Naming::Key,
    attributes: &[
        Attribute::new("name", Shape::text(255), "Full name.").required().example("张三"),
        Attribute::new("mobile", Shape::Text { min: 1, max: 40, format: Format::Mobile }, "Mobile number.")
            .sensitive(),
        Attribute::new("email", Shape::Text { min: 1, max: 255, format: Format::Email }, "E-mail.").clear(),
        Attribute::new("departments", Shape::List { of: &IN_DEPARTMENT, max: 3 }, "The first is primary."),
        Attribute::new("job_title", Shape::text(100), "Job title.").clear(),
        Attribute::new("country", Shape::Text { min: 2, max: 2, format: Format::Country }, "Country."),
        Attribute::new("home", Shape::Text { min: 1, max: 200, format: Format::Url }, "Home page."),
        Attribute::new("bio", Shape::Text { min: 0, max: 500, format: Format::Long }, "About them."),
        Attribute::new("join_date", Shape::Date, "First day.").clear(),
        Attribute::new("frozen", Shape::Bool, "Cannot log in."),
        Attribute::new(
            "employee_type",
            Shape::Either(&[
                Shape::Choice(&[("regular", "with a contract"), ("intern", "for a while")]),
                Shape::Int { min: 1, max: 200 },
            ]),
            "Kind of contract.",
        ),
        Attribute::new("leader", Shape::Ref { kind: "user", also: &[] }, "Whom they report to.").clear(),
        Attribute::new("tags", Shape::Set { of: &NAME, max: 5, partial: true }, "Words for rules.").local(),
        Attribute::new("custom", Shape::Free { of: &NAME, max: 3 }, "Further fields.").clear(),
    ],
    tree: None,
    example: "version: 1\nusers:\n  zhang.san: {name: 张三, mobile: \"+8613011111111\", departments: [{department_id: D1}]}\n",
    lookups: &[("email", "e-mail"), ("mobile", "mobile number"), ("user_id", "the id")],
    key: Some(("at most 64 characters without white space", r"^\S{1,64}$")),
    observe_after: &["department"],
};

static IN_DEPARTMENT: Shape =
    Shape::Either(&[Shape::Ref { kind: "department", also: &["root"] }, Shape::Object(PLACE)]);

const PLACE: &[Attribute] = &[
    Attribute::new("ref", Shape::Ref { kind: "department", also: &["root"] }, "The department.").required(),
    Attribute::new("order", Shape::Int { min: 0, max: 9_999 }, "Place in its list."),
];

static USER_GROUP: KindInfo = KindInfo {
    name: "user_group",
    plural: "user_groups",
    title: "User group",
    about: "A named set of people.",
    naming: Naming::Attribute("name"),
    attributes: &[
        Attribute::new("name", Shape::text(100), "Unique name.").required().example("值班"),
        Attribute::new("members", Shape::People { max: 3 }, "Who is in it."),
    ],
    tree: None,
    example: "version: 1\nuser_groups:\n  oncall: {name: 值班, members: {where: 'user.job_title.startsWith(\"SRE\")'}}\n",
    lookups: &[("group_id", "the id"), ("name", "the name")],
    key: None,
    observe_after: &[],
};

static JOB_LEVEL: KindInfo = KindInfo {
    name: "job_level",
    plural: "job_levels",
    title: "Job level",
    about: "A rung.",
    naming: Naming::RecordedOnly,
    attributes: &[Attribute::new("name", Shape::text(255), "Its name.").required()],
    tree: None,
    example: "version: 1\njob_levels:\n  p7: {name: P7}\n",
    lookups: &[],
    key: None,
    observe_after: &[],
};

/// A desk, and a tree of drawers inside of it that refer to each other.
pub(crate) const fn nested() -> Registry {
    Registry::new(NESTED)
}

static NESTED: &[&dyn Kind] = &[&Toy(&DESK), &Drawer, &Toy(&USER)];

static DESK: KindInfo = KindInfo {
    name: "desk",
    plural: "desks",
    title: "Desk",
    about: "It has drawers.",
    naming: Naming::RecordedOnly,
    attributes: &[
        Attribute::new("name", Shape::text(255), "Its name."),
        Attribute::new("open", DRAWER_REF, "The drawer that is open."),
    ],
    tree: None,
    example: "version: 1\ndesks:\n  hall: {drawers: {top: {name: T}}}\n",
    lookups: &[],
    key: None,
    observe_after: &[],
};

const DRAWER_REF: Shape = Shape::Ref { kind: "desk/drawer", also: &[] };

static DRAWER: KindInfo = KindInfo {
    name: "desk/drawer",
    plural: "drawers",
    title: "Drawer",
    about: "Drawers may hold drawers.",
    naming: Naming::Attribute("name"),
    attributes: &[
        Attribute::new("desk", Shape::Ref { kind: "desk", also: &[] }, "What it is in.").required(),
        Attribute::new("name", Shape::text(255), "Its name.").required(),
        Attribute::new("parent", DRAWER_REF, "The drawer that it is in."),
        Attribute::new("like", DRAWER_REF, "Another drawer that looks the same."),
    ],
    tree: Some("parent"),
    example: "version: 1\ndesks:\n  hall: {drawers: {top: {name: T}}}\n",
    lookups: &[("drawer_id", "the id")],
    key: None,
    observe_after: &["desk"],
};

#[derive(Debug)]
struct Drawer;

impl Kind for Drawer {
    fn info(&self) -> &'static KindInfo {
        &DRAWER
    }

    fn inside(&self) -> Option<Inside> {
        Some(Inside { kind: "desk", field: "drawers", attribute: "desk" })
    }

    fn observe<'o>(&'o self, _: &'o Ask, _: &'o Context<'o>) -> Observing<'o> {
        Box::pin(async { Observed::default() })
    }

    fn steps(&self, _: &Work<'_>, _: &mut Drafts) {}
}
