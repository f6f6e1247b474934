//! What is said of a row, in the reader's language.

use dictionary::{Field, Language};

use crate::convert::Unread;
use crate::reason::pick;
use crate::report::Problem;

const SHOWN_LETTERS_MAX: usize = 60;

pub(crate) fn remark(column: &str, code: &'static str, message: String) -> Problem {
    Problem {
        row: 0,
        line: 0,
        column: column.to_owned(),
        code,
        message,
        refused: false,
    }
}

fn refused(column: &str, code: &'static str, said: [&str; 4], language: Language) -> Problem {
    Problem {
        refused: true,
        ..remark(column, code, pick(&said, language).to_owned())
    }
}

pub(crate) fn no_category(language: Language) -> Problem {
    refused(
        "category",
        "no_category",
        [
            "cette ligne ne dit pas de quel genre d’annonce il s’agit ; remplissez sa catégorie, ou donnez-en une pour toutes avec --category",
            "deze rij zegt niet om welk soort aanbod het gaat; vul de categorie in, of geef er één voor alle met --category",
            "this row does not say what kind of listing it is; fill its category, or give one for all with --category",
            "diese Zeile sagt nicht, um welche Art von Inserat es geht; füllen Sie die Kategorie aus, oder geben Sie eine für alle mit --category an",
        ],
        language,
    )
}

/// A record that only says what has changed, of a listing that nobody has sent yet.
pub(crate) fn change_of_nothing(language: Language) -> Problem {
    refused(
        "ref",
        "change_of_nothing",
        [
            "cette ligne modifie une annonce qui n’a jamais été envoyée ; faites envoyer l’annonce entière",
            "deze rij wijzigt aanbod dat nooit is gestuurd; laat het volledig sturen",
            "this row changes a listing that was never sent; have the whole listing sent",
            "diese Zeile ändert ein Inserat, das nie gesendet wurde; lassen Sie es vollständig senden",
        ],
        language,
    )
}

pub(crate) fn empty_row(language: Language) -> Problem {
    refused(
        "",
        "empty_row",
        [
            "rien dans cette ligne n’a pu être repris",
            "niets in deze rij kon worden overgenomen",
            "nothing in this row could be taken",
            "nichts in dieser Zeile konnte übernommen werden",
        ],
        language,
    )
}

/// A cell that did not become a value of its field; it stays with the listing as it was written.
pub(crate) fn unread(
    column: &str,
    why: Unread,
    field: &Field,
    cell: &str,
    language: Language,
) -> Problem {
    let shown: String = cell.trim().chars().take(SHOWN_LETTERS_MAX).collect();
    let label = field.label.get(language);
    let said = match (why, language) {
        (Unread::UnknownChoice, Language::Fr) => {
            format!("« {shown} » n’est pas un choix connu de {label} ; laissé vide")
        }
        (Unread::UnknownChoice, Language::Nl) => {
            format!("“{shown}” is geen bekende keuze van {label}; leeg gelaten")
        }
        (Unread::UnknownChoice, Language::En) => {
            format!("“{shown}” is no known choice of {label}; left empty")
        }
        (Unread::UnknownChoice, Language::De) => {
            format!("„{shown}“ ist kein bekannter Wert von {label}; leer gelassen")
        }
        (Unread::NotADate | Unread::OnlyAYear(_), Language::Fr) => {
            format!("« {shown} » n’est pas une date ; {label} laissé vide")
        }
        (Unread::NotADate | Unread::OnlyAYear(_), Language::Nl) => {
            format!("“{shown}” is geen datum; {label} leeg gelaten")
        }
        (Unread::NotADate | Unread::OnlyAYear(_), Language::En) => {
            format!("“{shown}” is no date; {label} left empty")
        }
        (Unread::NotADate | Unread::OnlyAYear(_), Language::De) => {
            format!("„{shown}“ ist kein Datum; {label} leer gelassen")
        }
        (Unread::NotYesOrNo, Language::Fr) => {
            format!("« {shown} » n’est ni oui ni non ; {label} laissé vide")
        }
        (Unread::NotYesOrNo, Language::Nl) => {
            format!("“{shown}” is ja noch nee; {label} leeg gelaten")
        }
        (Unread::NotYesOrNo, Language::En) => {
            format!("“{shown}” is neither yes nor no; {label} left empty")
        }
        (Unread::NotYesOrNo, Language::De) => {
            format!("„{shown}“ ist weder ja noch nein; {label} leer gelassen")
        }
        (_, Language::Fr) => format!(
            "« {shown} » ne convient pas à {label}{} ; laissé vide",
            bounds(field, language)
        ),
        (_, Language::Nl) => format!(
            "“{shown}” past niet bij {label}{}; leeg gelaten",
            bounds(field, language)
        ),
        (_, Language::En) => format!(
            "“{shown}” does not fit {label}{}; left empty",
            bounds(field, language)
        ),
        (_, Language::De) => format!(
            "„{shown}“ passt nicht zu {label}{}; leer gelassen",
            bounds(field, language)
        ),
    };
    remark(column, why.code(), said)
}

fn bounds(field: &Field, language: Language) -> String {
    let (Some(min), Some(max)) = (field.min, field.max) else {
        return String::new();
    };
    match language {
        Language::Fr => format!(" (de {min} à {max})"),
        Language::Nl => format!(" (van {min} tot {max})"),
        Language::En => format!(" (from {min} to {max})"),
        Language::De => format!(" (von {min} bis {max})"),
    }
}
