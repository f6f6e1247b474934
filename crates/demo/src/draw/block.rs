//! Blocks of flats, shops, offices, halls, garages and land.

use super::land::{garages, parking};
use super::parts::pane;
use super::scenery::{Mood, backdrop, bush, ground, sky, tree, walker};
use super::sheet::{INK, INK2, LINE, MARK, PAPER, Sheet, Tint};
use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Block {
    Old,
    Modern,
    Tower,
    Shop,
    Office,
    Hall,
    Garage,
    Parking,
}

pub(super) const FOOT: f32 = 680.0;

pub(crate) fn block(kind: Block, mood: Mood, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    sky(&mut sheet, mood, 620.0, chance);
    backdrop(&mut sheet, mood, 620.0, kind != Block::Hall, chance);
    ground(&mut sheet, mood, 620.0);
    street(&mut sheet, mood);
    match kind {
        Block::Old => old(&mut sheet, mood, chance),
        Block::Modern => modern(&mut sheet, mood, chance.int(4, 6), chance),
        Block::Tower => modern(&mut sheet, mood, 8, chance),
        Block::Shop => shop(&mut sheet, mood, chance),
        Block::Office => office(&mut sheet, mood, chance),
        Block::Hall => hall(&mut sheet, mood, chance),
        Block::Garage => garages(&mut sheet, mood, chance),
        Block::Parking => parking(&mut sheet, mood, chance),
    }
    if !matches!(kind, Block::Garage | Block::Parking) {
        for x in [chance.f32(30.0, 110.0), chance.f32(1090.0, 1170.0)] {
            tree(
                &mut sheet,
                x,
                FOOT + 14.0,
                chance.f32(110.0, 160.0),
                mood,
                chance,
            );
        }
        walker(&mut sheet, chance.f32(180.0, 1000.0), FOOT + 44.0, 92.0);
    }
    sheet
}

fn street(sheet: &mut Sheet, mood: Mood) {
    sheet.rect(0.0, FOOT, 1200.0, 60.0, mood.seen(Tint::rgb(0xdcd7ca)));
    sheet.rect(
        0.0,
        FOOT + 52.0,
        1200.0,
        90.0,
        mood.seen(Tint::rgb(0x9ba19d)),
    );
    sheet.rect(
        0.0,
        FOOT + 48.0,
        1200.0,
        6.0,
        mood.seen(Tint::rgb(0xf1ede3)),
    );
}

fn shade(sheet: &mut Sheet, right: f32, top: f32, wall: Tint) {
    let side = [
        (right - 54.0, top),
        (right, top),
        (right, FOOT),
        (right - 54.0, FOOT),
    ];
    sheet.hatch(&side, 0.8, 10.0, 1.5, wall.darker(0.3));
}

fn old(sheet: &mut Sheet, mood: Mood, chance: &mut Chance) {
    let wall = mood.seen(Tint::rgb(*chance.pick(&[
        0xe9dcc0u32,
        0xe2d3b8,
        0xd9cdb9,
        0xc98267,
        0xe8e0d0,
    ])));
    let bays = chance.int(5, 7);
    let wide = bays as f32 * 112.0;
    let left = 600.0 - wide / 2.0;
    let top = 200.0;
    sheet.frame(left, top, wide, FOOT - top, wall, 2.2);
    let roof = if mood == Mood::Winter {
        Tint::rgb(0xf1f3f2)
    } else {
        mood.seen(Tint::rgb(0x5f6a72))
    };
    sheet.shape(
        &[
            (left - 14.0, top),
            (left + 34.0, top - 96.0),
            (left + wide - 34.0, top - 96.0),
            (left + wide + 14.0, top),
        ],
        roof,
        2.2,
    );
    for bay in 0..bays {
        let x = left + bay as f32 * 112.0 + 30.0;
        sheet.frame(x + 4.0, top - 72.0, 44.0, 72.0, wall.lighter(0.2), 1.6);
        pane(sheet, x + 12.0, top - 58.0, 28.0, 50.0, mood, chance);
        for storey in 0..3 {
            let y = top + 22.0 + storey as f32 * 114.0;
            pane(sheet, x, y, 52.0, 78.0, mood, chance);
            sheet.line(
                &[
                    (x - 10.0, y + 80.0),
                    (x - 10.0, y + 52.0),
                    (x + 62.0, y + 52.0),
                    (x + 62.0, y + 80.0),
                ],
                2.2,
                INK,
            );
            for at in 0..7 {
                sheet.line(
                    &[
                        (x - 4.0 + at as f32 * 10.0, y + 52.0),
                        (x - 4.0 + at as f32 * 10.0, y + 80.0),
                    ],
                    1.4,
                    INK,
                );
            }
        }
    }
    for y in [top + 112.0, top + 226.0, top + 340.0] {
        sheet.rect(left - 4.0, y, wide + 8.0, 7.0, wall.darker(0.2));
    }
    shade(sheet, left + wide, top, wall);
    ground_floor(sheet, left, wide, 560.0, mood, chance);
}

fn ground_floor(
    sheet: &mut Sheet,
    left: f32,
    wide: f32,
    top: f32,
    mood: Mood,
    chance: &mut Chance,
) {
    let step = wide / 5.0;
    let entrance = chance.int(1, 3);
    for bay in 0..5 {
        let x = left + bay as f32 * step + step * 0.2;
        if bay == entrance {
            sheet.frame(x, top, step * 0.6, FOOT - top, mood.seen(MARK), 2.0);
            sheet.rect(
                x + 8.0,
                top + 8.0,
                step * 0.6 - 16.0,
                34.0,
                Tint::rgb(0xf0dcb0),
            );
        } else {
            pane(
                sheet,
                x,
                top + 6.0,
                step * 0.6,
                FOOT - top - 40.0,
                mood,
                chance,
            );
        }
    }
}

fn modern(sheet: &mut Sheet, mood: Mood, storeys: i64, chance: &mut Chance) {
    let wall = mood.seen(Tint::rgb(*chance.pick(&[
        0xf3f0e8u32,
        0xd9d5ca,
        0xb97a5c,
        0xcfd8d8,
        0xe8dcc8,
        0x8f6f5c,
    ])));
    let high = if storeys > 6 { 66.0 } else { 86.0 };
    let bays = if storeys > 6 { 4 } else { chance.int(4, 6) };
    let wide = bays as f32 * 130.0;
    let (left, top) = (600.0 - wide / 2.0, FOOT - 50.0 - storeys as f32 * high);
    sheet.frame(left, top, wide, FOOT - top, wall, 2.2);
    sheet.rect(left - 8.0, top - 12.0, wide + 16.0, 14.0, wall.darker(0.3));
    let rail = mood.seen(Tint::rgb(*chance.pick(&[0x9dbbc6u32, 0x47525a, 0xb58a5f])));
    for storey in 0..storeys {
        let y = top + storey as f32 * high + 12.0;
        for bay in 0..bays {
            let x = left + bay as f32 * 130.0 + 16.0;
            if (bay + storey) % 2 == 0 {
                pane(sheet, x, y, 98.0, high - 26.0, mood, chance);
                sheet.frame(x - 12.0, y + high - 44.0, 122.0, 30.0, rail.thin(0.9), 1.5);
                sheet.rect(x - 14.0, y + high - 16.0, 126.0, 8.0, wall.darker(0.35));
                if chance.yes(0.3) {
                    bush(
                        sheet,
                        x + chance.f32(10.0, 90.0),
                        y + high - 42.0,
                        11.0,
                        mood,
                        chance,
                    );
                }
            } else {
                pane(sheet, x + 24.0, y + 4.0, 50.0, high - 34.0, mood, chance);
            }
        }
    }
    shade(sheet, left + wide, top, wall);
    sheet.frame(left, FOOT - 62.0, wide, 62.0, wall.darker(0.35), 2.0);
    sheet.rect(left + wide * 0.45, FOOT - 54.0, 54.0, 54.0, mood.seen(MARK));
    for x in [0.08, 0.26, 0.66, 0.84] {
        sheet.rect(
            left + wide * x,
            FOOT - 48.0,
            wide * 0.1,
            36.0,
            mood.glass(chance),
        );
    }
}

fn shop(sheet: &mut Sheet, mood: Mood, chance: &mut Chance) {
    let wall = mood.seen(Tint::rgb(*chance.pick(&[0xb9654bu32, 0xe5d3b3, 0xcfd3cd])));
    sheet.frame(250.0, 220.0, 700.0, FOOT - 220.0, wall, 2.2);
    sheet.rect(240.0, 208.0, 720.0, 14.0, wall.darker(0.3));
    for x in [310.0, 470.0, 630.0, 790.0] {
        pane(sheet, x, 262.0, 84.0, 110.0, mood, chance);
    }
    let sign = mood.seen(Tint::rgb(*chance.pick(&[0x173430u32, 0x1a5b82, 0x35664f])));
    sheet.frame(270.0, 416.0, 660.0, 48.0, sign, 2.0);
    sheet.round(440.0, 434.0, 320.0, 12.0, 6.0, PAPER);
    for at in 0..11 {
        let x = 276.0 + at as f32 * 59.0;
        let tint = if at % 2 == 0 { mood.seen(MARK) } else { PAPER };
        sheet.poly(
            &[
                (x, 464.0),
                (x + 59.0, 464.0),
                (x + 53.0, 514.0),
                (x - 6.0, 514.0),
            ],
            tint,
        );
    }
    pane(sheet, 290.0, 526.0, 250.0, 130.0, mood, chance);
    pane(sheet, 660.0, 526.0, 250.0, 130.0, mood, chance);
    sheet.frame(562.0, 522.0, 78.0, FOOT - 522.0, sign, 2.0);
    sheet.rect(574.0, 534.0, 54.0, 90.0, mood.glass(chance));
    shade(sheet, 950.0, 222.0, wall);
}

fn office(sheet: &mut Sheet, mood: Mood, chance: &mut Chance) {
    let frame = mood.seen(Tint::rgb(*chance.pick(&[0x47525au32, 0x173430, 0xe7e4dc])));
    let (left, wide, top) = (260.0, 680.0, 150.0);
    sheet.frame(left, top, wide, FOOT - top, frame, 2.2);
    for row in 0..6 {
        for column in 0..9 {
            let (x, y) = (
                left + 14.0 + column as f32 * 73.0,
                top + 14.0 + row as f32 * 74.0,
            );
            let glass = mood.glass(chance);
            sheet.rect(x, y, 66.0, 62.0, glass);
            sheet.poly(
                &[(x, y + 46.0), (x + 36.0, y), (x + 56.0, y), (x, y + 62.0)],
                glass.lighter(0.25),
            );
        }
    }
    sheet.frame(
        left + 250.0,
        FOOT - 74.0,
        180.0,
        74.0,
        mood.seen(Tint::rgb(0x9dbbc6)),
        2.0,
    );
    sheet.rect(left + 220.0, FOOT - 88.0, 240.0, 14.0, mood.seen(MARK));
    shade(sheet, left + wide, top, frame);
}

fn hall(sheet: &mut Sheet, mood: Mood, chance: &mut Chance) {
    let wall = mood.seen(Tint::rgb(*chance.pick(&[0xcfd8d8u32, 0xd9d5ca, 0x8fa3a0])));
    sheet.shape(
        &[
            (150.0, FOOT),
            (150.0, 380.0),
            (600.0, 280.0),
            (1050.0, 380.0),
            (1050.0, FOOT),
        ],
        wall,
        2.4,
    );
    sheet.hatch(
        &[
            (150.0, 384.0),
            (600.0, 288.0),
            (1050.0, 384.0),
            (1050.0, FOOT),
            (150.0, FOOT),
        ],
        0.0,
        16.0,
        1.3,
        wall.darker(0.18),
    );
    sheet.line(
        &[(134.0, 384.0), (600.0, 280.0), (1066.0, 384.0)],
        12.0,
        wall.darker(0.45),
    );
    for x in [230.0, 470.0] {
        sheet.frame(x, 480.0, 190.0, FOOT - 480.0, PAPER.mix(LINE, 0.5), 2.2);
        for row in 1..6 {
            sheet.line(
                &[
                    (x, 480.0 + row as f32 * 34.0),
                    (x + 190.0, 480.0 + row as f32 * 34.0),
                ],
                1.6,
                INK2,
            );
        }
    }
    sheet.frame(740.0, 560.0, 70.0, FOOT - 560.0, mood.seen(MARK), 2.0);
    for x in [850.0, 930.0] {
        pane(sheet, x, 520.0, 60.0, 60.0, mood, chance);
    }
}
