//! Parts of houses: roofs, windows, doors.

use super::house::{Build, FOOT, STOREY};
use super::scenery::{Mood, bush};
use super::sheet::{INK, LINE, MARK, PAPER, Sheet, Tint};
use crate::chance::Chance;

pub(super) fn chimney(sheet: &mut Sheet, x: f32, b: &Build) {
    if b.pitch > 0.0 {
        let top = b.top() - b.pitch * 1.12;
        sheet.frame(x, top, 40.0, b.pitch, b.wall.darker(0.15), 2.0);
        sheet.frame(x - 5.0, top - 10.0, 50.0, 12.0, b.wall.darker(0.3), 1.8);
    }
}

pub(super) fn roof(sheet: &mut Sheet, b: &Build, chance: &mut Chance) {
    let (left, right, top) = (b.left - 22.0, b.right() + 22.0, b.top() + 4.0);
    let inset = match chance.int(0, 2) {
        0 => b.wide * 0.24,
        1 => b.wide * 0.14,
        _ => 26.0,
    };
    let slope = [
        (left, top),
        (left + inset, top - b.pitch),
        (right - inset, top - b.pitch),
        (right, top),
    ];
    sheet.shape(&slope, b.roof, 2.2);
    let mut y = top - 16.0;
    while y > top - b.pitch + 8.0 {
        let part = (top - y) / b.pitch;
        let line = [
            (left + inset * part + 6.0, y),
            (right - inset * part - 6.0, y),
        ];
        sheet.line(&line, 1.3, b.roof.darker(0.22));
        y -= 17.0;
    }
    let dark = [
        (right - inset - 40.0, top - b.pitch),
        (right - inset, top - b.pitch),
        (right, top),
        (right - 70.0, top),
    ];
    sheet.hatch(&dark, -0.5, 12.0, 1.6, b.roof.darker(0.4));
    sheet.rect(left, top - 3.0, right - left, 8.0, b.roof.darker(0.3));
    if b.pitch > 115.0 && b.storeys < 3 {
        dormer(sheet, b, chance);
    }
}

pub(super) fn dormer(sheet: &mut Sheet, b: &Build, chance: &mut Chance) {
    let many = chance.int(0, 2);
    for at in 0..many {
        let x = b.left + b.wide * (at as f32 + 1.0) / (many as f32 + 1.0) - 34.0;
        let y = b.top() - b.pitch * 0.62;
        sheet.frame(x, y, 68.0, 62.0, PAPER.mix(b.wall, 0.4), 1.8);
        sheet.shape(
            &[(x - 10.0, y), (x + 34.0, y - 34.0), (x + 78.0, y)],
            b.roof.darker(0.15),
            1.8,
        );
        pane(sheet, x + 14.0, y + 10.0, 40.0, 44.0, b.mood, chance);
    }
}

pub(super) fn windows(sheet: &mut Sheet, b: &Build, door: bool, chance: &mut Chance) {
    let step = b.wide / b.bays as f32;
    let entrance = if door { chance.int(0, b.bays - 1) } else { -1 };
    let wide = (step * 0.46).min(64.0);
    for storey in 0..b.storeys {
        let y = FOOT - (storey + 1) as f32 * STOREY + 14.0;
        for bay in 0..b.bays {
            let x = b.left + step * (bay as f32 + 0.5) - wide / 2.0;
            if storey == 0 && bay == entrance {
                red_door(sheet, x + wide / 2.0, b);
                continue;
            }
            if let Some(tint) = b.shutters {
                for side in [x - 24.0, x + wide + 4.0] {
                    sheet.frame(side, y - 2.0, 20.0, 72.0, tint, 1.2);
                    let panel = [
                        (side, y),
                        (side + 20.0, y),
                        (side + 20.0, y + 68.0),
                        (side, y + 68.0),
                    ];
                    sheet.hatch(&panel, 30.0, 170.0, 1.0, tint.darker(0.3));
                }
            }
            pane(sheet, x, y, wide, 66.0, b.mood, chance);
            sheet.rect(x - 6.0, y + 67.0, wide + 12.0, 6.0, PAPER.mix(LINE, 0.5));
            if storey == 0 && chance.yes(0.25) && b.mood != Mood::Winter {
                bush(sheet, x + wide / 2.0, y + 70.0, 15.0, b.mood, chance);
            }
        }
    }
}

pub(crate) fn pane(
    sheet: &mut Sheet,
    x: f32,
    y: f32,
    wide: f32,
    high: f32,
    mood: Mood,
    chance: &mut Chance,
) {
    let glass = mood.glass(chance);
    sheet.frame(x - 4.0, y - 4.0, wide + 8.0, high + 8.0, PAPER, 1.5);
    sheet.rect(x, y, wide, high, glass);
    let gleam = [
        (x, y + high * 0.6),
        (x, y + high * 0.25),
        (x + wide * 0.5, y),
        (x + wide * 0.85, y),
    ];
    sheet.poly(&gleam, glass.lighter(0.35));
    sheet.rect(x + wide / 2.0 - 1.6, y, 3.2, high, PAPER);
    sheet.rect(x, y + high * 0.36, wide, 3.0, PAPER);
}

pub(super) fn red_door(sheet: &mut Sheet, x: f32, b: &Build) {
    let top = FOOT - 90.0;
    sheet.frame(x - 31.0, top - 6.0, 62.0, 96.0, PAPER, 1.8);
    sheet.rect(x - 25.0, top, 50.0, 90.0, b.mood.seen(MARK));
    sheet.rect(
        x - 17.0,
        top + 9.0,
        34.0,
        22.0,
        b.mood.seen(Tint::rgb(0xf0dcb0)),
    );
    sheet.circle(x + 17.0, top + 52.0, 3.0, PAPER);
    sheet.frame(x - 42.0, FOOT - 4.0, 84.0, 9.0, Tint::rgb(0xcfcabd), 1.3);
    let path = [
        (x - 26.0, FOOT + 5.0),
        (x + 26.0, FOOT + 5.0),
        (x + 90.0, 800.0),
        (x - 130.0, 800.0),
    ];
    sheet.poly(&path, b.mood.seen(Tint::rgb(0xe6dfcf)));
    sheet.hatch(&path, 14.0, 330.0, 1.5, b.mood.seen(Tint::rgb(0xc4bba7)));
}

/// A lower part beside the house, with a garage door.
pub(super) fn wing(sheet: &mut Sheet, b: &Build, chance: &mut Chance) {
    let wide = chance.f32(190.0, 230.0);
    let left = if chance.yes(0.5) {
        b.left - wide + 4.0
    } else {
        b.right() - 4.0
    };
    let top = FOOT - STOREY - 20.0;
    sheet.frame(left, top, wide, FOOT - top, b.wall.darker(0.08), 2.0);
    let slope = [
        (left - 12.0, top + 3.0),
        (left + 30.0, top - 66.0),
        (left + wide - 30.0, top - 66.0),
        (left + wide + 12.0, top + 3.0),
    ];
    sheet.shape(&slope, b.roof.darker(0.08), 2.0);
    sheet.hatch(&slope, 0.9, 15.0, 1.3, b.roof.darker(0.25));
    let (x, wide) = (left + wide * 0.18, wide * 0.64);
    sheet.frame(
        x,
        top + 34.0,
        wide,
        FOOT - top - 34.0,
        PAPER.mix(LINE, 0.6),
        1.8,
    );
    for up in 1..4 {
        let y = top + 34.0 + up as f32 * 22.0;
        sheet.line(&[(x, y), (x + wide, y)], 1.3, INK.thin(0.35));
    }
}

pub(super) fn balcony(sheet: &mut Sheet, b: &Build) {
    let y = FOOT - STOREY + 4.0;
    let wood = b.wall.darker(0.35);
    sheet.frame(b.left - 26.0, y, b.wide + 52.0, 10.0, wood, 1.6);
    let mut x = b.left - 22.0;
    while x < b.right() + 22.0 {
        sheet.rect(x, y - 36.0, 5.0, 36.0, wood);
        x += 21.0;
    }
    sheet.frame(b.left - 26.0, y - 42.0, b.wide + 52.0, 8.0, wood, 1.4);
}
