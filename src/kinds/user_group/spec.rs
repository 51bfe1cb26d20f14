//! What may be written of a user group.

use crate::resource::{Attribute, Change, Format, KindInfo, Naming, Shape};

pub(super) const NAME: &str = "user_group";

/// `group/create`: letters and digits, at most 64 of them.
const ID: &str = "^[A-Za-z0-9]{1,64}$";
const ID_WORDS: &str = "letters and digits, at most 64 of them";
/// `group-member/add`: people in one normal group.
const MOST_MEMBERS: usize = 100_000;

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "user_groups",
    title: "User group",
    about: "A named set of people that permissions elsewhere point at: availability of apps, workbench, visibility, \
            sharing. The key becomes the group's id and stays it for ever; a key that is no such id needs `id:` \
            beside it. A group that exists is found by that id, else by its name, which is unique in the tenant; \
            it keeps the id it has. Dynamic groups, which rules in the admin console fill, can be referred to and \
            not be managed. Departments that an administrator put into a group are left alone, and the people in \
            them are no members in the sense of `members`; only an administrator can take them out, so a group that \
            has any cannot be deleted from here. A tenant has at most 500 groups, a group 100,000 people, and all \
            groups together ten seats for each person of the tenant. Creating and deleting ask for a contact range \
            of all staff.",
    naming: Naming::Key,
    attributes: &[
        Attribute::new(
            "id",
            Shape::Text { min: 1, max: 64, format: Format::Pattern(ID, ID_WORDS) },
            "The group's id, where it is not the key. It can never change, since permissions point at it.",
        )
        .change(Change::CreateOnly)
        .example("contractors"),
        Attribute::new("name", Shape::text(100), "Unique among all groups of the tenant, dynamic ones included.")
            .required()
            .example("IT 外包组"),
        Attribute::new(
            "description",
            Shape::text(500),
            "What the group is for. It can be changed, not cleared: the API takes an empty text for no change.",
        )
        .example("外包人员"),
        Attribute::new(
            "members",
            Shape::People { max: MOST_MEMBERS },
            "The people in the group. A plain list is exact: whoever else is in is removed. People who were invited \
             and have not joined yet may be members.",
        )
        .example("[zhang.san, li.si]"),
    ],
    tree: None,
    example: "version: 1
users:
  zhang.san:
    name: 张三
    mobile: \"+8613011111111\"
    departments: [root]
    employee_type: regular
user_groups:
  contractors:
    name: IT 外包组
    description: 外包人员
    members: [zhang.san]
  on-call:
    id: oncall
    name: 值班
    members: { at_least: [zhang.san] }
",
    lookups: &[("group_id", "by its id"), ("name", "by its name")],
    key: Some((ID_WORDS, ID)),
    observe_after: &["user"],
};
