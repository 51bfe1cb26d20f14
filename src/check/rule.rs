//! Rules about people, in CEL: parsed offline, so that a slip is found before anything is read.
//!
//! The one variable is `user`; its fields are the attributes of the kind `user`. What a rule says of whom is
//! found when the plan is made; here it is made sure that it can be asked.

use cel::Program;
use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue, SourceInfo};

use super::decode::Decoder;
use super::words;
use crate::base::diag::{Code, Diagnostic};
use crate::base::node::{Node, Value as Yaml};
use crate::base::quoted::Quoted;
use crate::base::span::Span;
use crate::base::suggest::nearest;

/// A rule that is longer is a program, and belongs elsewhere.
const LONGEST: usize = 4_000;

/// Functions and methods that rules may call; everything else fails when it is asked.
const FUNCTIONS: [&str; 13] = [
    "all",
    "contains",
    "double",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "has",
    "int",
    "map",
    "size",
    "startsWith",
    "string",
];

impl Decoder<'_> {
    /// A rule as written, when it can be asked.
    pub(super) fn rule(&mut self, node: &Node) -> Option<String> {
        let example = "write a condition about `user`: 'user.job_title.startsWith(\"SRE\")'";
        let Yaml::Text(text) = node.value() else {
            self.problem(words::wrong_type(node, &self.here(), "a rule, as a text", example.to_owned()));
            return None;
        };
        if text.trim().is_empty() || text.len() > LONGEST {
            self.problem(
                Diagnostic::new(Code("check::rule"), "a rule cannot be understood")
                    .at(node.span(), if text.len() > LONGEST { "too long" } else { "empty" })
                    .because(format!("a rule has 1 to {LONGEST} bytes"))
                    .remedy(example),
            );
            return None;
        }
        let places = Places::new(text, node.span(), self.sources.slice(node.span()));
        match Program::compile(text) {
            Err(errors) => {
                // What follows the first mistake follows from it.
                let (at, said) = errors.errors.first().map_or((0, String::new()), |error| {
                    let at = byte_of(text, error.pos.0, error.pos.1);
                    (at, error.msg.lines().next().unwrap_or_default().to_owned())
                });
                self.problem(
                    Diagnostic::new(Code("check::rule"), "a rule cannot be understood")
                        .at(
                            places.span(
                                at,
                                at + text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8),
                            ),
                            "noticed here",
                        )
                        .because(said.replace("Syntax error: ", ""))
                        .remedy(hint(text, example)),
                );
                None
            }
            Ok(program) => {
                let fields: Vec<&'static str> = self
                    .registry
                    .kind("user")
                    .map(|kind| kind.info().attributes.iter().map(|a| a.name).collect())
                    .unwrap_or_default();
                let mut walk = Walk {
                    info: program.source_info(),
                    text,
                    places,
                    fields,
                    names: Vec::new(),
                    found: Vec::new(),
                };
                walk.top(program.expression());
                let sound = walk.found.is_empty();
                for problem in walk.found {
                    self.problem(problem);
                }
                sound.then(|| text.clone())
            }
        }
    }
}

/// Where the characters of a text stand in its file.
struct Places {
    whole: Span,
    /// For each byte of the text its place in the file; empty where the text was escaped beyond recognition.
    bytes: Vec<usize>,
}

impl Places {
    /// Follows the text through what was written: quotes, indentation and backslashes are skipped.
    fn new(text: &str, whole: Span, written: Option<&str>) -> Self {
        let written = written.unwrap_or_default();
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = written.char_indices().skip(usize::from(written.starts_with(['"', '\''])));
        for c in text.chars() {
            let same = |w: char| w == c || (w.is_whitespace() && c.is_whitespace());
            match rest.find(|(_, w)| same(*w)) {
                Some((at, _)) => bytes.extend((0..c.len_utf8()).map(|n| at + n)),
                None if c.is_whitespace() => bytes.extend(bytes.last().copied()),
                None => return Self { whole, bytes: Vec::new() },
            }
        }
        Self { whole, bytes: bytes.into_iter().map(|at| whole.start() + at).collect() }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let (first, last) = (self.bytes.get(start), end.checked_sub(1).and_then(|last| self.bytes.get(last)));
        match (first, last) {
            (Some(first), Some(last)) if first <= last => Span::new(self.whole.file(), *first..*last + 1),
            // Behind the end: a sign is missing there.
            (None, _) if start > 0 && !self.bytes.is_empty() => {
                let end = self.bytes.last().map_or(self.whole.end(), |last| last + 1);
                Span::new(self.whole.file(), end..end)
            }
            _ => self.whole,
        }
    }
}

/// The byte of a line and a column, both counted from 1, the column in characters.
fn byte_of(text: &str, line: isize, column: isize) -> usize {
    let line = usize::try_from(line - 1).unwrap_or_default();
    let column = usize::try_from(column - 1).unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    rest.char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}

/// What people most often write instead.
fn hint(text: &str, example: &str) -> String {
    let word = |w: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|t| t == w);
    let single = text.replace("==", "").replace("!=", "").replace(">=", "").replace("<=", "").contains('=');
    if single {
        "to compare write `==`".to_owned()
    } else if word("and") || word("or") || word("not") {
        "write `&&` for and, `||` for or, `!` for not".to_owned()
    } else if text.contains(['“', '”', '‘', '’', '（', '）', '＝', '，']) {
        "full-width quotes, brackets and commas are other signs: type them with the English keyboard"
            .to_owned()
    } else {
        example.to_owned()
    }
}

/// Looks at every part of a rule.
struct Walk<'w> {
    info: &'w SourceInfo,
    text: &'w str,
    places: Places,
    fields: Vec<&'static str>,
    /// Variables that `exists(x, …)` and its like bring.
    names: Vec<String>,
    found: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn top(&mut self, rule: &IdedExpr) {
        if let Expr::Literal(literal) = &rule.expr
            && !matches!(literal, LiteralValue::Boolean(_))
        {
            let whole = self.places.whole;
            self.found.push(
                Diagnostic::new(Code("check::rule"), "a rule cannot be understood")
                    .at(whole, "no condition")
                    .because("a rule is true or false for a user, and this is neither")
                    .remedy("compare something: 'user.city == \"杭州\"'"),
            );
        }
        self.expr(rule);
    }

    fn expr(&mut self, at: &IdedExpr) {
        match &at.expr {
            Expr::Unspecified | Expr::Literal(_) => {}
            Expr::Ident(name) => self.ident(name, at.id),
            Expr::Select(select) => {
                if is_user(&select.operand) {
                    self.field(&select.field, at.id);
                }
                self.expr(&select.operand);
            }
            Expr::Call(call) => {
                if let ("_[_]", [object, index]) = (call.func_name.as_str(), call.args.as_slice())
                    && is_user(object)
                    && let Expr::Literal(LiteralValue::String(field)) = &index.expr
                {
                    self.field(field.inner(), index.id);
                }
                self.function(&call.func_name, at.id);
                call.target.iter().for_each(|target| self.expr(target));
                call.args.iter().for_each(|arg| self.expr(arg));
            }
            Expr::List(list) => list.elements.iter().for_each(|element| self.expr(element)),
            Expr::Map(map) => {
                for entry in &map.entries {
                    self.entry(&entry.expr);
                }
            }
            Expr::Struct(object) => {
                self.function(&object.type_name, at.id);
                for entry in &object.entries {
                    self.entry(&entry.expr);
                }
            }
            Expr::Comprehension(each) => {
                self.expr(&each.iter_range);
                self.expr(&each.accu_init);
                let before = self.names.len();
                self.names.extend([each.iter_var.clone(), each.accu_var.clone()]);
                self.names.extend(each.iter_var2.clone());
                for part in [&each.loop_cond, &each.loop_step, &each.result] {
                    self.expr(part);
                }
                self.names.truncate(before);
            }
        }
    }

    fn entry(&mut self, entry: &EntryExpr) {
        match entry {
            EntryExpr::StructField(field) => self.expr(&field.value),
            EntryExpr::MapEntry(entry) => {
                self.expr(&entry.key);
                self.expr(&entry.value);
            }
        }
    }

    /// Finds a word near where the parser places the part.
    fn spot(&self, word: &str, id: u64) -> Span {
        let start = self.info.offset_for(id).and_then(|(start, _)| usize::try_from(start).ok()).unwrap_or(0);
        // The parser counts characters.
        let from = self.text.char_indices().nth(start).map_or(0, |(at, _)| at);
        let behind = self.text.get(from..).and_then(|rest| rest.find(word)).map(|at| from + at);
        match behind.or_else(|| self.text.find(word)) {
            Some(at) => self.places.span(at, at + word.len()),
            None => self.places.whole,
        }
    }

    fn ident(&mut self, name: &str, id: u64) {
        if name == "user" || self.names.iter().any(|n| n == name) {
            return;
        }
        let remedy = if self.fields.contains(&name) {
            format!("write `user.{name}`")
        } else if nearest(name, ["user"]).is_some() {
            "did you mean `user`?".to_owned()
        } else {
            format!("texts stand in quotes: \"{name}\"; fields begin with `user.`")
        };
        self.found.push(
            Diagnostic::new(Code("check::rule_name"), "a rule names something unknown")
                .at(self.spot(name, id), "not known")
                .because(format!("{} is not a variable; a rule knows `user` only", Quoted(name)))
                .remedy(remedy),
        );
    }

    fn field(&mut self, name: &str, id: u64) {
        if self.fields.contains(&name) {
            return;
        }
        let remedy = match nearest(name, self.fields.iter().copied()) {
            Some(near) => format!("did you mean `user.{near}`?"),
            None => format!("fields are {}", self.fields.join(", ")),
        };
        self.found.push(
            Diagnostic::new(Code("check::rule_name"), "a rule names something unknown")
                .at(self.spot(name, id), "no such field")
                .because(format!("a user has no {}", Quoted(name)))
                .remedy(remedy),
        );
    }

    fn function(&mut self, name: &str, id: u64) {
        // Operators are calls of names that nobody can write.
        let operator = !name.starts_with(|c: char| c.is_alphabetic());
        if operator || FUNCTIONS.contains(&name) {
            return;
        }
        let remedy = match nearest(name, FUNCTIONS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("functions are {}", FUNCTIONS.join(", ")),
        };
        self.found.push(
            Diagnostic::new(Code("check::rule_name"), "a rule names something unknown")
                .at(self.spot(name, id), "no such function")
                .because(format!("there is no function {}", Quoted(name)))
                .remedy(remedy),
        );
    }
}

fn is_user(at: &IdedExpr) -> bool {
    matches!(&at.expr, Expr::Ident(name) if name == "user")
}
