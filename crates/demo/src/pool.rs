//! The pool of pictures: some hundred motifs, each drawn once, that listings choose from.

use crate::chance::Chance;
use crate::draw::block::{Block, block};
use crate::draw::car::{Body, side};
use crate::draw::house::{House, house};
use crate::draw::land::land;
use crate::draw::logo::logo;
use crate::draw::plan::floor_plan;
use crate::draw::rooms::{Room, room};
use crate::draw::scenery::Mood;
use crate::draw::sheet::{Sheet, Tint};
use crate::draw::trade::{Still, still};
use crate::draw::view::{dashboard, face, motorbike};

/// What a picture shows, and which of its variants. Equal motifs are the same picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Motif {
    House(House, u8),
    Block(Block, u8),
    Room(Room, u8),
    Plan(u8, u8),
    Land(bool, u8),
    Side(Body, u8),
    Face(Body, u8),
    Dashboard(u8),
    Motorbike(bool, u8),
    Still(Still, u8),
    Logo(char, char, u8),
}

/// The paints of vehicles, by the key of the field `colour`.
pub(crate) const COLOURS: [(&str, u32); 13] = [
    ("black", 0x34393b),
    ("white", 0xf0efe9),
    ("grey", 0x868d8e),
    ("silver", 0xbfc6c6),
    ("blue", 0x2f5f86),
    ("red", 0xa63a2e),
    ("green", 0x4f7a5b),
    ("yellow", 0xdcb540),
    ("orange", 0xcf7436),
    ("brown", 0x71543f),
    ("beige", 0xd6c6a4),
    ("gold", 0xb99a55),
    ("purple", 0x6b5477),
];

impl Motif {
    /// Draws it; the same seed draws the same picture.
    pub(crate) fn draw(self, seed: u64) -> Sheet {
        let mut chance = Chance::new(seed, self.stream());
        let chance = &mut chance;
        let mood = |variant: u8| Mood::ALL[usize::from(variant) % Mood::ALL.len()];
        let paint = |colour: u8| Tint::rgb(COLOURS[usize::from(colour) % COLOURS.len()].1);
        match self {
            Motif::House(kind, variant) => house(kind, mood(variant), chance),
            Motif::Block(kind, variant) => block(kind, mood(variant), chance),
            Motif::Room(kind, _) => room(kind, chance),
            Motif::Plan(bedrooms, _) => floor_plan(i64::from(bedrooms), chance),
            Motif::Land(wood, variant) => land(wood, mood(variant), chance),
            Motif::Side(body, colour) => {
                let mood = *chance.pick(&Mood::ALL);
                side(body, paint(colour), mood, chance)
            }
            Motif::Face(body, colour) => {
                let mood = *chance.pick(&Mood::ALL);
                face(body, paint(colour), mood, chance)
            }
            Motif::Dashboard(variant) => {
                let leathers = [0x8a5a3au32, 0x47525a, 0xcbbd9f, 0x5d4636, 0x2f3a3a];
                let leather = Tint::rgb(leathers[usize::from(variant) % leathers.len()]);
                dashboard(leather, mood(variant), chance)
            }
            Motif::Motorbike(scooter, colour) => {
                let mood = *chance.pick(&Mood::ALL);
                motorbike(paint(colour), scooter, mood, chance)
            }
            Motif::Still(kind, _) => still(kind, chance),
            Motif::Logo(first, second, variant) => logo(first, second, variant),
        }
    }

    /// The nearest of the few motifs that a small world is drawn with.
    pub(crate) fn of_few(self) -> Motif {
        match self {
            Motif::House(kind, variant) => Motif::House(kind, variant % 2),
            Motif::Block(kind, variant) => Motif::Block(kind, variant % 2),
            Motif::Room(kind, variant) => Motif::Room(kind, variant % 2),
            Motif::Plan(bedrooms, _) => Motif::Plan(bedrooms, 0),
            Motif::Land(wood, variant) => Motif::Land(wood, variant % 2),
            Motif::Side(body, colour) => Motif::Side(body, colour % 4),
            Motif::Face(_, colour) => Motif::Face(Body::Hatchback, colour % 4),
            Motif::Dashboard(variant) => Motif::Dashboard(variant % 2),
            Motif::Motorbike(scooter, colour) => Motif::Motorbike(scooter, colour % 4),
            Motif::Still(kind, _) => Motif::Still(kind, 0),
            Motif::Logo(first, second, variant) => Motif::Logo(first, second, variant % 4),
        }
    }

    /// Each motif has its own stream of lots (FNV-1a over its name).
    fn stream(self) -> u64 {
        let name = format!("{self:?}");
        name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        })
    }
}
