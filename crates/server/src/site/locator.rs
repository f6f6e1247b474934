//! Where a listing lies, among the towns around it; nothing is fetched from anybody.
//!
//! The land of a square of two kilometres is one picture, drawn once and kept by browsers; a page
//! shows the part of it that has its place in the middle, and draws its rings over it.

use std::collections::HashSet;
use std::fmt::Write;
use std::sync::LazyLock;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use gazetteer::{Gazetteer, Town};
use moka::sync::Cache;

use super::map::Sheet;
use crate::pack::Packed;

/// What a page shows of the land.
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
const KEPT_MAX: u64 = 5_000;
/// In degrees.
const SQUARE: (f64, f64) = (0.02, 0.03);
/// So far at most lies a place from the middle of its square, in the units of the drawing.
const OFF: f32 = 24.0;
/// The gazetteer changes with the program only.
const A_WEEK: &str = "public, max-age=604800";
/// The colours of the sites' style sheet, which a picture does not see.
const STYLE: &str = "svg{color-scheme:light dark}\
                     path{stroke:light-dark(#d6d4cc,#2f3b3a);stroke-width:4;stroke-linecap:round}\
                     text{font:12px Commissioner,system-ui,sans-serif;fill:light-dark(#475d5a,#abb4ac);\
                     paint-order:stroke;stroke:light-dark(#f4f2ed,#17201f);stroke-width:3px}";

/// The part of the land's picture that has a place in the middle: `/land/2542.145.svg#svgView(…)`.
pub fn address((lat, lon): (f64, f64)) -> String {
    let (y, x) = ((lat / SQUARE.0).round(), (lon / SQUARE.1).round());
    let squeeze = lat.to_radians().cos();
    let right = (lon - x * SQUARE.1) * squeeze * SCALE;
    let down = (y * SQUARE.0 - lat) * SCALE;
    let off = f64::from(OFF);
    let [left, top] = [right, down].map(|by| (off + by).clamp(0.0, 2.0 * off));
    format!("/land/{y}.{x}.svg#svgView(viewBox({left:.0},{top:.0},{WIDTH},{HEIGHT}))")
}

/// The picture of a square: `2542.145.svg`.
pub fn picture(file: &str, headers: &HeaderMap) -> Response {
    static DRAWN: LazyLock<Cache<(i16, i16), Packed>> = LazyLock::new(|| Cache::new(KEPT_MAX));
    let Some(square) = square(file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let drawn = DRAWN.get_with(square, || Packed::page(land(square)));
    let head = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, A_WEEK),
    ];
    (head, drawn.send(headers)).into_response()
}

fn square(file: &str) -> Option<(i16, i16)> {
    let (y, x) = file.strip_suffix(".svg")?.split_once('.')?;
    let (y, x): (i16, i16) = (y.parse().ok()?, x.parse().ok()?);
    let on_earth = f64::from(y).abs() * SQUARE.0 <= 90.0 && f64::from(x).abs() * SQUARE.1 <= 180.0;
    // One picture has one address.
    (on_earth && file == format!("{y}.{x}.svg")).then_some((y, x))
}

/// Dots for towns, and names where there is room.
fn land((y, x): (i16, i16)) -> String {
    let (lat, lon) = (f64::from(y) * SQUARE.0, f64::from(x) * SQUARE.1);
    let (wide, high) = (WIDTH + 2.0 * OFF, HEIGHT + 2.0 * OFF);
    let sheet = Sheet {
        lat: lat as f32,
        lon: lon as f32,
        squeeze: lat.to_radians().cos() as f32,
        scale: SCALE as f32,
        size: (wide, high),
    };
    let (mut dots, mut names) = (String::with_capacity(2_500), String::new());
    let up = f64::from(high / 2.0) / SCALE;
    let aside = f64::from(wide / 2.0) / SCALE / f64::from(sheet.squeeze);
    let towns = Gazetteer::shipped().between(lat - up, lat + up, lon - aside, lon + aside);
    let mut towns: Vec<&Town> = towns.collect();
    let far = |town: &Town| {
        let (x, y) = sheet.at(town.lat, town.lon);
        (x - wide / 2.0).powi(2) + (y - high / 2.0).powi(2)
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
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" preserveAspectRatio=\"xMidYMid slice\">\
         <style>{STYLE}</style><path d=\"{dots}\"/>{names}</svg>"
    )
}

/// Whether a name has room, wherever in the square the place is that the rings are drawn around.
fn has_room((x, y): (f32, f32), taken: &[(f32, f32)]) -> bool {
    let (wide, high) = (WIDTH + 2.0 * OFF, HEIGHT + 2.0 * OFF);
    let beside = |(ox, oy): (f32, f32), off: f32| {
        (ox - x).abs() > 120.0 + off || (oy - y).abs() > 24.0 + off
    };
    let shown_whole = (8.0 + 2.0 * OFF..wide - 110.0 - 2.0 * OFF).contains(&x)
        && (20.0 + 2.0 * OFF..high - 8.0 - 2.0 * OFF).contains(&y);
    shown_whole
        && beside((wide / 2.0, high / 2.0 + 20.0), OFF)
        && taken.iter().all(|other| beside(*other, 0.0))
}
