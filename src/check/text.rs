//! Texts: length in characters, one line or many, and the formats; gives the normal form.

use jiff::civil::Date;

use super::decode::Decoder;
use crate::base::country;
use crate::base::diag::{Code, Diagnostic};
use crate::base::quoted::Quoted;
use crate::base::secret::veiled;
use crate::base::span::Span;
use crate::base::suggest::nearest;
use crate::resource::Format;

impl Decoder<'_> {
    pub(super) fn text(
        &mut self,
        min: usize,
        max: usize,
        format: Format,
        text: &str,
        span: Span,
    ) -> Option<String> {
        let length = text.chars().count();
        if length < min || length > max {
            let bounds = match (min, length) {
                (_, 0) => format!("{} cannot be an empty text", self.here()),
                (0 | 1, _) => format!("{} takes at most {max} characters; these are {length}", self.here()),
                _ => format!("{} takes {min} to {max} characters; these are {length}", self.here()),
            };
            let remedy = match length {
                0 => "write a text, or delete the line: what is not written is left alone",
                _ if length > max => "shorten it",
                _ => "write more",
            };
            self.problem(
                Diagnostic::new(Code("check::length"), "a text has the wrong length")
                    .at(span, if length > max { "too long" } else { "too short" })
                    .because(bounds)
                    .remedy(remedy),
            );
            return None;
        }
        if let Some(odd) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            self.problem(
                Diagnostic::new(Code("check::control_character"), "a text holds a control character")
                    .at(span, format!("holds U+{:04X}", u32::from(odd)))
                    .because("it is invisible, and nobody could find the text again by typing it")
                    .remedy("delete the escape"),
            );
            return None;
        }
        if format != Format::Long && text.contains(['\n', '\t']) {
            self.problem(
                Diagnostic::new(Code("check::one_line"), "a text has more than one line")
                    .at(span, "holds a line break or a tab")
                    .because(format!("{} is one line", self.here()))
                    .remedy("write it on one line; after `|` and `>` a line break ends the text: use `>-`"),
            );
            return None;
        }
        if format != Format::Long && text.trim() != text {
            self.problem(
                Diagnostic::new(Code("check::outer_space"), "a text begins or ends with white space")
                    .at(span, "white space around it")
                    .because("it cannot be seen, and others would not find the text by typing it")
                    .remedy(format!("write \"{}\"", veiled(text.trim()))),
            );
            return None;
        }
        match self.formatted(format, text) {
            Ok(normal) => Some(normal),
            Err((reason, remedy)) => {
                self.problem(
                    Diagnostic::new(Code("check::format"), "a text has the wrong form")
                        .at(span, "not in this form")
                        .because(reason)
                        .remedy(remedy),
                );
                None
            }
        }
    }

    fn formatted(&self, format: Format, text: &str) -> Result<String, (String, String)> {
        match format {
            Format::Plain | Format::Long => Ok(text.to_owned()),
            Format::Mobile => mobile(text),
            Format::Email if email(text) => Ok(text.to_owned()),
            Format::Email => Err((
                format!("{} is no e-mail address", Quoted(text)),
                "write it like san.zhang@example.com".to_owned(),
            )),
            Format::Country if country::known(text) => Ok(text.to_owned()),
            Format::Country => Err(wrong_country(text)),
            Format::Url if url(text) => Ok(text.to_owned()),
            Format::Url => Err((
                format!("{} is no web address", Quoted(text)),
                "begin with https:// and a host, as in https://example.com/page".to_owned(),
            )),
            Format::Pattern(pattern, words) => match regex_lite::Regex::new(pattern) {
                Ok(regex) if !regex.is_match(text) => {
                    Err((format!("{} takes {words}", self.here()), format!("write {words}")))
                }
                // A table with a broken pattern fails its own test; it must not refuse what a user wrote.
                _ => Ok(text.to_owned()),
            },
        }
    }

    pub(super) fn date(&mut self, text: &str, span: Span) -> Option<String> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(
                |(at, b)| {
                    if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() }
                },
            );
        if shaped && text.parse::<Date>().is_ok() {
            return Some(text.to_owned());
        }
        let reason = if shaped {
            format!("there is no day {}", Quoted(text))
        } else {
            format!("{} takes year, month and day", self.here())
        };
        self.problem(
            Diagnostic::new(Code("check::date"), "this is not a date")
                .at(span, "not a date")
                .because(reason)
                .remedy("write it like 2024-03-01"),
        );
        None
    }
}

/// E.164. Blanks, hyphens and brackets, with which people group digits, are not part of a number.
pub(super) fn mobile(text: &str) -> Result<String, (String, String)> {
    let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mainland = |text: &str| {
        text.len() == 11
            && digits(text)
            && text.starts_with('1')
            && !text.starts_with("10")
            && !text.starts_with("11")
            && !text.starts_with("12")
    };
    let wrong = |reason: String, remedy: &str| Err((reason, remedy.to_owned()));
    match bare.strip_prefix('+') {
        Some(rest) if !digits(rest) => wrong(
            format!("{} holds something that is no digit", Quoted(text)),
            "write it like \"+8613011111111\"",
        ),
        Some(rest) if rest.starts_with("86") => match rest.strip_prefix("86") {
            Some(national) if mainland(national) => Ok(bare),
            _ => wrong(
                format!("{} is no mobile number of mainland China", Quoted(text)),
                "behind +86 write 11 digits, the first of them 13 to 19",
            ),
        },
        Some(rest) if rest.starts_with('0') || !(7..=15).contains(&rest.len()) => wrong(
            format!("{} is no international number", Quoted(text)),
            "write the country's code and 7 to 15 digits in all, as in \"+6591234567\"",
        ),
        Some(_) => Ok(bare),
        None if mainland(&bare) => Ok(format!("+86{bare}")),
        None => wrong(
            format!("{} does not begin with `+`, and is no mobile number of mainland China", Quoted(text)),
            "write it with the country's code, as in \"+8613011111111\" or \"+6591234567\"",
        ),
    }
}

fn email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let word = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '@' | ',' | ';' | '<' | '>');
    let labels = domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    });
    (1..=64).contains(&local.chars().count()) && local.chars().all(word) && domain.contains('.') && labels
}

fn url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !text.contains(char::is_whitespace)
}

fn wrong_country(text: &str) -> (String, String) {
    let upper = text.to_uppercase();
    let remedy = match upper.as_str() {
        "UK" => "did you mean `GB`?".to_owned(),
        "CHINA" | "中国" | "CHN" => "did you mean `CN`?".to_owned(),
        _ if country::known(&upper) => format!("did you mean `{upper}`?"),
        _ => match nearest(text, ["CN", "HK", "TW", "MO", "SG", "JP", "US", "GB"]) {
            Some(near) if near.len() == text.len() => format!("did you mean `{near}`?"),
            _ => "write the two capital letters of ISO 3166, such as CN, HK, SG, US".to_owned(),
        },
    };
    (format!("{} is no country's code that Feishu shows", Quoted(text)), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobiles_become_e164() {
        for (written, normal) in [
            ("13011111111", "+8613011111111"),
            ("130 1111 1111", "+8613011111111"),
            ("+86 130-1111-1111", "+8613011111111"),
            ("+6591234567", "+6591234567"),
            ("+1 (415) 555-0100", "+14155550100"),
        ] {
            assert_eq!(mobile(written), Ok(normal.to_owned()), "{written}");
        }
        for bad in [
            "",
            "+",
            "1301111111",
            "12011111111",
            "+8612011111111",
            "+861301111111",
            "+0123456789",
            "+12",
            "zh",
            "８",
        ] {
            assert!(mobile(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_of_mail_and_web() {
        for good in ["a@b.cn", "san.zhang+x@mail.example.com", "张@例子.中国"] {
            assert!(email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.cn", "a@b..cn", "a b@c.cn", "a@-b.cn", "<a@b.cn>", "a@b@c.cn"] {
            assert!(!email(bad), "{bad}");
        }
        assert!(url("https://a.cn/x?y") && url("http://localhost:1"));
        assert!(
            !url("a.cn") && !url("https://") && !url("https:///x") && !url("ftp://a") && !url("https://a b")
        );
    }
}
