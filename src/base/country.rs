//! Countries as Feishu shows them (contact-v3 `country-code-description`).
//!
//! ISO alpha-2 without AQ BV EH GS HM SH SJ SX TF UM WF, and with DG. It stores other codes too and never shows
//! them, so that they are mistakes here.

const CODES: &str = "\
AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC \
CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA \
GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE \
KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS \
MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO \
RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA \
UG US UY UZ VA VC VE VG VI VN VU WS YE YT ZA ZM ZW";

/// All codes, in order.
pub fn all() -> impl Iterator<Item = &'static str> {
    CODES.split(' ')
}

pub fn known(code: &str) -> bool {
    all().any(|known| known == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_239_of_them_in_order() {
        assert_eq!(all().count(), 239);
        assert!(all().is_sorted());
        for gone in ["AQ", "BV", "EH", "GS", "HM", "SH", "SJ", "SX", "TF", "UM", "WF", "cn", "CHN", "", " "] {
            assert!(!known(gone), "{gone}");
        }
        assert!(known("DG") && known("CN"));
    }
}
