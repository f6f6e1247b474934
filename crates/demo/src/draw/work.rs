//! Work outdoors and at the desk.

use super::car::{Body, car};
use super::sheet::{INK, INK2, MARK, PAPER, Sheet, Tint};
use super::trade::STEEL;
use crate::chance::Chance;

/// A slope of tiles; with panels for the sun, or with the roofer's ladder.
pub(super) fn roof(sheet: &mut Sheet, panels: bool) {
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

pub(super) fn garden(sheet: &mut Sheet, chance: &mut Chance) {
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

pub(super) fn heat(sheet: &mut Sheet) {
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

pub(super) fn paper(sheet: &mut Sheet) {
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

pub(super) fn van(sheet: &mut Sheet, chance: &mut Chance) {
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
