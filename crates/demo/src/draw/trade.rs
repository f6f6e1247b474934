//! Still lifes of trades: tools on a table, the van at the door, the work half done.

use super::car::{Body, car};
use super::scenery::{Mood, backdrop, ground, sky};
use super::sheet::{INK, INK2, MARK, PAPER, Sheet, Tint};
use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Still {
    Paint,
    Wood,
    Pipes,
    Bricks,
    Current,
    Sun,
    Garden,
    Heat,
    Roof,
    Paper,
    Van,
}

impl Still {
    pub(crate) const ALL: [Still; 11] = [
        Still::Paint,
        Still::Wood,
        Still::Pipes,
        Still::Bricks,
        Still::Current,
        Still::Sun,
        Still::Garden,
        Still::Heat,
        Still::Roof,
        Still::Paper,
        Still::Van,
    ];
}

const STEEL: Tint = Tint::rgb(0xaab3b0);
const TABLE: f32 = 600.0;

pub(crate) fn still(kind: Still, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    if matches!(kind, Still::Van | Still::Sun | Still::Roof) {
        let mood = *chance.pick(&Mood::ALL[..3]);
        sky(&mut sheet, mood, 560.0, chance);
        backdrop(&mut sheet, mood, 560.0, chance.yes(0.5), chance);
        ground(&mut sheet, mood, 560.0);
    } else {
        bench(&mut sheet, chance);
    }
    match kind {
        Still::Paint => paint(&mut sheet, chance),
        Still::Wood => wood(&mut sheet),
        Still::Pipes => pipes(&mut sheet),
        Still::Bricks => bricks(&mut sheet, chance),
        Still::Current => current(&mut sheet),
        Still::Sun => roof(&mut sheet, true),
        Still::Roof => roof(&mut sheet, false),
        Still::Garden => garden(&mut sheet, chance),
        Still::Heat => heat(&mut sheet),
        Still::Paper => paper(&mut sheet),
        Still::Van => van(&mut sheet, chance),
    }
    sheet
}

fn bench(sheet: &mut Sheet, chance: &mut Chance) {
    let walls = [0xdfe6e1u32, 0xefe6d6, 0xdbe4e8, 0xe9dfd2, 0xd5ddd0];
    let wall = Tint::rgb(*chance.pick(&walls));
    sheet.rect(0.0, 0.0, 1200.0, TABLE, wall);
    let corner = [(760.0, 0.0), (1200.0, 0.0), (1200.0, TABLE), (900.0, TABLE)];
    sheet.hatch(&corner, 0.8, 22.0, 1.3, wall.darker(0.14));
    let wood = Tint::rgb(*chance.pick(&[0xc9a578u32, 0xb58a5f, 0xd8c3a2]));
    sheet.rect(0.0, TABLE, 1200.0, 200.0, wood);
    sheet.rect(0.0, TABLE, 1200.0, 12.0, wood.lighter(0.3));
    for y in [640.0, 690.0, 750.0] {
        sheet.line(&[(0.0, y), (1200.0, y + 4.0)], 1.6, wood.darker(0.2));
    }
    sheet.line(&[(0.0, TABLE), (1200.0, TABLE)], 2.2, INK);
}

fn paint(sheet: &mut Sheet, chance: &mut Chance) {
    let hues = [0xbd4419u32, 0x1a5b82, 0xc9a24f, 0x6f8f72, 0x8c6f7d];
    for (at, x) in [250.0, 500.0, 750.0].into_iter().enumerate() {
        let tint = Tint::rgb(hues[(at + chance.int(0, 1) as usize * 2) % 5]);
        sheet.oval(x + 100.0, 690.0, 240.0, 30.0, INK.thin(0.18));
        sheet.frame(x, 470.0, 190.0, 215.0, STEEL.lighter(0.35), 2.4);
        sheet.rect(x, 530.0, 190.0, 96.0, tint);
        sheet.oval(x + 95.0, 470.0, 190.0, 36.0, tint.darker(0.1));
        sheet.ring(x + 95.0, 400.0, 96.0, 3.0, INK2.thin(0.0));
        sheet.poly(
            &[
                (x + 130.0, 478.0),
                (x + 150.0, 478.0),
                (x + 146.0, 590.0),
                (x + 134.0, 580.0),
            ],
            tint.darker(0.1),
        );
    }
    sheet.line(
        &[(960.0, 700.0), (1120.0, 560.0)],
        24.0,
        Tint::rgb(0x8a6242),
    );
    sheet.poly(
        &[
            (900.0, 730.0),
            (950.0, 672.0),
            (986.0, 704.0),
            (940.0, 762.0),
        ],
        STEEL,
    );
    sheet.poly(
        &[
            (846.0, 778.0),
            (902.0, 728.0),
            (942.0, 762.0),
            (890.0, 796.0),
        ],
        MARK,
    );
    sheet.frame(90.0, 120.0, 240.0, 60.0, Tint::rgb(0xf0dcb0), 2.2);
    sheet.line(
        &[
            (330.0, 150.0),
            (370.0, 150.0),
            (370.0, 220.0),
            (220.0, 220.0),
            (220.0, 300.0),
        ],
        8.0,
        INK2,
    );
}

fn wood(sheet: &mut Sheet) {
    for (at, y) in [640.0, 600.0, 560.0].into_iter().enumerate() {
        let x = 140.0 + at as f32 * 50.0;
        let tint = Tint::rgb([0xd9bd92u32, 0xc9a578, 0xe3cda6][at]);
        sheet.frame(x, y, 820.0, 40.0, tint, 2.2);
        sheet.line(
            &[
                (x + 60.0, y + 14.0),
                (x + 400.0, y + 18.0),
                (x + 760.0, y + 12.0),
            ],
            1.5,
            tint.darker(0.25),
        );
        sheet.ring(x + 260.0, y + 24.0, 8.0, 1.5, tint.darker(0.3));
    }
    let blade = [
        (330.0, 330.0),
        (840.0, 470.0),
        (826.0, 520.0),
        (330.0, 450.0),
    ];
    sheet.shape(&blade, STEEL.lighter(0.3), 2.4);
    for at in 0..24 {
        let (x, y) = (336.0 + at as f32 * 20.4, 452.0 + at as f32 * 2.85);
        sheet.poly(
            &[(x, y - 2.0), (x + 20.0, y), (x + 10.0, y + 15.0)],
            STEEL.darker(0.2),
        );
    }
    sheet.round(210.0, 310.0, 140.0, 150.0, 40.0, MARK);
    sheet.round(246.0, 350.0, 64.0, 66.0, 26.0, Tint::rgb(0xe9e4d8));
    sheet.frame(900.0, 420.0, 46.0, 180.0, Tint::rgb(0x8a6242), 2.2);
    sheet.frame(850.0, 360.0, 150.0, 64.0, Tint::rgb(0x47525a), 2.2);
}

fn pipes(sheet: &mut Sheet) {
    let copper = Tint::rgb(0xc4784c);
    for (points, wide) in [
        (
            vec![(90.0, 0.0), (90.0, 380.0), (420.0, 380.0), (420.0, 500.0)],
            34.0,
        ),
        (
            vec![
                (180.0, 0.0),
                (180.0, 300.0),
                (520.0, 300.0),
                (520.0, 120.0),
                (1200.0, 120.0),
            ],
            34.0,
        ),
    ] {
        sheet.line(&points, wide + 5.0, INK);
        sheet.line(&points, wide, copper);
        sheet.line(&points, 6.0, copper.lighter(0.45));
    }
    for (x, y) in [(90.0, 200.0), (520.0, 210.0), (860.0, 120.0)] {
        sheet.frame(x - 30.0, y - 24.0, 60.0, 48.0, STEEL, 2.2);
    }
    sheet.circle(860.0, 76.0, 34.0, MARK);
    sheet.line(&[(860.0, 100.0), (860.0, 80.0)], 8.0, INK);
    sheet.oval(640.0, 716.0, 660.0, 40.0, INK.thin(0.18));
    sheet.line(&[(420.0, 690.0), (880.0, 570.0)], 44.0, Tint::rgb(0x47525a));
    sheet.line(&[(400.0, 696.0), (620.0, 638.0)], 48.0, MARK);
    sheet.circle(920.0, 556.0, 76.0, Tint::rgb(0x47525a));
    sheet.poly(&[(918.0, 560.0), (1010.0, 470.0), (1030.0, 560.0)], PAPER);
    sheet.circle(926.0, 552.0, 30.0, PAPER);
    sheet.circle(240.0, 690.0, 52.0, STEEL);
    sheet.circle(240.0, 690.0, 26.0, Tint::rgb(0x6d5347));
}

fn bricks(sheet: &mut Sheet, chance: &mut Chance) {
    for row in 0..7 {
        let y = 530.0 - row as f32 * 62.0;
        let shift = if row % 2 == 0 { 0.0 } else { 68.0 };
        let many = 7 - row;
        for at in 0..many {
            let hue = *chance.pick(&[0xb9654bu32, 0xc07458, 0xa65a48, 0xcb8468]);
            let x = 80.0 + shift + at as f32 * 138.0;
            sheet.frame(x, y, 132.0, 56.0, Tint::rgb(hue), 2.0);
            sheet.line(
                &[(x + 12.0, y + 10.0), (x + 120.0, y + 10.0)],
                2.0,
                Tint::rgb(hue).lighter(0.3),
            );
        }
    }
    sheet.poly(
        &[
            (640.0, 730.0),
            (900.0, 650.0),
            (960.0, 720.0),
            (800.0, 770.0),
        ],
        STEEL,
    );
    sheet.line(
        &[(940.0, 690.0), (1000.0, 660.0), (1020.0, 640.0)],
        10.0,
        INK2,
    );
    sheet.line(&[(1020.0, 640.0), (1130.0, 590.0)], 34.0, MARK);
    sheet.line(&[(1040.0, 60.0), (1040.0, 470.0)], 2.4, INK);
    sheet.poly(
        &[(1020.0, 470.0), (1060.0, 470.0), (1040.0, 540.0)],
        Tint::rgb(0xc9a24f),
    );
}

fn current(sheet: &mut Sheet) {
    sheet.line(&[(600.0, 0.0), (600.0, 130.0)], 5.0, INK);
    sheet.circle(600.0, 270.0, 240.0, Tint::rgb(0xfbe6ae).thin(0.35));
    sheet.circle(600.0, 270.0, 170.0, Tint::rgb(0xfbe6ae).thin(0.5));
    sheet.circle(600.0, 270.0, 104.0, Tint::rgb(0xf9dc8c));
    sheet.ring(600.0, 270.0, 104.0, 2.6, INK);
    sheet.frame(560.0, 122.0, 80.0, 62.0, STEEL, 2.4);
    sheet.line(
        &[
            (570.0, 250.0),
            (585.0, 300.0),
            (600.0, 256.0),
            (615.0, 300.0),
            (630.0, 250.0),
        ],
        4.0,
        MARK,
    );
    for x in [180.0, 860.0] {
        sheet.round(x, 300.0, 160.0, 160.0, 18.0, PAPER);
        sheet.stroke(
            super::sheet::rounded(x, 300.0, 160.0, 160.0, 18.0),
            2.4,
            INK,
        );
        sheet.circle(x + 80.0, 380.0, 54.0, Tint::rgb(0xe6e3da));
        sheet.ring(x + 80.0, 380.0, 54.0, 2.0, INK);
        sheet.circle(x + 60.0, 380.0, 8.0, INK);
        sheet.circle(x + 100.0, 380.0, 8.0, INK);
    }
    sheet.line(
        &[
            (120.0, 700.0),
            (360.0, 660.0),
            (520.0, 710.0),
            (700.0, 650.0),
        ],
        12.0,
        Tint::rgb(0x1a5b82),
    );
    sheet.line(
        &[
            (160.0, 730.0),
            (400.0, 690.0),
            (560.0, 740.0),
            (720.0, 690.0),
        ],
        12.0,
        Tint::rgb(0xc9a24f),
    );
    sheet.line(&[(900.0, 690.0), (1010.0, 660.0)], 10.0, STEEL);
    sheet.line(&[(1010.0, 660.0), (1130.0, 626.0)], 40.0, MARK);
}

/// A slope of tiles; with panels for the sun, or with the roofer's ladder.
fn roof(sheet: &mut Sheet, panels: bool) {
    let tile = Tint::rgb(if panels { 0xa35a41 } else { 0x6d6f75 });
    let slope = [
        (230.0, 240.0),
        (970.0, 240.0),
        (1130.0, 620.0),
        (70.0, 620.0),
    ];
    sheet.rect(130.0, 600.0, 940.0, 200.0, Tint::rgb(0xf1ece1));
    sheet.shape(&slope, tile, 2.6);
    for row in 0..13 {
        let y = 262.0 + row as f32 * 28.0;
        let reach = (y - 240.0) / 380.0 * 160.0;
        sheet.line(
            &[(230.0 - reach, y), (970.0 + reach, y)],
            1.6,
            tile.darker(0.3),
        );
    }
    if panels {
        for row in 0..2 {
            for column in 0..4 {
                let (y, part) = (290.0 + row as f32 * 142.0, row as f32);
                let x = 310.0 - part * 20.0 + column as f32 * (148.0 + part * 10.0);
                let wide = 138.0 + part * 10.0;
                let panel = [
                    (x, y),
                    (x + wide, y),
                    (x + wide + 3.0, y + 130.0),
                    (x - 6.0, y + 130.0),
                ];
                sheet.shape(&panel, Tint::rgb(0x1f3f5c), 2.4);
                sheet.hatch(&panel, 0.0, 34.0, 1.4, Tint::rgb(0x6f95b0));
                for line in 1..4 {
                    let y = y + line as f32 * 32.0;
                    sheet.line(&[(x, y), (x + wide, y)], 1.4, Tint::rgb(0x6f95b0));
                }
                sheet.poly(
                    &[
                        (x + 10.0, y + 90.0),
                        (x + 70.0, y + 6.0),
                        (x + 96.0, y + 6.0),
                        (x + 20.0, y + 118.0),
                    ],
                    PAPER.thin(0.2),
                );
            }
        }
    } else {
        for x in [540.0, 620.0] {
            sheet.line(&[(x, 800.0), (x + 40.0, 250.0)], 11.0, Tint::rgb(0xc9a24f));
        }
        for rung in 0..13 {
            let y = 780.0 - rung as f32 * 42.0;
            let x = 540.0 + (800.0 - y) / 550.0 * 40.0;
            sheet.line(
                &[(x, y), (x + 80.0, y)],
                8.0,
                Tint::rgb(0xc9a24f).darker(0.15),
            );
        }
    }
    sheet.frame(800.0, 130.0, 80.0, 170.0, Tint::rgb(0xb9654b), 2.4);
    sheet.rect(790.0, 118.0, 100.0, 16.0, MARK);
}

fn garden(sheet: &mut Sheet, chance: &mut Chance) {
    for (at, x) in [190.0, 420.0, 650.0].into_iter().enumerate() {
        let green = Tint::rgb([0x5b8a66u32, 0x86a874, 0x47755a][at]);
        sheet.oval(x + 60.0, 676.0, 190.0, 26.0, INK.thin(0.18));
        for leaf in 0..13 {
            let angle = (leaf as f32 - 6.0) * 0.24;
            let reach = 190.0 * chance.f32(0.6, 1.1);
            let tip = (x + 60.0 + angle.sin() * reach, 530.0 - angle.cos() * reach);
            sheet.line(&[(x + 60.0, 530.0), tip], 5.0, green.darker(0.2));
            sheet.oval(
                tip.0,
                tip.1,
                36.0,
                50.0,
                green.lighter(if leaf % 2 == 0 { 0.15 } else { 0.0 }),
            );
        }
        for _ in 0..4 {
            sheet.circle(
                x + chance.f32(-40.0, 160.0),
                chance.f32(350.0, 480.0),
                13.0,
                if at == 1 { MARK } else { Tint::rgb(0xf0dcb0) },
            );
        }
        sheet.shape(
            &[
                (x - 20.0, 520.0),
                (x + 140.0, 520.0),
                (x + 116.0, 672.0),
                (x + 4.0, 672.0),
            ],
            Tint::rgb(0xc98267),
            2.4,
        );
    }
    sheet.frame(900.0, 520.0, 170.0, 150.0, Tint::rgb(0x7b8f86), 2.4);
    sheet.line(
        &[(1070.0, 560.0), (1150.0, 480.0)],
        16.0,
        Tint::rgb(0x7b8f86),
    );
    sheet.ring(985.0, 506.0, 56.0, 9.0, Tint::rgb(0x47605a));
    sheet.line(&[(880.0, 760.0), (980.0, 710.0)], 12.0, STEEL);
    sheet.line(&[(980.0, 710.0), (1110.0, 690.0)], 20.0, MARK);
    sheet.line(&[(980.0, 712.0), (1090.0, 746.0)], 20.0, MARK);
}

fn heat(sheet: &mut Sheet) {
    sheet.oval(480.0, 690.0, 720.0, 40.0, INK.thin(0.18));
    sheet.round(160.0, 240.0, 620.0, 430.0, 22.0, Tint::rgb(0xeeece5));
    sheet.stroke(
        super::sheet::rounded(160.0, 240.0, 620.0, 430.0, 22.0),
        2.8,
        INK,
    );
    sheet.circle(370.0, 460.0, 164.0, Tint::rgb(0x47525a));
    for ring in 1..7 {
        sheet.ring(370.0, 460.0, ring as f32 * 26.0, 2.0, STEEL);
    }
    for blade in 0..5 {
        let angle = blade as f32 * 1.2566;
        let tip = (370.0 + angle.cos() * 134.0, 460.0 + angle.sin() * 134.0);
        sheet.line(&[(370.0, 460.0), tip], 26.0, STEEL.thin(0.75));
    }
    sheet.circle(370.0, 460.0, 26.0, MARK);
    for row in 0..6 {
        sheet.round(590.0, 300.0 + row as f32 * 26.0, 150.0, 9.0, 4.0, INK2);
    }
    let copper = Tint::rgb(0xc4784c);
    sheet.line(
        &[
            (780.0, 600.0),
            (930.0, 600.0),
            (930.0, 420.0),
            (1010.0, 420.0),
        ],
        22.0,
        copper,
    );
    sheet.line(
        &[
            (780.0, 640.0),
            (970.0, 640.0),
            (970.0, 470.0),
            (1010.0, 470.0),
        ],
        22.0,
        copper.darker(0.15),
    );
    sheet.round(1000.0, 150.0, 140.0, 440.0, 56.0, PAPER);
    sheet.stroke(
        super::sheet::rounded(1000.0, 150.0, 140.0, 440.0, 56.0),
        2.6,
        INK,
    );
    sheet.circle(1070.0, 260.0, 34.0, Tint::rgb(0xe6e3da));
    sheet.line(&[(1070.0, 260.0), (1088.0, 240.0)], 5.0, MARK);
}

fn paper(sheet: &mut Sheet) {
    for (at, x) in [250.0, 330.0].into_iter().enumerate() {
        let y = 330.0 - at as f32 * 40.0;
        sheet.frame(x, y, 360.0, 420.0, PAPER, 2.2);
        for line in 0..9 {
            let wide = if line % 3 == 2 { 160.0 } else { 280.0 };
            sheet.rect(
                x + 36.0,
                y + 60.0 + line as f32 * 34.0,
                wide,
                8.0,
                INK2.thin(0.4),
            );
        }
        sheet.circle(x + 300.0, y + 370.0, 30.0, MARK.thin(0.9));
    }
    sheet.round(780.0, 400.0, 230.0, 330.0, 20.0, Tint::rgb(0x2b3836));
    sheet.round(806.0, 428.0, 178.0, 66.0, 8.0, Tint::rgb(0xd5e4d0));
    for row in 0..4 {
        for column in 0..3 {
            let tint = if row == 3 && column == 2 {
                MARK
            } else {
                Tint::rgb(0xe6e3da)
            };
            sheet.round(
                808.0 + column as f32 * 62.0,
                518.0 + row as f32 * 50.0,
                50.0,
                38.0,
                8.0,
                tint,
            );
        }
    }
    sheet.line(&[(180.0, 760.0), (470.0, 640.0)], 16.0, Tint::rgb(0x1a5b82));
    sheet.line(&[(160.0, 768.0), (184.0, 758.0)], 8.0, STEEL);
    sheet.frame(1050.0, 520.0, 80.0, 110.0, Tint::rgb(0x6f8f72), 2.2);
    sheet.ring(1136.0, 570.0, 26.0, 8.0, Tint::rgb(0x6f8f72));
}

fn van(sheet: &mut Sheet, chance: &mut Chance) {
    sheet.rect(0.0, 640.0, 1200.0, 160.0, Tint::rgb(0xb9bcb5));
    sheet.at(150.0, 720.0, 1.12, false);
    let hues = [0xf4f2edu32, 0x1a5b82, 0x35664f, 0xd9d6cd, 0xc9a24f];
    car(sheet, Body::Van, Tint::rgb(*chance.pick(&hues)), false);
    sheet.frame(90.0, -330.0, 250.0, 110.0, PAPER, 2.2);
    sheet.circle(150.0, -275.0, 32.0, MARK);
    sheet.rect(200.0, -300.0, 110.0, 14.0, INK);
    sheet.rect(200.0, -268.0, 80.0, 9.0, INK2);
    sheet.line(&[(40.0, -418.0), (480.0, -418.0)], 7.0, INK2);
    for x in [60.0, 250.0, 440.0] {
        sheet.line(&[(x, -418.0), (x, -400.0)], 7.0, INK2);
    }
    sheet.line(
        &[(20.0, -432.0), (520.0, -432.0)],
        10.0,
        Tint::rgb(0xc9a24f),
    );
    sheet.home();
}
