//! Our own tree of what a YAML file says, with the place of every key and value.
//!
//! The stages after `load` know this tree and no YAML crate. Maps keep the order of writing. Equality ignores
//! places and, for maps, does respect order: two trees are equal when they were written alike.

use super::span::{Span, Spanned};

/// A value and where it was written.
pub type Node = Spanned<Value>;

/// What can be written, by YAML's core schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Map),
}

impl Value {
    /// What a message calls this value.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a truth value",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

/// Entries in the order of writing; keys are texts and each occurs once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    entries: Vec<(Spanned<String>, Node)>,
}

impl Map {
    /// Adds an entry, or gives the place of the key that stands there already and changes nothing.
    ///
    /// The search is linear: whoever reads large maps keeps an index of its own and uses [`Map::from_unique`].
    pub fn insert(&mut self, key: Spanned<String>, value: Node) -> Result<(), Span> {
        if let Some((first, _)) = self.entries.iter().find(|(k, _)| *k == key) {
            return Err(first.span());
        }
        self.entries.push((key, value));
        Ok(())
    }

    /// Takes entries whose keys the caller knows to be unique.
    pub fn from_unique(entries: Vec<(Spanned<String>, Node)>) -> Self {
        Self { entries }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(k, _)| k.as_str() == key).map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Spanned<String>, &Node)> + ExactSizeIterator {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    pub fn into_entries(self) -> Vec<(Spanned<String>, Node)> {
        self.entries
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileId;

    #[test]
    fn a_key_stands_once_and_order_is_kept() {
        let at = |start| Span::new(FileId(0), start..start + 1);
        let mut map = Map::default();
        for (key, place) in [("b", 0), ("a", 1)] {
            map.insert(Spanned::new(key.to_owned(), at(place)), Node::new(Value::Null, at(place)))
                .expect("new");
        }
        let again = map.insert(Spanned::new("b".to_owned(), at(7)), Node::new(Value::Bool(true), at(8)));
        assert_eq!(again, Err(at(0)));
        assert_eq!(map.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(map.get("b").map(Spanned::value), Some(&Value::Null));
    }
}
