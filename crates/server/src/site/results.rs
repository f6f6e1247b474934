//! The home page, and the pages of results.

use askama::Template;
use dictionary::{Kind, Language};
use gazetteer::Gazetteer;
use search::{Answer, Hit, Query};

use super::map;
use super::query::{Asked, PAGE_LISTINGS, address, asked, pairs_of};
use super::view::cards;
use super::{Frame, Made, Visit};
use crate::text::{grouped, say, slug};

#[derive(Template)]
#[template(path = "site/home.html")]
struct Home {
    frame: Frame,
    action: String,
    priced: bool,
    towns: Vec<String>,
    tiles: Vec<(String, String, String)>,
    cards: String,
}

#[derive(Template)]
#[template(path = "site/results.html")]
struct Results {
    frame: Frame,
    base: String,
    crumbs: Vec<(String, String)>,
    heading: String,
    words: String,
    near: String,
    lost_place: bool,
    /// Towns that may have been meant, with their addresses.
    meant: Vec<(String, String)>,
    /// Filters that were not taken, in words.
    lost: Vec<String>,
    /// Filters in force: what each says, and the address without it.
    chips: Vec<(String, String)>,
    pages: String,
    radii: Vec<(u32, bool)>,
    ranges: Vec<Range>,
    hidden: Vec<(String, String)>,
    facets: Vec<FacetView>,
    total: String,
    noun: &'static str,
    sorts: Vec<(String, String, bool)>,
    cards: String,
    map: bool,
    map_svg: String,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "site/message.html")]
pub struct Message {
    pub frame: Frame,
    pub heading: &'static str,
    pub text: String,
    pub href: String,
    pub link: &'static str,
    pub cards: String,
}

struct Range {
    key: String,
    label: String,
    low: String,
    high: String,
}

struct FacetView {
    label: String,
    open: bool,
    choices: Vec<ChoiceView>,
}

struct ChoiceView {
    label: String,
    href: String,
    count: String,
    chosen: bool,
}

const RADII: [u32; 6] = [5, 10, 15, 30, 50, 100];
const RANGES_MAX: usize = 5;
const CHOICES_MAX: usize = 60;
const OPEN_FACETS: usize = 3;
/// More than a map of any one search shows.
const MAP_LISTINGS: usize = 50_000;
const MEANT: usize = 3;

pub fn home(visit: &Visit<'_>) -> Made {
    let (language, vertical) = (visit.language, &visit.vertical);
    let query = Query {
        vertical: Some(vertical.key.clone()),
        limit: 12,
        facets: true,
        ..Query::default()
    };
    let answer = visit.deps.index.search(&query);
    let counts = answer
        .facets
        .iter()
        .find(|f| f.field.as_ref() == "category");
    let tiles = vertical.categories.iter().filter_map(|category| {
        let count = counts?
            .counts
            .iter()
            .find(|(key, _)| *key == category.key)?
            .1;
        let label = category.plural.get(language);
        let href = format!("/{}/{}", language.code(), slug(label));
        Some((label.to_owned(), href, grouped(count as i64, language)))
    });
    let towns = ["BE", "FR", "NL", "GB"]
        .iter()
        .flat_map(|c| Gazetteer::shipped().cities(c).into_iter().take(12));
    let tagline = visit.site.tagline.get(language).to_owned();
    let mut frame = visit.frame(tagline.clone(), tagline, |l| format!("/{}/", l.code()));
    frame.json_ld = serde_json::json!({
        "@context": "https://schema.org", "@type": "WebSite", "name": visit.site.brand, "url": visit.origin,
        "potentialAction": { "@type": "SearchAction", "target": format!("{}/{}/search?q={{q}}", visit.origin, language.code()), "query-input": "required name=q" },
    }).to_string();
    let page = Home {
        frame,
        action: format!("/{}/search", language.code()),
        priced: vertical.field("price").is_some_and(|f| f.searched),
        towns: towns.map(|t| t.name.to_string()).collect(),
        tiles: tiles.collect(),
        cards: cards(visit.deps, vertical, language, &answer.hits),
    };
    Made::html(&page, 200)
}

/// How many a search would find, as a bare number: for the button of the filters.
pub fn count(visit: &Visit<'_>) -> String {
    let path = match visit.path.as_slice() {
        ["search"] => &[],
        path => path,
    };
    let pairs = pairs_of(visit.query);
    let asked = asked(&visit.vertical, visit.language, path, &pairs);
    let query = search::Query {
        facets: false,
        limit: 0,
        ..asked.query
    };
    grouped(visit.deps.index.search(&query).total as i64, visit.language)
}

pub fn page(visit: &Visit<'_>, path: &[&str]) -> Made {
    let (language, vertical, deps) = (visit.language, &visit.vertical, visit.deps);
    let pairs = pairs_of(visit.query);
    let mut asked = asked(vertical, language, path, &pairs);
    if asked.map {
        (asked.query.limit, asked.query.offset) = (MAP_LISTINGS, 0);
    }
    // Near a place that nobody knows there is nothing, rather than everything.
    let answer = match asked.lost_place {
        true => Answer::default(),
        false => deps.index.search(&asked.query),
    };
    let base = format!(
        "/{}/{}",
        language.code(),
        if path.is_empty() {
            "search".into()
        } else {
            path.join("/")
        }
    );
    let category = asked
        .query
        .category
        .as_deref()
        .and_then(|c| vertical.category(c));
    let what = category
        .map_or(vertical.label.get(language), |c| c.plural.get(language))
        .to_owned();
    let town = asked
        .query
        .near
        .and_then(|n| Gazetteer::shipped().nearest(n.lat, n.lon))
        .map(|t| t.name.to_string());
    let heading = match &town {
        Some(town) => format!("{what}, {town}"),
        None => what.clone(),
    };
    let pages = answer.total.div_ceil(PAGE_LISTINGS as u64) as usize;
    let total = grouped(answer.total as i64, language);
    let noun = say(
        language,
        if answer.total == 1 {
            "result"
        } else {
            "results"
        },
    );
    let town_part = path.get(1).map(|t| format!("/{t}")).unwrap_or_default();
    let mut frame = visit.frame(
        heading.clone(),
        format!("{heading}: {total} {noun}"),
        |l| match (category, path.is_empty()) {
            (Some(category), false) => {
                format!("/{}/{}{town_part}", l.code(), slug(category.plural.get(l)))
            }
            _ => format!("/{}/search", l.code()),
        },
    );
    // Whoever changes the language goes on with the same search.
    let pairs = asked.all_pairs();
    for (_, href) in &mut frame.languages {
        *href = address(href, &pairs);
    }
    // Only places and kinds are worth a search engine's time.
    frame.noindex = !asked.pairs.is_empty() || asked.page > 1 || asked.lost_place;
    let first = &answer.hits[..answer.hits.len().min(PAGE_LISTINGS)];
    frame.json_ld = item_list(visit, first);
    let page = Results {
        crumbs: vec![
            (
                say(language, "home").into(),
                format!("/{}/", language.code()),
            ),
            (what, base.clone()),
        ],
        heading,
        words: asked.query.words.clone(),
        near: asked.near_text.clone(),
        lost_place: asked.lost_place,
        meant: meant(&asked, &base),
        lost: lost(visit, &asked),
        chips: chips(visit, &asked, &base),
        radii: radii(asked.radius_km),
        ranges: ranges(visit, &asked),
        hidden: asked
            .pairs
            .iter()
            .filter(|(n, _)| {
                asked.query.choices.iter().any(|(f, _)| f.as_ref() == n) || n == "category"
            })
            .cloned()
            .collect(),
        facets: facets(visit, &asked, &answer, &base),
        total,
        noun,
        sorts: sorts(visit, &asked, &base),
        cards: if asked.map {
            "map".into()
        } else {
            cards(deps, vertical, language, &answer.hits)
        },
        map: asked.map,
        map_svg: if asked.map {
            map::map(visit, &asked, &base, &answer.hits)
        } else {
            String::new()
        },
        pages: match pages > 1 && !asked.map {
            true => format!("{} / {pages}", asked.page),
            false => String::new(),
        },
        previous: (asked.page > 1 && !asked.map).then(|| asked.page_address(&base, asked.page - 1)),
        next: (asked.page < pages && !asked.map).then(|| asked.page_address(&base, asked.page + 1)),
        base,
        frame,
    };
    Made::html(&page, 200)
}

fn radii(chosen: f64) -> Vec<(u32, bool)> {
    let mut radii: Vec<u32> = RADII.to_vec();
    let own = chosen.round() as u32;
    if !radii.contains(&own) {
        radii.push(own);
        radii.sort_unstable();
    }
    radii.into_iter().map(|r| (r, r == own)).collect()
}

/// Towns that are written almost like one that nobody knows.
fn meant(asked: &Asked, base: &str) -> Vec<(String, String)> {
    if !asked.lost_place {
        return Vec::new();
    }
    let towns = Gazetteer::shipped().alike(&asked.near_text, MEANT);
    let link = |name: &str| (name.to_owned(), asked.with(base, "near", Some(name)));
    towns.iter().map(|town| link(&town.name)).collect()
}

fn lost(visit: &Visit<'_>, asked: &Asked) -> Vec<String> {
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

fn chips(visit: &Visit<'_>, asked: &Asked, base: &str) -> Vec<(String, String)> {
    let shown = asked.pairs.iter().filter(|(name, _)| name != "radius_km");
    let chip = |(name, value): &(String, String)| {
        let said = match name.as_str() {
            "q" => format!("“{value}”"),
            "near" => format!("{value} · {} km", asked.radius_km),
            _ if name.ends_with("_min") || name.ends_with("_max") => {
                let number = value.parse().ok().filter(|n| *n >= 10_000);
                let value = number.map_or(value.clone(), |n| grouped(n, visit.language));
                format!("{} {value}", chip_name(visit, name))
            }
            _ => label_of(visit, name, value, visit.language).unwrap_or_else(|| value.clone()),
        };
        (said, asked.without(base, name, value))
    };
    shown.map(chip).collect()
}

fn ranges(visit: &Visit<'_>, asked: &Asked) -> Vec<Range> {
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
        label: field.label.get(visit.language).to_owned(),
        low: given(format!("{}_min", field.key)),
        high: given(format!("{}_max", field.key)),
    });
    ranges.collect()
}

fn facets(visit: &Visit<'_>, asked: &Asked, answer: &search::Answer, base: &str) -> Vec<FacetView> {
    let (language, vertical) = (visit.language, &visit.vertical);
    let mut views = Vec::new();
    for facet in &answer.facets {
        let name = facet.field.as_ref();
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
    let field = visit.vertical.field(field)?;
    match field.kind {
        Kind::Boolean => Some(field.label.get(language).to_owned()),
        _ => field.choice(key).map(|c| c.label.get(language).to_owned()),
    }
}

fn sorts(visit: &Visit<'_>, asked: &Asked, base: &str) -> Vec<(String, String, bool)> {
    let language = visit.language;
    let mut sorts = vec![("newest", "")];
    if visit.vertical.field("price").is_some_and(|f| f.sorted) {
        sorts.extend([("cheapest", "price"), ("dearest", "-price")]);
    }
    if asked.query.near.is_some() {
        sorts.push(("nearest", "distance"));
    }
    let plain = Asked {
        sort: String::new(),
        ..asked.clone()
    };
    let mut links: Vec<(String, String, bool)> = sorts
        .into_iter()
        .map(|(word, key)| {
            let href = plain.with(base, "sort", Some(key).filter(|k| !k.is_empty()));
            (
                say(language, word).to_owned(),
                href,
                asked.sort == key && !asked.map,
            )
        })
        .collect();
    links.push((
        say(language, "map").to_owned(),
        asked.with(base, "view", Some("map")),
        asked.map,
    ));
    links
}

fn item_list(visit: &Visit<'_>, hits: &[Hit]) -> String {
    let items: Vec<serde_json::Value> = hits
        .iter()
        .take(PAGE_LISTINGS)
        .enumerate()
        .map(|(at, hit)| serde_json::json!({
            "@type": "ListItem", "position": at + 1, "url": format!("{}/{}/-{}", visit.origin, visit.language.code(), hit.id),
        }))
        .collect();
    serde_json::json!({ "@context": "https://schema.org", "@type": "ItemList", "itemListElement": items }).to_string()
}
