//! The countries of ISO 3166-1, by their two letters.

use crate::near::near;

const ISO: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL \
    BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE \
    DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ \
    GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM \
    KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN \
    PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY \
    SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF \
    WS YE YT ZA ZM ZW";

/// What people write instead of the two letters.
const NAMES: [(&str, &str); 10] = [
    ("UK", "GB"),
    ("EN", "GB"),
    ("BELGIUM", "BE"),
    ("BELGIQUE", "BE"),
    ("BELGIE", "BE"),
    ("FRANCE", "FR"),
    ("NEDERLAND", "NL"),
    ("NETHERLANDS", "NL"),
    ("LUXEMBOURG", "LU"),
    ("GERMANY", "DE"),
];

/// Reads `be` as `BE`; what is no country says what may have been meant.
pub fn country(text: &str) -> Result<String, String> {
    let code = text.trim().to_uppercase();
    if ISO.split_ascii_whitespace().any(|known| known == code) {
        return Ok(code);
    }
    let meant = NAMES.iter().find(|(name, _)| *name == code);
    let hint = match (meant, near(&code, gazetteer::COUNTRIES.into_iter()).first()) {
        (Some((_, meant)), _) => format!("did you mean {meant}?"),
        (None, Some(near)) if code.len() == 2 => format!("did you mean {near}?"),
        _ => "write the two letters of ISO 3166: BE, FR, NL, GB, LU, DE, …".to_owned(),
    };
    Err(format!("there is no such country; {hint}"))
}

/// The language that most people of a country read, of the four of the screens.
pub fn spoken_in(country: &str) -> &'static str {
    match country {
        "NL" => "nl",
        "BE" | "FR" | "LU" | "MC" => "fr",
        "DE" | "AT" | "LI" | "CH" => "de",
        _ => "en",
    }
}
