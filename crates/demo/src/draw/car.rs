//! Vehicles from the side.

use super::outline::{Outline, outline};
use super::scenery::Mood;
use super::sheet::{INK, MARK, PAPER, Point, Sheet, Tint, smooth};
use super::view::backgrounds;
use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Body {
    Hatchback,
    Sedan,
    EstateCar,
    Suv,
    Mpv,
    Coupe,
    Convertible,
    Pickup,
    Van,
    Motorhome,
}

#[cfg(test)]
impl Body {
    pub(crate) const ALL: [Body; 10] = [
        Body::Hatchback,
        Body::Sedan,
        Body::EstateCar,
        Body::Suv,
        Body::Mpv,
        Body::Coupe,
        Body::Convertible,
        Body::Pickup,
        Body::Van,
        Body::Motorhome,
    ];
}

pub(super) const GLASS: Tint = Tint::rgb(0x9dbbc6);

/// The whole scene from the side.
pub(crate) fn side(body: Body, colour: Tint, mood: Mood, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    backgrounds(&mut sheet, mood, chance);
    let scale = chance.f32(1.12, 1.2);
    let mirrored = chance.yes(0.5);
    let left = if mirrored {
        1200.0 - (600.0 - 410.0 * scale)
    } else {
        600.0 - 410.0 * scale
    };
    sheet.at(left, 690.0, scale, mirrored);
    car(&mut sheet, body, colour, mood == Mood::Dusk);
    sheet.home();
    sheet
}

/// A car at the origin, heading right, 820 units long.
pub(crate) fn car(sheet: &mut Sheet, body: Body, colour: Tint, lights: bool) {
    let o = outline(body);
    let end = o.top[o.top.len() - 1].0;
    sheet.oval(end / 2.0, -4.0, end * 1.02, 44.0, INK.thin(0.28));
    let mut hull: Vec<Point> = o.top.to_vec();
    hull.push((end - 6.0, o.sill));
    hull.extend((1..8).map(|at| (end - end * at as f32 / 8.0, o.sill)));
    hull.push((12.0, o.sill));
    sheet.fill(smooth(&hull, true), colour);
    let under: Vec<Point> = vec![
        (14.0, o.sill - 26.0),
        (end - 12.0, o.sill - 26.0),
        (end - 8.0, o.sill),
        (14.0, o.sill),
    ];
    sheet.poly(&under, colour.darker(0.4));
    let shine = o.top[1].1.min(-120.0) + 6.0;
    sheet.line(
        &[(46.0, shine - 26.0), (end - 60.0, shine - 10.0)],
        5.0,
        colour.lighter(0.28),
    );
    sheet.stroke(smooth(&hull, true), 2.6, INK);
    if body == Body::Convertible {
        open_top(sheet, colour);
    }
    windows(sheet, &o, body);
    for x in o.doors {
        let high = if matches!(body, Body::Van | Body::Motorhome) {
            -240.0
        } else {
            o.top[2].1 + 4.0
        };
        sheet.line(
            &[(*x, high.max(-206.0)), (*x + 4.0, o.sill - 22.0)],
            1.8,
            colour.darker(0.5),
        );
    }
    for x in o.doors.iter().skip(usize::from(o.doors.len() > 1)) {
        sheet.round(x - 46.0, -168.0, 32.0, 8.0, 4.0, colour.darker(0.45));
    }
    lamps(sheet, &o, end, lights);
    if body == Body::Motorhome {
        living(sheet);
    }
    for x in o.wheels {
        wheel(sheet, x, o.radius);
    }
}

fn windows(sheet: &mut Sheet, o: &Outline, body: Body) {
    if o.glass.is_empty() {
        return;
    }
    sheet.fill(smooth(o.glass, true), GLASS);
    let (first, last) = (o.glass[0], o.glass[o.glass.len() - 1]);
    let gleam = first.0 + (last.0 - first.0) * 0.62;
    let high = o.glass[o.glass.len() / 2].1;
    sheet.poly(
        &[
            (gleam - 40.0, first.1 - 4.0),
            (gleam + 6.0, high + 12.0),
            (gleam + 36.0, high + 16.0),
            (gleam - 2.0, first.1 - 4.0),
        ],
        PAPER.thin(0.55),
    );
    sheet.stroke(smooth(o.glass, true), 3.0, INK);
    for x in o.posts {
        sheet.line(&[(*x, high - 4.0), (*x + 6.0, first.1 - 2.0)], 9.0, INK);
    }
    if body != Body::Convertible {
        sheet.round(last.0 - 44.0, last.1 - 14.0, 34.0, 20.0, 7.0, INK);
    }
}

fn open_top(sheet: &mut Sheet, colour: Tint) {
    sheet.line(&[(512.0, -184.0), (446.0, -256.0)], 8.0, INK);
    sheet.poly(
        &[(506.0, -186.0), (450.0, -250.0), (462.0, -186.0)],
        GLASS.thin(0.6),
    );
    for x in [262.0, 372.0] {
        sheet.round(x, -226.0, 40.0, 60.0, 14.0, Tint::rgb(0x8a5a3a));
        sheet.round(x + 6.0, -242.0, 28.0, 22.0, 9.0, Tint::rgb(0x8a5a3a));
    }
    sheet.ring(436.0, -196.0, 20.0, 5.0, INK);
    sheet.round(70.0, -196.0, 150.0, 22.0, 11.0, INK.mix(colour, 0.2));
    sheet.rect(230.0, -184.0, 250.0, 26.0, colour);
}

fn lamps(sheet: &mut Sheet, o: &Outline, end: f32, lights: bool) {
    let front = o.top[o.top.len() - 2].1;
    sheet.round(
        end - 52.0,
        front - 12.0,
        46.0,
        20.0,
        9.0,
        Tint::rgb(0xfff3cf),
    );
    sheet.stroke(
        super::sheet::rounded(end - 52.0, front - 12.0, 46.0, 20.0, 9.0),
        1.8,
        INK,
    );
    if lights {
        let beam = [
            (end - 4.0, front - 8.0),
            (end + 260.0, front + 10.0),
            (end + 260.0, -10.0),
            (end - 4.0, front + 8.0),
        ];
        sheet.poly(&beam, Tint::rgb(0xfbe6ae).thin(0.35));
    }
    sheet.round(6.0, o.top[1].1 - 32.0, 24.0, 36.0, 7.0, MARK);
    sheet.round(end - 30.0, o.sill - 34.0, 34.0, 12.0, 5.0, INK.thin(0.6));
}

fn living(sheet: &mut Sheet) {
    for (x, wide) in [(60.0, 120.0), (230.0, 150.0)] {
        sheet.round(x, -360.0, wide, 76.0, 12.0, GLASS);
        sheet.stroke(super::sheet::rounded(x, -360.0, wide, 76.0, 12.0), 2.6, INK);
    }
    sheet.frame(462.0, -372.0, 84.0, 290.0, PAPER, 2.2);
    sheet.frame(478.0, -352.0, 52.0, 64.0, GLASS, 1.8);
    sheet.rect(4.0, -262.0, 452.0, 10.0, MARK);
    sheet.rect(4.0, -246.0, 452.0, 5.0, Tint::rgb(0x1a5b82));
}

fn wheel(sheet: &mut Sheet, x: f32, r: f32) {
    sheet.circle(x, -r, r + 12.0, INK.mix(PAPER, 0.06));
    sheet.circle(x, -r, r, Tint::rgb(0x26302f));
    sheet.circle(x, -r, r * 0.64, Tint::rgb(0xd9dcd8));
    sheet.ring(x, -r, r * 0.64, 2.0, INK);
    for spoke in 0..5 {
        let angle = spoke as f32 * 1.2566 + 0.3;
        let (dx, dy) = (angle.cos() * r * 0.56, angle.sin() * r * 0.56);
        sheet.line(&[(x, -r), (x + dx, -r + dy)], r * 0.13, Tint::rgb(0x8d9794));
    }
    sheet.circle(x, -r, r * 0.15, INK);
}
