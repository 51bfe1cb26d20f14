//! What a kind looks like in YAML, as data: decoding, checks, JSON Schema, reference pages and diffs are all
//! derived from these tables, so that they cannot disagree.

/// A kind and its attributes.
#[derive(Debug)]
pub struct KindInfo {
    /// Singular, as in addresses: `department`.
    pub name: &'static str,
    /// The top-level key: `departments`; with a dot where several kinds share one: `meeting_rooms.levels`.
    pub plural: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// A paragraph for the reference page and the schema: quirks that a user must know.
    pub about: &'static str,
    pub naming: Naming,
    pub attributes: &'static [Attribute],
    /// The attribute that `children:` fills, for trees: `parent`.
    pub tree: Option<&'static str>,
    /// A complete YAML manifest that uses the kind well; it is validated in CI.
    pub example: &'static str,
    /// Ways to name a live thing of this kind that nobody manages: `email`, `mobile`, `user_id`, …
    pub lookups: &'static [(&'static str, &'static str)],
    /// Words for what a key must look like, and the pattern, where the key becomes the remote id.
    pub key: Option<(&'static str, &'static str)>,
    /// Kinds whose snapshot `observe` needs first.
    pub observe_after: &'static [&'static str],
}

/// Things that are written inside of things of another kind: `events:` of a calendar. Their kind is called
/// `calendar/event`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inside {
    /// The kind around it.
    pub kind: &'static str,
    /// The field of the thing around it that holds them by key.
    pub field: &'static str,
    /// The attribute that says which one that is; what stands around it fills it.
    pub attribute: &'static str,
}

/// Where identity comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// The local key is the remote id (or `id:` where written): chosen by us.
    Key,
    /// The remote makes the id; this attribute is the natural key.
    Attribute(&'static str),
    /// The remote makes the id and nothing can be found by name: only the state knows.
    RecordedOnly,
    /// The remote makes the id; the kind finds a live one by itself, by what these words say.
    Own(&'static str),
}

/// One attribute.
#[derive(Debug)]
pub struct Attribute {
    pub name: &'static str,
    pub about: &'static str,
    pub shape: Shape,
    /// Must be written for a thing that is managed.
    pub required: bool,
    /// `null` may be written.
    pub clear: bool,
    pub change: Change,
    /// Personal data: masked in CI logs, hashed in the state.
    pub sensitive: bool,
    /// Scopes any of which make it readable; empty: always readable.
    pub scopes: &'static [&'static str],
    /// It is never sent or read: it exists for rules in the manifest (`tags`).
    pub local: bool,
    /// It can be written and never read back; changes are found by comparing with what was last applied.
    pub write_only: bool,
    pub example: &'static str,
}

/// What can become of an attribute once the thing exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Free,
    /// Only by deleting and creating.
    Replace,
    /// Only at creation; a difference later is a problem that is said, never a step.
    CreateOnly,
}

/// What may be written.
#[derive(Debug)]
pub enum Shape {
    /// Length in characters.
    Text {
        min: usize,
        max: usize,
        format: Format,
    },
    Bool,
    Int {
        min: i64,
        max: i64,
    },
    /// `2024-03-01`.
    Date,
    /// One of these words, each with its explanation.
    Choice(&'static [(&'static str, &'static str)]),
    /// A reference to a thing of this kind; also the words in `also` (`root`), which become [`crate::model::Value::Text`].
    Ref {
        kind: &'static str,
        also: &'static [&'static str],
    },
    /// Order does not count, copies are an error. Takes `{at_least: […]}` where `partial`.
    Set {
        of: &'static Shape,
        max: usize,
        partial: bool,
    },
    /// Order counts.
    List {
        of: &'static Shape,
        max: usize,
    },
    /// Keys from a fixed list (locales), all optional; only the written ones are managed.
    Keyed {
        keys: &'static [(&'static str, &'static str)],
        of: &'static Shape,
    },
    /// Any keys.
    Free {
        of: &'static Shape,
        max: usize,
    },
    /// Fields of their own; a missing one is not managed.
    Object(&'static [Attribute]),
    /// Either form; the first that fits the YAML's own type (text, map, list) is taken.
    Either(&'static [Shape]),
    /// People: a list of users, or `{users, departments, user_groups, where, except}`, or `{at_least: …}` of either.
    /// Becomes a set of user references when it is resolved.
    People {
        max: usize,
    },
    /// `{file: PATH}`: the text of a file beside the YAML, of so many characters at most. Becomes the text.
    TextFile {
        max: usize,
    },
    /// The path of a picture beside the YAML. Becomes `{file, sha256}`; only the digest says which one it is.
    Picture {
        max_bytes: u64,
        /// Pixels of the longer side; of a GIF `gif_side`.
        side: u32,
        gif_side: u32,
    },
}

/// What a text must look like beyond its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Plain,
    /// Many lines are welcome.
    Long,
    /// E.164, or a bare mainland number, which becomes E.164.
    Mobile,
    Email,
    /// ISO alpha-2 as Feishu knows it.
    Country,
    Url,
    /// A pattern of regex-lite, and words for it.
    Pattern(&'static str, &'static str),
}

impl KindInfo {
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

impl Attribute {
    /// An optional, readable, changeable attribute that cannot be cleared.
    pub const fn new(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self {
            name,
            about,
            shape,
            required: false,
            clear: false,
            change: Change::Free,
            sensitive: false,
            scopes: &[],
            local: false,
            write_only: false,
            example: "",
        }
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    #[must_use]
    pub const fn clear(mut self) -> Self {
        self.clear = true;
        self
    }

    #[must_use]
    pub const fn change(mut self, change: Change) -> Self {
        self.change = change;
        self
    }

    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    #[must_use]
    pub const fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }

    #[must_use]
    pub const fn local(mut self) -> Self {
        self.local = true;
        self
    }

    #[must_use]
    pub const fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    #[must_use]
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }
}

impl Shape {
    /// A line of text of at most `max` characters.
    pub const fn text(max: usize) -> Self {
        Self::Text { min: 1, max, format: Format::Plain }
    }
}
