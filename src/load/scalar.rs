//! What an unquoted word means: YAML 1.2's core schema, and nothing of YAML 1.1.
//!
//! `no`, `on`, `yes`, `1_000`, `12:30` and `2026-01-01` are texts here.

use crate::base::node::Value;

/// A number that has a meaning by the schema and no room in ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfRange;

/// Resolves a plain scalar.
pub(super) fn resolve(word: &str) -> Result<Value, OutOfRange> {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Ok(Value::Float(f64::NAN)),
        _ => {}
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = word.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|c| c.is_digit(radix))
        {
            return i64::from_str_radix(digits, radix).map(Value::Int).map_err(|_| OutOfRange);
        }
    }
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        let sign = if word.starts_with('-') { -1.0 } else { 1.0 };
        return Ok(Value::Float(sign * f64::INFINITY));
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return word.parse().map(Value::Int).map_err(|_| OutOfRange);
    }
    if is_float(unsigned) {
        return match word.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float(number)),
            _ => Err(OutOfRange),
        };
    }
    Ok(Value::Text(word.to_owned()))
}

/// `(\. [0-9]+ | [0-9]+ (\. [0-9]*)?) ([eE] [-+]? [0-9]+)?`
fn is_float(word: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (word, None),
    };
    let good_mantissa = match mantissa.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let good_exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    good_mantissa && good_exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_1_1_took_for_truth_dates_and_sixties_is_text() {
        for word in [
            "no",
            "No",
            "on",
            "off",
            "yes",
            "y",
            "n",
            "tRUE",
            "nULL",
            "1_000",
            "12:30",
            "2026-01-01",
            "0b1",
            "0x",
            "0o8",
            "0xg",
            "+0x1",
            "1e",
            "e1",
            ".",
            "+",
            "-",
            "--1",
            "+-1",
            "1.2.3",
            "1e1.5",
            "inf",
            "nan",
            "+.nan",
            "infinity",
            "一",
            "１",
        ] {
            assert_eq!(resolve(word), Ok(Value::Text(word.to_owned())), "{word}");
        }
    }

    #[test]
    fn the_core_schema_is_followed() {
        for word in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(word), Ok(Value::Null), "{word}");
        }
        for (word, number) in [
            ("0", 0),
            ("-7", -7),
            ("+7", 7),
            ("007", 7),
            ("0o17", 15),
            ("0xFf", 255),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(resolve(word), Ok(Value::Int(number)), "{word}");
        }
        for (word, number) in [
            ("1.", 1.0),
            (".5", 0.5),
            ("-1.5e3", -1500.0),
            ("1e-2", 0.01),
            ("-.INF", f64::NEG_INFINITY),
            (".inf", f64::INFINITY),
        ] {
            assert_eq!(resolve(word), Ok(Value::Float(number)), "{word}");
        }
        assert!(matches!(resolve(".NaN"), Ok(Value::Float(number)) if number.is_nan()));
        assert_eq!(resolve("TRUE"), Ok(Value::Bool(true)));
    }

    #[test]
    fn numbers_without_room_are_refused() {
        for word in ["9223372036854775808", "-9223372036854775809", "0xffffffffffffffff", "1e999", "-1e999"] {
            assert_eq!(resolve(word), Err(OutOfRange), "{word}");
        }
    }
}
