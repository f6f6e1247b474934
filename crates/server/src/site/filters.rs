//! What narrows a search down: tabs, facets, ranges, and the chips of what is in force.

use dictionary::{Kind, Language};
use gazetteer::Gazetteer;
use search::Answer;

use super::Visit;
use super::query::Asked;
use crate::text::{currency_sign, grouped, say, unit_in};

pub struct Range {
    pub key: String,
    pub label: String,
    pub low: String,
    pub high: String,
}

/// The field that divides a site: its key, its name, and key and name of each choice.
pub type Split = (String, String, Vec<(String, String)>);

pub struct FacetView {
    pub label: String,
    pub open: bool,
    pub choices: Vec<ChoiceView>,
}

pub struct ChoiceView {
    pub label: String,
    pub href: String,
    pub count: String,
    pub chosen: bool,
}

const RADII: [u32; 6] = [5, 10, 15, 30, 50, 100];
const RANGES_MAX: usize = 5;
const CHOICES_MAX: usize = 60;
const OPEN_FACETS: usize = 3;
/// So many towns with a similar name are offered.
const MEANT: usize = 3;
/// More choices than these divide nothing.
const SPLIT_MAX: usize = 4;

/// The choices that there is something of; a field that divides nothing is not asked.
pub fn split(visit: &Visit<'_>, answer: &Answer) -> Option<Split> {
    let field = visit.vertical.field(visit.site.splits.as_deref()?)?;
    let facet = answer.facets.iter().find(|f| f.field == field.key)?;
    let held = facet.counts.iter().filter(|(_, count)| *count > 0);
    let choices = held.filter_map(|(key, _)| {
        let label = field.choice(key)?.label.get(visit.language);
        Some((key.to_string(), label.to_owned()))
    });
    let choices: Vec<_> = choices.take(SPLIT_MAX).collect();
    let label = field.label.get(visit.language).to_owned();
    (choices.len() > 1).then(|| (field.key.to_string(), label, choices))
}

/// Whether there are prices that cannot be compared: rents and sums, pounds and euros.
pub fn is_mixed(answer: &Answer) -> bool {
    let many = |name: &str| {
        let mut facets = answer.facets.iter();
        facets.any(|f| f.field.as_ref() == name && f.counts.len() > 1)
    };
    many("purpose") || many("currency")
}

/// The field that divides the site, above the results: all, or one of its choices.
pub fn tabs(visit: &Visit<'_>, asked: &Asked, answer: &Answer, base: &str) -> Vec<ChoiceView> {
    let Some((name, _, choices)) = split(visit, answer) else {
        return Vec::new();
    };
    let facet = answer.facets.iter().find(|f| f.field.as_ref() == name);
    let own = asked.query.choices.iter().find(|(f, _)| f.as_ref() == name);
    let mut plain = asked.clone();
    plain.pairs.retain(|(n, _)| *n != name);
    let mut tabs = vec![ChoiceView {
        label: say(visit.language, "all").to_owned(),
        href: plain.with(base, &name, None),
        count: String::new(),
        chosen: own.is_none(),
    }];
    for (key, label) in choices {
        let count = facet.and_then(|f| f.counts.iter().find(|(k, _)| **k == *key));
        tabs.push(ChoiceView {
            label,
            href: plain.with(base, &name, Some(&key)),
            count: grouped(count.map_or(0, |(_, count)| *count as i64), visit.language),
            chosen: own.is_some_and(|(_, any)| any.iter().any(|k| **k == *key)),
        });
    }
    tabs
}

pub fn radii(chosen: f64) -> Vec<(u32, bool)> {
    let mut radii: Vec<u32> = RADII.to_vec();
    let own = chosen.round() as u32;
    if !radii.contains(&own) {
        radii.push(own);
        radii.sort_unstable();
    }
    radii.into_iter().map(|r| (r, r == own)).collect()
}

/// Towns that are written almost like one that nobody knows.
pub fn meant(asked: &Asked, base: &str) -> Vec<(String, String)> {
    if !asked.lost_place {
        return Vec::new();
    }
    let towns = Gazetteer::shipped().alike(&asked.near_text, MEANT);
    let link = |name: &str| (name.to_owned(), asked.with(base, "near", Some(name)));
    towns.iter().map(|town| link(&town.name)).collect()
}

pub fn lost(visit: &Visit<'_>, asked: &Asked) -> Vec<String> {
    // An address may carry anything for the statistics of others.
    let filters = asked.lost.iter().filter(|lost| lost.is_filter);
    let told = filters.map(|lost| {
        let name = chip_name(visit, &lost.name);
        format!("{name}: “{}”", lost.value)
    });
    told.collect()
}

fn chip_name(visit: &Visit<'_>, name: &str) -> String {
    let (key, mark) = match name.rsplit_once('_') {
        Some((key, "min")) => (key, " ≥"),
        Some((key, "max")) => (key, " ≤"),
        _ => (name, ""),
    };
    match visit.vertical.field(key) {
        Some(field) => format!("{}{mark}", field.label.get(visit.language)),
        None => name.to_owned(),
    }
}

pub fn chips(visit: &Visit<'_>, asked: &Asked, base: &str) -> Vec<(String, String)> {
    let shown = asked.pairs.iter().filter(|(name, _)| name != "radius_km");
    let chip = |(name, value): &(String, String)| {
        let said = match name.as_str() {
            "q" => format!("“{value}”"),
            "near" => format!("{value} · {} km", asked.radius_km),
            _ if name.ends_with("_min") || name.ends_with("_max") => {
                let number = value.parse().ok().filter(|n| *n >= 10_000);
                let value = number.map_or(value.clone(), |n| grouped(n, visit.language));
                let key = name.trim_end_matches("_min").trim_end_matches("_max");
                let own = visit.vertical.field(key).and_then(|f| f.unit);
                let own = own.map_or("", |u| unit_in(u, visit.language));
                format!("{} {value} {own}", chip_name(visit, name))
                    .trim_end()
                    .to_owned()
            }
            _ => label_of(visit, name, value, visit.language).unwrap_or_else(|| value.clone()),
        };
        (said, asked.without(base, name, value))
    };
    shown.map(chip).collect()
}

/// The signs of the currencies that were found: `€ / £`.
fn signs(answer: &Answer) -> String {
    let facet = answer
        .facets
        .iter()
        .find(|f| f.field.as_ref() == "currency");
    let codes = facet.into_iter().flat_map(|f| &f.counts);
    let signs: Vec<&str> = codes.map(|(code, _)| currency_sign(code)).collect();
    signs.join(" / ")
}

/// What a field is measured in, behind its name.
fn labelled(field: &dictionary::Field, language: Language, signs: &str) -> String {
    let label = field.label.get(language);
    let own = match field.kind {
        Kind::Money => signs,
        _ => field.unit.map_or("", |u| unit_in(u, language)),
    };
    match own.is_empty() || label.contains(own) {
        true => label.to_owned(),
        false => format!("{label} ({own})"),
    }
}

pub fn ranges(visit: &Visit<'_>, asked: &Asked, answer: &Answer) -> Vec<Range> {
    let signs = signs(answer);
    let given = |name: String| {
        asked
            .pairs
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v.clone())
            .unwrap_or_default()
    };
    let searched = visit
        .vertical
        .fields
        .iter()
        .filter(|f| f.searched && f.is_number());
    let ranges = searched.take(RANGES_MAX).map(|field| Range {
        key: field.key.to_string(),
        label: labelled(field, visit.language, &signs),
        low: given(format!("{}_min", field.key)),
        high: given(format!("{}_max", field.key)),
    });
    ranges.collect()
}

pub fn facets(
    visit: &Visit<'_>,
    asked: &Asked,
    answer: &search::Answer,
    base: &str,
) -> Vec<FacetView> {
    let (language, vertical) = (visit.language, &visit.vertical);
    let mut views = Vec::new();
    let split = visit.site.splits.as_deref();
    for facet in &answer.facets {
        let name = facet.field.as_ref();
        // It stands above the results already.
        if split == Some(name) {
            continue;
        }
        let own_path = name == "category"
            && asked.query.category.is_some()
            && !asked.pairs.iter().any(|(n, _)| n == "category");
        let chosen = |key: &str| asked.pairs.iter().any(|(n, v)| n == name && v == key);
        let mut choices: Vec<(u64, ChoiceView)> = facet
            .counts
            .iter()
            .filter_map(|(key, count)| {
                let label = label_of(visit, name, key, language)?;
                let is = chosen(key) || (own_path && asked.query.category.as_deref() == Some(key));
                let href = match (name, is) {
                    ("category", _) => asked.with(
                        &format!("/{}/search", language.code()),
                        "category",
                        Some(key),
                    ),
                    (_, true) => asked.without(base, name, key),
                    (_, false) => asked.with(base, name, Some(key)),
                };
                Some((
                    *count,
                    ChoiceView {
                        label,
                        href,
                        count: grouped(*count as i64, language),
                        chosen: is,
                    },
                ))
            })
            .collect();
        choices.sort_by_key(|(count, view)| (!view.chosen, u64::MAX - count));
        if choices.is_empty()
            || (choices.len() == 1
                && !choices[0].1.chosen
                && name != "category"
                && !is_flag(visit, name))
        {
            continue;
        }
        let label = match name {
            "category" => say(language, "category").to_owned(),
            "currency" => say(language, "currency").to_owned(),
            field => vertical
                .field(field)
                .map(|f| f.label.get(language).to_owned())
                .unwrap_or_default(),
        };
        let open = views.len() < OPEN_FACETS || choices.iter().any(|(_, c)| c.chosen);
        views.push(FacetView {
            label,
            open,
            choices: choices
                .into_iter()
                .map(|(_, c)| c)
                .take(CHOICES_MAX)
                .collect(),
        });
    }
    views
}

fn is_flag(visit: &Visit<'_>, name: &str) -> bool {
    visit
        .vertical
        .field(name)
        .is_some_and(|f| matches!(f.kind, Kind::Boolean))
}

fn label_of(visit: &Visit<'_>, field: &str, key: &str, language: Language) -> Option<String> {
    if field == "category" {
        return visit
            .vertical
            .category(key)
            .map(|c| c.plural.get(language).to_owned());
    }
    if field == "currency" {
        return Some(format!("{} ({key})", currency_sign(key)));
    }
    let field = visit.vertical.field(field)?;
    match field.kind {
        Kind::Boolean => Some(field.label.get(language).to_owned()),
        _ => field.choice(key).map(|c| c.label.get(language).to_owned()),
    }
}
