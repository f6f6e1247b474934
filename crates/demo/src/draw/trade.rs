//! Still lifes of trades: tools on a table, the van at the door, the work half done.

use super::scenery::{Mood, backdrop, ground, sky};
use super::sheet::{INK, INK2, MARK, PAPER, Sheet, Tint};
use super::work::{garden, heat, paper, roof, van};
use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Still {
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

#[cfg(test)]
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

pub(super) const STEEL: Tint = Tint::rgb(0xaab3b0);
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
