//! What people are called.
//!
//! Gives a name as its owner writes it, a Latin form, and a slug (`zhang.wei`) from which ids and addresses are
//! made. Slugs are not unique: many people are called Zhang Wei.

mod chinese;
mod foreign;

use super::dice::Dice;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gender {
    Male,
    Female,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Origin {
    #[default]
    Chinese,
    English,
    German,
    Japanese,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonName {
    pub(super) name: String,
    pub(super) en_name: String,
    pub(super) nickname: String,
    pub(super) slug: String,
}

/// The name of one person.
pub(super) fn of_person(row: usize, origin: Origin, gender: Gender) -> PersonName {
    let mut dice = Dice::of("person name", row);
    if origin != Origin::Chinese {
        let (name, given, last) = foreign::full(&mut dice, origin, gender);
        let en_name = format!("{given} {last}");
        return PersonName { name, en_name, nickname: String::new(), slug: slug(given, last) };
    }
    let (family, family_pinyin) = chinese::surname(&mut dice);
    let (given, given_pinyin) = chinese::given(&mut dice, gender);
    let last = capitalised(family_pinyin);
    // Three of ten go by an English given name at work.
    let (en_name, nickname) = if dice.permille(300) {
        let chosen = foreign::english_given(&mut dice, gender);
        (format!("{chosen} {last}"), chosen.to_owned())
    } else {
        (format!("{last} {}", capitalised(&given_pinyin)), String::new())
    };
    PersonName {
        name: format!("{family}{given}"),
        en_name,
        nickname,
        slug: slug(family_pinyin, &given_pinyin),
    }
}

/// Lower-case letters of both, with a dot between; umlauts are spelt out.
fn slug(first: &str, second: &str) -> String {
    let mut text = String::with_capacity(first.len() + second.len() + 1);
    for (part, name) in [first, second].into_iter().enumerate() {
        if part > 0 {
            text.push('.');
        }
        for c in name.chars().flat_map(char::to_lowercase) {
            match c {
                'ä' => text.push_str("ae"),
                'ö' => text.push_str("oe"),
                'ü' => text.push_str("ue"),
                'ß' => text.push_str("ss"),
                c if c.is_ascii_alphanumeric() => text.push(c),
                _ => {}
            }
        }
    }
    text
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_look_like_names() {
        let show = |origin| {
            (0..4).map(move |row| {
                let gender = if row % 2 == 0 { Gender::Male } else { Gender::Female };
                let n = of_person(row, origin, gender);
                format!("{} · {} · {} · {}\n", n.name, n.en_name, n.nickname, n.slug)
            })
        };
        let all: String = [Origin::Chinese, Origin::English, Origin::German, Origin::Japanese]
            .into_iter()
            .flat_map(show)
            .collect();
        insta::assert_snapshot!(all, @r"
        戴帅景 · Dai Shuaijing ·  · dai.shuaijing
        张书丹 · Zhang Shudan ·  · zhang.shudan
        孙宁磊 · Sun Ninglei ·  · sun.ninglei
        李岚秀 · Amanda Li · Amanda · li.lanxiu
        Max Thompson · Max Thompson ·  · max.thompson
        Susan Murphy · Susan Murphy ·  · susan.murphy
        Andrew Thompson · Andrew Thompson ·  · andrew.thompson
        Elizabeth Baker · Elizabeth Baker ·  · elizabeth.baker
        Henrik Schäfer · Henrik Schäfer ·  · henrik.schaefer
        Katharina Jäger · Katharina Jäger ·  · katharina.jaeger
        Matthias Schäfer · Matthias Schäfer ·  · matthias.schaefer
        Katharina Köhler · Katharina Köhler ·  · katharina.koehler
        小林 剛 · Tsuyoshi Kobayashi ·  · tsuyoshi.kobayashi
        石川 裕子 · Yuko Ishikawa ·  · yuko.ishikawa
        加藤 健一 · Kenichi Kato ·  · kenichi.kato
        池田 恵子 · Keiko Ikeda ·  · keiko.ikeda
        ");
    }

    #[test]
    fn slugs_are_plain() {
        for (row, origin) in (0..2_000).flat_map(|r| {
            [(r, Origin::German), (r, Origin::English), (r, Origin::Japanese), (r, Origin::Chinese)]
        }) {
            let slug = of_person(row, origin, Gender::Female).slug;
            assert!(slug.len() > 2 && slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'.'), "{slug}");
        }
    }
}
