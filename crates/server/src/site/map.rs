//! All results of a search as circles on the land they lie on; nothing is fetched from anybody.

use gazetteer::Gazetteer;
use search::Hit;

use super::Visit;
use super::query::Asked;
use super::view;
use crate::text::{grouped, say};

const WIDTH: f32 = 800.0;
const HEIGHT: f32 = 560.0;
/// Results closer than this are one circle.
const CLUSTER: f32 = 44.0;
/// Single results whose price and title are told on their dot.
const NAMED_MAX: usize = 60;
const TOWNS_MAX: usize = 24;
/// A cluster's link searches around its town.
const CLUSTER_KM: &str = "15";

/// From degrees to the drawing.
#[derive(Clone, Copy)]
pub struct Sheet {
    /// What lies in the middle.
    pub lat: f32,
    pub lon: f32,
    /// How much narrower a degree of longitude is than one of latitude.
    pub squeeze: f32,
    /// Of a degree of latitude.
    pub scale: f32,
    pub size: (f32, f32),
}

/// Results that lie together.
#[derive(Default)]
struct Cluster<'a> {
    hits: Vec<&'a Hit>,
    x: f32,
    y: f32,
}

impl Cluster<'_> {
    fn radius(&self) -> f32 {
        match self.hits.len() {
            1 => 6.0,
            many => (10.0 + (many as f32).sqrt() * 1.2).min(30.0),
        }
    }
}

impl Sheet {
    /// Holds all places, but for the few outermost of many.
    fn around(hits: &[&Hit]) -> Option<Sheet> {
        let span = |of: fn(&Hit) -> f32| {
            let mut all: Vec<f32> = hits.iter().map(|h| of(h)).collect();
            all.sort_by(f32::total_cmp);
            let cut = all.len() / 200;
            Some((*all.get(cut)?, *all.get(all.len() - 1 - cut)?))
        };
        let ((south, north), (west, east)) = (span(|h| h.lat)?, span(|h| h.lon)?);
        let squeeze = ((south + north) / 2.0).to_radians().cos();
        let wide = (WIDTH - 40.0) / ((east - west) * squeeze).max(0.02);
        let high = (HEIGHT - 40.0) / (north - south).max(0.02);
        Some(Sheet {
            lat: (south + north) / 2.0,
            lon: (west + east) / 2.0,
            squeeze,
            scale: wide.min(high),
            size: (WIDTH, HEIGHT),
        })
    }

    pub fn at(&self, lat: f32, lon: f32) -> (f32, f32) {
        (
            self.size.0 / 2.0 + (lon - self.lon) * self.squeeze * self.scale,
            self.size.1 / 2.0 - (lat - self.lat) * self.scale,
        )
    }
}

fn inside((x, y): (f32, f32)) -> bool {
    (0.0..WIDTH).contains(&x) && (0.0..HEIGHT).contains(&y)
}

pub fn map(visit: &Visit<'_>, asked: &Asked, base: &str, hits: &[Hit]) -> String {
    let placed: Vec<&Hit> = hits.iter().filter(|h| h.has_place()).collect();
    let Some(sheet) = Sheet::around(&placed) else {
        return String::new();
    };
    let mut svg = land(sheet);
    let mut named = 0;
    let clusters = clusters(sheet, &placed);
    for cluster in &clusters {
        match cluster.hits.as_slice() {
            [hit] => {
                named += 1;
                single(
                    visit,
                    hit,
                    (cluster.x, cluster.y),
                    named <= NAMED_MAX,
                    &mut svg,
                );
            }
            several => {
                let href = around(asked, base, cluster);
                let (x, y) = (cluster.x, cluster.y);
                let radius = cluster.radius();
                let count = grouped(several.len() as i64, visit.language);
                let noun = say(visit.language, "results");
                svg.push_str(&format!(
                    "<a href=\"{href}\" aria-label=\"{count} {noun}\"><title>{count} {noun}</title>\
                     <circle class=\"many\" cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.0}\"/>\
                     <text class=\"n\" x=\"{x:.0}\" y=\"{:.0}\">{count}</text></a>",
                    y + 4.0
                ));
            }
        }
    }
    towns(sheet, &clusters, &mut svg);
    svg
}

fn clusters<'a>(sheet: Sheet, hits: &[&'a Hit]) -> Vec<Cluster<'a>> {
    let mut cells: std::collections::BTreeMap<(u16, u16), Cluster<'a>> = Default::default();
    for hit in hits {
        let (x, y) = sheet.at(hit.lat, hit.lon);
        if inside((x, y)) {
            let cell = ((x / CLUSTER) as u16, (y / CLUSTER) as u16);
            let cluster = cells.entry(cell).or_default();
            cluster.hits.push(hit);
            (cluster.x, cluster.y) = (cluster.x + x, cluster.y + y);
        }
    }
    let middle = |mut cluster: Cluster<'a>| {
        let count = cluster.hits.len() as f32;
        (cluster.x, cluster.y) = (cluster.x / count, cluster.y / count);
        cluster
    };
    apart(cells.into_values().map(middle).collect())
}

/// Circles that would overlap become one.
fn apart(mut clusters: Vec<Cluster<'_>>) -> Vec<Cluster<'_>> {
    clusters.sort_by_key(|cluster| std::cmp::Reverse(cluster.hits.len()));
    let mut kept: Vec<Cluster<'_>> = Vec::with_capacity(clusters.len());
    for cluster in clusters {
        let touching = kept.iter_mut().find(|other| {
            let far = (other.x - cluster.x).hypot(other.y - cluster.y);
            far < other.radius() + cluster.radius() + 2.0
        });
        match touching {
            Some(other) => other.hits.extend(cluster.hits),
            None => kept.push(cluster),
        }
    }
    kept
}

fn single(visit: &Visit<'_>, hit: &Hit, (x, y): (f32, f32), named: bool, svg: &mut String) {
    let mut name = String::new();
    if named && let Some(listing) = visit.deps.index.listing(hit.id) {
        let title = view::title(&listing, visit.language, Some(&visit.vertical));
        let price = view::price(&listing, visit.language);
        formats::escape_xml(&format!("{price} · {title}"), &mut name);
    }
    let label = if name.is_empty() {
        say(visit.language, "result")
    } else {
        &name
    };
    svg.push_str(&format!(
        "<a href=\"/{}/-{}\" aria-label=\"{label}\"><title>{label}</title>\
         <circle class=\"reach\" cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"12\"/>\
         <rect x=\"{:.0}\" y=\"{:.0}\" width=\"10\" height=\"10\"/></a>",
        visit.language.code(),
        hit.id,
        x - 5.0,
        y - 5.0
    ));
}

/// The same search around the town that a cluster lies at.
fn around(asked: &Asked, base: &str, cluster: &Cluster<'_>) -> String {
    let count = cluster.hits.len() as f64;
    let middle =
        |of: fn(&Hit) -> f32| cluster.hits.iter().map(|h| f64::from(of(h))).sum::<f64>() / count;
    let (lat, lon) = (middle(|h| h.lat), middle(|h| h.lon));
    let near = match Gazetteer::shipped().nearest(lat, lon) {
        Some(town) => town.name.to_string(),
        None => format!("{lat:.3},{lon:.3}"),
    };
    let mut closer = asked.clone();
    closer
        .pairs
        .retain(|(name, _)| name != "near" && name != "radius_km");
    closer.pairs.push(("radius_km".into(), CLUSTER_KM.into()));
    let mut address = String::new();
    formats::escape_xml(&closer.with(base, "near", Some(&near)), &mut address);
    address
}

/// The towns of the gazetteer as faint dots: together they are the shape of the country.
fn land(sheet: Sheet) -> String {
    const STEP: f32 = 6.0;
    let mut taken = std::collections::HashSet::new();
    let mut path = String::from("<path class=\"land\" d=\"");
    for town in Gazetteer::shipped().towns() {
        let (x, y) = sheet.at(town.lat, town.lon);
        if inside((x, y)) && taken.insert(((x / STEP) as u16, (y / STEP) as u16)) {
            path.push_str(&format!("M{x:.0} {y:.0}h0"));
        }
    }
    path.push_str("\"/>");
    path
}

/// The larger towns by name, where nothing else is.
fn towns(sheet: Sheet, clusters: &[Cluster<'_>], svg: &mut String) {
    let mut taken: Vec<(f32, f32)> = Vec::new();
    let covered = |x: f32, y: f32| {
        clusters.iter().any(|c| {
            let (dx, dy) = (c.x - x, c.y - (y - 12.0));
            dx > -c.radius() && dx < 70.0 + c.radius() && dy.abs() < c.radius() + 6.0
        })
    };
    for country in gazetteer::COUNTRIES {
        for town in Gazetteer::shipped().cities(country) {
            let (x, y) = sheet.at(town.lat, town.lon);
            let free = taken
                .iter()
                .all(|(ox, oy)| (ox - x).abs() > 90.0 || (oy - y).abs() > 20.0);
            let room = (10.0..WIDTH - 80.0).contains(&x) && (18.0..HEIGHT - 8.0).contains(&y);
            if room && free && !covered(x, y) && taken.len() < TOWNS_MAX {
                taken.push((x, y));
                svg.push_str(&format!("<text x=\"{:.0}\" y=\"{:.0}\">", x + 8.0, y - 8.0));
                formats::escape_xml(&town.name, svg);
                svg.push_str("</text>");
            }
        }
    }
}
