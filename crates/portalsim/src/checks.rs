//! The checks that portals make of a message, and what they say of it.

use serde_json::Value;

use crate::message::{at, list, plain};

/// One thing that is wrong. Each portal tells it in its own form.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    pub code: &'static str,
    pub path: String,
    pub text: String,
    pub value: Option<String>,
}

/// Looks through one message and collects everything that is wrong with it.
pub(crate) struct Checks<'a> {
    message: &'a Value,
    pub found: Vec<Complaint>,
}

impl Complaint {
    pub(crate) fn new(code: &'static str, path: &str, text: String) -> Complaint {
        Complaint {
            code,
            path: path.to_owned(),
            text,
            value: None,
        }
    }
}

impl<'a> Checks<'a> {
    pub(crate) fn of(message: &'a Value) -> Checks<'a> {
        Checks {
            message,
            found: Vec::new(),
        }
    }

    pub(crate) fn complain(&mut self, code: &'static str, path: &str, text: String) {
        let value = at(self.message, path).map(plain).filter(|v| !v.is_empty());
        let value = value.map(|v| v.chars().take(120).collect());
        self.found.push(Complaint {
            value,
            ..Complaint::new(code, path, text)
        });
    }

    pub(crate) fn needed(&mut self, path: &str) -> Option<&'a Value> {
        let found = at(self.message, path);
        if found.is_none() {
            self.complain("MISSING_FIELD", path, format!("{path} is required"));
        }
        found
    }

    /// A text of one to `max` characters that has to be there.
    pub(crate) fn needed_text(&mut self, path: &str, max: usize) {
        match self.needed(path) {
            Some(Value::String(text)) if text.trim().is_empty() => {
                self.complain("MISSING_FIELD", path, format!("{path} is empty"));
            }
            Some(_) => self.text(path, max),
            None => {}
        }
    }

    /// A text of at most `max` characters, if it is there.
    pub(crate) fn text(&mut self, path: &str, max: usize) {
        match at(self.message, path) {
            Some(Value::String(text)) if text.chars().count() > max => {
                let told = format!("{path} is longer than {max} characters");
                self.complain("TOO_LONG", path, told);
            }
            Some(Value::String(_)) | None => {}
            Some(_) => self.complain("INVALID_VALUE", path, format!("{path} is not a text")),
        }
    }

    /// A number from `min`, if it is there.
    pub(crate) fn number(&mut self, path: &str, min: f64) {
        match at(self.message, path).map(Value::as_f64) {
            Some(Some(number)) if number >= min => {}
            Some(Some(_)) => {
                let told = format!("{path} is less than {min}");
                self.complain("INVALID_VALUE", path, told);
            }
            Some(None) => self.complain("INVALID_VALUE", path, format!("{path} is not a number")),
            None => {}
        }
    }

    pub(crate) fn whole(&mut self, path: &str) {
        if at(self.message, path).is_some_and(|v| v.as_i64().is_none()) {
            let told = format!("{path} is not a whole number");
            self.complain("INVALID_VALUE", path, told);
        }
    }

    pub(crate) fn flag(&mut self, path: &str) {
        if at(self.message, path).is_some_and(|v| !v.is_boolean()) {
            let told = format!("{path} is neither true nor false");
            self.complain("INVALID_VALUE", path, told);
        }
    }

    /// A code that the portal knows, if it is there.
    pub(crate) fn code(&mut self, path: &str, known: &[i64]) {
        let unknown = |v: &Value| v.as_i64().is_none_or(|n| !known.contains(&n));
        if at(self.message, path).is_some_and(unknown) {
            let told = format!("{path} has a code that is not known");
            self.complain("INVALID_VALUE", path, told);
        }
    }

    /// The same for each of a list of codes.
    pub(crate) fn codes(&mut self, path: &str, known: &[i64]) {
        for n in 0..list(self.message, path).len() {
            self.code(&format!("{path}/{n}"), known);
        }
    }

    pub(crate) fn word(&mut self, path: &str, known: &[&str]) {
        let unknown = |v: &Value| v.as_str().is_none_or(|w| !known.contains(&w));
        if at(self.message, path).is_some_and(unknown) {
            let told = format!("{path} is none of {}", known.join(", "));
            self.complain("INVALID_VALUE", path, told);
        }
    }

    pub(crate) fn needed_word(&mut self, path: &str, known: &[&str]) {
        self.needed(path);
        self.word(path, known);
    }

    pub(crate) fn address(&mut self, path: &str) {
        let is_address = |v: &Value| {
            v.as_str()
                .is_some_and(|a| a.starts_with("http://") || a.starts_with("https://"))
        };
        if at(self.message, path).is_some_and(|v| !is_address(v)) {
            let told = format!("{path} is not an address of the web");
            self.complain("INVALID_VALUE", path, told);
        }
    }

    /// Members of the message itself that the portal has never heard of.
    pub(crate) fn members(&mut self, known: &[&str]) {
        let members = self.message.as_object().into_iter().flatten();
        let strange: Vec<&String> = members
            .map(|(name, _)| name)
            .filter(|n| !known.contains(&n.as_str()))
            .collect();
        for name in strange {
            self.complain("UNKNOWN_FIELD", name, format!("{name} is not known"));
        }
    }
}
