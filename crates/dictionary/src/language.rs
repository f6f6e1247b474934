//! The four languages of the screens. Texts of listings may be in any language.

use serde::{Deserialize, Serialize};

/// A language that every screen, label and mail exists in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Fr,
    Nl,
    #[default]
    En,
    De,
}

impl Language {
    pub const ALL: [Language; 4] = [Language::Fr, Language::Nl, Language::En, Language::De];

    /// The ISO 639-1 code, as it stands in URLs and `lang` attributes.
    pub const fn code(self) -> &'static str {
        match self {
            Language::Fr => "fr",
            Language::Nl => "nl",
            Language::En => "en",
            Language::De => "de",
        }
    }

    /// Reads `fr`, `fr-BE`, `FR_be`: what follows the language is ignored.
    pub fn parse(code: &str) -> Option<Language> {
        let head = code.split(['-', '_']).next().unwrap_or_default();
        Language::ALL
            .into_iter()
            .find(|l| l.code().eq_ignore_ascii_case(head))
    }
}

/// One text in the four languages; what is missing falls back to English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    #[serde(default)]
    pub fr: String,
    #[serde(default)]
    pub nl: String,
    #[serde(default)]
    pub en: String,
    #[serde(default)]
    pub de: String,
}

impl Label {
    pub fn get(&self, language: Language) -> &str {
        let text = match language {
            Language::Fr => &self.fr,
            Language::Nl => &self.nl,
            Language::En => &self.en,
            Language::De => &self.de,
        };
        if text.is_empty() { &self.en } else { text }
    }
}
