//! What may be written of a FAQ.

use crate::kinds::desk::{holder, inside};
use crate::resource::{Attribute, Format, Inside, KindInfo, Naming, Shape};

pub(in crate::kinds) const NAME: &str = "helpdesk/faq";
pub(in crate::kinds) const CATEGORY: &str = "category";
pub(super) const QUESTION: &str = "question";
pub(super) const ANSWER: &str = "answer";
pub(super) const SIMILAR: &str = "similar";

/// No page says how long an answer may be; nobody reads more.
const LONGEST: usize = 60_000;

pub(super) const INSIDE: Inside = inside("faqs");

/// What is left out on purpose.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("tags", "the API calls similar questions tags: write `similar:`"),
    ("answer_richtext", "the answer is Markdown, in `answer:`; text and rich text follow from it"),
    ("expire_time", "the API shows when a FAQ expires and cannot change it: that is the admin page's"),
    ("visible_to", "the API neither shows nor changes who sees a FAQ: that is the admin page's"),
    ("ranges", "the API neither shows nor changes who sees a FAQ: that is the admin page's"),
    ("pictures", "pictures of answers are put in by hand"),
];

static SAID: Shape = Shape::text(usize::MAX);

pub(super) static INFO: KindInfo = KindInfo {
    name: NAME,
    plural: "faqs",
    title: "FAQ of a helpdesk",
    about: "A question with its answer, which the helpdesk's bot gives by itself. The answer is Markdown of a plain \
            kind: a line is a line, an empty line is an empty line, and `[words](https://…)` is a link; headings, \
            bold, lists and the like do not exist there, and a list is simply lines that begin with `-`. A picture \
            that somebody put into an answer by hand shows as `![](KEY)`, which cannot be written: an answer that is \
            changed loses it. A deleted FAQ lies in the recycle bin of the admin page for 30 days, where only people \
            can restore it; declared again, it is made anew. Who sees a FAQ and until when is the admin page's. \
            Writing takes a person who is an agent of the desk at least.",
    naming: Naming::Own("category and question"),
    attributes: &[
        holder("The helpdesk whose knowledge base it belongs to."),
        Attribute::new(
            CATEGORY,
            Shape::Ref { kind: "helpdesk/category", also: &[] },
            "The category that it stands in: the key of one of the same helpdesk.",
        )
        .required()
        .example("laptops"),
        Attribute::new(QUESTION, Shape::text(usize::MAX), "The question. Two of one category differ in it.")
            .required()
            .example("如何连接 VPN?"),
        Attribute::new(
            ANSWER,
            Shape::Either(&[
                Shape::Text { min: 1, max: LONGEST, format: Format::Long },
                Shape::TextFile { max: LONGEST },
            ]),
            "What the bot answers: lines of text with links, as Markdown.",
        )
        .required()
        .example("\"见 [手册](https://example.com/vpn)。\""),
        Attribute::new(
            SIMILAR,
            Shape::Set { of: &SAID, max: usize::MAX, partial: true },
            "Other ways to ask the same.",
        )
        .example("[vpn, 远程]"),
    ],
    tree: None,
    example: "version: 1\nhelpdesks:\n  it:\n    helpdesk_id: \"6939771743531696147\"\n    token_variable: LARK_HELPDESK_IT_TOKEN\n    categories:\n      network: { name: 网络, language: zh_cn }\n    faqs:\n      vpn:\n        category: network\n        question: 如何连接 VPN?\n        answer: |\n          1. 安装客户端。\n          2. 按 [手册](https://example.com/vpn) 登录。\n        similar: [vpn, 远程]\n",
    lookups: &[],
    key: None,
    observe_after: &["helpdesk", "helpdesk/category"],
};
