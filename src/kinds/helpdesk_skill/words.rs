//! The rules of skills by their readable names (helpdesk.md 6): which number of the catalogue, which numbers the
//! comparisons have, and what their operands are about.

/// A rule of the catalogue.
#[derive(Debug)]
pub(super) struct Rule {
    pub word: &'static str,
    pub id: &'static str,
    pub about: About,
    /// Word and number of each comparison.
    pub operators: [(&'static str, i64); 2],
}

/// What the operand of a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Texts,
    /// Our word and the API's.
    Words(&'static [(&'static str, &'static str)]),
    Number,
    /// Things that the API knows by ids of some kind.
    Things(Things),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Things {
    People,
    Departments,
    Categories,
}

pub(super) const ANY_OF: &str = "any_of";
pub(super) const NONE_OF: &str = "none_of";
pub(super) const AT_LEAST: &str = "at_least";
pub(super) const AT_MOST: &str = "at_most";

/// A rule in the API's own words.
pub(super) const RAW: &str = "raw";

/// Of rules with something to choose from.
const CHOSEN: [(&str, i64); 2] = [(ANY_OF, 8), (NONE_OF, 7)];
/// Of what is typed in by hand.
const TYPED: [(&str, i64); 2] = [(ANY_OF, 5), (NONE_OF, 6)];
const COMPARED: [(&str, i64); 2] = [(AT_LEAST, 2), (AT_MOST, 3)];

pub(super) const SOURCES: &[(&str, &str)] = &[("agent", "0"), ("service", "1")];
pub(super) const LANGUAGES: &[(&str, &str)] = &[("zh_cn", "zh_cn"), ("en_us", "en_us"), ("ja_jp", "ja_jp")];

const fn rule(word: &'static str, id: &'static str, about: About, operators: [(&'static str, i64); 2]) -> Rule {
    Rule { word, id, about, operators }
}

pub(super) static RULES: [Rule; 9] = [
    rule("city", "3", About::Texts, TYPED),
    rule("source", "9", About::Words(SOURCES), CHOSEN),
    rule("language", "10", About::Words(LANGUAGES), CHOSEN),
    rule("person", "11", About::Things(Things::People), CHOSEN),
    rule("department", "12", About::Things(Things::Departments), CHOSEN),
    rule("category_zh_cn", "14", About::Things(Things::Categories), CHOSEN),
    rule("category_en_us", "15", About::Things(Things::Categories), CHOSEN),
    rule("category_ja_jp", "16", About::Things(Things::Categories), CHOSEN),
    rule("level", "17", About::Number, COMPARED),
];

pub(super) fn by_word(word: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.word == word)
}

pub(super) fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

impl Rule {
    pub(super) fn number_of(&self, word: &str) -> Option<i64> {
        self.operators.iter().find(|(known, _)| *known == word).map(|(_, number)| *number)
    }

    pub(super) fn word_of(&self, number: i64) -> Option<&'static str> {
        self.operators.iter().find(|(_, known)| *known == number).map(|(word, _)| *word)
    }
}
