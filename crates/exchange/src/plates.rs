//! Chassis numbers and number plates: how they look, and the one way we write them.

/// Upper case without blanks and signs.
pub(crate) fn vin(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_uppercase).collect()
}

/// 17 letters and digits without I, O and Q (ISO 3779), digits among them.
pub(crate) fn is_vin(text: &str) -> bool {
    let text = text.trim();
    text.len() == 17
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && text.bytes().all(|b| {
            b.is_ascii_alphanumeric() && !matches!(b.to_ascii_uppercase(), b'I' | b'O' | b'Q')
        })
}

/// A plate of the French kind since 2009 with its dashes, `AA-123-AA`; any other in upper case as
/// it was written.
pub(crate) fn plate(text: &str) -> String {
    let bare = vin(text);
    let pattern = pattern(&bare);
    if pattern == "AA999AA" {
        return format!("{}-{}-{}", &bare[..2], &bare[2..5], &bare[5..]);
    }
    crate::convert::clean(text).to_uppercase()
}

/// Whether it looks as plates do in France, Belgium, the Netherlands, Germany, Britain, Spain or
/// Italy.
pub(crate) fn is_plate(text: &str) -> bool {
    let bare = vin(text);
    if !(5..=9).contains(&bare.len()) || !bare.is_ascii() {
        return false;
    }
    let pattern = pattern(&bare);
    const WHOLE: [&str; 22] = [
        "AA999AA",
        "9AAA999",
        "AAA999",
        "999AAA",
        "AA99AAA",
        "9999AAA",
        "AA99AA",
        "99AAAA",
        "99AAA9",
        "9AAA99",
        "AAAA99",
        "AA9999",
        "9999AA",
        "9AA9999",
        "999AAA99",
        "9999AAA99",
        "999AA99",
        "9999AA99",
        "A999AA",
        "AA999A",
        "99AA99",
        "9AA999",
    ];
    WHOLE.contains(&pattern.as_str())
}

/// Letters as A and digits as 9.
fn pattern(text: &str) -> String {
    let sign = |c: char| match c {
        '0'..='9' => '9',
        c if c.is_alphabetic() => 'A',
        c => c,
    };
    text.chars().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates_and_chassis_numbers_are_known_by_their_look() {
        assert!(is_vin("TMBZZZ21Z3T900991") && is_vin("  jtezu11f88k007763"));
        assert!(!is_vin("12345678901234567") && !is_vin("TMBZZZ21Z3T90099I"));
        for text in [
            "ZK-001-KX",
            "1-ABC-234",
            "AB 12 CDE",
            "1234 BCD",
            "GT-45-HX",
        ] {
            assert!(is_plate(text), "{text}");
        }
        for text in ["VO12808", "STK00028", "12490", "Octavia", "A4"] {
            assert!(!is_plate(text), "{text}");
        }
        assert_eq!(plate("zk001kx"), "ZK-001-KX");
        assert_eq!(plate("1-abc-234"), "1-ABC-234");
    }
}
