//! Where a listing lies, among the towns around it; nothing is fetched from anybody.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use gazetteer::{Gazetteer, Town};
use moka::sync::Cache;

use super::map::Sheet;

const WIDTH: f32 = 800.0;
const HEIGHT: f32 = 300.0;
/// From the middle to the left edge.
const REACH_KM: f64 = 22.0;
const KM_OF_A_DEGREE: f64 = 111.2;
/// Of a degree of latitude, in the units of the drawing.
const SCALE: f64 = WIDTH as f64 / 2.0 / REACH_KM * KM_OF_A_DEGREE;
const NAMES_MAX: usize = 14;
/// Around a capital stand thousands: of those in a square of so many units the largest is a dot.
const DOT_EACH: f32 = 32.0;
const DRAWN_MAX: u64 = 5_000;
const RINGS_KM: [f32; 2] = [2.0, 5.0];
/// A square of land is drawn once, for every place in it: two kilometres, in degrees.
const SQUARE: (f64, f64) = (0.02, 0.03);
/// So far at most lies a place from the middle of its square, in the units of the drawing.
const OFF: f32 = 24.0;

/// A drawing without its frame: dots for towns, names where there is room, and rings of two and five
/// kilometres around the place.
///
/// The land is drawn once for a square and moved under each place; the rings stay in the middle.
pub fn locator((lat, lon): (f64, f64)) -> String {
    static DRAWN: LazyLock<Cache<(i32, i32), Arc<str>>> = LazyLock::new(|| Cache::new(DRAWN_MAX));
    let (y, x) = ((lat / SQUARE.0).round(), (lon / SQUARE.1).round());
    let middle = (y * SQUARE.0, x * SQUARE.1);
    let land = DRAWN.get_with((y as i32, x as i32), || land(middle).into());
    let squeeze = lat.to_radians().cos();
    let (right, down) = ((middle.1 - lon) * squeeze * SCALE, (lat - middle.0) * SCALE);
    let mut svg = String::with_capacity(land.len() + 512);
    let _ = write!(
        svg,
        "<g transform=\"translate({right:.0} {down:.0})\">{land}</g>"
    );
    put_rings(&mut svg);
    svg
}

fn land((lat, lon): (f64, f64)) -> String {
    let sheet = Sheet {
        lat: lat as f32,
        lon: lon as f32,
        squeeze: lat.to_radians().cos() as f32,
        scale: SCALE as f32,
        size: (WIDTH, HEIGHT),
    };
    let (mut dots, mut names) = (String::with_capacity(2_500), String::new());
    // Of the sheet's height and width, with what a place may lie beside the middle.
    let high = f64::from(HEIGHT / 2.0 + OFF) / SCALE;
    let wide = f64::from(WIDTH / 2.0 + OFF) / SCALE / f64::from(sheet.squeeze);
    let towns = Gazetteer::shipped().between(lat - high, lat + high, lon - wide, lon + wide);
    let mut towns: Vec<&Town> = towns.collect();
    let far = |town: &Town| {
        let (x, y) = sheet.at(town.lat, town.lon);
        (x - WIDTH / 2.0).powi(2) + (y - HEIGHT / 2.0).powi(2)
    };
    // The large ones are named first; among equals the near ones.
    let larger = |a: &&Town, b: &&Town| {
        let by_weight = b.weight.cmp(&a.weight);
        by_weight.then_with(|| far(a).total_cmp(&far(b)))
    };
    towns.sort_unstable_by(larger);
    let mut taken: Vec<(f32, f32)> = Vec::new();
    let (mut dotted, mut named) = (HashSet::new(), HashSet::new());
    for town in towns {
        let (x, y) = sheet.at(town.lat, town.lon);
        let (right, down) = (x.round() as i32, y.round() as i32);
        let free = dotted.insert(((x / DOT_EACH) as i32, (y / DOT_EACH) as i32));
        if free {
            let _ = write!(dots, "M{right} {down}h0");
        }
        if free && taken.len() < NAMES_MAX && has_room((x, y), &taken) && named.insert(&town.name) {
            taken.push((x, y));
            let _ = write!(names, "<text x=\"{}\" y=\"{}\">", right + 7, down - 6);
            formats::escape_xml(&town.name, &mut names);
            names.push_str("</text>");
        }
    }
    format!("<path class=\"land\" d=\"{dots}\"/>{names}")
}

/// Whether a name has room, wherever in the square the place is that the rings are drawn around.
fn has_room((x, y): (f32, f32), taken: &[(f32, f32)]) -> bool {
    let beside = |(ox, oy): (f32, f32), off: f32| {
        (ox - x).abs() > 120.0 + off || (oy - y).abs() > 24.0 + off
    };
    let inside = (8.0 + OFF..WIDTH - 110.0 - OFF).contains(&x)
        && (20.0 + OFF..HEIGHT - 8.0 - OFF).contains(&y);
    inside
        && beside((WIDTH / 2.0, HEIGHT / 2.0 + 20.0), OFF)
        && taken.iter().all(|other| beside(*other, 0.0))
}

fn put_rings(svg: &mut String) {
    let (x, y) = (WIDTH / 2.0, HEIGHT / 2.0);
    for km in RINGS_KM {
        let radius = WIDTH / 2.0 / REACH_KM as f32 * km;
        let _ = write!(
            svg,
            "<circle class=\"ring\" cx=\"{x}\" cy=\"{y}\" r=\"{radius:.0}\"/><text x=\"{:.0}\" y=\"{:.0}\">{km:.0} km</text>",
            x - 14.0,
            y + radius + 13.0
        );
    }
    let _ = write!(
        svg,
        "<rect class=\"here\" x=\"{}\" y=\"{}\" width=\"12\" height=\"12\"/>",
        x - 6.0,
        y - 6.0
    );
}
