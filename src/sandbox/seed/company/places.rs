//! Where people work, and what follows from it: country, telephone numbers, who their colleagues are.

use crate::sandbox::seed::dice::Dice;
use crate::sandbox::seed::names::Origin;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Place {
    #[default]
    Hangzhou,
    Beijing,
    Shanghai,
    Shenzhen,
    Chengdu,
    Wuhan,
    Xian,
    Shenyang,
    Tokyo,
    Berlin,
    London,
    SanFrancisco,
    Singapore,
}

/// Where the departments of headquarters sit.
const HEADQUARTERS: [(Place, usize); 6] = [
    (Place::Hangzhou, 50),
    (Place::Beijing, 18),
    (Place::Shanghai, 12),
    (Place::Shenzhen, 10),
    (Place::Chengdu, 6),
    (Place::Wuhan, 4),
];

/// Number ranges that the carriers of mainland China have open.
const MAINLAND: [&str; 34] = [
    "130", "131", "132", "133", "134", "135", "136", "137", "138", "139", "150", "151", "152", "153", "155",
    "156", "157", "158", "159", "166", "173", "175", "176", "177", "178", "180", "181", "182", "183", "185",
    "186", "187", "188", "189",
];

impl Place {
    /// The place that a label of [`super::branches`] names.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "beijing" => Self::Beijing,
            "shanghai" => Self::Shanghai,
            "shenzhen" => Self::Shenzhen,
            "chengdu" => Self::Chengdu,
            "wuhan" => Self::Wuhan,
            "xian" => Self::Xian,
            "shenyang" => Self::Shenyang,
            "tokyo" => Self::Tokyo,
            "berlin" => Self::Berlin,
            "london" => Self::London,
            "san-francisco" => Self::SanFrancisco,
            "singapore" => Self::Singapore,
            _ => return None,
        })
    }

    pub(super) fn of_headquarters(dice: &mut Dice) -> Self {
        dice.weigh(&HEADQUARTERS)
    }

    pub(super) fn city(self) -> &'static str {
        match self {
            Self::Hangzhou => "杭州",
            Self::Beijing => "北京",
            Self::Shanghai => "上海",
            Self::Shenzhen => "深圳",
            Self::Chengdu => "成都",
            Self::Wuhan => "武汉",
            Self::Xian => "西安",
            Self::Shenyang => "沈阳",
            Self::Tokyo => "東京",
            Self::Berlin => "Berlin",
            Self::London => "London",
            Self::SanFrancisco => "San Francisco",
            Self::Singapore => "Singapore",
        }
    }

    pub(super) fn country(self) -> &'static str {
        match self {
            Self::Tokyo => "JP",
            Self::Berlin => "DE",
            Self::London => "GB",
            Self::SanFrancisco => "US",
            Self::Singapore => "SG",
            _ => "CN",
        }
    }

    pub(super) fn origin(self, dice: &mut Dice) -> Origin {
        use Origin::{Chinese, English, German, Japanese};
        match self {
            Self::Tokyo => dice.weigh(&[(Japanese, 80), (Chinese, 15), (English, 5)]),
            Self::Berlin => dice.weigh(&[(German, 80), (Chinese, 10), (English, 10)]),
            Self::London | Self::SanFrancisco => dice.weigh(&[(English, 78), (Chinese, 18), (German, 4)]),
            Self::Singapore => dice.weigh(&[(Chinese, 60), (English, 35), (Japanese, 5)]),
            _ => dice.weigh(&[(Chinese, 992), (English, 4), (German, 2), (Japanese, 2)]),
        }
    }

    /// A number that no other row gets: within one country the digits are a permutation of the row.
    pub(super) fn mobile(self, row: usize, dice: &mut Dice) -> String {
        let digits = |width: u32| {
            let range = 10_usize.pow(width);
            // The factor ends in 9 and so shares no divisor with a power of ten.
            let mixed = (row % range) * (61_803_399 % range) % range;
            format!("{:0width$}", (mixed + 13_579) % range, width = width as usize)
        };
        match self {
            Self::Tokyo => format!("+81{}{}", dice.pick(&["70", "80", "90"]), digits(8)),
            Self::Berlin => format!("+49{}{}", dice.pick(&["151", "152", "160", "170", "171"]), digits(8)),
            Self::London => format!("+447{}{}", dice.pick(&["4", "5", "7", "8", "9"]), digits(8)),
            Self::SanFrancisco => {
                // An exchange begins with 2 to 9: eight million numbers in each area.
                let local = 2_000_000 + row * 3_141_593 % 8_000_000;
                format!("+1{}{local}", dice.pick(&["415", "510", "650", "408"]))
            }
            Self::Singapore => format!("+65{}{}", dice.pick(&["8", "9"]), digits(7)),
            _ => format!("+86{}{}", dice.pick(&MAINLAND), digits(8)),
        }
    }
}
