//! Interiors.

use super::scenery::Mood;
use super::sheet::{INK, INK2, LINE, MARK, PAPER, Sheet, Tint};
use super::things::{lamp, picture, plant, window};
use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Room {
    Living,
    Kitchen,
    Bedroom,
    Bathroom,
}

pub(super) struct Hues {
    pub(super) wall: Tint,
    pub(super) floor: Tint,
    pub(super) cloth: Tint,
    pub(super) wood: Tint,
    pub(super) mood: Mood,
}

const FLOOR: f32 = 590.0;

pub(crate) fn room(kind: Room, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    let walls = [
        0xf1ece0u32,
        0xe3e9e4,
        0xe9dfd2,
        0xdbe4e8,
        0xefe6da,
        0xd5ddd0,
    ];
    let floors = [0xcda77cu32, 0xb58a63, 0xd8c3a2, 0x9a7452, 0xc9c5ba];
    let cloths = [
        0x5f7f8cu32,
        0x6f8f72,
        0xb98a5a,
        0x8c6f7d,
        0x35664f,
        0x47606e,
        0xc9a24f,
    ];
    let woods = [0x8a6242u32, 0xb58a5f, 0x5d4636, 0xd9bd92];
    let hues = Hues {
        wall: Tint::rgb(*chance.pick(&walls)),
        floor: Tint::rgb(if kind == Room::Bathroom {
            0xcfd3cd
        } else {
            *chance.pick(&floors)
        }),
        cloth: Tint::rgb(*chance.pick(&cloths)),
        wood: Tint::rgb(*chance.pick(&woods)),
        mood: *chance.pick(&Mood::ALL),
    };
    shell(&mut sheet, &hues, chance);
    match kind {
        Room::Living => living(&mut sheet, &hues, chance),
        Room::Kitchen => kitchen(&mut sheet, &hues, chance),
        Room::Bedroom => bedroom(&mut sheet, &hues, chance),
        Room::Bathroom => bathroom(&mut sheet, &hues, chance),
    }
    sheet
}

fn shell(sheet: &mut Sheet, h: &Hues, chance: &mut Chance) {
    sheet.rect(0.0, 0.0, 1200.0, FLOOR, h.wall);
    let side = [(0.0, 0.0), (120.0, 50.0), (120.0, FLOOR), (0.0, 680.0)];
    sheet.poly(&side, h.wall.darker(0.12));
    sheet.hatch(&side, 0.7, 17.0, 1.2, h.wall.darker(0.22));
    sheet.line(&[(120.0, 50.0), (120.0, FLOOR)], 1.6, INK2);
    let floor = [
        (0.0, 680.0),
        (120.0, FLOOR),
        (1200.0, FLOOR),
        (1200.0, 800.0),
        (0.0, 800.0),
    ];
    sheet.poly(&floor, h.floor);
    for at in -2..14 {
        let x = at as f32 * 105.0;
        sheet.line(
            &[(x + 60.0, FLOOR), (x - 130.0 + (x - 500.0) * 0.25, 800.0)],
            1.5,
            h.floor.darker(0.2),
        );
    }
    sheet.rect(120.0, FLOOR - 16.0, 1080.0, 16.0, PAPER);
    sheet.line(&[(120.0, FLOOR), (1200.0, FLOOR)], 1.8, INK);
    if chance.yes(0.5) {
        sheet.poly(
            &[
                (640.0, FLOOR),
                (880.0, FLOOR),
                (720.0, 800.0),
                (420.0, 800.0),
            ],
            PAPER.thin(0.2),
        );
    }
}

fn living(sheet: &mut Sheet, h: &Hues, chance: &mut Chance) {
    window(
        sheet,
        chance.f32(220.0, 330.0),
        130.0,
        210.0,
        260.0,
        h,
        chance,
    );
    picture(sheet, chance.f32(640.0, 720.0), 170.0, chance);
    lamp(sheet, chance.f32(560.0, 620.0), 70.0, h);
    let shelf = 960.0;
    if chance.yes(0.6) {
        sheet.frame(shelf, 190.0, 170.0, FLOOR - 190.0, h.wood, 2.2);
        for row in 0..4 {
            let y = 202.0 + row as f32 * 96.0;
            sheet.rect(shelf + 12.0, y, 146.0, 84.0, h.wood.darker(0.35));
            let mut x = shelf + 16.0;
            while x < shelf + chance.f32(100.0, 146.0) {
                let (wide, high) = (chance.f32(10.0, 20.0), chance.f32(46.0, 74.0));
                let hue = *chance.pick(&[0xc9a24fu32, 0x5f7f8c, 0xe9dfd2, 0x6f8f72, 0x8c6f7d]);
                sheet.rect(x, y + 84.0 - high, wide, high, Tint::rgb(hue));
                x += wide + 2.0;
            }
        }
    } else {
        plant(sheet, 1040.0, FLOOR + 40.0, 190.0, chance);
    }
    sheet.oval(640.0, 740.0, 820.0, 110.0, h.cloth.lighter(0.6));
    sheet.oval(640.0, 740.0, 740.0, 92.0, h.cloth.lighter(0.72));
    sheet.oval(600.0, 694.0, 640.0, 30.0, INK.thin(0.16));
    sheet.round(300.0, 470.0, 580.0, 150.0, 30.0, h.cloth);
    sheet.round(260.0, 530.0, 90.0, 150.0, 28.0, h.cloth.darker(0.1));
    sheet.round(830.0, 530.0, 90.0, 150.0, 28.0, h.cloth.darker(0.1));
    for x in [346.0, 592.0] {
        sheet.round(x, 576.0, 242.0, 60.0, 20.0, h.cloth.lighter(0.14));
    }
    sheet.rect(300.0, 630.0, 580.0, 44.0, h.cloth.darker(0.16));
    sheet.round(370.0, 510.0, 84.0, 76.0, 16.0, Tint::rgb(0xf0dcb0));
    sheet.round(740.0, 514.0, 80.0, 72.0, 16.0, MARK);
    sheet.oval(640.0, 716.0, 280.0, 48.0, h.wood);
    sheet.oval(640.0, 710.0, 280.0, 44.0, h.wood.lighter(0.2));
    sheet.rect(610.0, 690.0, 44.0, 12.0, Tint::rgb(0x5f7f8c));
}

fn kitchen(sheet: &mut Sheet, h: &Hues, chance: &mut Chance) {
    let fronts = h.cloth.lighter(chance.f32(0.0, 0.5));
    sheet.rect(160.0, 330.0, 1040.0, 120.0, PAPER);
    let tiles = [
        (160.0, 330.0),
        (1200.0, 330.0),
        (1200.0, 450.0),
        (160.0, 450.0),
    ];
    sheet.hatch(&tiles, 0.0, 40.0, 1.2, LINE.darker(0.1));
    for y in [360.0, 390.0, 420.0] {
        sheet.line(&[(160.0, y), (1200.0, y)], 1.2, LINE.darker(0.1));
    }
    window(sheet, 500.0, 110.0, 190.0, 190.0, h, chance);
    for x in [170.0, 300.0, 790.0, 920.0, 1050.0] {
        sheet.frame(x, 110.0, 126.0, 200.0, fronts, 1.8);
        sheet.rect(x + 106.0, 250.0, 6.0, 40.0, INK2);
    }
    sheet.frame(160.0, 444.0, 1040.0, 20.0, h.wood.lighter(0.2), 1.8);
    for at in 0..8 {
        let x = 166.0 + at as f32 * 130.0;
        sheet.frame(x, 464.0, 128.0, FLOOR - 470.0, fronts.darker(0.06), 1.8);
        sheet.rect(x + 40.0, 482.0, 48.0, 6.0, INK2);
    }
    sheet.frame(796.0, 470.0, 128.0, FLOOR - 478.0, Tint::rgb(0x2b3836), 1.8);
    sheet.rect(812.0, 506.0, 96.0, 50.0, Tint::rgb(0x5f6f6c));
    sheet.round(828.0, 398.0, 64.0, 46.0, 10.0, MARK);
    sheet.line(&[(892.0, 408.0), (922.0, 400.0)], 7.0, INK);
    sheet.line(
        &[
            (590.0, 444.0),
            (590.0, 388.0),
            (622.0, 388.0),
            (622.0, 404.0),
        ],
        7.0,
        Tint::rgb(0xaab3b0),
    );
    plant(sheet, 226.0, 446.0, 62.0, chance);
    for x in [430.0, 640.0, 850.0] {
        lamp(sheet, x, 36.0, h);
    }
    island(sheet, h, fronts);
}

fn island(sheet: &mut Sheet, h: &Hues, fronts: Tint) {
    sheet.oval(640.0, 782.0, 800.0, 40.0, INK.thin(0.18));
    sheet.frame(300.0, 610.0, 680.0, 26.0, h.wood, 2.2);
    sheet.frame(330.0, 636.0, 620.0, 140.0, fronts.lighter(0.2), 2.0);
    sheet.hatch(
        &[
            (330.0, 636.0),
            (950.0, 636.0),
            (950.0, 776.0),
            (330.0, 776.0),
        ],
        0.0,
        52.0,
        1.3,
        fronts.darker(0.15),
    );
    sheet.oval(640.0, 602.0, 170.0, 22.0, Tint::rgb(0xe3dccb));
    for (x, hue) in [(596.0, 0xc9a24fu32), (636.0, 0xbd6b3a), (676.0, 0x86a874)] {
        sheet.circle(x, 588.0, 20.0, Tint::rgb(hue));
    }
}

fn bedroom(sheet: &mut Sheet, h: &Hues, chance: &mut Chance) {
    window(
        sheet,
        chance.f32(200.0, 240.0),
        130.0,
        190.0,
        250.0,
        h,
        chance,
    );
    picture(sheet, 720.0, 150.0, chance);
    lamp(sheet, 540.0, 50.0, h);
    sheet.oval(700.0, 764.0, 760.0, 60.0, INK.thin(0.14));
    sheet.frame(460.0, 360.0, 620.0, 250.0, h.wood, 2.2);
    let boards = [
        (460.0, 360.0),
        (1080.0, 360.0),
        (1080.0, 610.0),
        (460.0, 610.0),
    ];
    sheet.hatch(&boards, 0.0, 38.0, 1.4, h.wood.darker(0.25));
    sheet.round(470.0, 500.0, 600.0, 150.0, 24.0, PAPER);
    for x in [510.0, 790.0] {
        sheet.round(x, 468.0, 240.0, 84.0, 30.0, PAPER.darker(0.05));
        sheet.stroke(
            super::sheet::rounded(x, 468.0, 240.0, 84.0, 30.0),
            1.6,
            INK2,
        );
    }
    let cover = [
        (456.0, 560.0),
        (1084.0, 560.0),
        (1130.0, 770.0),
        (420.0, 770.0),
    ];
    sheet.shape(&cover, h.cloth, 2.0);
    sheet.hatch(&cover, 0.4, 30.0, 1.6, h.cloth.darker(0.14));
    sheet.poly(
        &[
            (456.0, 560.0),
            (1084.0, 560.0),
            (1092.0, 598.0),
            (448.0, 598.0),
        ],
        h.cloth.lighter(0.35),
    );
    sheet.poly(
        &[
            (430.0, 712.0),
            (1120.0, 712.0),
            (1126.0, 744.0),
            (424.0, 744.0),
        ],
        MARK.thin(0.85),
    );
    bedside(sheet, h, chance);
}

fn bedside(sheet: &mut Sheet, h: &Hues, chance: &mut Chance) {
    sheet.frame(330.0, 520.0, 110.0, 120.0, h.wood.lighter(0.15), 2.0);
    sheet.rect(360.0, 556.0, 50.0, 6.0, INK2);
    sheet.line(&[(385.0, 520.0), (385.0, 470.0)], 6.0, INK);
    sheet.shape(
        &[
            (362.0, 420.0),
            (408.0, 420.0),
            (424.0, 472.0),
            (346.0, 472.0),
        ],
        Tint::rgb(0xf6e4b4),
        1.8,
    );
    plant(sheet, 1140.0, FLOOR + 60.0, 130.0, chance);
}

fn bathroom(sheet: &mut Sheet, h: &Hues, chance: &mut Chance) {
    let tile = h.cloth.lighter(0.62);
    sheet.rect(120.0, 250.0, 1080.0, FLOOR - 250.0, tile);
    let wall = [
        (120.0, 250.0),
        (1200.0, 250.0),
        (1200.0, FLOOR),
        (120.0, FLOOR),
    ];
    sheet.hatch(&wall, 0.0, 42.0, 1.3, PAPER);
    for row in 0..8 {
        let y = 250.0 + row as f32 * 42.0;
        sheet.line(&[(120.0, y), (1200.0, y)], 1.3, PAPER);
    }
    window(sheet, 250.0, 80.0, 150.0, 150.0, h, chance);
    sheet.circle(860.0, 240.0, 104.0, h.wood);
    sheet.circle(860.0, 240.0, 92.0, Tint::rgb(0xd5e4e8));
    sheet.poly(
        &[
            (800.0, 290.0),
            (880.0, 158.0),
            (912.0, 166.0),
            (826.0, 318.0),
        ],
        PAPER.thin(0.7),
    );
    sheet.frame(700.0, 430.0, 330.0, 130.0, h.wood, 2.2);
    sheet.rect(750.0, 480.0, 80.0, 6.0, INK2);
    sheet.rect(900.0, 480.0, 80.0, 6.0, INK2);
    sheet.round(760.0, 376.0, 200.0, 54.0, 26.0, PAPER);
    sheet.stroke(
        super::sheet::rounded(760.0, 376.0, 200.0, 54.0, 26.0),
        2.0,
        INK,
    );
    sheet.line(
        &[(860.0, 372.0), (860.0, 340.0), (892.0, 340.0)],
        8.0,
        Tint::rgb(0x8d9794),
    );
    sheet.round(1090.0, 380.0, 70.0, 150.0, 8.0, MARK);
    sheet.line(&[(1080.0, 380.0), (1170.0, 380.0)], 7.0, INK2);
    tub(sheet, h, chance);
}

fn tub(sheet: &mut Sheet, h: &Hues, chance: &mut Chance) {
    sheet.oval(430.0, 716.0, 600.0, 50.0, INK.thin(0.16));
    sheet.round(150.0, 500.0, 540.0, 200.0, 70.0, PAPER);
    sheet.stroke(
        super::sheet::rounded(150.0, 500.0, 540.0, 200.0, 70.0),
        2.4,
        INK,
    );
    sheet.hatch(
        &[
            (560.0, 520.0),
            (660.0, 520.0),
            (660.0, 670.0),
            (540.0, 690.0),
        ],
        0.8,
        12.0,
        1.5,
        LINE.darker(0.15),
    );
    sheet.round(130.0, 490.0, 580.0, 26.0, 13.0, PAPER.darker(0.08));
    for (x, r) in [(220.0, 22.0), (262.0, 30.0), (310.0, 20.0), (346.0, 26.0)] {
        sheet.circle(x, 486.0, r, PAPER.thin(0.9));
        sheet.ring(x, 486.0, r, 1.4, INK2.thin(0.5));
    }
    plant(sheet, 1120.0, FLOOR + 120.0, 150.0, chance);
    sheet.round(560.0, 730.0, 280.0, 50.0, 12.0, h.cloth.lighter(0.3));
}
