//! The home page, and the pages of results.

use askama::Template;
use gazetteer::Gazetteer;
use search::{Answer, Hit, Query};

use super::filters::{
    ChoiceView, FacetView, Range, Split, chips, facets, is_mixed, lost, meant, radii, ranges,
    split, tabs,
};
use super::query::{Asked, PAGE_LISTINGS, address, asked, pairs_of};
use super::view::{cards, cards_html, joined, photo, shown};
use super::{Frame, Made, Visit, json_ld, map, quote, sitemap};
use crate::text::{grouped, say, slug};

#[derive(Template)]
#[template(path = "site/home.html")]
struct Home {
    frame: Frame,
    action: String,
    priced: bool,
    towns: Vec<String>,
    /// The field that divides the site, and its choices.
    split: Option<Split>,
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
    /// The choices of the field that divides the site, as tabs.
    tabs: Vec<ChoiceView>,
    /// How amounts are ordered, where they cannot all be compared.
    sort_note: bool,
    /// Larger towns where the same is looked for.
    towns: Vec<(String, String)>,
    /// Where quotes of this trade are asked for.
    quote: Option<String>,
    feed: String,
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

/// More than a map of any one search shows.
const MAP_LISTINGS: usize = 50_000;
const TOWNS_LINKED: usize = 12;

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
    let tagline = visit.site.tagline.get(language).to_owned();
    let mut frame = visit.frame(tagline.clone(), tagline, |l| format!("/{}/", l.code()));
    frame.json_ld = vec![json_ld::site(visit)];
    frame.image = picture(visit, &answer.hits);
    let page = Home {
        frame,
        action: format!("/{}/search", language.code()),
        priced: vertical.field("price").is_some_and(|f| f.searched),
        towns: sitemap::towns().map(|t| t.name.to_string()).collect(),
        split: split(visit, &answer),
        tiles: tiles.collect(),
        cards: cards_html(visit, &answer.hits),
    };
    Made::html(&page, 200)
}

/// The first photo of what was found: where a page without a picture of its own is shared.
fn picture(visit: &Visit<'_>, hits: &[Hit]) -> Option<String> {
    let listing = visit.deps.index.listing(hits.first()?.id)?;
    let src = photo(shown(&listing).next()?, 960)?;
    Some(visit.absolute(&src))
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
    // An address that names a place is a page only if there is such a place.
    let status = if asked.lost_place && path.len() > 1 {
        404
    } else {
        200
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
    let told = format!("{heading}: {total} {noun}");
    let mut frame = visit.frame(told.clone(), told, |l| match (category, path.is_empty()) {
        (Some(category), false) => {
            format!("/{}/{}{town_part}", l.code(), slug(category.plural.get(l)))
        }
        _ => format!("/{}/search", l.code()),
    });
    // Whoever changes the language goes on with the same search.
    let pairs = asked.all_pairs();
    for (_, href) in &mut frame.languages {
        *href = address(href, &pairs);
    }
    // Only places and kinds are worth a search engine's time.
    frame.noindex = !asked.pairs.is_empty() || asked.page > 1 || answer.total == 0;
    let crumbs = crumbs(visit, what, town.filter(|_| path.len() > 1), &base);
    let shown = match asked.map {
        true => Vec::new(),
        false => cards(deps, vertical, language, &answer.hits),
    };
    let paths: Vec<&str> = shown.iter().map(|card| card.href.as_str()).collect();
    frame.json_ld = vec![
        json_ld::results(visit, &paths),
        json_ld::breadcrumbs(visit, &crumbs),
    ];
    frame.image = picture(visit, &answer.hits);
    let page = Results {
        crumbs,
        tabs: tabs(visit, &asked, &answer, &base),
        sort_note: asked.sort.trim_start_matches('-') == "price" && is_mixed(&answer),
        towns: towns(visit, path, &asked),
        quote: category.and_then(|c| quote::address_for(vertical, &c.key, language)),
        feed: feed(visit, &asked),
        heading,
        words: asked.query.words.clone(),
        near: asked.near_text.clone(),
        lost_place: asked.lost_place,
        meant: meant(&asked, &base),
        lost: lost(visit, &asked),
        chips: chips(visit, &asked, &base),
        radii: radii(asked.radius_km),
        ranges: ranges(visit, &asked, &answer),
        hidden: asked
            .pairs
            .iter()
            .filter(|(n, _)| {
                asked.query.choices.iter().any(|(f, _)| f.as_ref() == n)
                    || matches!(n.as_str(), "category" | "currency")
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
            joined(&shown)
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
    Made::html(&page, status)
}

/// Home, the category, and its town when that has a page of its own.
fn crumbs(
    visit: &Visit<'_>,
    what: String,
    town: Option<String>,
    base: &str,
) -> Vec<(String, String)> {
    let home = format!("/{}/", visit.language.code());
    let mut crumbs = vec![(say(visit.language, "home").to_owned(), home)];
    match town {
        Some(town) => {
            let above = base.rsplit_once('/').map_or(base, |(above, _)| above);
            crumbs.extend([(what, above.to_owned()), (town, base.to_owned())]);
        }
        None => crumbs.push((what, base.to_owned())),
    }
    crumbs
}

/// A search in the reader of its visitor: the same filters, newest first.
fn feed(visit: &Visit<'_>, asked: &Asked) -> String {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    if let Some(category) = &asked.query.category
        && asked.pairs.iter().all(|(name, _)| name != "category")
    {
        pairs.push(("category", category));
    }
    if !asked.near_text.is_empty() && asked.pairs.iter().all(|(name, _)| name != "near") {
        pairs.push(("near", &asked.near_text));
    }
    pairs.extend(asked.pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())));
    let base = format!("/{}/feed.xml", visit.language.code());
    address(&base, &pairs)
}

/// Under a category that is not filtered: the larger towns.
fn towns(visit: &Visit<'_>, path: &[&str], asked: &Asked) -> Vec<(String, String)> {
    let [category] = path else { return Vec::new() };
    if !asked.pairs.is_empty() || asked.map {
        return Vec::new();
    }
    let link = |town: &gazetteer::Town| {
        let code = visit.language.code();
        let href = format!("/{code}/{category}/{}", slug(&town.name));
        (town.name.to_string(), href)
    };
    sitemap::towns().take(TOWNS_LINKED).map(link).collect()
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
