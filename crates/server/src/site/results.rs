//! The home page, and the pages of results.

use askama::Template;
use dictionary::{Kind, Language};
use gazetteer::Gazetteer;
use search::{Hit, Query};

use super::query::{Asked, PAGE_LISTINGS, asked, pairs_of};
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
const MAP_LISTINGS: usize = 400;

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
    let answer = deps.index.search(&asked.query);
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
    // Only places and kinds are worth a search engine's time.
    frame.noindex = !asked.pairs.is_empty() || asked.page > 1;
    frame.json_ld = item_list(visit, &answer.hits);
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
        radii: RADII
            .iter()
            .map(|r| (*r, f64::from(*r) == asked.radius_km))
            .collect(),
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
            map(visit, &answer.hits)
        } else {
            String::new()
        },
        previous: (asked.page > 1 && !asked.map).then(|| asked.page_address(&base, asked.page - 1)),
        next: (asked.page < pages && !asked.map).then(|| asked.page_address(&base, asked.page + 1)),
        base,
        frame,
    };
    Made::html(&page, 200)
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

/// The results as dots on an outline of where they are, with the larger towns named.
fn map(visit: &Visit<'_>, hits: &[Hit]) -> String {
    let placed: Vec<&Hit> = hits.iter().filter(|h| h.has_place()).collect();
    let Some(bounds) = bounds(&placed) else {
        return String::new();
    };
    let (south, west, north, east) = bounds;
    let squeeze = ((south + north) / 2.0).to_radians().cos();
    let scale =
        (760.0 / ((east - west) * squeeze).max(0.02)).min(520.0 / (north - south).max(0.02));
    let x = |lon: f32| 400.0 + (lon - (west + east) / 2.0) * squeeze * scale;
    let y = |lat: f32| 280.0 - (lat - (south + north) / 2.0) * scale;
    let mut svg = land(x, y);
    let mut taken: Vec<(f32, f32)> = Vec::new();
    for country in gazetteer::COUNTRIES {
        for town in Gazetteer::shipped().cities(country) {
            let (tx, ty) = (x(town.lon), y(town.lat));
            let free = taken
                .iter()
                .all(|(ox, oy)| (ox - tx).abs() > 80.0 || (oy - ty).abs() > 18.0);
            if (10.0..740.0).contains(&tx)
                && (16.0..550.0).contains(&ty)
                && free
                && taken.len() < 24
            {
                taken.push((tx, ty));
                svg.push_str(&format!("<circle cx=\"{tx:.0}\" cy=\"{ty:.0}\" r=\"14\"/><text x=\"{:.0}\" y=\"{:.0}\">{}</text>", tx + 8.0, ty - 8.0, town.name));
            }
        }
    }
    for hit in placed {
        let href = format!("/{}/-{}", visit.language.code(), hit.id);
        svg.push_str(&format!(
            "<a href=\"{href}\"><rect x=\"{:.0}\" y=\"{:.0}\" width=\"8\" height=\"8\"/></a>",
            x(hit.lon) - 4.0,
            y(hit.lat) - 4.0
        ));
    }
    svg
}

/// The towns of the gazetteer as faint dots: together they are the shape of the country.
fn land(x: impl Fn(f32) -> f32, y: impl Fn(f32) -> f32) -> String {
    const STEP: f32 = 6.0;
    let mut taken = std::collections::HashSet::new();
    let mut path = String::from("<path class=\"land\" d=\"");
    for town in Gazetteer::shipped().towns() {
        let (tx, ty) = (x(town.lon), y(town.lat));
        let inside = (0.0..800.0).contains(&tx) && (0.0..560.0).contains(&ty);
        if inside && taken.insert(((tx / STEP) as u16, (ty / STEP) as u16)) {
            path.push_str(&format!("M{tx:.0} {ty:.0}h0"));
        }
    }
    path.push_str("\"/>");
    path
}

fn bounds(hits: &[&Hit]) -> Option<(f32, f32, f32, f32)> {
    let first = hits.first()?;
    let start = (first.lat, first.lon, first.lat, first.lon);
    Some(hits.iter().fold(start, |(s, w, n, e), h| {
        (s.min(h.lat), w.min(h.lon), n.max(h.lat), e.max(h.lon))
    }))
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
