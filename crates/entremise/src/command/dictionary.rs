//! `dictionary check|list|show`.

use std::path::PathBuf;

use clap::Subcommand;
use dictionary::{Choice, Dictionary, Field, Kind, Shown, Vertical};

use crate::house::Place;
use crate::near::did_you_mean;
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum DictionaryVerb {
    /// Check a folder of verticals (the built-in ones if left out)
    #[command(after_help = "Example: entremise dictionary check my-verticals")]
    Check {
        /// A folder with one folder for each vertical
        dir: Option<PathBuf>,
    },
    /// The verticals with their categories, and how many fields each has
    #[command(after_help = "Example: entremise dictionary list --json")]
    List,
    /// The fields of a vertical, of a category, or one field with its choices
    #[command(after_help = "Examples:
  entremise dictionary show estate                 all its fields
  entremise dictionary show estate apartment       what is asked of an apartment
  entremise dictionary show estate heating         one field, its choices, where it applies")]
    Show {
        /// The trade: estate, auto, services, or one of your own
        vertical: String,
        /// A category or a field
        name: Option<String>,
    },
}

impl DictionaryVerb {
    pub fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        match self {
            DictionaryVerb::Check { dir } => check(json, dir.or(place.verticals)),
            DictionaryVerb::List => {
                let dictionary = place.dictionary()?.get();
                let told: Vec<_> = dictionary.verticals().iter().map(|v| summary(v)).collect();
                print(json, &serde_json::json!({ "verticals": told }), || {
                    for v in dictionary.verticals() {
                        out!(
                            "{}: {} ({} categories, {} fields)",
                            v.key,
                            v.label.en,
                            v.categories.len(),
                            v.fields.len()
                        );
                        for c in &v.categories {
                            let indent = if c.parent.is_some() { "    " } else { "  " };
                            let fields = fields_of(v, &c.key);
                            out!(
                                "{indent}{:<28} {:<36} {fields:>4} fields",
                                c.key,
                                c.label.en
                            );
                        }
                    }
                });
                Ok(())
            }
            DictionaryVerb::Show { vertical, name } => {
                let dictionary = place.dictionary()?.get();
                let known = dictionary.verticals().iter().map(|v| v.key.as_ref());
                let known: Vec<&str> = known.collect();
                let vertical = dictionary
                    .vertical(&vertical)
                    .ok_or_else(|| Failure::unknown("vertical", &vertical, &known))?;
                show(json, vertical, name.as_deref())
            }
        }
    }
}

fn check(json: bool, dir: Option<PathBuf>) -> Result<(), Failure> {
    let loaded = match &dir {
        Some(dir) => Dictionary::load(dir),
        None => Dictionary::shipped(),
    };
    match loaded {
        Ok(dictionary) => {
            let fields: usize = dictionary.verticals().iter().map(|v| v.fields.len()).sum();
            let count = dictionary.verticals().len();
            print(
                json,
                &serde_json::json!({ "verticals": count, "fields": fields, "faults": [] }),
                || {
                    out!("{count} verticals with {fields} fields, no faults");
                },
            );
            Ok(())
        }
        Err(faults) => {
            print(json, &serde_json::json!({ "faults": faults }), || {
                faults.iter().for_each(|f| out!("{f}"))
            });
            let said = match faults.len() {
                1 => "one fault".to_owned(),
                count => format!("{count} faults"),
            };
            Err(Failure::new("faulty_dictionary", said).printed())
        }
    }
}

fn fields_of(vertical: &Vertical, category: &str) -> usize {
    let fields = vertical.fields.iter();
    fields.filter(|f| vertical.applies(f, category)).count()
}

fn summary(vertical: &Vertical) -> serde_json::Value {
    serde_json::json!({
        "key": vertical.key, "label": vertical.label, "fields": vertical.fields.len(),
        "categories": vertical.categories.iter().map(|c| serde_json::json!({"key": c.key, "parent": c.parent, "label": c.label, "fields": fields_of(vertical, &c.key)})).collect::<Vec<_>>(),
    })
}

fn show(json: bool, vertical: &Vertical, name: Option<&str>) -> Result<(), Failure> {
    let fields: Vec<&Field> = match name {
        None => vertical.fields.iter().collect(),
        Some(name) => match (vertical.field(name), vertical.category(name)) {
            (Some(field), _) => vec![field],
            (None, Some(category)) => vertical
                .fields
                .iter()
                .filter(|f| vertical.applies(f, &category.key))
                .collect(),
            (None, None) => {
                let fields = vertical.fields.iter().map(|f| f.key.as_ref());
                let categories = vertical.categories.iter().map(|c| c.key.as_ref());
                let hint = did_you_mean(name, fields.chain(categories)).unwrap_or_else(|| {
                    format!("`entremise dictionary show {}` lists them", vertical.key)
                });
                return Err(Failure::usage(format!(
                    "{} has neither a category nor a field “{name}”; {hint}",
                    vertical.key
                )));
            }
        },
    };
    let told: Vec<_> = fields.iter().map(|f| told(vertical, f)).collect();
    print(
        json,
        &serde_json::json!({ "vertical": vertical.key, "fields": told }),
        || match (name, fields.as_slice()) {
            (Some(_), [field]) => say_field(vertical, field),
            _ => fields.iter().for_each(|field| say_line(field)),
        },
    );
    Ok(())
}

fn told(vertical: &Vertical, f: &Field) -> serde_json::Value {
    let choice =
        |c: &Choice| serde_json::json!({"key": c.key, "label": c.label, "within": c.within});
    serde_json::json!({
        "key": f.key, "kind": kind(f), "unit": f.unit, "group": f.group, "min": f.min, "max": f.max,
        "label": f.label, "help": f.help, "required": f.required, "searched": f.searched,
        "sorted": f.sorted, "shown": f.shown, "categories": applies_to(vertical, f),
        "choices": f.choices().iter().map(choice).collect::<Vec<_>>(),
    })
}

/// The keys of all categories whose listings have the field.
fn applies_to<'a>(vertical: &'a Vertical, field: &Field) -> Vec<&'a str> {
    let all = vertical.categories.iter().map(|c| c.key.as_ref());
    all.filter(|category| vertical.applies(field, category))
        .collect()
}

fn say_line(f: &Field) {
    let more = match f.choices().len() {
        0 => bounds(f),
        count => format!("{count} choices"),
    };
    out!(
        "{:<28} {:<10} {:<14} {:<34} {more}",
        f.key,
        kind(f),
        f.group,
        f.label.en
    );
}

fn say_field(vertical: &Vertical, f: &Field) {
    out!("{}: {}", f.key, f.label.en);
    out!("  fr {}, nl {}, de {}", f.label.fr, f.label.nl, f.label.de);
    if !f.help.en.is_empty() {
        out!("  {}", f.help.en);
    }
    out!("  kind: {}   group: {}", kind(f), f.group);
    let bounds = bounds(f);
    if !bounds.is_empty() {
        out!("  values: {bounds}");
    }
    let traits = [
        (f.required, "required"),
        (f.searched, "a filter of the search"),
        (f.sorted, "sorts results"),
        (f.shown == Shown::Office, "only in the office"),
        (f.shown == Shown::Card, "on the cards of results"),
    ];
    let traits: Vec<&str> = traits
        .iter()
        .filter_map(|(has, said)| has.then_some(*said))
        .collect();
    if !traits.is_empty() {
        out!("  {}", traits.join(", "));
    }
    let (all, named) = (vertical.categories.len(), applies_to(vertical, f));
    match named.len() == all {
        true => out!("  applies to: all {all} categories"),
        false => out!(
            "  applies to {} of {all} categories: {}",
            named.len(),
            named.join(", ")
        ),
    }
    if !f.choices().is_empty() {
        out!("  {} choices:", f.choices().len());
    }
    for c in f.choices() {
        let within = c.within.as_deref().map(|w| format!("  (of {w})"));
        out!(
            "    {:<28} {}{}",
            c.key,
            c.label.en,
            within.unwrap_or_default()
        );
    }
}

/// "0 to 500 square_metre"; empty where there is neither bound nor unit.
fn bounds(f: &Field) -> String {
    let unit = serde_json::to_value(f.unit).unwrap_or_default();
    let unit = unit.as_str().unwrap_or_default();
    let bounds = match (f.min, f.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("from {min}"),
        (None, Some(max)) => format!("up to {max}"),
        (None, None) => String::new(),
    };
    format!("{bounds} {unit}").trim().to_owned()
}

const fn kind(field: &Field) -> &'static str {
    match field.kind {
        Kind::Integer => "integer",
        Kind::Decimal => "decimal",
        Kind::Money => "money",
        Kind::Area => "area",
        Kind::Length => "length",
        Kind::Power => "power",
        Kind::Percent => "percent",
        Kind::Year => "year",
        Kind::Date => "date",
        Kind::Boolean => "boolean",
        Kind::OneOf(_) => "one_of",
        Kind::ManyOf(_) => "many_of",
        Kind::Text => "text",
        Kind::Translated => "translated",
        Kind::Place => "place",
        Kind::Person => "person",
    }
}
