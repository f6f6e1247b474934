//! Things that stand and hang in rooms.

use super::parts::pane;
use super::rooms::Hues;
use super::sheet::{INK, MARK, PAPER, Sheet, Tint};
use crate::chance::Chance;

pub(super) fn window(
    sheet: &mut Sheet,
    x: f32,
    y: f32,
    wide: f32,
    high: f32,
    h: &Hues,
    chance: &mut Chance,
) {
    pane(sheet, x, y, wide, high, h.mood, chance);
    let curtain = h.cloth.lighter(0.55);
    for left in [x - 46.0, x + wide + 4.0] {
        sheet.frame(left, y - 24.0, 42.0, high + 60.0, curtain, 1.4);
        let folds = [
            (left, y - 24.0),
            (left + 42.0, y - 24.0),
            (left + 42.0, y + high + 36.0),
            (left, y + high + 36.0),
        ];
        sheet.hatch(&folds, 0.0, 13.0, 1.3, curtain.darker(0.25));
    }
    sheet.rect(x - 60.0, y - 30.0, wide + 120.0, 8.0, h.wood);
}

pub(super) fn picture(sheet: &mut Sheet, x: f32, y: f32, chance: &mut Chance) {
    sheet.frame(x, y, 130.0, 100.0, PAPER, 3.0);
    let hues = [0xc9a24fu32, 0x5f7f8c, 0x6f8f72, 0xc98b6b];
    for at in 0..3 {
        let tint = Tint::rgb(*chance.pick(&hues));
        sheet.rect(x + 14.0, y + 14.0 + at as f32 * 25.0, 102.0, 22.0, tint);
    }
    sheet.circle(x + chance.f32(40.0, 95.0), y + 38.0, 13.0, MARK);
}

pub(super) fn plant(sheet: &mut Sheet, x: f32, foot: f32, size: f32, chance: &mut Chance) {
    let green = Tint::rgb(*chance.pick(&[0x5b8a66u32, 0x6f9a6b, 0x47755a]));
    sheet.poly(
        &[
            (x - 26.0, foot - 50.0),
            (x + 26.0, foot - 50.0),
            (x + 19.0, foot),
            (x - 19.0, foot),
        ],
        Tint::rgb(0xc98267),
    );
    for leaf in 0..9 {
        let angle = (leaf as f32 - 4.0) * 0.33;
        let reach = size * chance.f32(0.7, 1.05);
        let tip = (x + angle.sin() * reach, foot - 50.0 - angle.cos() * reach);
        sheet.line(&[(x, foot - 50.0), tip], 4.0, green.darker(0.15));
        sheet.oval(
            tip.0,
            tip.1,
            30.0,
            44.0,
            green.lighter(if leaf % 2 == 0 { 0.12 } else { 0.0 }),
        );
    }
}

pub(super) fn lamp(sheet: &mut Sheet, x: f32, drop: f32, h: &Hues) {
    sheet.line(&[(x, 0.0), (x, drop)], 3.0, INK);
    sheet.shape(
        &[
            (x - 24.0, drop),
            (x + 24.0, drop),
            (x + 62.0, drop + 56.0),
            (x - 62.0, drop + 56.0),
        ],
        h.cloth,
        2.0,
    );
    sheet.oval(x, drop + 58.0, 116.0, 14.0, Tint::rgb(0xf9e3a6));
}
