//! What shapes are made of.

use serde_json::{Map, Value, json};

use crate::api::openapi::reference;

pub(super) type Members = Vec<(&'static str, Value)>;

pub(super) fn of(kind: &str, meaning: &str) -> Value {
    json!({ "type": kind, "description": meaning })
}

pub(super) fn text(meaning: &str) -> Value {
    of("string", meaning)
}

pub(super) fn count(meaning: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": meaning })
}

pub(super) fn yes(meaning: &str) -> Value {
    of("boolean", meaning)
}

pub(super) fn instant(meaning: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": meaning })
}

pub(super) fn id(prefix: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{prefix}_[0-9a-z]{{26}}$") })
}

pub(super) fn words(words: &[&str], meaning: &str) -> Value {
    json!({ "type": "string", "enum": words, "description": meaning })
}

pub(super) fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// Any member, each of one shape.
pub(super) fn map(meaning: &str, each: Value) -> Value {
    json!({ "type": "object", "description": meaning, "additionalProperties": each })
}

pub(super) fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// Members whose name ends in `?` may be missing; others than these there are none.
pub(super) fn object(meaning: &str, members: Members) -> Value {
    let required: Vec<&str> = members
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !name.ends_with('?'))
        .collect();
    let properties: Map<String, Value> = members
        .into_iter()
        .map(|(name, schema)| (name.trim_end_matches('?').to_owned(), schema))
        .collect();
    json!({
        "type": "object", "description": meaning, "properties": properties,
        "required": required, "additionalProperties": false,
    })
}

/// An object with one list in it, and perhaps where it goes on.
pub(super) fn listed(name: &'static str, schema: &str) -> Value {
    object("A list", vec![(name, list(reference(schema)))])
}

pub(super) fn any_object(meaning: &str) -> Value {
    json!({ "type": "object", "description": meaning, "additionalProperties": true })
}
