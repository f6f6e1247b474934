//! The OpenAPI document as a program reads it: which operation a call is, and whether an answer is
//! what the document says. Of JSON Schema it knows what the document uses, and refuses the rest.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::line::Served;

pub struct Document {
    pub json: Value,
    /// Operations that were answered well.
    pub answered: RefCell<BTreeSet<String>>,
}

impl Document {
    pub fn of(served: &Served) -> Document {
        let (status, text) = served.get("localhost", "/api/v1/openapi.json");
        assert_eq!(status, 200);
        Document {
            json: serde_json::from_str(&text).expect("JSON"),
            answered: RefCell::default(),
        }
    }

    /// Every operation by its id, with path and method.
    pub fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let paths = self.json["paths"].as_object().expect("paths");
        paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods
                .iter()
                .map(move |(method, op)| (path.as_str(), method.as_str(), op))
        })
    }

    fn operation(&self, method: &str, path: &str) -> &Value {
        let path = path.split('?').next().unwrap_or_default();
        let is = |pattern: &str| {
            let (wanted, given) = (pattern.split('/'), path.split('/'));
            wanted.clone().count() == given.clone().count()
                && wanted.zip(given).all(|(w, g)| w.starts_with('{') || w == g)
        };
        // A path without a name in it comes before one with.
        let mut found: Vec<_> = self
            .operations()
            .filter(|(pattern, m, _)| is(pattern) && m.eq_ignore_ascii_case(method))
            .collect();
        found.sort_by_key(|(pattern, _, _)| pattern.matches('{').count());
        let (_, _, operation) = found.first().unwrap_or_else(|| panic!("{method} {path}"));
        operation
    }

    /// Fails when the answer is not what the document says of this call.
    pub fn holds(&self, method: &str, path: &str, (status, head, body): &(u16, String, String)) {
        let operation = self.operation(method, path);
        let said = format!("{method} {path} answered {status}: {body}");
        let response = &operation["responses"][status.to_string()];
        assert!(
            response.is_object(),
            "no such status in the document: {said}"
        );
        let head = head.to_lowercase();
        let kind = head
            .lines()
            .find_map(|l| l.strip_prefix("content-type: "))
            .unwrap_or_else(|| panic!("no content type: {said}"));
        let content = response["content"].as_object().expect("content");
        let kind = kind.trim();
        let (_, media) = content
            .iter()
            .find(|(name, _)| kind.starts_with(name.split(';').next().unwrap_or_default()))
            .unwrap_or_else(|| panic!("{kind} is not in the document: {said}"));
        if let Some(schema) = media.get("schema") {
            let value: Value = serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {said}"));
            if let Err(wrong) = self.fits(&value, schema, "$") {
                panic!("{wrong}: {said}");
            }
        }
        if *status < 300 {
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            self.answered.borrow_mut().insert(id);
        }
    }

    /// Fails when a body that is sent is not what the document says.
    pub fn takes(&self, method: &str, path: &str, body: &[u8]) {
        let operation = self.operation(method, path);
        let schema = operation.pointer("/requestBody/content/application~1json/schema");
        if let Some(schema) = schema {
            let value = serde_json::from_slice(body).expect("a body of JSON");
            if let Err(wrong) = self.fits(&value, schema, "$") {
                panic!("the body of {method} {path}: {wrong}");
            }
        }
    }

    fn fits(&self, value: &Value, schema: &Value, at: &str) -> Result<(), String> {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().unwrap_or_default();
            let named = &self.json["components"]["schemas"][name];
            if named.is_null() {
                return Err(format!("there is no schema {name}"));
            }
            return self.fits(value, named, at);
        }
        if let Some(any) = schema["anyOf"].as_array() {
            let tried: Vec<_> = any.iter().map(|s| self.fits(value, s, at)).collect();
            return match tried.iter().any(Result::is_ok) {
                true => Ok(()),
                false => Err(format!("{at} fits none of anyOf: {tried:?}")),
            };
        }
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let wanted = schema["type"].as_str().unwrap_or(kind);
        if wanted != kind && !(wanted == "number" && kind == "integer") {
            return Err(format!("{at} is {kind}, not {wanted}"));
        }
        if schema["minimum"]
            .as_i64()
            .is_some_and(|least| value.as_i64() < Some(least))
        {
            return Err(format!("{at} is {value}, too little"));
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            return Err(format!("{at} is {value}, none of {words:?}"));
        }
        if let Some(pattern) = schema["pattern"].as_str() {
            let prefix = pattern
                .trim_start_matches('^')
                .split('[')
                .next()
                .unwrap_or_default();
            let text = value.as_str().unwrap_or_default();
            if !text.starts_with(prefix) || text.len() != prefix.len() + 26 {
                return Err(format!("{at} is {text:?}, not {pattern}"));
            }
        }
        if schema["format"] == "date-time"
            && !value
                .as_str()
                .is_some_and(|t| t.len() == 24 && t.ends_with('Z'))
        {
            return Err(format!("{at} is no instant: {value}"));
        }
        if let Some(items) = value.as_array() {
            for (n, item) in items.iter().enumerate() {
                self.fits(item, &schema["items"], &format!("{at}[{n}]"))?;
            }
        }
        match value.as_object() {
            Some(members) => self.members_fit(members, schema, at),
            None => Ok(()),
        }
    }

    fn members_fit(
        &self,
        members: &Map<String, Value>,
        schema: &Value,
        at: &str,
    ) -> Result<(), String> {
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !members.contains_key(name) {
                return Err(format!("{at} lacks {name}"));
            }
        }
        for (name, value) in members {
            let at = format!("{at}.{name}");
            let (known, rest) = (&schema["properties"][name], &schema["additionalProperties"]);
            match (known.is_object(), rest) {
                (true, _) => self.fits(value, known, &at)?,
                (false, Value::Bool(true)) => {}
                (false, Value::Object(_)) => self.fits(value, rest, &at)?,
                (false, _) => return Err(format!("{at} is not in the document")),
            }
        }
        Ok(())
    }
}
