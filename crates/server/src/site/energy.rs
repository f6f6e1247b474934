//! The energy class drawn as the label that everybody knows.

use std::fmt::Write;

use dictionary::{Field, Value};

/// Classes from the best to the worst, and what they are painted with: dark letters are readable on each.
const CLASSES: [(&str, &str); 11] = [
    ("a3", "#57b894"),
    ("a2", "#5fbd80"),
    ("a1", "#6cc06c"),
    ("a", "#7cc568"),
    ("b", "#a3cf63"),
    ("c", "#cbd95f"),
    ("d", "#f1de5f"),
    ("e", "#f3c25a"),
    ("f", "#f0a257"),
    ("g", "#ec8560"),
    ("h", "#e0757a"),
];
/// The classes that every label shows.
const USUAL: [&str; 7] = ["a", "b", "c", "d", "e", "f", "g"];
const WIDE: usize = 44;
const HIGH: usize = 34;

/// The scale with the listing's class raised; empty for a class that is none of these.
pub fn label(field: &Field, value: &Value) -> String {
    let Value::OneOf(own) = value else {
        return String::new();
    };
    let shown = CLASSES
        .iter()
        .filter(|(key, _)| USUAL.contains(key) || *key == own.as_ref());
    let shown: Vec<_> = shown.collect();
    let Some(choice) = field
        .choice(own)
        .filter(|c| CLASSES.iter().any(|(k, _)| *k == c.key.as_ref()))
    else {
        return String::new();
    };
    let width = shown.len() * WIDE + 12;
    let said = &choice.label.en;
    let mut svg = format!(
        "<svg class=\"epc\" viewBox=\"0 0 {width} 54\" width=\"{width}\" height=\"54\" role=\"img\" aria-label=\"{said}\">"
    );
    for (at, (key, paint)) in shown.into_iter().enumerate() {
        let is_own = *key == own.as_ref();
        let (x, y, high, wide) = match is_own {
            true => (at * WIDE, 0, HIGH + 18, WIDE + 8),
            false => (at * WIDE + 4, 9, HIGH, WIDE),
        };
        let name = field.choice(key).map_or(*key, |c| c.label.en.as_str());
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"{paint}\"{}/>\
             <text x=\"{}\" y=\"{}\"{}>{name}</text>",
            if is_own {
                " stroke=\"#152e2b\" stroke-width=\"2\""
            } else {
                ""
            },
            x + wide / 2,
            y + high / 2 + 6,
            if is_own { " class=\"own\"" } else { "" },
        );
    }
    svg.push_str("</svg>");
    svg
}
