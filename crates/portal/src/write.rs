//! Records as bytes: JSON, XML, and rows of tables.

use formats::escape_xml;

use crate::portal::{Rows, Tree};
use crate::told::Told;

/// A word as it stands between the quotes of a text.
pub(crate) fn json_word(text: &str, out: &mut String) {
    let mut whole = String::new();
    quoted(text, &mut whole);
    out.push_str(&whole[1..whole.len() - 1]);
}

pub(crate) fn json(told: &Told, out: &mut String) {
    match told {
        Told::Nothing => out.push_str("null"),
        Told::Text(text) => quoted(text, out),
        // A number that JSON cannot read is a text: the portal says what is wrong with it.
        Told::Number(number) if is_number(number) => out.push_str(number),
        Told::Number(text) => quoted(text, out),
        Told::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Told::Members(members) => {
            out.push('{');
            for (at, (name, told)) in members.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                quoted(name, out);
                out.push(':');
                json(told, out);
            }
            out.push('}');
        }
        Told::List(list) => {
            out.push('[');
            for (at, told) in list.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                json(told, out);
            }
            out.push(']');
        }
    }
}

/// What RFC 8259 calls a number.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits
        .split_once('.')
        .map_or((digits, None), |(w, r)| (w, Some(r)));
    let all = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    all(whole) && (whole.len() == 1 || !whole.starts_with('0')) && rest.is_none_or(all)
}

fn quoted(text: &str, out: &mut String) {
    // Texts serialise without fail.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// One record as an element, a line for each of its own.
pub(crate) fn xml(told: &Told, tree: &Tree, out: &mut String) {
    element(&tree.element, told, tree.indent, out);
}

fn element(name: &str, told: &Told, depth: usize, out: &mut String) {
    if let Told::List(list) = told {
        for told in list {
            element(name, told, depth, out);
        }
        return;
    }
    let name = named(told).unwrap_or(name);
    out.extend(std::iter::repeat_n(' ', depth));
    out.push('<');
    out.push_str(name);
    let Told::Members(members) = told else {
        out.push('>');
        escape_xml(told.text(), out);
        close(name, out);
        return;
    };
    let is_attribute = |member: &&(String, Told)| member.0.starts_with('@');
    for (attribute, told) in members.iter().filter(is_attribute) {
        out.push(' ');
        out.push_str(&attribute[1..]);
        out.push_str("=\"");
        escape_xml(told.text(), out);
        out.push('"');
    }
    let own = members.iter().find(|(name, _)| name == "#text");
    let mut inner = members
        .iter()
        .filter(|m| !is_attribute(m) && !m.0.starts_with('#'))
        .peekable();
    match (own, inner.peek().is_some()) {
        (Some((_, told)), _) => {
            out.push('>');
            escape_xml(told.text(), out);
            close(name, out);
        }
        (None, false) => out.push_str("/>\n"),
        (None, true) => {
            out.push_str(">\n");
            for (name, told) in inner {
                element(name, told, depth + 2, out);
            }
            out.extend(std::iter::repeat_n(' ', depth));
            close(name, out);
        }
    }
}

/// The name that an element gives itself by `#element`: some portals have one for each kind of thing.
fn named(told: &Told) -> Option<&str> {
    let Told::Members(members) = told else {
        return None;
    };
    let (_, own) = members.iter().find(|(name, _)| name == "#element")?;
    match own {
        Told::List(list) => list.first().map(Told::text),
        own => Some(own.text()),
    }
}

fn close(name: &str, out: &mut String) {
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

/// One row of a table.
pub(crate) fn row<'a>(cells: impl Iterator<Item = &'a str>, rows: &Rows, out: &mut String) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push_str(&rows.delimiter);
        }
        cell_of(cell, rows, out);
    }
    out.push_str(&rows.end);
}

fn cell_of(cell: &str, rows: &Rows, out: &mut String) {
    let Some(quote) = rows.quote else {
        // Without quotes nothing may stand in a cell that ends one.
        let ends =
            |c: char| c == '\r' || c == '\n' || rows.delimiter.contains(c) || rows.end.contains(c);
        let plain = |c: char| {
            if ends(c) && !(rows.keeps_lines && (c == '\r' || c == '\n')) {
                ' '
            } else {
                c
            }
        };
        out.extend(cell.chars().map(plain));
        return;
    };
    let has = |text: &str| !text.is_empty() && cell.contains(text);
    // A spreadsheet would run a text that begins like a formula.
    let formula = rows.guards_formulas
        && (cell.starts_with(['=', '@', '\t'])
            || (cell.starts_with(['+', '-']) && cell.parse::<f64>().is_err()));
    let must =
        rows.always_quotes || formula || cell.contains([quote, '\n', '\r']) || has(&rows.delimiter);
    if !must {
        out.push_str(cell);
        return;
    }
    out.push(quote);
    out.push_str(if formula { "'" } else { "" });
    for letter in cell.chars() {
        match letter {
            c if c == quote => {
                // Some portals know no doubled quote: an apostrophe stands for it.
                if rows.doubles_quotes {
                    out.push(quote);
                    out.push(quote);
                } else {
                    out.push('\'');
                }
            }
            '\n' | '\r' if !rows.keeps_lines => out.push(' '),
            c => out.push(c),
        }
    }
    out.push(quote);
}
