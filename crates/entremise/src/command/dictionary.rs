//! `dictionary check|list|show`.

use std::path::PathBuf;

use clap::Subcommand;
use dictionary::{Dictionary, Field, Kind, Vertical};

use crate::house::Place;
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum DictionaryVerb {
    /// Check a folder of verticals (the built-in ones if left out)
    Check { dir: Option<PathBuf> },
    /// The verticals, with their categories
    List,
    /// The fields of a vertical, of a category, or one field
    Show {
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
                            out!("{indent}{:<24} {}", c.key, c.label.en);
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
            let said = format!("{} faults", faults.len());
            Err(Failure::new("faulty_dictionary", said).printed())
        }
    }
}

fn summary(vertical: &Vertical) -> serde_json::Value {
    serde_json::json!({
        "key": vertical.key, "label": vertical.label, "fields": vertical.fields.len(),
        "categories": vertical.categories.iter().map(|c| serde_json::json!({"key": c.key, "parent": c.parent, "label": c.label})).collect::<Vec<_>>(),
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
                return Err(format!(
                    "{} has neither a category nor a field “{name}”",
                    vertical.key
                )
                .into());
            }
        },
    };
    let told: Vec<_> = fields.iter().map(|f| {
        serde_json::json!({
            "key": f.key, "kind": kind(f), "unit": f.unit, "group": f.group, "min": f.min, "max": f.max, "label": f.label,
            "required": f.required, "searched": f.searched, "sorted": f.sorted, "shown": f.shown,
            "choices": f.choices().iter().map(|c| serde_json::json!({"key": c.key, "label": c.label, "within": c.within})).collect::<Vec<_>>(),
        })
    }).collect();
    print(
        json,
        &serde_json::json!({ "vertical": vertical.key, "fields": told }),
        || {
            for f in &fields {
                out!(
                    "{:<28} {:<10} {:<14} {}",
                    f.key,
                    kind(f),
                    f.group,
                    f.label.en
                );
                if fields.len() == 1 {
                    f.choices()
                        .iter()
                        .for_each(|c| out!("    {:<24} {}", c.key, c.label.en));
                }
            }
        },
    );
    Ok(())
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
