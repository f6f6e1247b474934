//! Why a column was taken as it was: a code that programs read, and a sentence in four languages.

use dictionary::Language;
use serde::{Deserialize, Serialize};

/// A code and the words that its sentence is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Told")]
pub struct Reason {
    pub code: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
}

/// A reason as it comes in: whole, or in somebody's own words.
#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Words(String),
    Whole {
        code: String,
        #[serde(default)]
        about: Vec<String>,
    },
}

impl From<Told> for Reason {
    fn from(told: Told) -> Reason {
        let (code, about) = match told {
            Told::Words(code) => (code, Vec::new()),
            Told::Whole { code, about } => (code, about),
        };
        Reason { code, about }
    }
}

/// A sentence for each code, with `{0}` and `{1}` where the words go.
type Sentences = [&'static str; 4];

const SENTENCES: [(&str, Sentences); 23] = [
    (
        "chosen",
        [
            "choisi par une personne",
            "door iemand gekozen",
            "chosen by a person",
            "von einer Person gewählt",
        ],
    ),
    (
        "accepted",
        [
            "accepté ainsi auparavant pour « {0} »",
            "eerder zo aanvaard voor “{0}”",
            "accepted before for “{0}”",
            "früher so angenommen für „{0}“",
        ],
    ),
    (
        "accepted_elsewhere",
        [
            "d’autres comptes ont choisi cela pour « {0} »",
            "andere accounts kozen dit voor “{0}”",
            "other accounts chose this for “{0}”",
            "andere Konten haben das für „{0}“ gewählt",
        ],
    ),
    (
        "layout",
        [
            "mise en page connue : {0}",
            "bekende indeling: {0}",
            "known layout: {0}",
            "bekanntes Format: {0}",
        ],
    ),
    (
        "named",
        [
            "s’appelle « {0} » ; {1} % de ses valeurs conviennent",
            "heet “{0}”; {1} % van de waarden past",
            "named “{0}”; {1} % of its values fit",
            "heißt „{0}“; {1} % der Werte passen",
        ],
    ),
    (
        "named_empty",
        [
            "s’appelle « {0} » ; vide dans l’échantillon",
            "heet “{0}”; leeg in de steekproef",
            "named “{0}”; empty in the sample",
            "heißt „{0}“; in der Stichprobe leer",
        ],
    ),
    (
        "does_not_fit",
        [
            "s’appelle comme « {0} », mais {1} % seulement de ses valeurs conviennent",
            "heet als “{0}”, maar slechts {1} % van de waarden past",
            "named like “{0}”, but only {1} % of its values fit",
            "heißt wie „{0}“, aber nur {1} % der Werte passen",
        ],
    ),
    (
        "half_named",
        [
            "son nom contient « {0} » ; est-ce cela ?",
            "de naam bevat “{0}”; is het dat?",
            "its name contains “{0}”; is it that?",
            "der Name enthält „{0}“; ist es das?",
        ],
    ),
    (
        "unknown_name",
        [
            "aucun champ ne porte ce nom",
            "geen veld heet zo",
            "no field has this name",
            "kein Feld heißt so",
        ],
    ),
    (
        "taken",
        [
            "`{0}` est déjà pris de « {1} »",
            "`{0}` komt al uit “{1}”",
            "`{0}` is taken from “{1}” already",
            "`{0}` kommt schon aus „{1}“",
        ],
    ),
    (
        "somebody_else",
        [
            "concerne {0}, pas l’annonce",
            "gaat over {0}, niet over het aanbod",
            "about {0}, not about the listing",
            "betrifft {0}, nicht das Inserat",
        ],
    ),
    (
        "smaller_picture",
        [
            "la même image en plus petit",
            "dezelfde afbeelding, kleiner",
            "the same picture, smaller",
            "dasselbe Bild, kleiner",
        ],
    ),
    (
        "row_numbers",
        [
            "numéros de lignes",
            "rijnummers",
            "row numbers",
            "Zeilennummern",
        ],
    ),
    (
        "unit_of",
        [
            "l’unité de « {0} »",
            "de eenheid van “{0}”",
            "the unit of “{0}”",
            "die Einheit von „{0}“",
        ],
    ),
    (
        "not_in_layout",
        [
            "« {0} » n’utilise pas cette colonne",
            "“{0}” gebruikt deze kolom niet",
            "“{0}” has no use for this column",
            "„{0}“ nutzt diese Spalte nicht",
        ],
    ),
    (
        "looks_vin",
        [
            "17 lettres et chiffres : numéros de châssis",
            "17 letters en cijfers: chassisnummers",
            "17 letters and digits: chassis numbers",
            "17 Buchstaben und Ziffern: Fahrgestellnummern",
        ],
    ),
    (
        "looks_plate",
        [
            "la forme de plaques d’immatriculation",
            "de vorm van nummerplaten",
            "the form of number plates",
            "die Form von Kennzeichen",
        ],
    ),
    (
        "looks_photos",
        [
            "des adresses d’images",
            "adressen van afbeeldingen",
            "addresses of pictures",
            "Adressen von Bildern",
        ],
    ),
    (
        "looks_choices",
        [
            "{0} % de ses mots sont des choix de ce champ",
            "{0} % van de woorden zijn keuzes van dit veld",
            "{0} % of its words are choices of this field",
            "{0} % der Wörter sind Werte dieses Feldes",
        ],
    ),
    (
        "looks_unique",
        [
            "rempli partout et jamais deux fois le même",
            "overal ingevuld en nooit tweemaal hetzelfde",
            "filled everywhere and never the same twice",
            "überall gefüllt und nie zweimal gleich",
        ],
    ),
    (
        "looks_range",
        [
            "{0} % de ses nombres ont l’ordre de grandeur de ce champ",
            "{0} % van de getallen heeft de grootte die bij dit veld past",
            "{0} % of its numbers are of this field’s size",
            "{0} % der Zahlen haben die Größe dieses Feldes",
        ],
    ),
    (
        "looks_aging",
        [
            "augmente avec l’âge : kilométrage ; son contraire est le prix",
            "groeit met de leeftijd: kilometers; het omgekeerde is de prijs",
            "grows with age as mileage does; a price falls",
            "wächst mit dem Alter wie der Kilometerstand; ein Preis fällt",
        ],
    ),
    (
        "beside",
        [
            "se trouve à côté de « {0} »",
            "staat naast “{0}”",
            "stands beside “{0}”",
            "steht neben „{0}“",
        ],
    ),
];

impl Reason {
    pub(crate) fn new<const N: usize>(code: &str, about: [&str; N]) -> Reason {
        Reason {
            code: code.to_owned(),
            about: about.map(str::to_owned).to_vec(),
        }
    }

    /// The sentence; the bare code for one that this program does not know.
    pub fn say(&self, language: Language) -> String {
        let Some((_, sentences)) = SENTENCES.iter().find(|(code, _)| *code == self.code) else {
            return self.code.clone();
        };
        let mut said = pick(sentences, language).to_owned();
        for (at, word) in self.about.iter().enumerate() {
            said = said.replace(&format!("{{{at}}}"), word);
        }
        said
    }
}

/// The one of four sentences (French, Dutch, English, German) that a reader understands.
pub(crate) fn pick<T: AsRef<str>>(sentences: &[T; 4], language: Language) -> &str {
    let at = match language {
        Language::Fr => 0,
        Language::Nl => 1,
        Language::En => 2,
        Language::De => 3,
    };
    sentences[at].as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_said_in_four_languages() {
        for (code, sentences) in SENTENCES {
            let reason = Reason::new(code, ["prix", "98"]);
            for language in Language::ALL {
                let said = reason.say(language);
                assert!(said.len() > 5 && !said.contains('{'), "{code}: {said}");
            }
            assert_eq!(sentences.len(), 4);
        }
    }
}
