//! The dictionary's fields as a form, and the form as values.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Listing;
use dictionary::{Field, Kind, Language, Money, Texts, Value, Vertical, read_number};
use store::{Error, Result, Wrong};

use crate::text::{say, unit};

pub struct Group {
    pub label: String,
    pub open: bool,
    pub filled: usize,
    pub fields: Vec<String>,
}

/// What a person typed into a form that could not be taken, and what is wrong with it.
#[derive(Default)]
pub struct Typed {
    pub pairs: Vec<(String, String)>,
    pub wrong: Vec<Wrong>,
}

impl Typed {
    /// What was typed under a name; several ticks are joined.
    fn under(&self, name: &str) -> Option<String> {
        let typed: Vec<&str> = self
            .pairs
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
            .collect();
        (!typed.is_empty()).then(|| typed.join("\u{1}"))
    }

    fn remark(&self, field: &Field) -> Option<&Wrong> {
        self.wrong.iter().find(|w| *w.field == *field.key)
    }
}

/// Choices that a list can show at once.
const LISTED_MAX: usize = 150;

/// Questions to visitors are no fields of a listing.
const REQUEST: &str = "request";

pub fn groups(
    listing: &Listing,
    vertical: &Vertical,
    language: Language,
    typed: &Typed,
) -> Vec<Group> {
    let groups = vertical.groups.iter().filter(|g| g.key.as_ref() != REQUEST);
    let groups = groups.enumerate().map(|(number, group)| {
        let own: Vec<&Field> = vertical
            .fields
            .iter()
            .filter(|f| f.group == group.key && vertical.applies(f, &listing.category))
            .collect();
        let filled = own
            .iter()
            .filter(|f| listing.values.contains_key(&f.key))
            .count();
        Group {
            label: group.label.get(language).to_owned(),
            open: number < 2 || own.iter().any(|f| typed.remark(f).is_some()),
            filled,
            fields: own
                .iter()
                .map(|f| control(f, listing.values.get(&f.key), language, typed))
                .collect(),
        }
    });
    groups.filter(|g| !g.fields.is_empty()).collect()
}

fn control(field: &Field, value: Option<&Value>, language: Language, typed: &Typed) -> String {
    let (name, label) = (
        format!("v_{}", field.key),
        escape(field.label.get(language)),
    );
    let unit = field
        .unit
        .map(unit)
        .filter(|u| !u.is_empty())
        .map(|u| format!(" ({u})"))
        .unwrap_or_default();
    let mut help = match field.help.get(language) {
        "" => String::new(),
        help => format!("<small>{}</small>", escape(help)),
    };
    let mut marks = String::new();
    if let Some(wrong) = typed.remark(field) {
        let said = escape(wrong.message.get(language));
        help = format!("<small class=\"bad\" id=\"w_{}\">{said}</small>", field.key);
        marks = format!(
            " aria-invalid=\"true\" aria-describedby=\"w_{}\"",
            field.key
        );
    }
    let input = |kind: &str, text: String, more: &str| {
        format!(
            "<label>{label}{unit}<input type=\"{kind}\" name=\"{name}\" value=\"{}\"{more}{marks}>{help}</label>",
            escape(&text)
        )
    };
    let text = typed.under(&name);
    let text = text.unwrap_or_else(|| value.map(plain).unwrap_or_default());
    match &field.kind {
        Kind::Boolean => {
            let on = |v: &str| if text == v { " selected" } else { "" };
            let words = [say(language, "yes"), say(language, "no")];
            format!(
                "<label>{label}<select name=\"{name}\"><option value=\"\"></option><option value=\"true\"{}>{}</option><option value=\"false\"{}>{}</option></select>{help}</label>",
                on("true"),
                words[0],
                on("false"),
                words[1]
            )
        }
        // Too many for a list to look through: one types, and the name is known again.
        Kind::OneOf(choices) if choices.len() > LISTED_MAX => {
            let known = choices.iter().find(|c| text == *c.key);
            let shown = known
                .map_or(text.as_str(), |c| c.label.get(language))
                .to_owned();
            let names: String = choices
                .iter()
                .map(|c| format!("<option value=\"{}\">", escape(c.label.get(language))))
                .collect();
            let list = format!(
                " spellcheck=\"false\" autocomplete=\"off\" list=\"l_{}\"",
                field.key
            );
            format!(
                "{}<datalist id=\"l_{}\">{names}</datalist>",
                input("text", shown, &list),
                field.key
            )
        }
        Kind::OneOf(choices) => {
            let options: String = choices
                .iter()
                .map(|c| {
                    let on = if text == c.key.as_ref() {
                        " selected"
                    } else {
                        ""
                    };
                    format!(
                        "<option value=\"{}\"{on}>{}</option>",
                        c.key,
                        escape(c.label.get(language))
                    )
                })
                .collect();
            format!(
                "<label>{label}<select name=\"{name}\"{marks}><option value=\"\"></option>{options}</select>{help}</label>"
            )
        }
        Kind::ManyOf(choices) => {
            let chosen: Vec<&str> = text.split('\u{1}').collect();
            let boxes: String = choices.iter().map(|c| {
                let on = if chosen.contains(&c.key.as_ref()) { " checked" } else { "" };
                format!("<label><input type=\"checkbox\" name=\"{name}\" value=\"{}\"{on}>{}</label>", c.key, escape(c.label.get(language)))
            }).collect();
            format!(
                "<fieldset class=\"wide\"><legend>{label}</legend>{help}<input type=\"hidden\" name=\"{name}\" value=\"\">{boxes}</fieldset>"
            )
        }
        Kind::Translated => {
            let texts = match value {
                Some(Value::Texts(texts)) => texts.clone(),
                _ => Texts::new(),
            };
            let tabs: String = Language::ALL.iter().map(|l| {
                let said = typed.under(&format!("{name}.{}", l.code()));
                let said = said.unwrap_or_else(|| texts.get(l.code()).cloned().unwrap_or_default());
                format!("<label data-code=\"{}\">{label} ({})<textarea name=\"{name}.{}\" lang=\"{}\" rows=\"{}\">{}</textarea></label>", l.code(), l.code(), l.code(), l.code(), if field.key.as_ref() == "description" { 5 } else { 1 }, escape(&said))
            }).collect();
            format!("<div class=\"wide\" data-tongues>{tabs}{help}</div>")
        }
        Kind::Place => {
            let place = match value {
                Some(Value::Place(place)) => place.as_ref().clone(),
                _ => Default::default(),
            };
            let parts = [
                ("street", &place.street),
                ("number", &place.number),
                ("postcode", &place.postcode),
                ("town", &place.town),
                ("country", &place.country),
            ];
            parts
                .iter()
                .map(|(part, text)| {
                    let typed = typed.under(&format!("{name}.{part}"));
                    let text = escape(typed.as_ref().unwrap_or(text));
                    let label = say(language, part);
                    format!("<label>{label}<input name=\"{name}.{part}\" value=\"{text}\"></label>")
                })
                .collect()
        }
        // A browser's day picker would lose a month without a day.
        Kind::Date if text.len() == 7 => {
            input("text", text, " pattern=\"\\d{4}-\\d{2}(-\\d{2})?\"")
        }
        Kind::Date => input("date", text, ""),
        Kind::Text if text.len() > 80 => format!(
            "<label class=\"wide\">{label}<textarea name=\"{name}\" rows=\"3\">{}</textarea>{help}</label>",
            escape(&text)
        ),
        Kind::Text | Kind::Person => input("text", text, ""),
        _ => input("text", text, " inputmode=\"decimal\""),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Boolean(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Money(money) if money.minor % 100 == 0 => (money.minor / 100).to_string(),
        Value::Money(money) => format!("{}.{:02}", money.minor / 100, money.minor % 100),
        Value::Date(date) => date.to_string(),
        Value::OneOf(key) => key.to_string(),
        Value::ManyOf(keys) => keys.join("\u{1}"),
        Value::Text(text) | Value::Person(text) => text.clone(),
        Value::Texts(_) | Value::Place(_) => String::new(),
    }
}

/// What the form changes, field by field; None empties one.
pub fn changes(
    listing: &Listing,
    vertical: &Vertical,
    form: &[(String, String)],
    currency: &str,
) -> Result<BTreeMap<Arc<str>, Option<Value>>> {
    let mut changes = BTreeMap::new();
    let mut wrong = Vec::new();
    for field in &vertical.fields {
        let name = format!("v_{}", field.key);
        let given: Vec<&str> = form
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, v)| v.trim())
            .collect();
        let part = |p: &str| {
            form.iter()
                .find(|(n, _)| *n == format!("{name}.{p}"))
                .map(|(_, v)| v.trim().to_owned())
        };
        let now = listing.values.get(&field.key);
        let value = match &field.kind {
            Kind::Translated => match part("fr").is_some() {
                false => continue,
                true => {
                    let mut texts = match now {
                        Some(Value::Texts(texts)) => texts.clone(),
                        _ => Texts::new(),
                    };
                    for language in Language::ALL {
                        match part(language.code()).filter(|t| !t.is_empty()) {
                            Some(text) => drop(
                                texts.insert(language.code().into(), text.replace("\r\n", "\n")),
                            ),
                            None => drop(texts.remove(language.code())),
                        }
                    }
                    (!texts.is_empty()).then_some(Ok(Value::Texts(texts)))
                }
            },
            Kind::Place => match part("town") {
                None => continue,
                Some(town) => place(now, town, &part),
            },
            _ if given.is_empty() => continue,
            Kind::ManyOf(_) => {
                let keys: Vec<&str> = given.into_iter().filter(|k| !k.is_empty()).collect();
                (!keys.is_empty()).then(|| field.read(&serde_json::json!(keys).to_string()))
            }
            _ if given[0].is_empty() => None,
            _ => Some(one(field, given[0], now, currency)),
        };
        match value.transpose() {
            Ok(value) if value.as_ref() != now => drop(changes.insert(field.key.clone(), value)),
            Ok(_) => {}
            Err(p) => wrong.push(Wrong {
                field: p.field,
                code: p.code,
                message: p.message,
            }),
        }
    }
    if wrong.is_empty() {
        Ok(changes)
    } else {
        Err(Error::Invalid { wrong })
    }
}

fn place(
    now: Option<&Value>,
    town: String,
    part: &dyn Fn(&str) -> Option<String>,
) -> Option<std::result::Result<Value, Box<dictionary::Problem>>> {
    let mut place = match now {
        Some(Value::Place(place)) => place.as_ref().clone(),
        _ => Default::default(),
    };
    let moved = place.town != town || part("postcode").is_some_and(|p| p != place.postcode);
    place.town = town;
    for (name, slot) in [
        ("street", &mut place.street),
        ("number", &mut place.number),
        ("postcode", &mut place.postcode),
        ("country", &mut place.country),
    ] {
        *slot = part(name).unwrap_or_default();
    }
    if moved {
        let places = gazetteer::Gazetteer::shipped();
        let found = places
            .by_postcode(&place.country, &place.postcode)
            .or_else(|| {
                places
                    .find(Some(&place.country), &place.town)
                    .into_iter()
                    .next()
            });
        (place.lat, place.lon) = (
            found.map(|t| f64::from(t.lat)),
            found.map(|t| f64::from(t.lon)),
        );
    }
    (place != Default::default()).then(|| Ok(Value::Place(place.into())))
}

/// A single text as the field's JSON; numbers may be written with a comma.
fn one(
    field: &Field,
    text: &str,
    now: Option<&Value>,
    currency: &str,
) -> std::result::Result<Value, Box<dictionary::Problem>> {
    let comma_decimal = currency != "GBP";
    let grouped = || read_number(text, comma_decimal).map_or(text.to_owned(), |n| n.to_string());
    let plain = || {
        text.replace([' ', '\u{a0}', '\u{202f}'], "")
            .replace(',', ".")
    };
    let json = match field.kind {
        Kind::Boolean => text.to_owned(),
        Kind::Integer | Kind::Area => grouped(),
        // 1.998 litres are no thousands.
        Kind::Year | Kind::Decimal | Kind::Length | Kind::Power | Kind::Percent => plain(),
        Kind::Money => {
            let currency = match now {
                Some(Value::Money(money)) => money.currency.clone(),
                _ => currency.into(),
            };
            let minor = read_number(text, comma_decimal).map(|n| (n * 100.0).round() as i64);
            return match minor {
                Some(minor) if minor >= 0 => Ok(Value::Money(Money { minor, currency })),
                _ => field.read("null"),
            };
        }
        Kind::OneOf(ref choices) => {
            let (named, folded) = (
                |c: &&dictionary::Choice| *c.key == *text,
                dictionary::fold(text),
            );
            let called = |c: &&dictionary::Choice| {
                Language::ALL
                    .iter()
                    .any(|l| dictionary::fold(c.label.get(*l)) == folded)
            };
            let choice = choices
                .iter()
                .find(named)
                .or_else(|| choices.iter().find(called));
            let key = choice.map_or(text, |c| &*c.key);
            serde_json::Value::String(key.to_owned()).to_string()
        }
        _ => serde_json::Value::String(text.replace("\r\n", "\n")).to_string(),
    };
    field.read(&json)
}

/// Text inside an attribute or an element.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
