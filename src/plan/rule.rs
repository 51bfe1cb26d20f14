//! Rules about people, in CEL, asked of one person at a time. The only file of the planner that knows CEL.
//!
//! The one variable is `user`: the attributes of a person as they will be, references as keys (or ids of what
//! nobody manages), an empty text as `""`, an empty list as `[]`, anything else empty as null. An attribute that the
//! app may not see is not there at all, so that a rule which asks for it fails instead of finding nobody.

use std::collections::{BTreeMap, HashMap};

use cel::objects::{Key, Map};
use cel::{Context, Program};

use crate::model::{Target, Value};

/// A rule that was understood.
#[derive(Debug)]
pub(super) struct Rule {
    program: Program,
    text: String,
}

/// What a rule says of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// It asks for an attribute that could not be read.
    Unknown(String),
    /// It cannot be asked of this person.
    Failed(String),
}

impl Rule {
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let program = Program::compile(text).map_err(|errors| {
            errors.errors.first().map_or_else(
                || "it is no expression".to_owned(),
                |e| e.msg.lines().next().unwrap_or_default().to_owned(),
            )
        })?;
        Ok(Self { program, text: text.to_owned() })
    }

    /// Whether the rule names an attribute. Too often rather than too rarely: in a text of the rule too.
    fn names(&self, attribute: &str) -> bool {
        self.text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == attribute)
    }

    /// Asks about one person. Of the attributes in `readable`, those that are not in `user` were not read.
    pub(super) fn ask(&self, user: &BTreeMap<String, Value>, readable: &[&str]) -> Answer {
        // Decided before it is asked: `has(user.mobile)` would take what cannot be seen for what is not there.
        if let Some(name) = readable.iter().find(|name| !user.contains_key(**name) && self.names(name)) {
            return Answer::Unknown((*name).to_owned());
        }
        let mut context = Context::default();
        let fields: HashMap<Key, cel::Value> =
            user.iter().map(|(name, value)| (Key::from(name.clone()), cel_of(value))).collect();
        context.add_variable_from_value("user", cel::Value::Map(Map::from(fields)));
        match self.program.execute(&context) {
            Ok(cel::Value::Bool(true)) => Answer::Yes,
            Ok(cel::Value::Bool(false)) => Answer::No,
            Ok(other) => Answer::Failed(format!("it gives {other:?}, which is neither true nor false")),
            Err(error) => Answer::Failed(error.to_string()),
        }
    }
}

fn cel_of(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(b) => cel::Value::Bool(*b),
        Value::Int(n) => cel::Value::Int(*n),
        Value::Text(text) => text.as_str().into(),
        Value::List(_) | Value::Set(_) => value.elements().map(cel_of).collect::<Vec<_>>().into(),
        Value::Map(map) => {
            let fields: HashMap<Key, cel::Value> =
                map.iter().map(|(name, value)| (Key::from(name.clone()), cel_of(value))).collect();
            cel::Value::Map(Map::from(fields))
        }
        Value::Ref(Target::Address(address)) => address.key().into(),
        Value::Ref(Target::Remote { id, .. }) => id.as_str().into(),
        Value::Ref(Target::Lookup(lookup)) => lookup.value.as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Address;

    fn asked(rule: &str) -> Answer {
        let tags = Value::Set([Value::text("cn"), Value::text("oncall")].into());
        let user = BTreeMap::from([
            ("job_title".to_owned(), Value::text("SRE 工程师")),
            ("tags".to_owned(), tags),
            ("leader".to_owned(), Value::address(Address::new("user", "li.si"))),
            ("city".to_owned(), Value::Null),
            ("departments".to_owned(), Value::Set([Value::remote("department", "D9")].into())),
        ]);
        Rule::new(rule).expect("a rule").ask(&user, &["mobile"])
    }

    #[test]
    fn the_rule_of_the_reference_page_is_answered() {
        assert_eq!(asked(r#"user.job_title.startsWith("SRE") && "cn" in user.tags"#), Answer::Yes);
        assert_eq!(asked(r#"user.job_title.startsWith("SRE") && "us" in user.tags"#), Answer::No);
    }

    #[test]
    fn references_are_keys_or_ids_and_nothing_is_null() {
        assert_eq!(asked(r#"user.leader == "li.si" && "D9" in user.departments"#), Answer::Yes);
        assert_eq!(asked("user.city == null"), Answer::Yes);
    }

    #[test]
    fn what_cannot_be_seen_is_unknown_and_what_makes_no_sense_fails() {
        for blind in [
            r#"user.mobile.startsWith("+86")"#,
            "has(user.mobile)",
            "user.city == null || user.mobile != null",
        ] {
            assert_eq!(asked(blind), Answer::Unknown("mobile".to_owned()), "{blind}");
        }
        for wrong in ["user.city.startsWith(\"H\")", "user.job_title", "user.shoe_size > 3"] {
            assert!(matches!(asked(wrong), Answer::Failed(_)), "{wrong}: {:?}", asked(wrong));
        }
        assert!(Rule::new("user.").is_err());
    }
}
