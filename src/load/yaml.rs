//! Text → nodes: the one file that sees the YAML crate.
//!
//! `saphyr-parser` gives events with marks that count **characters**; [`Places`] turns them into bytes. What YAML
//! allows and we do not is decided here: tags, merge keys, keys that are no texts, duplicate keys, depth, and
//! aliases beyond a budget. After a syntax error the parser cannot go on, so reading starts again at the next
//! top-level key: one run shows the mistakes of all sections.

use std::collections::{BTreeMap, HashMap};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span as Marks};

use super::Limits;
use super::scalar;
use super::syntax;
use crate::base::diag::{Code, Diagnostic};
use crate::base::node::{Map, Node, Value};
use crate::base::quoted::Quoted;
use crate::base::span::{FileId, Span, Spanned};

/// Fresh starts after a syntax error; a file with more mistakes will be run again anyway.
const MOST_STARTS: usize = 20;

/// Parses all documents of a text.
pub(super) fn parse(file: FileId, text: &str, limits: &Limits, problems: &mut Vec<Diagnostic>) -> Vec<Node> {
    let mut documents = Vec::new();
    let mut start = 0;
    for _ in 0..MOST_STARTS {
        let Some(rest) = text.get(start..) else { break };
        let places = Places::new(file, rest, start);
        let mut builder = Builder::new(&places, limits, problems);
        let Some(stopped) = builder.run(start > 0) else {
            documents.append(&mut builder.documents);
            break;
        };
        match syntax::next_section(text, start, stopped) {
            Some(next) => start = next,
            None => break,
        }
    }
    documents
}

/// Turns the parser's character counts into spans of bytes.
struct Places<'t> {
    file: FileId,
    text: &'t str,
    /// Where the text stands in its file.
    base: usize,
    /// The byte of every [`STRIDE`]th character.
    index: Vec<usize>,
}

const STRIDE: usize = 64;

impl<'t> Places<'t> {
    fn new(file: FileId, text: &'t str, base: usize) -> Self {
        let index = text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect();
        Self { file, text, base, index }
    }

    /// The byte, within our text, of a character.
    fn byte(&self, mark: Marker) -> usize {
        let Some(near) = self.index.get(mark.index() / STRIDE) else { return self.text.len() };
        let rest = self.text.get(*near..).unwrap_or_default();
        rest.char_indices().nth(mark.index() % STRIDE).map_or(self.text.len(), |(at, _)| near + at)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.base + start..self.base + end)
    }

    /// The span of a value: without white space behind it, and without the anchor and tag before it.
    fn tight(&self, marks: Marks, properties: bool) -> Span {
        let (mut start, end) = (self.byte(marks.start), self.byte(marks.end));
        let mut inside = self.text.get(start..end).unwrap_or_default().trim_end();
        while properties && inside.starts_with(['&', '!']) {
            let word = inside.find(char::is_whitespace).unwrap_or(inside.len());
            let rest = inside.get(word..).unwrap_or_default().trim_start();
            start += inside.len() - rest.len();
            inside = rest;
        }
        self.span(start, start + inside.len())
    }

    /// The tag before a value, or the value where the tag cannot be seen.
    fn tag(&self, marks: Marks) -> Span {
        let (start, end) = (self.byte(marks.start), self.byte(marks.end));
        let mut at = start;
        for word in self.text.get(start..end).unwrap_or_default().split_inclusive(char::is_whitespace) {
            if word.starts_with('!') {
                return self.span(at, at + word.trim_end().len());
            }
            at += word.len();
        }
        self.tight(marks, false)
    }
}

/// A list or map that is not closed yet.
struct Open {
    start: Span,
    anchor: usize,
    inside: Inside,
}

enum Inside {
    List(Vec<Node>),
    Map { entries: Vec<(Spanned<String>, Node)>, seen: BTreeMap<String, Span>, key: Key },
}

/// What a map waits for.
enum Key {
    Wanted,
    Read(Spanned<String>),
    /// The key was refused; its value is read and dropped.
    Refused,
}

/// A value that an alias may repeat, with its price. Without a value it was too dear to keep.
struct Anchored {
    node: Option<Node>,
    weight: usize,
    height: usize,
}

struct Builder<'b, 't> {
    places: &'b Places<'t>,
    limits: &'b Limits,
    problems: &'b mut Vec<Diagnostic>,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    weight_left: usize,
    /// Where the last value ended, in bytes of the file: the end of a block that ends with it.
    last_end: usize,
}

/// Reading cannot go on: at this byte of the text, behind which a fresh start may help; or for good.
enum Stop {
    Syntax(usize),
    GiveUp,
}

impl<'b, 't> Builder<'b, 't> {
    fn new(places: &'b Places<'t>, limits: &'b Limits, problems: &'b mut Vec<Diagnostic>) -> Self {
        Self {
            places,
            limits,
            problems,
            documents: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            weight_left: limits.alias_weight,
            last_end: 0,
        }
    }

    /// Reads to the end, or gives the byte of the file where a syntax error stopped the parser.
    ///
    /// `resumed`: this is a fresh start, in which anchors of earlier sections are not known.
    fn run(&mut self, resumed: bool) -> Option<usize> {
        for event in Parser::new_from_str(self.places.text) {
            let stop = match event {
                Ok((event, marks)) => self.event(event, marks).err(),
                Err(error) => Some(self.scan_error(&error, resumed)),
            };
            match stop {
                None => {}
                Some(Stop::Syntax(at)) => return Some(self.places.base + at),
                Some(Stop::GiveUp) => return None,
            }
        }
        None
    }

    fn scan_error(&mut self, error: &saphyr_parser::ScanError, resumed: bool) -> Stop {
        let at = self.places.byte(*error.marker());
        if error.info().contains("recursion limit") {
            self.problems.push(too_deep(self.places.span(at, at + 1), self.limits.depth));
            return Stop::GiveUp;
        }
        let elsewhere = resumed && error.info().contains("unknown anchor");
        if !elsewhere {
            let (file, base) = (self.places.file, self.places.base);
            self.problems.push(syntax::explain(file, base, self.places.text, at, error.info()));
        }
        Stop::Syntax(at)
    }

    fn event(&mut self, event: Event<'_>, marks: Marks) -> Result<(), Stop> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(_) => {
                self.anchors.clear();
                self.weight_left = self.limits.alias_weight;
            }
            Event::Alias(anchor) => self.alias(anchor, self.places.tight(marks, false))?,
            Event::Scalar(text, style, anchor, tag) => {
                if tag.is_some() {
                    self.problems.push(tagged(self.places.tag(marks)));
                }
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let span = self.places.tight(marks, !block && (anchor > 0 || tag.is_some()));
                // A value that is not there is given the marks of what follows, comments too.
                let absent = style == ScalarStyle::Plain && text.is_empty();
                let end = if absent { span.start() } else { span.end() };
                let span = Span::new(span.file(), span.start()..end);
                let node = self.scalar(&text, style, span);
                if style == ScalarStyle::Plain && text == "<<" && self.wants_key() {
                    self.problems.push(merge_key(span));
                    self.refuse_key();
                } else {
                    self.close(node, anchor);
                }
            }
            Event::SequenceStart(anchor, tag) => {
                self.start(marks, anchor, tag.is_some(), Inside::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                let inside = Inside::Map { entries: Vec::new(), seen: BTreeMap::new(), key: Key::Wanted };
                self.start(marks, anchor, tag.is_some(), inside)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(marks),
        }
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Node {
        let value = match style {
            ScalarStyle::Plain => scalar::resolve(text).unwrap_or_else(|scalar::OutOfRange| {
                self.problems.push(out_of_range(span, text));
                Value::Null
            }),
            ScalarStyle::SingleQuoted
            | ScalarStyle::DoubleQuoted
            | ScalarStyle::Literal
            | ScalarStyle::Folded => Value::Text(text.to_owned()),
        };
        self.last_end = span.end();
        Node::new(value, span)
    }

    fn start(&mut self, marks: Marks, anchor: usize, tag: bool, inside: Inside) -> Result<(), Stop> {
        if tag {
            self.problems.push(tagged(self.places.tag(marks)));
        }
        let start = self.places.tight(marks, anchor > 0 || tag);
        if self.open.len() >= self.limits.depth {
            self.problems.push(too_deep(start, self.limits.depth));
            return Err(Stop::GiveUp);
        }
        self.last_end = start.end();
        self.open.push(Open { start, anchor, inside });
        Ok(())
    }

    fn end(&mut self, marks: Marks) {
        let Some(Open { start, anchor, inside }) = self.open.pop() else { return };
        // The end of a block is where the parser noticed it, lines later: take the end of its last value.
        let bracket = self.places.tight(marks, false);
        if !bracket.is_empty() {
            self.last_end = bracket.end();
        }
        let span = Span::new(self.places.file, start.start()..self.last_end);
        let value = match inside {
            Inside::List(items) => Value::List(items),
            Inside::Map { entries, .. } => Value::Map(Map::from_unique(entries)),
        };
        self.close(Node::new(value, span), anchor);
    }

    /// Remembers a finished value under its anchor and puts it where it belongs.
    fn close(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            let (weight, height) = measure(&node);
            // Keeping is copying, so it has its price: anchors inside anchors cannot add up.
            let kept = self.weight_left.checked_sub(weight);
            self.weight_left = kept.unwrap_or(self.weight_left);
            self.anchors.insert(anchor, Anchored { node: kept.map(|_| node.clone()), weight, height });
        }
        self.put(node);
    }

    fn put(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            let empty = *node.value() == Value::Null && node.span().is_empty();
            if !empty {
                self.documents.push(node);
            }
            return;
        };
        match &mut open.inside {
            Inside::List(items) => items.push(node),
            Inside::Map { entries, seen, key } => match std::mem::replace(key, Key::Wanted) {
                Key::Read(name) => entries.push((name, node)),
                Key::Refused => {}
                Key::Wanted => *key = judge_key(node, seen, self.problems),
            },
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Stop> {
        self.last_end = span.end();
        if self.wants_key() {
            self.problems.push(not_text_key(span, "an alias"));
            self.refuse_key();
            return Ok(());
        }
        let mut node = Node::new(Value::Null, span);
        match self.anchors.get(&anchor) {
            None => self.problems.push(
                Diagnostic::new(Code("load::alias_circle"), "an alias stands inside of its own anchor")
                    .at(span, "refers to what it stands in")
                    .because("the value would hold itself, without end")
                    .remedy("write the value out"),
            ),
            Some(found) if self.open.len() + found.height > self.limits.depth => {
                self.problems.push(too_deep(span, self.limits.depth));
                return Err(Stop::GiveUp);
            }
            Some(Anchored { node: Some(copied), weight, .. }) if *weight <= self.weight_left => {
                self.weight_left -= weight;
                node = copied.clone();
            }
            Some(_) => {
                // One alias too many is told once, not for each that follows.
                self.problems.push(too_many_aliases(span));
                return Err(Stop::GiveUp);
            }
        }
        self.put(node);
        Ok(())
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { inside: Inside::Map { key: Key::Wanted, .. }, .. }))
    }

    fn refuse_key(&mut self) {
        if let Some(Open { inside: Inside::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Key::Refused;
        }
    }
}

/// Decides whether a value may be a key.
fn judge_key(node: Node, seen: &mut BTreeMap<String, Span>, problems: &mut Vec<Diagnostic>) -> Key {
    let span = node.span();
    let name = match node.into_value() {
        Value::Text(name) => name,
        other => {
            problems.push(not_text_key(span, other.noun()));
            return Key::Refused;
        }
    };
    if let Some(first) = seen.get(&name) {
        problems.push(
            Diagnostic::new(Code("load::duplicate_key"), "a key is written twice")
                .at(span, "again here")
                .also(*first, "first here")
                .because(format!(
                    "{} stands twice in the same map, and only one of them could count",
                    Quoted(&name)
                ))
                .remedy("keep one of the two, or give one another name"),
        );
        return Key::Refused;
    }
    seen.insert(name.clone(), span);
    Key::Read(Spanned::new(name, span))
}

/// Values and keys plus the bytes of their texts; and how many lists and maps stand inside each other.
fn measure(node: &Node) -> (usize, usize) {
    let add = |(weight, height): (usize, usize), (w, h): (usize, usize)| (weight + w, height.max(h));
    match node.value() {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => (1, 0),
        Value::Text(text) => (1 + text.len(), 0),
        Value::List(items) => {
            let (weight, height) = items.iter().map(measure).fold((1, 0), add);
            (weight, height + 1)
        }
        Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| {
                let (weight, height) = measure(value);
                (weight + 1 + key.len(), height)
            });
            let (weight, height) = entries.fold((1, 0), add);
            (weight, height + 1)
        }
    }
}

fn not_text_key(span: Span, noun: &str) -> Diagnostic {
    Diagnostic::new(Code("load::key_not_text"), "a key is not a text")
        .at(span, format!("this is {noun}"))
        .because("keys of a manifest are texts")
        .remedy("put the key in double quotes, such as \"123\": …, or write the name that was meant")
}

fn merge_key(span: Span) -> Diagnostic {
    Diagnostic::new(Code("load::merge_key"), "merge keys are not supported")
        .at(span, "merges another map")
        .because("`<<` is no part of YAML 1.2, and what it overrides is hard to see")
        .remedy("write the fields out; an alias may stand for a whole value: `members: *team`")
}

fn tagged(span: Span) -> Diagnostic {
    Diagnostic::new(Code("load::tag"), "tags are not supported")
        .at(span, "a tag")
        .because("a value has its type by the way it is written")
        .remedy("delete the tag; quotes make a text: \"12\"; a text that begins with `!` needs quotes too")
}

fn too_deep(span: Span, depth: usize) -> Diagnostic {
    Diagnostic::new(Code("load::too_deep"), "values are nested too deeply")
        .at(span, "too deep from here on")
        .because(format!("at most {depth} lists and maps may stand inside each other"))
        .remedy("flatten it: under a department, `parent:` can take the place of `children:`")
}

fn too_many_aliases(span: Span) -> Diagnostic {
    Diagnostic::new(Code("load::alias_bomb"), "aliases copy too much")
        .at(span, "this copy is one too many")
        .because("aliases that hold aliases grow without bounds, so that there is a budget for each document")
        .remedy("write the values out, or refer to a user group or department instead of repeating a list")
}

fn out_of_range(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(Code("load::number_out_of_range"), "a number is too large")
        .at(span, "does not fit")
        .because(format!("{} does not fit into 64 bits", Quoted(text)))
        .remedy("if it is an id or a telephone number, put it in double quotes")
}
