//! Floor plans: walls, doors, windows, a little furniture, the north.

use super::sheet::{INK, INK2, LINE, MARK, PAPER, Sheet, Tint};
use crate::chance::Chance;

/// A floor plan: walls, doors, windows, a little furniture, the north.
pub(crate) fn floor_plan(bedrooms: i64, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    let page = [(0.0, 0.0), (1200.0, 0.0), (1200.0, 800.0), (0.0, 800.0)];
    sheet.hatch(&page, 0.0, 40.0, 0.6, LINE);
    for row in 0..20 {
        sheet.line(
            &[(0.0, row as f32 * 40.0), (1200.0, row as f32 * 40.0)],
            0.6,
            LINE,
        );
    }
    let (left, top, wide, high) = (170.0, 110.0, 860.0, 560.0);
    sheet.rect(left, top, wide, high, Tint::rgb(0xffffff));
    let split = top + high * chance.f32(0.44, 0.52);
    let day = left + wide * chance.f32(0.5, 0.6);
    let tints = [0xeef1eau32, 0xf4efe4, 0xe9eff1, 0xf3eae4];
    sheet.rect(
        left,
        split,
        day - left,
        top + high - split,
        Tint::rgb(tints[1]),
    );
    sheet.rect(
        day,
        split,
        left + wide - day,
        top + high - split,
        Tint::rgb(tints[3]),
    );
    let rooms = bedrooms.clamp(1, 5) + 1;
    let mut walls = vec![
        (left, split, left + wide, split),
        (day, split, day, top + high),
    ];
    let mut x = left;
    for at in 0..rooms {
        let bath = at == rooms - 1;
        let share = if bath { 0.7 } else { 1.0 };
        let room = wide * share / (rooms as f32 - 0.3);
        sheet.rect(
            x,
            top,
            room.min(left + wide - x),
            split - top,
            Tint::rgb(tints[if bath { 2 } else { 0 }]),
        );
        if bath {
            bath_things(&mut sheet, x, top, room);
        } else {
            bed(
                &mut sheet,
                x + room / 2.0,
                top + 20.0,
                room.min(150.0) * 0.62,
            );
            walls.push((x + room, top, x + room, split));
        }
        door(&mut sheet, x + room * 0.6, split);
        sheet.rect(x + room * 0.3, top - 6.0, room * 0.4, 12.0, PAPER);
        x += room;
    }
    table(&mut sheet, left, split, day, top + high, chance);
    outline(&mut sheet, &walls, (left, top, wide, high));
    sheet.rect(
        left + wide * 0.12,
        top + high - 6.0,
        wide * 0.22,
        12.0,
        PAPER,
    );
    sheet.rect(day + 60.0, top + high - 6.0, 110.0, 12.0, PAPER);
    for x in [left + wide * 0.12, day + 60.0] {
        sheet.line(&[(x, top + high), (x + 110.0, top + high)], 1.8, INK);
    }
    measures(&mut sheet, left, top, wide, high, day);
    sheet
}

fn outline(sheet: &mut Sheet, walls: &[(f32, f32, f32, f32)], frame: (f32, f32, f32, f32)) {
    let (left, top, wide, high) = frame;
    for (x, y, right, bottom) in walls {
        sheet.line(&[(*x, *y), (*right, *bottom)], 6.0, INK);
    }
    let corners = [
        (left, top),
        (left + wide, top),
        (left + wide, top + high),
        (left, top + high),
        (left, top),
    ];
    sheet.line(&corners, 12.0, INK);
}

fn door(sheet: &mut Sheet, x: f32, y: f32) {
    sheet.rect(x - 26.0, y - 4.0, 52.0, 8.0, PAPER);
    let arc: Vec<(f32, f32)> = (0..=8)
        .map(|at| at as f32 * 0.196)
        .map(|a| (x - 26.0 + a.cos() * 52.0, y + a.sin() * 52.0))
        .collect();
    sheet.line(&arc, 1.3, INK2);
    sheet.line(&[(x - 26.0, y), (x - 26.0, y + 52.0)], 2.0, INK2);
}

fn bed(sheet: &mut Sheet, x: f32, y: f32, wide: f32) {
    sheet.frame(x - wide / 2.0, y, wide, wide * 1.25, PAPER, 1.5);
    for side in [-0.44, 0.04] {
        sheet.frame(
            x + wide * side,
            y + 6.0,
            wide * 0.4,
            wide * 0.24,
            PAPER.darker(0.04),
            1.2,
        );
    }
    sheet.line(
        &[
            (x - wide / 2.0, y + wide * 0.42),
            (x + wide / 2.0, y + wide * 0.42),
        ],
        1.2,
        INK2,
    );
}

fn bath_things(sheet: &mut Sheet, x: f32, y: f32, wide: f32) {
    sheet.round(x + wide * 0.25, y + 22.0, wide * 0.55, 62.0, 24.0, PAPER);
    sheet.stroke(
        super::sheet::rounded(x + wide * 0.25, y + 22.0, wide * 0.55, 62.0, 24.0),
        1.6,
        INK2,
    );
    sheet.ring(x + wide * 0.68, y + 140.0, 17.0, 1.6, INK2);
    sheet.ring(x + wide * 0.68, y + 186.0, 21.0, 1.6, INK2);
}

fn table(sheet: &mut Sheet, left: f32, top: f32, right: f32, bottom: f32, chance: &mut Chance) {
    let (x, y) = (
        (left + right) / 2.0 + chance.f32(-60.0, 20.0),
        (top + bottom) / 2.0,
    );
    sheet.frame(x - 70.0, y - 30.0, 140.0, 66.0, PAPER, 1.6);
    for (dx, dy) in [(-40.0, -46.0), (20.0, -46.0), (-40.0, 40.0), (20.0, 40.0)] {
        sheet.frame(x + dx, y + dy, 26.0, 14.0, PAPER, 1.2);
    }
    sheet.frame(left + 26.0, y - 60.0, 44.0, 130.0, PAPER, 1.6);
    sheet.frame(right + 20.0, bottom - 64.0, 240.0, 44.0, PAPER, 1.6);
    for at in 0..4 {
        sheet.ring(
            right + 50.0 + at as f32 * 26.0,
            bottom - 42.0,
            8.0,
            1.2,
            INK2,
        );
    }
}

fn measures(sheet: &mut Sheet, left: f32, top: f32, wide: f32, high: f32, day: f32) {
    let y = top + high + 50.0;
    sheet.line(&[(left, y), (left + wide, y)], 1.4, INK2);
    for x in [left, day, left + wide] {
        sheet.line(&[(x - 7.0, y + 7.0), (x + 7.0, y - 7.0)], 1.8, INK2);
    }
    let x = left - 50.0;
    sheet.line(&[(x, top), (x, top + high)], 1.4, INK2);
    for y in [top, top + high] {
        sheet.line(&[(x - 7.0, y + 7.0), (x + 7.0, y - 7.0)], 1.8, INK2);
    }
    let (x, y) = (1112.0, 150.0);
    sheet.ring(x, y, 34.0, 1.8, INK2);
    sheet.poly(
        &[
            (x, y - 50.0),
            (x + 13.0, y + 8.0),
            (x, y),
            (x - 13.0, y + 8.0),
        ],
        MARK,
    );
}
