//! What a person looks like in YAML (contact.md B.2.3).

use crate::resource::{Attribute, Change, Format, KindInfo, Naming, Shape};

/// The words of `employee_type` that every tenant has, by their number less one.
pub(super) const EMPLOYEE_TYPES: &[&str] = &["regular", "intern", "outsourced", "labour", "consultant"];

/// The words of `gender`, by their number.
pub(super) const GENDERS: &[&str] = &["private", "male", "female", "other"];

/// What a tenant allows (`user/create`).
pub(super) const MOST_DEPARTMENTS: usize = 50;

// Scopes any of which open a field; the last three are the old umbrella scopes.
macro_rules! or_umbrella {
    ($($scope:literal),+) => {
        &[$($scope,)+ "contact:contact:access_as_app", "contact:contact:readonly", "contact:contact:readonly_as_app"]
    };
}
const BASE: &[&str] = or_umbrella!("contact:user.base:readonly");
const PLACE: &[&str] = or_umbrella!("contact:user.department:readonly");
pub(super) const EMPLOYEE: &[&str] = or_umbrella!("contact:user.employee:readonly");
const NUMBER: &[&str] = or_umbrella!("contact:user.employee_number:read", "contact:user.employee:readonly");
const GENDER: &[&str] = or_umbrella!("contact:user.gender:readonly");

const USER: Shape = Shape::Ref { kind: "user", also: &[] };
const DEPARTMENT: Shape = Shape::Ref { kind: "department", also: &["root"] };

const PLACED: &[Attribute] = &[
    Attribute::new("department", DEPARTMENT, "The department.").required(),
    Attribute::new(
        "order",
        Shape::Int { min: 0, max: i32::MAX as i64 },
        "Where the person stands in the department's list; the largest number is first.",
    ),
    Attribute::new(
        "department_order",
        Shape::Int { min: 0, max: i32::MAX as i64 },
        "The weight of the department among the person's own; the primary one must have the largest.",
    ),
];

const CUSTOM: &[Attribute] = &[
    Attribute::new("text", Shape::text(100), "The words of a link."),
    Attribute::new(
        "url",
        Shape::Text { min: 1, max: 2_000, format: Format::Url },
        "The address of a link; `http://` or `https://`.",
    ),
    Attribute::new(
        "pc_url",
        Shape::Text { min: 1, max: 2_000, format: Format::Url },
        "The address of a link on a desktop, if it differs.",
    ),
    Attribute::new("option", Shape::text(200), "The id of an option of a choice or picture."),
    Attribute::new("choice", Shape::text(200), "The same by its text, as the console shows it."),
    Attribute::new("user", USER, "A person."),
];

const MAIL: &[Attribute] = &[
    Attribute::new(
        "action",
        Shape::Choice(&[
            ("transfer", "to the person in `to`"),
            ("keep", "stays with the person who left"),
            ("delete", "is deleted"),
        ]),
        "What happens to the mail.",
    )
    .required(),
    Attribute::new("to", USER, "Who receives it, for `transfer`."),
];

const ON_DELETE: &[Attribute] = &[
    Attribute::new("default", USER, "Who inherits whatever is not named below."),
    Attribute::new("department_chats", USER, "New owner of department chats; else whoever joined first."),
    Attribute::new(
        "external_chats",
        USER,
        "New owner of external chats; else the colleague who joined first, and without one the chat is dissolved.",
    ),
    Attribute::new("docs", USER, "New owner of documents; else the leader."),
    Attribute::new("calendar", USER, "Who receives events; else the leader, and without one they are deleted."),
    Attribute::new("applications", USER, "Who receives apps; else the leader."),
    Attribute::new("minutes", USER, "Who receives minutes; else the leader."),
    Attribute::new("surveys", USER, "Who receives surveys; else the leader, and without one they are deleted."),
    Attribute::new("email", Shape::Object(MAIL), "What happens to the mail; else the leader receives it."),
    Attribute::new("anycross", USER, "Who receives what is on the integration platform; else the leader."),
];

const PLACE_SHAPE: Shape = Shape::Either(&[DEPARTMENT, Shape::Object(PLACED)]);
const LINE: Shape = Shape::text(100);
const WORD: Shape = Shape::text(64);
const CUSTOM_SHAPE: Shape = Shape::Either(&[LINE, Shape::Object(CUSTOM)]);

static ATTRIBUTES: &[Attribute] = &[
    Attribute::new(
        "id",
        Shape::Text {
            min: 1,
            max: 64,
            format: Format::Pattern(r"^\S+$", "1 to 64 characters without white space"),
        },
        "The user_id, if it is not the local key. Chosen at creation; a living person's is never changed.",
    )
    .change(Change::CreateOnly)
    .example("e10086"),
    Attribute::new("name", Shape::text(255), "The name that everybody sees.")
        .required()
        .scopes(BASE)
        .example("张三"),
    Attribute::new("en_name", Shape::text(255), "The English name.").clear().scopes(BASE).example("San Zhang"),
    Attribute::new("nickname", Shape::text(255), "The nickname.").clear().scopes(BASE),
    Attribute::new(
        "mobile",
        Shape::Text { min: 1, max: 32, format: Format::Mobile },
        "The number to log in with, unique in the tenant: E.164, or a bare mainland number. Needed to invite somebody \
         on Feishu. A number that is not of the mainland needs an e-mail address beside it. The invitation goes here.",
    )
    .sensitive()
    .scopes(&["contact:user.phone:readonly"])
    .example("+8613011111111"),
    Attribute::new(
        "email",
        Shape::Text { min: 3, max: 254, format: Format::Email },
        "The address to log in with, unique in the tenant. Not the company mailbox.",
    )
    .clear()
    .sensitive()
    .scopes(&["contact:user.email:readonly"])
    .example("zhangsan@example.com"),
    Attribute::new("mobile_visible", Shape::Bool, "Whether colleagues see the number; at first they do."),
    Attribute::new(
        "gender",
        Shape::Choice(&[("private", "not said"), ("male", "male"), ("female", "female"), ("other", "other")]),
        "The gender.",
    )
    .scopes(GENDER)
    .example("female"),
    Attribute::new(
        "avatar_key",
        Shape::text(200),
        "The key of an uploaded picture (`POST im/v1/images`, type `avatar`). It cannot be read back.",
    )
    .write_only(),
    Attribute::new(
        "departments",
        Shape::List { of: &PLACE_SHAPE, max: MOST_DEPARTMENTS },
        "All departments of the person; the first is the primary one. A living person's departments change once a \
         second at most, for the whole tenant. Needed to invite somebody.",
    )
    .scopes(PLACE)
    .example("[engineering]"),
    Attribute::new("leader", USER, "The direct manager.").clear().scopes(PLACE).example("li.si"),
    Attribute::new(
        "dotted_line",
        Shape::Set { of: &USER, max: 20, partial: true },
        "Managers by dotted line.",
    )
    .clear()
    .scopes(&["contact:user.dotted_line_leader_info.read"]),
    Attribute::new(
        "employee_type",
        Shape::Ref { kind: "employee_type", also: EMPLOYEE_TYPES },
        "One of the five built-in words, or an employee type of the tenant. Needed to invite somebody.",
    )
    .scopes(EMPLOYEE)
    .example("regular"),
    Attribute::new("employee_no", Shape::text(255), "The number of the personnel file, unique in the tenant.")
        .clear()
        .scopes(NUMBER)
        .example("E10086"),
    Attribute::new(
        "job_title",
        Shape::text(100),
        "The title. A title that the tenant does not know yet is created for ever: mind the spelling.",
    )
    .clear()
    .scopes(EMPLOYEE)
    .example("高级工程师"),
    Attribute::new(
        "city",
        Shape::text(100),
        "The city of work. A city that the tenant does not know yet is created for ever.",
    )
    .clear()
    .scopes(EMPLOYEE)
    .example("杭州"),
    Attribute::new(
        "country",
        Shape::Text { min: 2, max: 2, format: Format::Country },
        "Country or region: ISO alpha-2, as Feishu knows it.",
    )
    .clear()
    .scopes(EMPLOYEE)
    .example("CN"),
    Attribute::new("work_station", Shape::text(255), "Desk or station.").clear().scopes(EMPLOYEE),
    Attribute::new("join_date", Shape::Date, "The day of joining, by the calendar of UTC+8.")
        .clear()
        .scopes(EMPLOYEE)
        .example("2024-03-01"),
    Attribute::new("job_level", Shape::Ref { kind: "job_level", also: &[] }, "The job level.")
        .clear()
        .scopes(&["contact:user.job_level:readonly"])
        .example("p7"),
    Attribute::new("job_family", Shape::Ref { kind: "job_family", also: &[] }, "The job family.")
        .clear()
        .scopes(&["contact:user.job_family:readonly"])
        .example("rd"),
    Attribute::new(
        "enterprise_email",
        Shape::Text { min: 3, max: 254, format: Format::Email },
        "The company mailbox; its domain must be one of the tenant's.",
    )
    .clear()
    .sensitive()
    .scopes(EMPLOYEE),
    Attribute::new(
        "custom",
        Shape::Free { of: &CUSTOM_SHAPE, max: 200 },
        "Custom fields by id (`C-…`) or name: a text; `{text, url}` for a link; `{option}` or `{choice}` for a choice; \
         `{user}` for a person. Fields for people and pictures can be named by id only: the remote does not list them. \
         What is not written is not touched; a value cannot be cleared.",
    )
    .scopes(EMPLOYEE)
    .example("{ 座右铭: 天道酬勤 }"),
    Attribute::new("geo", Shape::text(64), "The region where data is kept. Chosen at creation.")
        .change(Change::CreateOnly)
        .scopes(&["contact:user.user_geo"]),
    Attribute::new(
        "seats",
        Shape::Set { of: &WORD, max: 50, partial: false },
        "Seats by subscription id. Reading them costs a call for each person who has this attribute.",
    )
    .scopes(&["contact:user.assign_info:read"]),
    Attribute::new(
        "frozen",
        Shape::Bool,
        "Whether the account is suspended. Changes once a second at most, for the whole tenant.",
    )
    .scopes(EMPLOYEE),
    Attribute::new(
        "tags",
        Shape::Set { of: &WORD, max: 100, partial: false },
        "Words for the rules of this manifest; never sent.",
    )
    .local()
    .example("[oncall]"),
    Attribute::new(
        "on_delete",
        Shape::Object(ON_DELETE),
        "Who receives what when the person is deleted. Remembered, so that taking the person out of the YAML keeps it.",
    )
    .local()
    .example("{ default: li.si }"),
];

pub(super) static INFO: KindInfo = KindInfo {
    name: "user",
    plural: "users",
    title: "A member of the organisation",
    about: "Creating a person hires them: an invitation goes out by SMS or mail. Until they accept it they cannot be \
            changed, so everything is sent at once and later changes wait for them. Deleting is a resignation: the \
            person can be called back for thirty days, and `on_delete` says who receives what they leave. A person is \
            never deleted and created anew to change something. The local key is the user_id unless `id` is written; \
            somebody who is in the tenant under another user_id is found by mobile or e-mail and taken over.",
    naming: Naming::Key,
    attributes: ATTRIBUTES,
    tree: None,
    example: EXAMPLE,
    lookups: &[
        ("email", "the address that they log in with"),
        ("mobile", "the number that they log in with"),
        ("user_id", "the user_id"),
        ("open_id", "the open_id for this app"),
        ("union_id", "the union_id for this developer's apps"),
    ],
    key: Some(("1 to 64 characters without white space", r"^\S{1,64}$")),
    observe_after: &["department", "employee_type"],
};

const EXAMPLE: &str = "\
version: 1
departments:
  engineering: { name: 研发中心, parent: root }
  backend: { name: 后端, parent: engineering }
users:
  li.si:
    name: 李四
    mobile: \"+8613022222222\"
    departments: [engineering]
    employee_type: regular
    job_title: 研发总监
  zhang.san:
    name: 张三
    en_name: San Zhang
    mobile: \"+8613011111111\"
    email: zhangsan@example.com
    employee_type: regular
    employee_no: E10086
    departments:
      - backend
      - { department: engineering, order: 10 }
    leader: li.si
    job_title: 高级工程师
    city: 杭州
    country: CN
    join_date: 2024-03-01
    custom:
      座右铭: 天道酬勤
      个人主页: { text: 博客, url: https://example.com }
    tags: [oncall]
    on_delete:
      default: li.si
      email: { action: keep }
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_says_what_it_is_for_and_stands_once() {
        let mut names: Vec<&str> = INFO.attributes.iter().map(|a| a.name).collect();
        assert!(INFO.attributes.iter().all(|a| !a.about.is_empty()));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
