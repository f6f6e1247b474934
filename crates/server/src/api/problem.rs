//! Errors as RFC 9457 problem details, in the reader's language.

use axum::http::{StatusCode, header};
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
    language: Language,
}

impl Problem {
    pub fn status(status: StatusCode) -> Problem {
        let text = status.canonical_reason().unwrap_or("error").to_owned();
        let code = text.to_lowercase().replace(' ', "_");
        let said = Label {
            fr: text.clone(),
            nl: text.clone(),
            en: text.clone(),
            de: text,
        };
        Problem(Box::new(Told {
            status: status.as_u16(),
            code,
            said,
            fields: Vec::new(),
            language: Language::En,
        }))
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
        Problem(Box::new(Told {
            status,
            code: code.into(),
            said,
            fields: Vec::new(),
            language: Language::En,
        }))
    }

    pub fn in_language(self, language: Language) -> Problem {
        Problem(Box::new(Told {
            language,
            ..*self.0
        }))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        if error.status() >= 500 {
            tracing::error!(%error, "a call failed");
        }
        let fields = match &error {
            Error::Invalid { wrong } => wrong
                .iter()
                .map(|w| (w.field.clone(), w.code, w.message.clone()))
                .collect(),
            _ => Vec::new(),
        };
        Problem(Box::new(Told {
            status: error.status(),
            code: error.code().to_owned(),
            said: error.message(),
            fields,
            language: Language::En,
        }))
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
        let mut body = serde_json::json!({
            "type": format!("urn:entremise:{}", told.code), "title": told.code, "status": told.status, "detail": told.said.get(told.language),
        });
        if !fields.is_empty() {
            body["fields"] = fields.into();
        }
        let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (
            status,
            [(header::CONTENT_TYPE, "application/problem+json")],
            body.to_string(),
        )
            .into_response()
    }
}
