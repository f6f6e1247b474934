//! Calls to a portal, and how its answers are read: described as data.

use serde_json::Value as Json;
use toml_edit::{Item, TableLike};

use crate::table::File;

/// One kind of call.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    /// Below the portal's address; `{id}` is the portal's own number of the listing.
    pub path: String,
    done: Condition,
    /// It answers "received": what becomes of it is told later.
    pub is_later: bool,
    id: Option<String>,
    url: Option<String>,
    errors: Option<String>,
    code: Option<String>,
    text: Vec<String>,
    /// Codes of errors that mean that what was asked is so already.
    fine: Vec<String>,
    /// Of a list: where its items are, and what each says.
    items: Option<String>,
    reference: Option<String>,
}

/// What must stand in an answer.
#[derive(Clone, Debug, Default)]
struct Condition {
    at: Option<String>,
    is: Option<String>,
}

/// What a portal said to a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub done: bool,
    pub portal_id: Option<String>,
    pub url: Option<String>,
    pub refusals: Vec<Refusal>,
}

#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Refusal {
    pub code: String,
    pub text: String,
}

/// One listing in a portal's list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub reference: String,
    pub portal_id: Option<String>,
    pub url: Option<String>,
}

const KEYS: [&str; 14] = [
    "method",
    "path",
    "done_at",
    "done_is",
    "later",
    "id",
    "url",
    "errors",
    "code",
    "text",
    "fine",
    "items",
    "reference",
    "record",
];

impl Call {
    pub(crate) fn read(file: &mut File<'_>, item: &Item) -> Option<Call> {
        let Some(table) = item.as_table_like() else {
            file.fault(item.span(), "a call is a table");
            return None;
        };
        file.only(table, &KEYS, "a call");
        let path = file.text(table, "path");
        if path.is_none() {
            file.fault(item.span(), "a call needs a `path`");
        }
        Some(Call {
            method: method(file, table),
            path: path?,
            done: Condition {
                at: file.text(table, "done_at"),
                is: table
                    .get("done_is")
                    .and_then(Item::as_value)
                    .and_then(crate::table::plain),
            },
            is_later: file.yes(table, "later"),
            id: file.text(table, "id"),
            url: file.text(table, "url"),
            errors: file.text(table, "errors"),
            code: file.text(table, "code"),
            text: file.words(table, "text"),
            fine: file.words(table, "fine"),
            items: file.text(table, "items"),
            reference: file.text(table, "reference"),
        })
    }

    /// None when the body is not what the portal is said to answer: a page about maintenance is
    /// neither a yes nor a no.
    pub fn answer(&self, status: u16, body: &[u8]) -> Option<Answer> {
        if status == 204 {
            return Some(Answer {
                done: true,
                ..Answer::default()
            });
        }
        let json: Json = serde_json::from_slice(body).ok()?;
        let refusals = self.refusals(&json);
        let fine = |refusal: &Refusal| self.fine.contains(&refusal.code);
        let said = match &self.done.at {
            Some(at) => {
                let found = text_at(&json, at)?;
                self.done.is.as_ref().is_none_or(|is| *is == found)
            }
            None => (200..300).contains(&status),
        };
        let settled = !refusals.is_empty() && refusals.iter().all(fine);
        Some(Answer {
            done: (said && refusals.is_empty()) || settled,
            portal_id: self.id.as_ref().and_then(|at| text_at(&json, at)),
            url: self.url.as_ref().and_then(|at| text_at(&json, at)),
            refusals: if settled { Vec::new() } else { refusals },
        })
    }

    fn refusals(&self, json: &Json) -> Vec<Refusal> {
        let list = self.errors.as_ref().and_then(|at| value_at(json, at));
        let list = list.and_then(Json::as_array).map(Vec::as_slice);
        let one = |error: &Json| match error {
            Json::String(text) => Refusal {
                code: String::new(),
                text: text.clone(),
            },
            error => {
                let part = |at: &String| text_at(error, at);
                let texts: Vec<String> = self.text.iter().filter_map(part).collect();
                Refusal {
                    code: self.code.as_ref().and_then(part).unwrap_or_default(),
                    text: texts.join(": "),
                }
            }
        };
        list.unwrap_or_default().iter().map(one).collect()
    }

    /// What the portal says that it has; None when the answer is no list.
    pub fn listed(&self, body: &[u8]) -> Option<Vec<Listed>> {
        let json: Json = serde_json::from_slice(body).ok()?;
        if let Some(at) = &self.done.at {
            let found = text_at(&json, at)?;
            if self.done.is.as_ref().is_some_and(|is| *is != found) {
                return None;
            }
        }
        let items = value_at(&json, self.items.as_deref()?)?.as_array()?;
        let reference = self.reference.as_deref()?;
        let one = |item: &Json| {
            Some(Listed {
                reference: text_at(item, reference)?,
                portal_id: self.id.as_ref().and_then(|at| text_at(item, at)),
                url: self.url.as_ref().and_then(|at| text_at(item, at)),
            })
        };
        items.iter().map(one).collect()
    }
}

fn method(file: &mut File<'_>, table: &dyn TableLike) -> String {
    let method = file
        .text(table, "method")
        .unwrap_or_else(|| "POST".to_owned());
    if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method.as_str()) {
        file.fault(
            table.get("method").and_then(Item::span),
            "a method is GET, POST, PUT, PATCH or DELETE",
        );
    }
    method
}

fn value_at<'a>(json: &'a Json, at: &str) -> Option<&'a Json> {
    at.split('/').try_fold(json, |json, name| json.get(name))
}

fn text_at(json: &Json, at: &str) -> Option<String> {
    match value_at(json, at)? {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
