//! Errors as RFC 9457 problem details, in the reader's language.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dictionary::{Label, Language};
use store::Error;

/// Boxed, because most calls answer without one.
#[derive(Debug)]
pub struct Problem(Box<Told>);

#[derive(Debug)]
struct Told {
    status: u16,
    code: String,
    said: Label,
    fields: Vec<(String, &'static str, Label)>,
    retry_after_s: Option<u32>,
    /// Methods that the address has, when it has not the one asked for.
    allow: Option<String>,
    language: Language,
}

/// How long to wait when the database was away, or somebody else was at it.
const SOON_S: u32 = 2;

impl Problem {
    /// One of the few that the door itself tells, before any room is asked.
    pub fn status(status: StatusCode) -> Problem {
        let (code, [fr, nl, en, de]) = match status {
            StatusCode::UNAUTHORIZED => (
                "unauthorized",
                [
                    "Connectez-vous, ou donnez un jeton valable",
                    "Meld u aan, of geef een geldig token",
                    "Sign in, or give a token that is valid",
                    "Melden Sie sich an, oder geben Sie ein gültiges Token an",
                ],
            ),
            StatusCode::FORBIDDEN => (
                "other_origin",
                [
                    "Cette demande vient d’une page d’un autre site",
                    "Dit verzoek komt van een pagina van een andere site",
                    "This request comes from a page of another site",
                    "Diese Anfrage kommt von einer Seite eines anderen Auftritts",
                ],
            ),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                [
                    "Cette adresse ne connaît pas cette méthode",
                    "Dit adres kent deze methode niet",
                    "This address does not know this method; Allow names those it knows",
                    "Diese Adresse kennt diese Methode nicht",
                ],
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                "payload_too_large",
                [
                    "C’est plus que cette adresse ne prend",
                    "Dit is meer dan dit adres aanneemt",
                    "This is more than the address takes",
                    "Das ist mehr, als diese Adresse annimmt",
                ],
            ),
            StatusCode::NOT_FOUND => (
                "not_found",
                [
                    "Il n’y a rien à cette adresse",
                    "Op dit adres is niets",
                    "There is nothing at this address; /api/v1/openapi.json lists all there are",
                    "Unter dieser Adresse gibt es nichts",
                ],
            ),
            _ => (
                "broken",
                [
                    "Une erreur de notre côté ; elle est consignée",
                    "Een fout aan onze kant; ze is vastgelegd",
                    "A mistake on our side; it has been logged",
                    "Ein Fehler auf unserer Seite; er ist protokolliert",
                ],
            ),
        };
        let said = Label {
            fr: fr.into(),
            nl: nl.into(),
            en: en.into(),
            de: de.into(),
        };
        Problem::of(status.as_u16(), code, said)
    }

    fn of(status: u16, code: &str, said: Label) -> Problem {
        Problem(Box::new(Told {
            status,
            code: code.to_owned(),
            said,
            fields: Vec::new(),
            retry_after_s: None,
            allow: None,
            language: Language::En,
        }))
    }

    pub fn other_method(allow: String) -> Problem {
        let mut problem = Problem::status(StatusCode::METHOD_NOT_ALLOWED);
        problem.0.allow = Some(allow);
        problem
    }

    pub fn bad_json(error: &serde_json::Error) -> Problem {
        let place = format!("{}:{}", error.line(), error.column());
        let said = Label {
            fr: format!("JSON illisible (ligne:colonne {place}) : {error}"),
            nl: format!("Onleesbare JSON (regel:kolom {place}): {error}"),
            en: format!("Unreadable JSON (line:column {place}): {error}"),
            de: format!("Unlesbares JSON (Zeile:Spalte {place}): {error}"),
        };
        // Readable, but not of the shape that is asked for.
        let (status, code) = match error.is_data() {
            true => (422, "unfit_body"),
            false => (400, "bad_json"),
        };
        Problem::of(status, code, said)
    }

    pub fn in_language(mut self, language: Language) -> Problem {
        self.0.language = language;
        self
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        if error.status() >= 500 {
            tracing::error!(%error, "a call failed");
        }
        let mut problem = Problem::of(error.status(), error.code(), error.message());
        problem.0.retry_after_s = match &error {
            Error::TooMany { retry_after_s } => Some(*retry_after_s),
            Error::Unavailable { .. } => Some(SOON_S),
            Error::Conflict { code, .. } => {
                ["import_running", "undo_running", "idempotency_key_taken"]
                    .contains(code)
                    .then_some(SOON_S)
            }
            _ => None,
        };
        if let Error::Invalid { wrong } = error {
            let fields = wrong.into_iter().map(|w| (w.field, w.code, w.message));
            problem.0.fields = fields.collect();
        }
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let told = self.0;
        let fields: Vec<_> = told
            .fields
            .iter()
            .map(|(field, code, said)| serde_json::json!({ "field": field, "code": code, "detail": said.get(told.language) }))
            .collect();
        let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = serde_json::json!({
            "type": format!("urn:entremise:{}", told.code), "code": told.code,
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": told.status, "detail": told.said.get(told.language),
        });
        if !fields.is_empty() {
            body["fields"] = fields.into();
        }
        let kind = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CONTENT_LANGUAGE, told.language.code()),
            (header::CACHE_CONTROL, "no-store"),
        ];
        let mut response = (status, kind, body.to_string()).into_response();
        let out = response.headers_mut();
        if let Some(seconds) = told.retry_after_s {
            out.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            out.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(allow) = told.allow.and_then(|a| HeaderValue::from_str(&a).ok()) {
            out.insert(header::ALLOW, allow);
        }
        response
    }
}
