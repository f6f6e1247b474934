//! Garages, car parks and land.

use super::block::FOOT;
use super::scenery::{Mood, backdrop, ground, sky, tree};
use super::sheet::{INK, INK2, LINE, MARK, PAPER, Sheet, Tint, smooth};
use crate::chance::Chance;

/// Meadows, fields or a building plot with its stakes.
pub(crate) fn land(wood: bool, mood: Mood, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    sky(&mut sheet, mood, 380.0, chance);
    backdrop(&mut sheet, mood, 390.0, false, chance);
    ground(&mut sheet, mood, 380.0);
    let hues = [0xc9c07au32, 0x9db97f, 0xd8c48a, 0x86a874, 0xb7cf95];
    for at in 0..5 {
        let x = -300.0 + at as f32 * 330.0;
        let field = [
            (x + 140.0, 384.0),
            (x + 420.0, 384.0),
            (x + 350.0, 560.0),
            (x, 560.0),
        ];
        let tint = mood.seen(Tint::rgb(if mood == Mood::Winter {
            0xe3e7e2
        } else {
            *chance.pick(&hues)
        }));
        sheet.poly(&field, tint);
        sheet.hatch(&field, -0.5, 15.0, 1.3, tint.darker(0.16));
    }
    let many = if wood { 16 } else { chance.int(3, 6) };
    for at in 0..many {
        let foot = 400.0 + at as f32 * if wood { 18.0 } else { 8.0 };
        tree(
            &mut sheet,
            chance.f32(0.0, 1200.0),
            foot,
            foot * 0.2,
            mood,
            chance,
        );
    }
    if !wood {
        let plot = [
            (380.0, 480.0),
            (860.0, 470.0),
            (1060.0, 720.0),
            (170.0, 740.0),
        ];
        sheet.poly(&plot, mood.seen(Tint::rgb(0xd9c9a0)).thin(0.75));
        sheet.hatch(&plot, 1.1, 26.0, 1.5, INK2.thin(0.45));
        sheet.stroke(smooth(&[plot[0], plot[1]], false), 2.0, INK);
        for (at, from) in plot.iter().enumerate() {
            sheet.line(&[*from, plot[(at + 1) % 4]], 2.4, MARK);
            sheet.rect(from.0 - 4.0, from.1 - 64.0, 8.0, 66.0, PAPER);
            sheet.rect(from.0 - 4.0, from.1 - 48.0, 8.0, 16.0, MARK);
        }
    }
    sheet
}

pub(super) fn garages(sheet: &mut Sheet, mood: Mood, chance: &mut Chance) {
    let wall = mood.seen(Tint::rgb(*chance.pick(&[0xb9654bu32, 0xe5d3b3, 0xd9d6cd])));
    sheet.frame(60.0, 340.0, 1080.0, FOOT - 340.0, wall, 2.2);
    sheet.rect(46.0, 322.0, 1108.0, 22.0, wall.darker(0.35));
    let offered = chance.int(0, 3);
    for at in 0..4 {
        let x = 96.0 + at as f32 * 262.0;
        let tint = if at == offered {
            mood.seen(MARK)
        } else {
            PAPER.mix(LINE, 0.5)
        };
        sheet.frame(x, 430.0, 220.0, FOOT - 430.0, tint, 2.2);
        for row in 1..5 {
            let y = 430.0 + row as f32 * 50.0;
            sheet.line(&[(x, y), (x + 220.0, y)], 1.6, tint.darker(0.35));
        }
        sheet.round(x + 94.0, 610.0, 32.0, 8.0, 4.0, INK);
    }
}

pub(super) fn parking(sheet: &mut Sheet, mood: Mood, chance: &mut Chance) {
    sheet.rect(0.0, 620.0, 1200.0, 180.0, mood.seen(Tint::rgb(0x9ba19d)));
    sheet.rect(0.0, 300.0, 1200.0, 330.0, mood.seen(Tint::rgb(0xcfccc2)));
    for x in [150.0, 520.0, 890.0] {
        sheet.frame(x, 300.0, 60.0, 330.0, mood.seen(Tint::rgb(0xb5b2a8)), 2.0);
        sheet.rect(x, 540.0, 60.0, 16.0, Tint::rgb(0xc9a24f));
    }
    for x in [40.0, 400.0, 770.0, 1130.0] {
        sheet.line(&[(x + 60.0, 632.0), (x, 800.0)], 8.0, PAPER);
    }
    let colours = [0x1a5b82u32, 0x6f8f72, 0xd9dcd8];
    sheet.at(330.0, 700.0, 0.48, false);
    super::car::car(
        sheet,
        super::car::Body::Hatchback,
        Tint::rgb(*chance.pick(&colours)),
        false,
    );
    sheet.home();
    sheet.frame(926.0, 350.0, 120.0, 120.0, Tint::rgb(0x1a5b82), 2.5);
    sheet.line(
        &[
            (966.0, 450.0),
            (966.0, 374.0),
            (1000.0, 378.0),
            (1004.0, 404.0),
            (968.0, 416.0),
        ],
        13.0,
        PAPER,
    );
}
