//! Whose calendar a mark makes it.

use super::observe::mark;
use crate::model::Address;

#[test]
fn the_mark_fits_into_the_alias_for_the_longest_key() {
    let longest = "钥".repeat(128);
    assert!(mark(&Address::new("calendar", &longest)).chars().count() <= 255);
}
