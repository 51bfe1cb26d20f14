//! Ids as the platform makes them: opaque, stable, unguessable from outside, deterministic for a seed.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Row;

/// A sequence's last number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Counter {
    pub value: u64,
}

impl Row for Counter {
    type Key = String;
    const TABLE: &'static str = "counters";
}

/// 32 hexadecimal digits out of the parts; the same parts give the same digits.
pub fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    // Ids are made for every row of every answer: a table is several times faster than formatting.
    let mut text = String::with_capacity(32);
    for byte in hash.finalize().iter().take(16) {
        text.push(char::from(HEX[usize::from(byte >> 4)]));
        text.push(char::from(HEX[usize::from(byte & 15)]));
    }
    text
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Lower-case letters and digits out of the parts, `len` of them (at most 32).
pub fn short_digest(parts: &[&str], len: usize) -> String {
    let mut text = digest(parts);
    text.truncate(len);
    text
}

/// Odd, so that multiplying by it is a bijection on 32 bits: neighbours get ids that look unrelated.
const SCATTER: u32 = 0x9E37_79B1;
const GATHER: u32 = inverse(SCATTER);

const fn inverse(odd: u32) -> u32 {
    // Newton's iteration doubles the number of right bits each time; 5 rounds give 32 from 3.
    let mut x = odd;
    let mut round = 0;
    while round < 5 {
        x = x.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(x)));
        round += 1;
    }
    x
}

/// An opaque id of a numbered row: 32 hexadecimal digits, of which the last 24 prove the number and the salt, so
/// that an id of another app or tenant is told from a mistyped one without keeping any index.
pub fn opaque(prefix: &str, number: u64, salt: &[&str]) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "row numbers stay below 2^32: the tenant caps at a million"
    )]
    let head = (number as u32).wrapping_mul(SCATTER);
    format!("{prefix}{head:08x}{}", proof(number, salt))
}

/// The number inside an opaque id, if the salt is the one it was made with.
pub fn open(prefix: &str, id: &str, salt: &[&str]) -> Option<u64> {
    let digits = id.strip_prefix(prefix)?;
    let (head, tail) = (digits.get(..8)?, digits.get(8..)?);
    let number = u64::from(u32::from_str_radix(head, 16).ok()?.wrapping_mul(GATHER));
    (tail == proof(number, salt)).then_some(number)
}

fn proof(number: u64, salt: &[&str]) -> String {
    let number = number.to_string();
    let mut parts = vec![number.as_str()];
    parts.extend_from_slice(salt);
    short_digest(&parts, 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opaque_id_opens_with_its_salt_only() {
        for number in [0, 1, 2, 77, 999_999, u64::from(u32::MAX)] {
            let id = opaque("ou_", number, &["cli_a"]);
            assert_eq!(id.len(), 35);
            assert_eq!(open("ou_", &id, &["cli_a"]), Some(number));
            assert_eq!(open("ou_", &id, &["cli_b"]), None);
            assert_eq!(open("on_", &id, &["cli_a"]), None);
        }
        for garbage in ["", "ou_", "ou_zz", "ou_12345678", "ou_é234567890", "od-1"] {
            assert_eq!(open("ou_", garbage, &["cli_a"]), None, "{garbage}");
        }
    }
}
