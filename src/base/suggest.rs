//! "Did you mean": the nearest of the names that exist, or none.
//!
//! Names are compared by characters, not bytes, so that one wrong character of 研发中心 counts as one. Case,
//! full-width forms and the separators `-`, `_`, `.` and space are not differences at all: that is how names
//! are mistyped most. A wrong suggestion is worse than none, so the threshold is a third of the length.

/// Longer names are not compared: the table is quadratic and nobody mistypes by hand at this length.
const LONGEST: usize = 80;

/// Gives the candidate nearest to `wanted`; the first among equals.
pub fn nearest<'c>(wanted: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = folded(wanted)?;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let Some(name) = folded(candidate) else { continue };
        let distance = distance(&wanted, &name);
        let close = distance <= wanted.len().max(name.len()) / allowed_share(&wanted, &name);
        if close && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// One difference in so many characters. In two Chinese characters one may be wrong: each is a word.
fn allowed_share(wanted: &[char], name: &[char]) -> usize {
    let chinese = |text: &[char]| text.iter().any(|c| ('\u{3400}'..='\u{9fff}').contains(c));
    if chinese(wanted) && chinese(name) { 2 } else { 3 }
}

/// The characters that count. `None` when there is nothing, or too much, to compare.
fn folded(text: &str) -> Option<Vec<char>> {
    let folded: Vec<char> = text
        .trim()
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            other => other,
        })
        .map(|c| if matches!(c, '_' | '.' | ' ') { '-' } else { c })
        .flat_map(char::to_lowercase)
        .take(LONGEST + 1)
        .collect();
    (!folded.is_empty() && folded.len() <= LONGEST).then_some(folded)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.iter().enumerate() {
        let mut row = Vec::with_capacity(right.len() + 1);
        row.push(i + 1);
        for (j, r) in right.iter().enumerate() {
            let replaced = above[j] + usize::from(l != r);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *l == right[j - 1] && left[i - 1] == *r {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(left.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [&str; 6] = ["departments", "users", "user_groups", "units", "roles", "chats"];

    #[test]
    fn slips_of_the_finger_are_found() {
        for (wanted, meant) in [
            ("deparments", "departments"),
            ("department", "departments"),
            ("usres", "users"),
            ("user-groups", "user_groups"),
            ("UserGroups", "user_groups"),
            ("Ｃhats", "chats"),
        ] {
            assert_eq!(nearest(wanted, KINDS), Some(meant), "{wanted}");
        }
    }

    #[test]
    fn far_names_are_not_suggested() {
        for wanted in ["", "x", "calendars_and_more", "helpdesk", &"u".repeat(200)] {
            assert_eq!(nearest(wanted, KINDS), None, "{wanted}");
        }
        assert_eq!(nearest("ab", ["xy", "b", "c"]), None);
    }

    #[test]
    fn chinese_counts_by_characters() {
        let names = ["研发中心", "市场部", "财务"];
        assert_eq!(nearest("研发中新", names), Some("研发中心"));
        assert_eq!(nearest("中心研发", names), None);
        assert_eq!(nearest("市场部门", names), Some("市场部"));
        assert_eq!(nearest("财物", names), Some("财务"));
        assert_eq!(nearest("人事", names), None);
    }

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(nearest("unit1", ["unit2", "unit3"]), Some("unit2"));
        assert_eq!(distance(&['a', 'b'], &['b', 'a']), 1);
    }
}
