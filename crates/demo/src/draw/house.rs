//! Houses: roofs, storeys, windows, a garden, and one red door.

use super::parts::{balcony, chimney, pane, red_door, roof, windows, wing};
use super::scenery::{Mood, backdrop, bush, fence, ground, sky, tree};
use super::sheet::{INK, MARK, PAPER, Sheet, Tint};
use crate::chance::Chance;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum House {
    Villa,
    Modern,
    Terraced,
    SemiDetached,
    Bungalow,
    Farmhouse,
    Cottage,
    Chalet,
    Mansion,
    Castle,
}

pub(super) const FOOT: f32 = 640.0;
const HORIZON: f32 = 560.0;
pub(super) const STOREY: f32 = 104.0;

pub(super) struct Build {
    pub(super) left: f32,
    pub(super) wide: f32,
    pub(super) storeys: i64,
    pub(super) wall: Tint,
    pub(super) roof: Tint,
    /// Height of the roof; 0 is flat.
    pub(super) pitch: f32,
    pub(super) mood: Mood,
    pub(super) shutters: Option<Tint>,
    pub(super) bays: i64,
}

impl Build {
    pub(super) fn top(&self) -> f32 {
        FOOT - self.storeys as f32 * STOREY - 14.0
    }

    pub(super) fn right(&self) -> f32 {
        self.left + self.wide
    }
}

pub(crate) fn house(kind: House, mood: Mood, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    let urban = matches!(kind, House::Terraced | House::Mansion);
    sky(&mut sheet, mood, HORIZON, chance);
    backdrop(&mut sheet, mood, HORIZON, urban, chance);
    ground(&mut sheet, mood, HORIZON);
    if !urban {
        for _ in 0..chance.int(2, 4) {
            let x = if chance.yes(0.5) {
                chance.f32(40.0, 260.0)
            } else {
                chance.f32(940.0, 1170.0)
            };
            let (foot, size) = (chance.f32(580.0, 640.0), chance.f32(100.0, 165.0));
            tree(&mut sheet, x, foot, size, mood, chance);
        }
    }
    let build = plan(kind, mood, chance);
    match kind {
        House::Terraced => row(&mut sheet, &build, chance),
        House::Modern => modern(&mut sheet, &build, chance),
        House::Castle => castle(&mut sheet, &build, chance),
        _ => {
            if matches!(kind, House::Villa | House::Farmhouse | House::SemiDetached) {
                wing(&mut sheet, &build, chance);
            }
            body(&mut sheet, &build, true, chance);
            if kind == House::Chalet {
                balcony(&mut sheet, &build);
            }
        }
    }
    front(&mut sheet, kind, &build, chance);
    sheet
}

fn plan(kind: House, mood: Mood, chance: &mut Chance) -> Build {
    let walls: &[u32] = match kind {
        House::Chalet => &[0xa9784f, 0x94653f, 0xb78a5d],
        House::Castle | House::Mansion => &[0xe9dfc8, 0xe2d6bd, 0xd9d3c4],
        House::Farmhouse | House::Cottage => &[0xf2eee3, 0xd8bfa0, 0xc98f74, 0xe9e2d0],
        House::Modern => &[0xf6f4ee, 0xe7e4dc, 0xdcd8cd],
        _ => &[
            0xb9654b, 0xc98267, 0xf1ece1, 0xe5d3b3, 0xd9d6cd, 0xa65a48, 0xe8c9a6,
        ],
    };
    let roofs = [0x5a5f66u32, 0x8e4a3a, 0x6d5347, 0x47525a, 0xa35a41];
    let (wide, storeys, pitch, bays) = match kind {
        House::Bungalow => (chance.f32(560.0, 660.0), 1, 105.0, 5),
        House::Cottage => (chance.f32(380.0, 440.0), 1, 170.0, 3),
        House::Farmhouse => (chance.f32(520.0, 600.0), 2, 140.0, 5),
        House::Chalet => (chance.f32(440.0, 520.0), 2, 150.0, 4),
        House::Mansion => (chance.f32(400.0, 470.0), 3, 110.0, 4),
        House::Castle => (520.0, 3, 130.0, 5),
        House::Terraced => (chance.f32(215.0, 250.0), chance.int(2, 3), 100.0, 2),
        House::Modern => (chance.f32(520.0, 600.0), 2, 0.0, 4),
        _ => (chance.f32(420.0, 520.0), 2, chance.f32(120.0, 180.0), 4),
    };
    let shutter = [0x35664fu32, 0x1a5b82, 0x7b8f86, 0x8a5f18];
    let shutters = matches!(
        kind,
        House::Farmhouse | House::Cottage | House::Chalet | House::Villa
    ) && chance.yes(0.65);
    let roof = if mood == Mood::Winter {
        0xf1f3f2
    } else {
        *chance.pick(&roofs)
    };
    Build {
        left: 600.0 - wide / 2.0 + chance.f32(-50.0, 50.0),
        wide,
        storeys,
        wall: mood.seen(Tint::rgb(*chance.pick(walls))),
        roof: mood.seen(Tint::rgb(roof)),
        pitch,
        mood,
        shutters: shutters.then(|| mood.seen(Tint::rgb(*chance.pick(&shutter)))),
        bays,
    }
}

/// Walls with windows, a door if asked, and the roof.
fn body(sheet: &mut Sheet, b: &Build, door: bool, chance: &mut Chance) {
    let (left, right, top) = (b.left, b.right(), b.top());
    sheet.poly(
        &[
            (right, FOOT),
            (right + 120.0, FOOT + 26.0),
            (left + 60.0, FOOT + 26.0),
            (left, FOOT),
        ],
        INK.thin(0.16),
    );
    sheet.frame(left, top, b.wide, FOOT - top, b.wall, 2.2);
    let shade = [
        (right - 46.0, top),
        (right, top),
        (right, FOOT),
        (right - 46.0, FOOT),
    ];
    sheet.hatch(&shade, 0.8, 10.0, 1.5, b.wall.darker(0.28));
    sheet.rect(left, FOOT - 16.0, b.wide, 16.0, b.wall.darker(0.25));
    chimney(
        sheet,
        left + b.wide * if chance.yes(0.5) { 0.22 } else { 0.74 },
        b,
    );
    roof(sheet, b, chance);
    windows(sheet, b, door, chance);
}

/// A street of narrow houses; the one that is offered stands in the middle with the red door.
fn row(sheet: &mut Sheet, b: &Build, chance: &mut Chance) {
    let walls = [
        0xb9654bu32,
        0xf1ece1,
        0xd9c3a2,
        0x9c5a49,
        0xcfd3cd,
        0xe5d3b3,
    ];
    for place in [-2.0f32, -1.0, 1.0, 2.0, 0.0] {
        let offered = place == 0.0;
        let build = Build {
            left: b.left + place * b.wide,
            wide: b.wide,
            storeys: if offered { b.storeys } else { chance.int(2, 3) },
            wall: if offered {
                b.wall
            } else {
                b.mood.seen(Tint::rgb(*chance.pick(&walls))).lighter(0.25)
            },
            roof: b.roof,
            pitch: b.pitch * chance.f32(0.85, 1.1),
            mood: b.mood,
            shutters: None,
            bays: 2,
        };
        body(sheet, &build, offered, chance);
    }
    sheet.rect(0.0, FOOT, 1200.0, 60.0, b.mood.seen(Tint::rgb(0xdcd7ca)));
    sheet.rect(
        0.0,
        FOOT + 58.0,
        1200.0,
        102.0,
        b.mood.seen(Tint::rgb(0x9ba19d)),
    );
    sheet.rect(
        0.0,
        FOOT + 54.0,
        1200.0,
        6.0,
        b.mood.seen(Tint::rgb(0xf1ede3)),
    );
}

fn modern(sheet: &mut Sheet, b: &Build, chance: &mut Chance) {
    let (left, right) = (b.left, b.right());
    sheet.poly(
        &[
            (right, FOOT),
            (right + 120.0, FOOT + 26.0),
            (left + 50.0, FOOT + 26.0),
        ],
        INK.thin(0.16),
    );
    let wood = b.mood.seen(Tint::rgb(0xb58a5f));
    let middle = FOOT - 128.0;
    sheet.frame(left + 40.0, middle, b.wide - 40.0, 128.0, wood, 2.2);
    let boards = [
        (left + 40.0, middle),
        (right, middle),
        (right, FOOT),
        (left + 40.0, FOOT),
    ];
    sheet.hatch(&boards, 0.0, 15.0, 1.2, wood.darker(0.22));
    upper_storey(sheet, b, middle, chance);
}

fn upper_storey(sheet: &mut Sheet, b: &Build, middle: f32, chance: &mut Chance) {
    let left = b.left;
    let shift = if chance.yes(0.5) { -70.0 } else { 60.0 };
    let (upper, wide) = (left + shift, b.wide * 0.82);
    sheet.frame(upper, middle - 132.0, wide, 136.0, b.wall, 2.2);
    sheet.frame(
        upper - 12.0,
        middle - 146.0,
        wide + 24.0,
        18.0,
        b.wall.darker(0.15),
        2.0,
    );
    let shade = [
        (upper + wide - 60.0, middle - 128.0),
        (upper + wide, middle - 128.0),
        (upper + wide, middle),
        (upper + wide - 60.0, middle),
    ];
    sheet.hatch(&shade, 0.8, 10.0, 1.4, b.wall.darker(0.25));
    pane(
        sheet,
        upper + 34.0,
        middle - 108.0,
        wide * 0.5,
        84.0,
        b.mood,
        chance,
    );
    pane(
        sheet,
        upper + wide * 0.72,
        middle - 108.0,
        wide * 0.16,
        84.0,
        b.mood,
        chance,
    );
    pane(
        sheet,
        left + 90.0,
        FOOT - 104.0,
        b.wide * 0.42,
        98.0,
        b.mood,
        chance,
    );
    red_door(sheet, left + b.wide * 0.76, b);
    if b.mood != Mood::Winter && chance.yes(0.5) {
        let pool = [(80.0, 720.0), (430.0, 720.0), (380.0, 772.0), (20.0, 772.0)];
        sheet.shape(&pool, b.mood.seen(Tint::rgb(0x7fc0cf)), 2.0);
        sheet.hatch(&pool, 9.0, 240.0, 2.0, PAPER.thin(0.7));
    }
}

fn castle(sheet: &mut Sheet, b: &Build, chance: &mut Chance) {
    body(sheet, b, true, chance);
    for x in [b.left - 60.0, b.right() - 50.0] {
        let top = b.top() - 60.0;
        sheet.frame(x, top, 110.0, FOOT - top, b.wall.darker(0.05), 2.2);
        sheet.hatch(
            &[
                (x + 70.0, top),
                (x + 110.0, top),
                (x + 110.0, FOOT),
                (x + 70.0, FOOT),
            ],
            0.8,
            10.0,
            1.5,
            b.wall.darker(0.3),
        );
        sheet.shape(
            &[(x - 16.0, top), (x + 55.0, top - 150.0), (x + 126.0, top)],
            b.roof.darker(0.1),
            2.2,
        );
        for up in 0..3 {
            pane(
                sheet,
                x + 38.0,
                top + 50.0 + up as f32 * 112.0,
                34.0,
                56.0,
                b.mood,
                chance,
            );
        }
        sheet.line(
            &[(x + 55.0, top - 150.0), (x + 55.0, top - 190.0)],
            2.5,
            INK,
        );
        sheet.poly(
            &[
                (x + 55.0, top - 190.0),
                (x + 88.0, top - 180.0),
                (x + 55.0, top - 170.0),
            ],
            MARK,
        );
    }
}

fn front(sheet: &mut Sheet, kind: House, b: &Build, chance: &mut Chance) {
    if kind == House::Terraced {
        return;
    }
    for side in [
        b.left - 60.0,
        b.right() + 60.0,
        b.left - 10.0,
        b.right() + 10.0,
    ] {
        if chance.yes(0.6) {
            bush(
                sheet,
                side,
                FOOT + 14.0,
                chance.f32(22.0, 38.0),
                b.mood,
                chance,
            );
        }
    }
    if matches!(kind, House::Cottage | House::Bungalow | House::Villa) && chance.yes(0.5) {
        fence(sheet, 0.0, b.left - 30.0, FOOT + 82.0, b.mood);
        fence(sheet, b.right() + 30.0, 1200.0, FOOT + 82.0, b.mood);
    }
    if chance.yes(0.5) {
        let x = if chance.yes(0.5) { 70.0 } else { 1130.0 };
        tree(sheet, x, FOOT + 110.0, 190.0, b.mood, chance);
    }
}
