//! What a user is told about a mistake: [`Diagnostic`], gathered in [`Diagnostics`].
//!
//! A diagnostic is a value: a stable code, a short summary that never varies, a label on the exact place, labels
//! elsewhere (another file too), a reason that names the thing, and a remedy. It holds no source text;
//! [`Diagnostic::shown`] joins it with the [`SourceMap`] into what miette can draw. How it is drawn is not
//! decided here.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use miette::{
    LabeledSpan, MietteError, MietteSpanContents, NamedSource, Severity, SourceCode, SourceSpan, SpanContents,
};

use super::source::SourceMap;
use super::span::{FileId, Span};

/// A name that scripts and documentation may rely on, such as `load::duplicate_key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

/// A place and the few words that stand beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// One mistake. Orders by file and place; a diagnostic about no file comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    place: Option<Label>,
    code: Code,
    summary: &'static str,
    reason: String,
    remedy: String,
    related: Vec<Label>,
    warning: bool,
}

impl Diagnostic {
    pub fn new(code: Code, summary: &'static str) -> Self {
        let (reason, remedy, related) = (String::new(), String::new(), Vec::new());
        Self { place: None, code, summary, reason, remedy, related, warning: false }
    }

    /// Makes it advice: nothing is wrong, and nothing is refused for it.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.warning = true;
        self
    }

    pub fn is_warning(&self) -> bool {
        self.warning
    }

    /// Sets the place of the mistake.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.place = Some(Label { span, text: text.into() });
        self
    }

    /// Adds another place that one has to see to understand.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// Says what is wrong with this very thing.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    pub fn code(&self) -> Code {
        self.code
    }

    pub fn summary(&self) -> &'static str {
        self.summary
    }

    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What to do; empty where nothing can be said.
    pub fn help(&self) -> &str {
        &self.remedy
    }

    pub fn place(&self) -> Option<&Label> {
        self.place.as_ref()
    }

    pub fn related(&self) -> &[Label] {
        &self.related
    }

    /// Joins the diagnostic with the texts it speaks of.
    pub fn shown(&self, sources: &SourceMap) -> Shown {
        let file = self.place.as_ref().map(|label| label.span.file());
        let (here, elsewhere): (Vec<&Label>, Vec<&Label>) =
            self.related.iter().partition(|label| Some(label.span.file()) == file);
        let primary = self.place.iter().map(|label| labeled(label, true));
        Shown {
            code: self.code,
            summary: self.summary,
            severity: if self.warning { Severity::Warning } else { Severity::Error },
            reason: (!self.reason.is_empty()).then(|| Reason(self.reason.clone())),
            remedy: self.remedy.clone(),
            source: file.and_then(|file| named(sources, file)),
            labels: primary.chain(here.into_iter().map(|label| labeled(label, false))).collect(),
            elsewhere: elsewhere
                .into_iter()
                .map(|label| Elsewhere {
                    source: named(sources, label.span.file()),
                    text: label.text.clone(),
                    label: labeled(label, false),
                })
                .collect(),
        }
    }
}

fn labeled(label: &Label, primary: bool) -> LabeledSpan {
    let (text, range) = (Some(label.text.clone()), label.span.range());
    if primary {
        LabeledSpan::new_primary_with_span(text, range)
    } else {
        LabeledSpan::new_with_span(text, range)
    }
}

fn named(sources: &SourceMap, file: FileId) -> Option<NamedSource<Text>> {
    sources.get(file).map(|source| NamedSource::new(&source.name, Text(Arc::clone(&source.text))))
}

/// A text whose columns are characters, as editors count. miette counts bytes, which is wrong behind Chinese.
#[derive(Debug)]
struct Text(Arc<str>);

impl SourceCode for Text {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self.0.read_span(span, before, after)?;
        let start = found.span().offset();
        let line = self.0.get(..start).and_then(|text| text.rsplit('\n').next());
        let column = line.map_or(found.column(), |line| line.chars().count());
        let contents =
            MietteSpanContents::new(found.data(), *found.span(), found.line(), column, found.line_count());
        Ok(Box::new(contents))
    }
}

/// A diagnostic with its texts: miette's trait, implemented once.
#[derive(Debug)]
pub struct Shown {
    code: Code,
    summary: &'static str,
    severity: Severity,
    reason: Option<Reason>,
    remedy: String,
    source: Option<NamedSource<Text>>,
    labels: Vec<LabeledSpan>,
    elsewhere: Vec<Elsewhere>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.summary)
    }
}

impl Error for Shown {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reason.as_ref().map(|reason| reason as &(dyn Error + 'static))
    }
}

impl miette::Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code.0))
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.remedy.is_empty()).then(|| Box::new(&self.remedy) as Box<dyn fmt::Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty())
            .then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan> + '_>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let places = self.elsewhere.iter().map(|place| place as &dyn miette::Diagnostic);
        (!self.elsewhere.is_empty())
            .then(|| Box::new(places) as Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>)
    }
}

/// The reason, as the cause that miette draws under the summary.
#[derive(Debug)]
struct Reason(String);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Reason {}

/// A label in another file, which miette can only draw as a diagnostic of its own.
#[derive(Debug)]
struct Elsewhere {
    source: Option<NamedSource<Text>>,
    text: String,
    label: LabeledSpan,
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Elsewhere {}

impl miette::Diagnostic for Elsewhere {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

/// All mistakes of a run, in whatever order they were found.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives them by file and place, each once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, found: I) {
        self.0.extend(found);
    }
}

/// What a terminal without colour shows of all mistakes, for tests of any module.
#[cfg(test)]
pub(crate) fn drawn(problems: Diagnostics, sources: &SourceMap) -> String {
    use miette::{GraphicalReportHandler, GraphicalTheme};

    let mut text = String::new();
    for problem in problems.into_sorted() {
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
            .with_width(100)
            .with_links(false)
            .render_report(&mut text, &problem.shown(sources))
            .expect("drawn");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_by_file_and_place_and_once() {
        let mut sources = SourceMap::default();
        let (a, b) = (sources.add("a.yaml", "x: 1\n"), sources.add("b.yaml", "y: 2\n"));
        let made = |file, start: usize| {
            Diagnostic::new(Code("t::x"), "a mistake").at(Span::new(file, start..start + 1), "here")
        };
        let mut all = Diagnostics::default();
        all.extend([made(b, 0), made(a, 3), made(a, 0), made(b, 0), Diagnostic::new(Code("t::y"), "none")]);
        let sorted = all.into_sorted();
        let places: Vec<_> =
            sorted.iter().map(|d| d.place().map(|l| (l.span.file(), l.span.start()))).collect();
        assert_eq!(places, [None, Some((a, 0)), Some((a, 3)), Some((b, 0))]);
    }

    #[test]
    fn a_place_in_another_file_is_drawn_with_that_file() {
        let mut sources = SourceMap::default();
        let (a, b) = (sources.add("a.yaml", "研发: 1\n"), sources.add("b.yaml", "研发: 2\n"));
        let diagnostic = Diagnostic::new(Code("t::twice"), "declared twice")
            .at(Span::new(b, 0..6), "again here")
            .also(Span::new(a, 0..6), "first declared here")
            .because("`研发` is in two files")
            .remedy("keep one");
        let mut all = Diagnostics::default();
        all.push(diagnostic);
        let text = drawn(all, &sources);
        for part in [
            "t::twice",
            "× declared twice",
            "╰─▶ `研发` is in two files",
            "[b.yaml:1:1]",
            "[a.yaml:1:1]",
            "help: keep one",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
