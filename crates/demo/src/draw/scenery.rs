//! Sky, ground, trees and other company of buildings and cars.

use super::sheet::{INK, MARK, PAPER, Point, Sheet, Tint, WIDTH, smooth};
use crate::chance::Chance;

/// The hour and the season that a scene is seen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Spring,
    Summer,
    Autumn,
    Winter,
    Dusk,
}

impl Mood {
    pub(crate) const ALL: [Mood; 5] = [
        Mood::Summer,
        Mood::Spring,
        Mood::Autumn,
        Mood::Dusk,
        Mood::Winter,
    ];

    fn sky(self) -> [Tint; 3] {
        let [top, middle, low] = match self {
            Mood::Spring => [0xcfe3ea, 0xdfecee, 0xeef3ee],
            Mood::Summer => [0xbcd8e6, 0xd2e5ea, 0xe9f0ea],
            Mood::Autumn => [0xe6dcc6, 0xefe6d3, 0xf6efe2],
            Mood::Winter => [0xd5dde0, 0xe3e8e8, 0xf0f2f0],
            Mood::Dusk => [0x3f5f70, 0x8a8d8f, 0xe3b28a],
        };
        [Tint::rgb(top), Tint::rgb(middle), Tint::rgb(low)]
    }

    pub(crate) fn ground(self) -> Tint {
        Tint::rgb(match self {
            Mood::Spring => 0xb9cc9a,
            Mood::Summer => 0xa5bf8c,
            Mood::Autumn => 0xc3b889,
            Mood::Winter => 0xeceeeb,
            Mood::Dusk => 0x5f7766,
        })
    }

    fn leaves(self, chance: &mut Chance) -> Tint {
        let of: &[u32] = match self {
            Mood::Spring => &[0x9fbf86, 0xe3b8b4, 0xb7cf95, 0xefd0c8],
            Mood::Summer => &[0x6f9a6b, 0x86a874, 0x5b8a66, 0x97b377],
            Mood::Autumn => &[0xc98b3c, 0xb8692f, 0xd6a94f, 0x9a8a4a],
            Mood::Winter => &[0xc9d0cc],
            Mood::Dusk => &[0x3d5c50, 0x4a6a58, 0x35524c],
        };
        Tint::rgb(*chance.pick(of))
    }

    /// What windows show: sky by day, lamps in the evening.
    pub(crate) fn glass(self, chance: &mut Chance) -> Tint {
        match self {
            Mood::Dusk if chance.yes(0.7) => Tint::rgb(0xf3cf86),
            Mood::Dusk => Tint::rgb(0x35495a),
            _ if chance.yes(0.15) => Tint::rgb(0xf0e4c8),
            _ => Tint::rgb(0x8fb0bd),
        }
    }

    /// A colour as it looks at this hour.
    pub(crate) fn seen(self, tint: Tint) -> Tint {
        match self {
            Mood::Dusk => tint.mix(Tint::rgb(0x2f4456), 0.28),
            Mood::Autumn => tint.mix(Tint::rgb(0xe8c58a), 0.08),
            _ => tint,
        }
    }
}

pub(crate) fn sky(sheet: &mut Sheet, mood: Mood, horizon: f32, chance: &mut Chance) {
    let [top, middle, low] = mood.sky();
    let bands = 24;
    for band in 0..bands {
        let part = band as f32 / bands as f32;
        let tint = if part < 0.5 {
            top.mix(middle, part * 2.0)
        } else {
            middle.mix(low, part * 2.0 - 1.0)
        };
        let high = horizon / bands as f32;
        sheet.rect(0.0, band as f32 * high, WIDTH, high + 1.0, tint);
    }
    let sun = if mood == Mood::Dusk {
        0xf6dcae
    } else {
        0xfff6dc
    };
    let (x, y) = (chance.f32(120.0, 1080.0), chance.f32(90.0, horizon * 0.45));
    sheet.circle(x, y, 46.0, Tint::rgb(sun).thin(0.9));
    for _ in 0..chance.int(1, 3) {
        cloud(
            sheet,
            chance.f32(60.0, 1140.0),
            chance.f32(60.0, horizon * 0.5),
            mood,
            chance,
        );
    }
    if chance.yes(0.5) && mood != Mood::Winter {
        birds(sheet, chance.f32(200.0, 1000.0), chance.f32(90.0, 220.0));
    }
}

fn cloud(sheet: &mut Sheet, x: f32, y: f32, mood: Mood, chance: &mut Chance) {
    let tint = if mood == Mood::Dusk {
        Tint::rgb(0xe8bfa0).thin(0.5)
    } else {
        PAPER.thin(0.85)
    };
    let wide = chance.f32(90.0, 170.0);
    sheet.round(x - wide, y, wide * 2.0, 26.0, 13.0, tint);
    sheet.round(x - wide * 0.55, y - 20.0, wide, 30.0, 15.0, tint);
}

fn birds(sheet: &mut Sheet, x: f32, y: f32) {
    for (dx, dy, size) in [(0.0, 0.0, 13.0), (38.0, -16.0, 10.0), (66.0, 4.0, 8.0)] {
        let (x, y) = (x + dx, y + dy);
        let wing = [
            (x - size, y - size * 0.5),
            (x - size * 0.4, y - size * 0.6),
            (x, y),
        ];
        sheet.stroke(smooth(&wing, false), 2.2, INK.thin(0.7));
        let wing = [
            (x, y),
            (x + size * 0.4, y - size * 0.6),
            (x + size, y - size * 0.5),
        ];
        sheet.stroke(smooth(&wing, false), 2.2, INK.thin(0.7));
    }
}

/// Low hills on the horizon, or roofs of a town.
pub(crate) fn backdrop(
    sheet: &mut Sheet,
    mood: Mood,
    horizon: f32,
    town: bool,
    chance: &mut Chance,
) {
    let far = mood.seen(mood.ground()).mix(mood.sky()[1], 0.55);
    if town {
        let mut x = -20.0;
        while x < WIDTH {
            let (wide, high) = (chance.f32(60.0, 150.0), chance.f32(60.0, 190.0));
            let tint = far.mix(Tint::rgb(0x9aa7a5), chance.f32(0.1, 0.35));
            sheet.rect(x, horizon - high, wide, high, tint);
            if chance.yes(0.5) {
                let top = horizon - high;
                sheet.poly(
                    &[
                        (x, top),
                        (x + wide / 2.0, top - wide * 0.4),
                        (x + wide, top),
                    ],
                    tint,
                );
            }
            x += wide;
        }
        return;
    }
    for (lift, part) in [(95.0, 0.0), (50.0, 0.4)] {
        let tint = far.mix(mood.ground(), part);
        let mut ridge: Vec<Point> = Vec::new();
        for step in 0..=8 {
            let y = horizon - lift * chance.f32(0.45, 1.1);
            ridge.push((step as f32 * 170.0 - 80.0, y));
        }
        ridge.push((1500.0, horizon + 30.0));
        ridge.push((-300.0, horizon + 30.0));
        sheet.fill(smooth(&ridge, true), tint);
    }
}

pub(crate) fn ground(sheet: &mut Sheet, mood: Mood, horizon: f32) {
    let tint = mood.ground();
    sheet.rect(0.0, horizon, WIDTH, 800.0 - horizon, tint);
    let lawn = [
        (0.0, horizon),
        (WIDTH, horizon),
        (WIDTH, 800.0),
        (0.0, 800.0),
    ];
    sheet.hatch(&lawn, 1.9, 34.0, 1.4, tint.darker(0.14));
}

pub(crate) fn tree(
    sheet: &mut Sheet,
    x: f32,
    foot: f32,
    size: f32,
    mood: Mood,
    chance: &mut Chance,
) {
    let trunk = mood.seen(Tint::rgb(0x6b5442));
    sheet.oval(
        x + size * 0.25,
        foot,
        size * 1.3,
        size * 0.16,
        INK.thin(0.13),
    );
    sheet.line(&[(x, foot), (x, foot - size * 0.9)], size * 0.09, trunk);
    if mood == Mood::Winter {
        for (side, up, reach) in [
            (-1.0, 0.5, 0.5),
            (1.0, 0.6, 0.55),
            (-1.0, 0.8, 0.35),
            (1.0, 0.9, 0.3),
        ] {
            let from = (x, foot - size * up);
            let to = (x + side * size * reach, foot - size * (up + 0.55));
            sheet.line(&[from, to], size * 0.045, trunk);
            let twig = (
                from.0 + (to.0 - from.0) * 0.6,
                from.1 + (to.1 - from.1) * 0.6,
            );
            let tip = (twig.0 + side * size * 0.02, twig.1 - size * 0.35);
            sheet.line(&[twig, tip], size * 0.025, trunk);
        }
        sheet.line(
            &[(x, foot - size * 0.8), (x, foot - size * 1.6)],
            size * 0.05,
            trunk,
        );
        return;
    }
    crown(sheet, (x, foot, size), mood, chance);
}

fn crown(sheet: &mut Sheet, (x, foot, size): (f32, f32, f32), mood: Mood, chance: &mut Chance) {
    let leaves = mood.leaves(chance);
    match chance.int(0, 2) {
        0 => {
            let tall = size * 2.0;
            sheet.oval(x, foot - tall * 0.62, size * 0.72, tall, leaves);
            sheet.oval(
                x - size * 0.08,
                foot - tall * 0.66,
                size * 0.4,
                tall * 0.7,
                leaves.lighter(0.18),
            );
        }
        1 => {
            let (y, r) = (foot - size * 1.25, size * 0.62);
            sheet.circle(x - r * 0.62, y + r * 0.32, r * 0.66, leaves.darker(0.06));
            sheet.circle(x + r * 0.64, y + r * 0.28, r * 0.62, leaves.darker(0.1));
            sheet.circle(x, y, r, leaves);
            sheet.circle(x - r * 0.25, y - r * 0.25, r * 0.55, leaves.lighter(0.16));
        }
        _ => {
            let (y, r) = (foot - size * 1.2, size * 0.7);
            sheet.circle(x, y, r, leaves);
            let shade = [(x, y - r * 0.9), (x + r * 0.85, y), (x, y + r * 0.95)];
            sheet.hatch(&shade, -0.6, 11.0, 1.8, leaves.darker(0.3));
        }
    }
}

pub(crate) fn bush(
    sheet: &mut Sheet,
    x: f32,
    foot: f32,
    size: f32,
    mood: Mood,
    chance: &mut Chance,
) {
    let leaves = mood.leaves(chance).darker(0.08);
    for (dx, r) in [(-0.7, 0.5), (0.0, 0.7), (0.7, 0.5)] {
        sheet.circle(x + dx * size, foot - r * size * 0.75, r * size, leaves);
    }
    sheet.circle(
        x - size * 0.15,
        foot - size * 0.7,
        size * 0.35,
        leaves.lighter(0.15),
    );
    if mood == Mood::Spring || mood == Mood::Summer {
        for _ in 0..5 {
            let (dx, dy) = (chance.f32(-0.9, 0.9) * size, chance.f32(0.2, 1.0) * size);
            sheet.circle(x + dx, foot - dy, 3.4, PAPER);
        }
    }
}

pub(crate) fn fence(sheet: &mut Sheet, from: f32, to: f32, foot: f32, mood: Mood) {
    let wood = mood.seen(Tint::rgb(0xf4f2ed));
    for up in [18.0, 40.0] {
        sheet.rect(from, foot - up, to - from, 6.0, wood);
    }
    let mut x = from;
    while x < to {
        let tops = [
            (x, foot),
            (x, foot - 48.0),
            (x + 5.0, foot - 55.0),
            (x + 10.0, foot - 48.0),
        ];
        sheet.poly(
            &[tops[0], tops[1], tops[2], tops[3], (x + 10.0, foot)],
            wood,
        );
        sheet.line(
            &[(x + 10.0, foot), (x + 10.0, foot - 48.0)],
            1.2,
            INK.thin(0.35),
        );
        x += 24.0;
    }
}

/// A walker with a red scarf or bag: the one red mark of a scene without a door.
pub(crate) fn walker(sheet: &mut Sheet, x: f32, foot: f32, size: f32) {
    let s = size / 100.0;
    sheet.oval(x + 8.0 * s, foot, 60.0 * s, 10.0 * s, INK.thin(0.15));
    sheet.line(
        &[(x - 4.0 * s, foot - 45.0 * s), (x - 12.0 * s, foot)],
        8.0 * s,
        INK,
    );
    sheet.line(
        &[(x + 2.0 * s, foot - 45.0 * s), (x + 12.0 * s, foot)],
        8.0 * s,
        INK,
    );
    sheet.round(
        x - 13.0 * s,
        foot - 84.0 * s,
        26.0 * s,
        46.0 * s,
        9.0 * s,
        MARK,
    );
    sheet.circle(x, foot - 96.0 * s, 10.0 * s, Tint::rgb(0xe5bd9b));
}
