//! What no page of the helpdesk gives a rule for, each a row of `docs/fidelity/helpdesk.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::sandbox::helpdesk::Case;

/// What happens to a field that cannot change, in a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Immutable {
    Refused,
    Ignored,
}

/// How a line break is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Break {
    /// A text without content, as the page of rich text has it.
    Empty,
    /// A text that is a line feed, as the example of a change has it.
    Feed,
    /// A node of its own type, `line break`.
    Node,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a knob of its own")]
pub struct HelpdeskKnobs {
    /// The code that a case is answered with; 0 lets it through where that means something.
    pub codes: BTreeMap<Case, i64>,
    /// A person without the role is refused with HTTP 401 instead of 403, as one page prints it.
    pub forbidden_is_401: bool,
    /// Siblings of one language, questions of one category, skills and fields of a desk have names of their own
    /// ([`Case::NameTaken`]).
    pub unique_names: bool,
    /// Making a schedule for somebody who has one overwrites it.
    pub schedules_overwrite: bool,
    /// Of a batch of schedules those before the bad one are kept.
    pub batches_in_part: bool,
    /// 9, 10 and 11 are read as the days that they mean.
    pub expand_weekdays: bool,
    /// Every agent's skills show the default one.
    pub default_skill_shown: bool,
    /// What a change of a skill or a schedule leaves out is cleared.
    pub omitted_is_cleared: bool,
    /// Operands are read as text that holds JSON.
    pub operands_as_text: bool,
    /// The addresses of agents are one text that holds JSON.
    pub emails_as_text: bool,
    /// Without `lang` the list of categories shows Chinese ones alone.
    pub categories_need_lang: bool,
    /// Nested categories name another parent than theirs.
    pub odd_parents: bool,
    /// The list of FAQs shows those in the recycle bin too, unless `status` says which.
    pub faqs_of_any_status: bool,
    pub line_break: Break,
    /// The last page of a search carries a token.
    pub search_token_at_end: bool,
    pub immutable: Immutable,
    /// Fields count from 1 without gaps, whatever positions were written.
    pub renumber_fields: bool,
}

impl Default for HelpdeskKnobs {
    fn default() -> Self {
        Self {
            codes: BTreeMap::new(),
            forbidden_is_401: false,
            unique_names: false,
            schedules_overwrite: false,
            batches_in_part: false,
            expand_weekdays: false,
            default_skill_shown: true,
            omitted_is_cleared: false,
            operands_as_text: false,
            emails_as_text: false,
            categories_need_lang: false,
            odd_parents: true,
            faqs_of_any_status: true,
            line_break: Break::Empty,
            search_token_at_end: true,
            immutable: Immutable::Refused,
            renumber_fields: true,
        }
    }
}
