//! Errors: few kinds, each with a stable code for machines and a sentence for people.

use std::fmt;

use dictionary::Label;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One field that is wrong, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Wrong {
    pub field: String,
    pub code: &'static str,
    pub message: Label,
}

/// What a verb can answer besides its result. `Broken` keeps its cause for our log; callers outside
/// only ever see its code.
#[derive(Debug)]
pub enum Error {
    /// Not there, or not for this scope: the two are not told apart.
    NotFound {
        what: &'static str,
    },
    /// The input is wrong, field by field.
    Invalid {
        wrong: Vec<Wrong>,
    },
    /// A rule forbids it.
    Refused {
        code: &'static str,
        message: Label,
    },
    /// Somebody else was faster.
    Conflict {
        code: &'static str,
        message: Label,
    },
    /// The scope does not carry the right.
    Forbidden,
    TooMany {
        retry_after_s: u32,
    },
    /// The database is away or busy; trying again later may help.
    Unavailable {
        cause: String,
    },
    /// Our mistake or a broken disk.
    Broken {
        cause: String,
    },
}

/// Statements and connections that failed for no fault of the caller, since the process started.
static FAILURES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

pub fn database_failures() -> u64 {
    FAILURES.load(std::sync::atomic::Ordering::Relaxed)
}

pub(crate) fn count_failure() {
    FAILURES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
}

impl Error {
    pub fn broken(cause: impl Into<String>) -> Error {
        Error::Broken {
            cause: cause.into(),
        }
    }

    /// Refuses with a sentence in four languages, in the order of the screens: fr, nl, en, de.
    pub fn refused(code: &'static str, said: [&str; 4]) -> Error {
        Error::Refused {
            code,
            message: label(said),
        }
    }

    pub fn conflict(code: &'static str, said: [&str; 4]) -> Error {
        Error::Conflict {
            code,
            message: label(said),
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Error::NotFound { .. } => "not_found",
            Error::Invalid { .. } => "invalid",
            Error::Refused { code, .. } | Error::Conflict { code, .. } => code,
            Error::Forbidden => "forbidden",
            Error::TooMany { .. } => "too_many",
            Error::Unavailable { .. } => "unavailable",
            Error::Broken { .. } => "broken",
        }
    }

    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        match self {
            Error::NotFound { .. } => 404,
            Error::Invalid { .. } | Error::Refused { .. } => 422,
            Error::Conflict { .. } => 409,
            Error::Forbidden => 403,
            Error::TooMany { .. } => 429,
            Error::Unavailable { .. } => 503,
            Error::Broken { .. } => 500,
        }
    }

    /// Whether the same call may succeed in a moment.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Unavailable { .. } | Error::TooMany { .. })
    }

    /// The sentence for people; never the cause.
    pub fn message(&self) -> Label {
        match self {
            Error::NotFound { what } => label([
                &format!("Introuvable : {what}"),
                &format!("Niet gevonden: {what}"),
                &format!("Not found: {what}"),
                &format!("Nicht gefunden: {what}"),
            ]),
            Error::Invalid { wrong } => match wrong.first() {
                Some(first) => first.message.clone(),
                None => label([
                    "Saisie invalide",
                    "Ongeldige invoer",
                    "Invalid input",
                    "Ungültige Eingabe",
                ]),
            },
            Error::Refused { message, .. } | Error::Conflict { message, .. } => message.clone(),
            Error::Forbidden => label([
                "Votre rôle ne le permet pas",
                "Uw rol laat dit niet toe",
                "Your role does not allow this",
                "Ihre Rolle erlaubt das nicht",
            ]),
            Error::TooMany { retry_after_s } => label([
                &format!("Trop de demandes ; réessayez dans {retry_after_s} s"),
                &format!("Te veel verzoeken; probeer opnieuw over {retry_after_s} s"),
                &format!("Too many requests; try again in {retry_after_s} s"),
                &format!("Zu viele Anfragen; versuchen Sie es in {retry_after_s} s erneut"),
            ]),
            Error::Unavailable { .. } => label([
                "Momentanément indisponible ; réessayez dans un instant",
                "Even niet beschikbaar; probeer het zo opnieuw",
                "Not available right now; try again in a moment",
                "Gerade nicht verfügbar; versuchen Sie es gleich noch einmal",
            ]),
            Error::Broken { .. } => label([
                "Une erreur de notre côté ; elle est consignée",
                "Een fout aan onze kant; ze is vastgelegd",
                "A mistake on our side; it has been logged",
                "Ein Fehler auf unserer Seite; er ist protokolliert",
            ]),
        }
    }
}

fn label([fr, nl, en, de]: [&str; 4]) -> Label {
    Label {
        fr: fr.into(),
        nl: nl.into(),
        en: en.into(),
        de: de.into(),
    }
}

/// For the log and for the command line, in English, with the cause.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unavailable { cause } | Error::Broken { cause } => {
                write!(f, "{}: {cause}", self.message().en)
            }
            Error::Invalid { wrong } => {
                let said: Vec<String> = wrong
                    .iter()
                    .map(|w| format!("{}: {}", w.field, w.message.en))
                    .collect();
                f.write_str(&said.join("; "))
            }
            _ => f.write_str(&self.message().en),
        }
    }
}

impl std::error::Error for Error {}
