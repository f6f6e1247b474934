//! Contact sheets for the eye: `CONTACT=/some/folder cargo test -p demo contact` writes them.

use super::block::{Block, block};
use super::car::{Body, side};
use super::house::{House, house};
use super::land::land;
use super::plan::floor_plan;
use super::rooms::{Room, room};
use super::scenery::Mood;
use super::sheet::{PAPER, Sheet, Tint};
use super::trade::{Still, still};
use super::view::{dashboard, face, motorbike};
use crate::chance::Chance;

const KINDS: [House; 10] = [
    House::Villa,
    House::Modern,
    House::Terraced,
    House::SemiDetached,
    House::Bungalow,
    House::Farmhouse,
    House::Cottage,
    House::Chalet,
    House::Mansion,
    House::Castle,
];

fn contact(name: &str, pictures: &[Sheet]) {
    let Ok(folder) = std::env::var("CONTACT") else {
        return;
    };
    let (across, scale) = (5, 0.3f32);
    let down = pictures.len().div_ceil(across);
    let mut all = Sheet::sized(across as u32 * 370, down as u32 * 250, PAPER);
    for (at, picture) in pictures.iter().enumerate() {
        all.paste(
            picture,
            (at % across) as f32 * 370.0 + 5.0,
            (at / across) as f32 * 250.0 + 5.0,
            scale,
        );
    }
    all.pixmap()
        .save_png(format!("{folder}/{name}.png"))
        .expect("the folder can be written");
}

#[test]
fn houses_of_every_kind_are_drawn() {
    let mut pictures = Vec::new();
    for (at, kind) in KINDS.into_iter().enumerate() {
        for mood in [0, 1] {
            let mood = Mood::ALL[(at + mood * 2) % 5];
            pictures.push(house(
                kind,
                mood,
                &mut Chance::new(5, (at * 7 + mood as usize) as u64),
            ));
        }
    }
    contact("houses", &pictures);
}

#[test]
fn vehicles_of_every_body_are_drawn() {
    let colours = [
        0xa63a2eu32,
        0x2f5f86,
        0xe9e9e4,
        0x3a3f42,
        0x9aa19f,
        0x4f7a5b,
        0xd8a63a,
    ];
    let mut pictures = Vec::new();
    for (at, body) in Body::ALL.into_iter().enumerate() {
        let mut chance = Chance::new(3, at as u64);
        let colour = Tint::rgb(colours[at % 7]);
        pictures.push(side(body, colour, Mood::ALL[at % 5], &mut chance));
    }
    for (at, body) in [Body::Hatchback, Body::Suv, Body::Van]
        .into_iter()
        .enumerate()
    {
        let mut chance = Chance::new(4, at as u64);
        pictures.push(face(
            body,
            Tint::rgb(colours[at + 1]),
            Mood::ALL[at],
            &mut chance,
        ));
    }
    pictures.push(dashboard(
        Tint::rgb(0x8a5a3a),
        Mood::Summer,
        &mut Chance::new(4, 9),
    ));
    pictures.push(dashboard(
        Tint::rgb(0x47525a),
        Mood::Dusk,
        &mut Chance::new(4, 8),
    ));
    pictures.push(motorbike(
        Tint::rgb(0xa63a2e),
        false,
        Mood::Summer,
        &mut Chance::new(4, 7),
    ));
    pictures.push(motorbike(
        Tint::rgb(0x7fb0a8),
        true,
        Mood::Autumn,
        &mut Chance::new(4, 6),
    ));
    contact("cars", &pictures);
}

#[test]
fn rooms_and_plans_are_drawn() {
    let mut pictures = Vec::new();
    for (at, kind) in [Room::Living, Room::Kitchen, Room::Bedroom, Room::Bathroom]
        .into_iter()
        .enumerate()
    {
        for turn in 0..3 {
            pictures.push(room(kind, &mut Chance::new(6, (at * 10 + turn) as u64)));
        }
    }
    for bedrooms in 1..4 {
        pictures.push(floor_plan(
            bedrooms,
            &mut Chance::new(6, 90 + bedrooms as u64),
        ));
    }
    contact("rooms", &pictures);
}

#[test]
fn blocks_land_and_trades_are_drawn() {
    let mut pictures = Vec::new();
    let kinds = [
        Block::Old,
        Block::Modern,
        Block::Tower,
        Block::Shop,
        Block::Office,
        Block::Hall,
        Block::Garage,
        Block::Parking,
    ];
    for (at, kind) in kinds.into_iter().enumerate() {
        pictures.push(block(
            kind,
            Mood::ALL[at % 5],
            &mut Chance::new(8, at as u64),
        ));
    }
    pictures.push(land(false, Mood::Summer, &mut Chance::new(8, 20)));
    pictures.push(land(true, Mood::Autumn, &mut Chance::new(8, 21)));
    for (at, kind) in Still::ALL.into_iter().enumerate() {
        pictures.push(still(kind, &mut Chance::new(9, at as u64)));
    }
    contact("others", &pictures);
}
