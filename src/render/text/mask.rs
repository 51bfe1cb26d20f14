//! Personal data, shown so that its owner recognises it and nobody else learns it.

/// Country codes of two digits; 1 and 7 have one, all others three (ITU E.164).
const TWO_DIGITS: [u8; 44] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58,
    60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// Fewer digits than this give too much away with four of them shown.
const LONG_ENOUGH: usize = 8;

/// `+86 *** 1111` for a mobile, `z***@acme.cn` for an e-mail address, `***` for anything else.
pub fn masked(text: &str) -> String {
    if let Some(mobile) = text.strip_prefix('+') {
        return mask_mobile(mobile);
    }
    if is_digits(text) && text.len() > LONG_ENOUGH {
        return format!("*** {}", &text[text.len() - 4..]);
    }
    match text.split_once('@') {
        Some((name, domain)) if !name.is_empty() && !domain.is_empty() && is_host(domain) => {
            format!("{}***@{domain}", name.chars().next().map(String::from).unwrap_or_default())
        }
        _ => "***".to_owned(),
    }
}

fn mask_mobile(digits: &str) -> String {
    if !is_digits(digits) {
        return "***".to_owned();
    }
    let (country, rest) = digits.split_at(country_code(digits).min(digits.len()));
    if rest.len() >= LONG_ENOUGH {
        format!("+{country} *** {}", &rest[rest.len() - 4..])
    } else {
        format!("+{country} ***")
    }
}

fn country_code(digits: &str) -> usize {
    let two = digits.get(..2).and_then(|d| d.parse().ok()).unwrap_or(0u8);
    match digits.as_bytes().first() {
        Some(b'1' | b'7') => 1,
        _ if TWO_DIGITS.contains(&two) => 2,
        _ => 3,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_host(text: &str) -> bool {
    text.contains('.') && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

/// A sentence of ours or of the tenant's in which anything that looks like a mobile or an e-mail address, and each
/// of the values in `known`, is masked.
pub fn scrubbed(sentence: &str, known: &[&str]) -> String {
    let mut text = sentence.to_owned();
    for value in known {
        // Shorter ones would tear holes into ordinary words.
        if value.chars().count() >= 4 && text.contains(value) {
            text = text.replace(value, &masked(value));
        }
    }
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '+' | '@' | '.' | '-' | '_' | '*') {
            word.push(character);
        } else {
            out.push_str(&scrubbed_word(&word));
            word.clear();
            out.push(character);
        }
    }
    out.push_str(&scrubbed_word(&word));
    out
}

fn scrubbed_word(word: &str) -> String {
    // The full stop of a sentence is none of the word's.
    let bare = word.trim_end_matches('.');
    let tail = &word[bare.len()..];
    let mobile = bare.strip_prefix('+').is_some_and(|digits| is_digits(digits) && digits.len() > 6);
    let mainland = bare.len() == 11 && bare.starts_with('1') && is_digits(bare);
    let email = bare.contains('@') && !bare.contains("***");
    if mobile || mainland || email { masked(bare) + tail } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_keeps_country_and_last_digits_or_first_letter_and_domain() {
        for (clear, mask) in [
            ("+8613011111111", "+86 *** 1111"),
            ("+14155552671", "+1 *** 2671"),
            ("+85291234567", "+852 *** 4567"),
            ("+861234", "+86 ***"),
            ("+", "***"),
            ("13011111111", "*** 1111"),
            ("zhang.san@acme.cn", "z***@acme.cn"),
            ("张三@acme.cn", "张***@acme.cn"),
            ("a@b", "***"),
            ("上海市浦东新区", "***"),
            ("", "***"),
        ] {
            assert_eq!(masked(clear), mask, "{clear}");
        }
    }

    #[test]
    fn sentences_lose_numbers_and_addresses_and_nothing_else() {
        assert_eq!(
            scrubbed("taken by +8613011111111 (li.si@acme.cn), 13022222222. See user.li.si", &[]),
            "taken by +86 *** 1111 (l***@acme.cn), *** 2222. See user.li.si"
        );
        assert_eq!(scrubbed("lives in 上海市浦东 now", &["上海市浦东"]), "lives in *** now");
        assert_eq!(scrubbed("12 calls, 2 s", &["2"]), "12 calls, 2 s");
    }
}
