//! Where a listing lies, among the towns around it; nothing is fetched from anybody.

use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use gazetteer::Gazetteer;
use moka::sync::Cache;

use super::map::Sheet;

const WIDTH: f32 = 800.0;
const HEIGHT: f32 = 300.0;
/// From the middle to the left edge.
const REACH_KM: f64 = 22.0;
const KM_OF_A_DEGREE: f64 = 111.2;
const NAMES_MAX: usize = 14;
/// Around a capital stand thousands; the largest show its shape.
const DOTS_MAX: usize = 250;
const SQUARES_A_DEGREE: f64 = 500.0;
const DRAWN_MAX: u64 = 5_000;
const RINGS_KM: [f32; 2] = [2.0, 5.0];

/// A drawing without its frame: dots for towns, names where there is room, and rings of two and five
/// kilometres around the place.
///
/// Most listings of a town stand at one place, and those of a street look the same: a drawing is
/// made once for a square of two hundred metres.
pub fn locator((lat, lon): (f64, f64)) -> Arc<str> {
    static DRAWN: LazyLock<Cache<(i32, i32), Arc<str>>> = LazyLock::new(|| Cache::new(DRAWN_MAX));
    let square = |degrees: f64| (degrees * SQUARES_A_DEGREE).round();
    let (y, x) = (square(lat), square(lon));
    DRAWN.get_with((y as i32, x as i32), || {
        drawn((y / SQUARES_A_DEGREE, x / SQUARES_A_DEGREE)).into()
    })
}

fn drawn((lat, lon): (f64, f64)) -> String {
    let sheet = Sheet {
        lat: lat as f32,
        lon: lon as f32,
        squeeze: lat.to_radians().cos() as f32,
        scale: (f64::from(WIDTH) / 2.0 / REACH_KM * KM_OF_A_DEGREE) as f32,
        size: (WIDTH, HEIGHT),
    };
    let mut svg = String::new();
    let (mut dots, mut names) = (String::new(), String::new());
    let mut towns = Gazetteer::shipped().around(lat, lon, REACH_KM);
    // The large ones are named first; among equals the near ones.
    towns.sort_by(|a, b| b.0.weight.cmp(&a.0.weight).then(a.1.total_cmp(&b.1)));
    towns.truncate(DOTS_MAX);
    let mut taken: Vec<(f32, f32)> = vec![(WIDTH / 2.0, HEIGHT / 2.0 + 20.0)];
    for (town, _) in towns {
        let (x, y) = sheet.at(town.lat, town.lon);
        if !(8.0..WIDTH - 8.0).contains(&x) || !(8.0..HEIGHT - 8.0).contains(&y) {
            continue;
        }
        let _ = write!(dots, "M{x:.0} {y:.0}h0");
        let free = taken
            .iter()
            .all(|(ox, oy)| (ox - x).abs() > 120.0 || (oy - y).abs() > 24.0);
        let room = x < WIDTH - 110.0 && y > 20.0;
        if free && room && taken.len() <= NAMES_MAX {
            taken.push((x, y));
            let _ = write!(names, "<text x=\"{:.0}\" y=\"{:.0}\">", x + 7.0, y - 6.0);
            formats::escape_xml(&town.name, &mut names);
            names.push_str("</text>");
        }
    }
    let _ = write!(svg, "<path class=\"land\" d=\"{dots}\"/>");
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
        "{names}<rect class=\"here\" x=\"{}\" y=\"{}\" width=\"12\" height=\"12\"/>",
        x - 6.0,
        y - 6.0
    );
    svg
}
