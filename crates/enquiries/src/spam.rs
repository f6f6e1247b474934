//! Keeping robots out without asking anybody else: a signed form, a trap, and a look at the text.

use store::{MINUTE_MS, SECOND_MS, Timestamp};

/// A field that people do not see and robots fill.
pub const HONEYPOT: &str = "website";
const FASTEST_MS: i64 = 2 * SECOND_MS;
const OLDEST_MS: i64 = 24 * 60 * MINUTE_MS;

/// Signs the time at which a form was shown, with the deployment's secret.
#[derive(Clone)]
pub struct FormToken(pub [u8; 32]);

impl FormToken {
    pub fn make(&self, now: Timestamp, about: &str) -> String {
        format!("{}.{}", now.0, self.seal(now.0, about))
    }

    /// Why a form is suspicious; None when it is not. A page may stand in a cache for a while, so
    /// only what is impossibly quick or a day old counts.
    pub fn doubt(&self, token: &str, now: Timestamp, about: &str) -> Option<&'static str> {
        let Some((at, seal)) = token.split_once('.') else {
            return Some("no_token");
        };
        let Ok(at) = at.parse::<i64>() else {
            return Some("no_token");
        };
        // Both are hashes of secrets: comparing hashes of them leaks nothing by its time.
        if blake3::hash(self.seal(at, about).as_bytes()) != blake3::hash(seal.as_bytes()) {
            return Some("forged_token");
        }
        match now.0 - at {
            age if age < FASTEST_MS => Some("too_quick"),
            age if age > OLDEST_MS => Some("too_old"),
            _ => None,
        }
    }

    fn seal(&self, at: i64, about: &str) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&at.to_le_bytes());
        hasher.update(about.as_bytes());
        hasher.finalize().to_hex()[..32].to_owned()
    }
}

/// What in a message makes it look like an advertisement.
pub(crate) fn doubt_of_text(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let links = lower.matches("http://").count()
        + lower.matches("https://").count()
        + lower.matches("www.").count();
    if links > 2 || lower.contains("[url=") || lower.contains("<a href") {
        return Some("links");
    }
    const PEDDLED: [&str; 10] = [
        "seo service",
        "backlink",
        "casino",
        "viagra",
        "crypto invest",
        "bitcoin",
        "first page of google",
        "guest post",
        "make money",
        "loan offer",
    ];
    PEDDLED
        .iter()
        .any(|word| lower.contains(word))
        .then_some("peddling")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_must_be_ours_and_take_a_persons_time() {
        let token = FormToken([7; 32]);
        let shown = Timestamp(1_000_000);
        let form = token.make(shown, "lst_1");
        assert_eq!(token.doubt(&form, shown.plus_ms(5_000), "lst_1"), None);
        assert_eq!(
            token.doubt(&form, shown.plus_ms(100), "lst_1"),
            Some("too_quick")
        );
        assert_eq!(
            token.doubt(&form, shown.plus_ms(OLDEST_MS + 1), "lst_1"),
            Some("too_old")
        );
        assert_eq!(
            token.doubt(&form, shown.plus_ms(5_000), "lst_2"),
            Some("forged_token")
        );
        assert_eq!(token.doubt("", shown, "lst_1"), Some("no_token"));
        assert_eq!(doubt_of_text("Best SEO service, call me"), Some("peddling"));
        assert_eq!(
            doubt_of_text("Est-ce que la maison est encore libre ?"),
            None
        );
    }
}
