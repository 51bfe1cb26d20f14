//! What may be written of a ticket field.

use super::options::{CHILDREN, NAME as OPTION_NAME, TAG};
use crate::kinds::desk;
use crate::resource::{Attribute, Change, Format, Inside, KindInfo, Naming, Shape};

pub(super) const NAME: &str = "helpdesk/ticket_field";

pub(super) const KEY: &str = "key_name";
pub(super) const CALLED: &str = "name";
pub(super) const TYPE: &str = "type";
pub(super) const DESCRIPTION: &str = "description";
pub(super) const VISIBLE: &str = "visible";
pub(super) const REQUIRED: &str = "required";
pub(super) const POSITION: &str = "position";
pub(super) const OPTIONS: &str = "options";
pub(super) const MULTIPLE: &str = "multiple";
pub(super) const DROP: &str = "drop_options";

pub(super) const DROPDOWN: &str = "dropdown";
pub(super) const NESTED: &str = "dropdown_nested";

pub(super) const INSIDE: Inside = desk::inside("ticket_fields");

/// What is left out on purpose.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("editable", "only fields of the system are not editable, and nobody can change which those are"),
    ("default", "the API knows no default value of a field"),
];

/// The pages have no figures: far above what a form or a list can show.
const LONG: usize = 1_000;
const MANY: usize = 10_000;

const TAG_OF: Attribute = Attribute::new(
    TAG,
    Shape::text(LONG),
    "The id that tickets refer to. Needed only to keep it over a change of name or place; without it the option that \
     is there keeps its own and a new one gets one.",
);
const NAME_OF: Attribute = Attribute::new(OPTION_NAME, Shape::text(LONG), "What people choose.").required();

static THIRD: Shape = Shape::Either(&[Shape::text(LONG), Shape::Object(&[NAME_OF, TAG_OF])]);
static SECOND: Shape = Shape::Either(&[
    Shape::text(LONG),
    Shape::Object(&[
        NAME_OF,
        TAG_OF,
        Attribute::new(CHILDREN, Shape::List { of: &THIRD, max: MANY }, "The third level."),
    ]),
]);
static FIRST: Shape = Shape::Either(&[
    Shape::text(LONG),
    Shape::Object(&[
        NAME_OF,
        TAG_OF,
        Attribute::new(CHILDREN, Shape::List { of: &SECOND, max: MANY }, "The second level, of `dropdown_nested`."),
    ]),
]);

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "ticket_fields",
    title: "Custom field of a helpdesk's tickets",
    about: "A field that the tickets of a helpdesk have. Its key, its type and whether several options may be chosen are \
            given once: a change of them makes another field, and what tickets hold in the old one is lost. An option is \
            its tag, not its name: a new name at a written `tag` renames it, a new name without one is another option. \
            Options leave only with `drop_options: true`. Positions are compared by their order, since the desk numbers \
            its rows itself. A new field is visible and not required unless it says otherwise. Fields of the system are \
            never touched. Writing needs a person who administers or owns the desk.",
    naming: Naming::Attribute(KEY),
    attributes: &[
        desk::holder("The helpdesk."),
        Attribute::new(KEY, Shape::text(LONG), "The key that programs know it by. Unique in the desk.")
            .required()
            .change(Change::Replace)
            .example("asset_class"),
        Attribute::new(CALLED, Shape::text(LONG), "What people see.").required().example("资产类别"),
        Attribute::new(
            TYPE,
            Shape::Choice(&[
                ("string", "one line of text"),
                ("multiline", "many lines of text"),
                (DROPDOWN, "a list to choose from"),
                (NESTED, "a list of lists, of three levels at most"),
            ]),
            "What it holds.",
        )
        .required()
        .change(Change::Replace)
        .example("dropdown"),
        Attribute::new(
            DESCRIPTION,
            Shape::Text { min: 0, max: 10_000, format: Format::Long },
            "What it is for; empty for nothing.",
        )
        .clear(),
        Attribute::new(VISIBLE, Shape::Bool, "Whether people see it.").example("true"),
        Attribute::new(REQUIRED, Shape::Bool, "Whether it must be filled in.").example("false"),
        Attribute::new(
            POSITION,
            Shape::Int { min: 1, max: 100_000 },
            "Its row in the list of fields. Only the order counts among the fields of a desk that declare one.",
        )
        .example("3"),
        Attribute::new(
            OPTIONS,
            Shape::List { of: &FIRST, max: MANY },
            "What can be chosen, in order; needed with both kinds of lists. It is meant whole.",
        )
        .example("[Windows, macOS, { name: Linux, tag: 0d6f2c0a-8a52-4c0e-8d0b-2f6f3a1e5b22 }]"),
        Attribute::new(MULTIPLE, Shape::Bool, "Whether several options can be chosen, of a `dropdown` alone.")
            .change(Change::Replace)
            .example("true"),
        Attribute::new(
            DROP,
            Shape::Bool,
            "Options that are listed no longer may go; what tickets hold of them is lost. Without it a plan that would \
             take one away is refused.",
        )
        .local(),
    ],
    tree: None,
    example: "version: 1
helpdesks:
  it:
    helpdesk_id: \"6939771743531696147\"
    token_variable: LARK_HELPDESK_IT_TOKEN
    ticket_fields:
      asset_class:
        key_name: asset_class
        name: 资产类别
        type: dropdown_nested
        description: \"\"
        visible: true
        required: false
        position: 3
        options:
          - name: 笔记本
            tag: 6f0c1c9e-0d0a-4a59-9d1e-0f5f6f2a7a11
            options: [14 英寸, 16 英寸]
          - 手机
      systems:
        key_name: systems
        name: 操作系统
        type: dropdown
        multiple: true
        options: [Windows, macOS, Linux]
",
    lookups: &[("key_name", "by its key"), ("ticket_customized_field_id", "by its id")],
    key: None,
    observe_after: &["helpdesk"],
};
