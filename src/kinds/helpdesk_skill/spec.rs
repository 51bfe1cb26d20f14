//! What may be written of an agent's skill.

use super::words::{ANY_OF, AT_LEAST, AT_MOST, NONE_OF, RAW};
use crate::kinds::desk;
use crate::resource::{Attribute, Format, Inside, KindInfo, Naming, Shape};

pub(in crate::kinds) const NAME: &str = "helpdesk/skill";

pub(super) const CALLED: &str = "name";
pub(super) const RULES: &str = "rules";

pub(super) const RULE: &str = "rule";
pub(super) const OPERATOR: &str = "operator";
pub(super) const OPERAND: &str = "operand";

pub(super) const INSIDE: Inside = desk::inside("skills");

/// What is left out on purpose.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("agents", "the agents of a skill are declared at their schedules: the API keeps one relation with two ends"),
    ("agent_ids", "the agents of a skill are declared at their schedules: the API keeps one relation with two ends"),
    ("default", "which skill is the default one is the helpdesk's own doing"),
];

/// The pages have no figures.
const LONG: usize = 1_000;
const MANY: usize = 1_000;

static TEXT: Shape = Shape::text(LONG);
static PERSON: Shape = Shape::Ref { kind: "user", also: &[] };
static DEPARTMENT: Shape = Shape::Ref { kind: "department", also: &[] };
static CATEGORY: Shape = Shape::Ref { kind: "helpdesk/category", also: &[] };
static SOURCE: Shape =
    Shape::Choice(&[("agent", "from the agents' side"), ("service", "from the service's side")]);
static LANGUAGE: Shape =
    Shape::Choice(&[("zh_cn", "Chinese"), ("en_us", "English"), ("ja_jp", "Japanese")]);
const LEVEL: Shape = Shape::Int { min: 0, max: 1_000_000 };

/// Any of them, or none.
macro_rules! choice {
    ($of:expr) => {
        Shape::Object(&[
            Attribute::new(ANY_OF, Shape::Set { of: &$of, max: MANY, partial: false }, "It is one of these."),
            Attribute::new(NONE_OF, Shape::Set { of: &$of, max: MANY, partial: false }, "It is none of these."),
        ])
    };
}

static ONE: Shape = Shape::Object(&[
    Attribute::new("department", choice!(DEPARTMENT), "The department of whoever asks.")
        .example("{ any_of: [engineering] }"),
    Attribute::new("person", choice!(PERSON), "Whoever asks.").example("{ any_of: [zhang.san] }"),
    Attribute::new("city", choice!(TEXT), "The city of whoever asks.").example("{ any_of: [上海] }"),
    Attribute::new(
        "level",
        Shape::Object(&[
            Attribute::new(AT_LEAST, LEVEL, "So high, or higher."),
            Attribute::new(AT_MOST, LEVEL, "So high, or lower."),
        ]),
        "The level of whoever asks, as a number.",
    )
    .example("{ at_least: 3 }"),
    Attribute::new("source", choice!(SOURCE), "Where the ticket comes from.").example("{ any_of: [service] }"),
    Attribute::new("language", choice!(LANGUAGE), "The language of the ticket.").example("{ any_of: [zh_cn] }"),
    Attribute::new("category_zh_cn", choice!(CATEGORY), "The category of Chinese FAQs.")
        .example("{ any_of: [laptops] }"),
    Attribute::new("category_en_us", choice!(CATEGORY), "The category of English FAQs."),
    Attribute::new("category_ja_jp", choice!(CATEGORY), "The category of Japanese FAQs."),
    Attribute::new(
        RAW,
        Shape::Object(&[
            Attribute::new(RULE, Shape::text(64), "The id of the rule in the desk's catalogue.").required(),
            Attribute::new(OPERATOR, Shape::Int { min: 0, max: 1_000 }, "The number of the comparison.").required(),
            Attribute::new(
                OPERAND,
                Shape::Text { min: 0, max: 100_000, format: Format::Plain },
                "What is compared with, as JSON in a text.",
            )
            .required(),
        ]),
        "A rule that has no words here, as the API has it.",
    ),
]);

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "skills",
    title: "Skill of a helpdesk's agents",
    about: "What a group of agents is good for, and the rules by which tickets come to them. Each rule is one word with \
            one comparison. Which comparisons a rule takes, and how what it compares with is written, the desk's own \
            catalogue says: only departments are documented, so that a rule of another word can be written where the \
            catalogue, or a rule made by hand in the console, shows how; the plan says so where nothing does. Rules \
            without words here are read and written as `raw`. The agents are declared at their schedules; a change of a \
            skill sends them along as they are. Which of two skills of one name is meant, nobody guesses. The default \
            skill is never deleted. Writing needs a person who administers or owns the desk.",
    naming: Naming::Attribute(CALLED),
    attributes: &[
        desk::holder("The helpdesk."),
        Attribute::new(CALLED, Shape::text(LONG), "The name. Unique in the desk.").required().example("网络"),
        Attribute::new(
            RULES,
            Shape::Set { of: &ONE, max: MANY, partial: false },
            "The rules, in any order. They are meant whole; `[]` for none.",
        )
        .example("[{ department: { any_of: [engineering] } }, { language: { any_of: [zh_cn] } }]"),
    ],
    tree: None,
    example: "version: 1
departments:
  engineering: { name: 研发中心, parent: root }
helpdesks:
  it:
    helpdesk_id: \"6939771743531696147\"
    token_variable: LARK_HELPDESK_IT_TOKEN
    categories:
      hardware: { name: 硬件, language: zh_cn }
    skills:
      network:
        name: 网络
        rules:
          - department: { any_of: [engineering] }
      hardware:
        name: 硬件
        rules:
          - category_zh_cn: { any_of: [hardware] }
          - level: { at_least: 3 }
          - raw: { rule: \"21\", operator: 8, operand: '{\"selected\":[\"a\"]}' }
",
    lookups: &[("name", "by its name"), ("agent_skill_id", "by its id")],
    key: None,
    observe_after: &["helpdesk", "helpdesk/category", "department", "user"],
};
