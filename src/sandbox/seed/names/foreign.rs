//! Names of the colleagues abroad.

use std::sync::LazyLock;

use super::{Gender, Origin};
use crate::sandbox::seed::dice::Dice;

/// Given names that Chinese colleagues take, and that English ones have.
const ENGLISH_MEN: &str = "James John Robert Michael William David Richard Joseph Thomas Charles Daniel Matthew \
    Anthony Mark Steven Paul Andrew Joshua Kevin Brian George Edward Jason Ryan Eric Jack Henry Leo Oscar Max";
const ENGLISH_WOMEN: &str = "Mary Patricia Jennifer Linda Elizabeth Susan Jessica Sarah Karen Nancy Lisa Emily \
    Ashley Kimberly Michelle Amanda Laura Rebecca Anna Emma Nicole Grace Sophie Alice Julia Olivia Zoe Ivy Cindy";
const ENGLISH_SURNAMES: &str = "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson \
    Evans Walker White Roberts Green Hall Wood Jackson Clarke Turner Hill Harris Cooper Ward Morris Baker Reed \
    O'Brien Murphy";
const GERMAN_MEN: &str = "Lukas Jonas Felix Maximilian Paul Leon Stefan Andreas Thomas Jürgen Matthias Sebastian \
    Tobias Florian Klaus Björn Uwe Jan Markus Henrik";
const GERMAN_WOMEN: &str = "Anna Lena Sophie Katharina Julia Sabine Claudia Petra Monika Stefanie Nicole Heike \
    Birgit Käthe Ulrike Franziska Jana Lea Marie Annika";
const GERMAN_SURNAMES: &str = "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer \
    Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Groß \
    Köhler König Vogel Jäger";
const JAPANESE_MEN: &str = "翔太 Shota 大輔 Daisuke 健太 Kenta 拓也 Takuya 直樹 Naoki 亮 Ryo 浩一 Koichi 誠 Makoto \
    健一 Kenichi 隆 Takashi 洋平 Yohei 悠斗 Yuto 蓮 Ren 大和 Yamato 修 Osamu 剛 Tsuyoshi";
const JAPANESE_WOMEN: &str = "美咲 Misaki 陽子 Yoko 恵子 Keiko 裕子 Yuko 愛 Ai 結衣 Yui 葵 Aoi さくら Sakura \
    直美 Naomi 久美子 Kumiko 真由美 Mayumi 彩 Aya 舞 Mai 千尋 Chihiro 優子 Yuko 明日香 Asuka";
const JAPANESE_SURNAMES: &str = "佐藤 Sato 鈴木 Suzuki 高橋 Takahashi 田中 Tanaka 伊藤 Ito 渡辺 Watanabe \
    山本 Yamamoto 中村 Nakamura 小林 Kobayashi 加藤 Kato 吉田 Yoshida 山田 Yamada 佐々木 Sasaki 山口 Yamaguchi \
    松本 Matsumoto 井上 Inoue 木村 Kimura 林 Hayashi 斎藤 Saito 清水 Shimizu 山崎 Yamazaki 森 Mori 池田 Ikeda \
    橋本 Hashimoto 阿部 Abe 石川 Ishikawa";

static TABLES: LazyLock<[Vec<&str>; 9]> = LazyLock::new(|| {
    [
        ENGLISH_MEN,
        ENGLISH_WOMEN,
        ENGLISH_SURNAMES,
        GERMAN_MEN,
        GERMAN_WOMEN,
        GERMAN_SURNAMES,
        JAPANESE_MEN,
        JAPANESE_WOMEN,
        JAPANESE_SURNAMES,
    ]
    .map(|text| text.split_whitespace().collect())
});

/// An English given name.
pub(super) fn english_given(dice: &mut Dice, gender: Gender) -> &'static str {
    let [men, women, ..] = &*TABLES;
    dice.pick(if gender == Gender::Male { men } else { women })
}

/// Name as written, given name and surname in Latin letters.
pub(super) fn full(dice: &mut Dice, origin: Origin, gender: Gender) -> (String, &'static str, &'static str) {
    let [en_men, en_women, en_last, de_men, de_women, de_last, ja_men, ja_women, ja_last] = &*TABLES;
    let male = gender == Gender::Male;
    match origin {
        Origin::Japanese => {
            let (written, given) = pair(dice, if male { ja_men } else { ja_women });
            let (family, last) = pair(dice, ja_last);
            (format!("{family} {written}"), given, last)
        }
        Origin::German => {
            let (given, last) = (dice.pick(if male { de_men } else { de_women }), dice.pick(de_last));
            (format!("{given} {last}"), given, last)
        }
        Origin::Chinese | Origin::English => {
            let (given, last) = (dice.pick(if male { en_men } else { en_women }), dice.pick(en_last));
            (format!("{given} {last}"), given, last)
        }
    }
}

/// One of a table of written and Latin forms.
fn pair(dice: &mut Dice, table: &[&'static str]) -> (&'static str, &'static str) {
    let at = dice.below(table.len() / 2) * 2;
    match table.get(at..at + 2) {
        Some(&[written, latin]) => (written, latin),
        _ => ("", ""),
    }
}
