//! What may be written of a category.

use crate::kinds::desk::{holder, inside};
use crate::resource::{Attribute, Change, Inside, KindInfo, Naming, Shape};

pub(in crate::kinds) const NAME: &str = "helpdesk/category";
pub(super) const TITLE: &str = "name";
pub(super) const LANGUAGE: &str = "language";
pub(super) const PARENT: &str = "parent";
pub(super) const ROOT: &str = "root";

pub(super) const INSIDE: Inside = inside("categories");

/// `category/create`: the languages of a knowledge base.
pub(super) const LANGUAGES: [&str; 3] = ["zh_cn", "en_us", "ja_jp"];

/// What is left out on purpose.
pub(super) const UNSUPPORTED: &[(&str, &str)] =
    &[("order", "the API neither shows nor changes the order of categories side by side")];

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "categories",
    title: "FAQ category of a helpdesk",
    about: "A node of the knowledge base's tree, which FAQs stand in. The tree in the YAML is the tree: one that stands \
            in nothing and has no `parent:` is at the top. A language is given at the top and holds for what stands \
            below, unless that says another; it cannot change, so another language replaces the category, which must \
            be empty by then. A category is deleted when nothing is left in it: FAQs and categories that nobody \
            manages have to be moved or deleted first. The order of siblings can be neither read nor written. Writing \
            takes a person who is an agent of the desk at least.",
    naming: Naming::Own("language and its path of names"),
    attributes: &[
        holder("The helpdesk whose knowledge base it belongs to."),
        Attribute::new(TITLE, Shape::text(usize::MAX), "What people see. Siblings of one language differ in it.")
            .required()
            .example("硬件"),
        Attribute::new(
            LANGUAGE,
            Shape::Choice(&[("zh_cn", "Chinese"), ("en_us", "English"), ("ja_jp", "Japanese")]),
            "The language whose knowledge base it is in. Needed at the top; below, the one above holds.",
        )
        .change(Change::Replace)
        .example("zh_cn"),
        Attribute::new(PARENT, Shape::Ref { kind: NAME, also: &[ROOT] }, "What it stands in.").example("hardware"),
    ],
    tree: Some(PARENT),
    example: "version: 1\nhelpdesks:\n  it:\n    helpdesk_id: \"6939771743531696147\"\n    token_variable: LARK_HELPDESK_IT_TOKEN\n    categories:\n      hardware:\n        name: 硬件\n        language: zh_cn\n        children:\n          laptops: { name: 笔记本 }\n      accounts: { name: Accounts, language: en_us }\n",
    lookups: &[("category_id", "the id, as the API gives it")],
    key: None,
    observe_after: &["helpdesk"],
};
