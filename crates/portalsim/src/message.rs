//! Reading messages: values by path, texts, prices, and the fingerprint of the whole.

use serde_json::{Map, Value};

/// The value at `a/b/0/c`; null counts as nothing.
pub(crate) fn at<'a>(message: &'a Value, path: &str) -> Option<&'a Value> {
    message
        .pointer(&format!("/{path}"))
        .filter(|v| !v.is_null())
}

/// A text or a number as text, trimmed; empty if there is none.
pub(crate) fn text(message: &Value, path: &str) -> String {
    at(message, path).map(plain).unwrap_or_default()
}

pub(crate) fn list<'a>(message: &'a Value, path: &str) -> &'a [Value] {
    at(message, path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => amount(&number.to_string()),
        Value::Bool(flag) => flag.to_string(),
        _ => String::new(),
    }
}

/// An amount in major units as it is told: without a fraction of nothing.
pub(crate) fn amount(written: &str) -> String {
    let written = written.trim();
    match written.split_once('.') {
        Some((whole, fraction))
            if !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit()) =>
        {
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() {
                whole.to_owned()
            } else {
                format!("{whole}.{fraction}")
            }
        }
        _ => written.to_owned(),
    }
}

/// BLAKE3 over the message with its members in order of their names, without white space.
pub(crate) fn fingerprint(message: &Value) -> String {
    let mut written = String::new();
    write(message, &mut written);
    blake3::hash(written.as_bytes()).to_hex().to_string()
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => write_members(members, out),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

fn write_members(members: &Map<String, Value>, out: &mut String) {
    let mut names: Vec<&String> = members.keys().collect();
    names.sort();
    out.push('{');
    for (n, name) in names.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        write(&members[name], out);
    }
    out.push('}');
}
