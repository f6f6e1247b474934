//! Contact sheets for the eye: `CONTACT=/some/folder cargo test -p demo contact` writes them.

use super::house::{House, house};
use super::scenery::Mood;
use super::sheet::{PAPER, Sheet};
use crate::chance::Chance;

const KINDS: [House; 10] = [
    House::Villa, House::Modern, House::Terraced, House::SemiDetached, House::Bungalow,
    House::Farmhouse, House::Cottage, House::Chalet, House::Mansion, House::Castle,
];

fn contact(name: &str, pictures: &[Sheet]) {
    let Ok(folder) = std::env::var("CONTACT") else { return };
    let (across, scale) = (5, 0.3f32);
    let down = pictures.len().div_ceil(across);
    let mut all = Sheet::sized(across as u32 * 370, down as u32 * 250, PAPER);
    for (at, picture) in pictures.iter().enumerate() {
        all.paste(picture, (at % across) as f32 * 370.0 + 5.0, (at / across) as f32 * 250.0 + 5.0, scale);
    }
    all.pixmap().save_png(format!("{folder}/{name}.png")).expect("the folder can be written");
}

#[test]
fn houses_of_every_kind_are_drawn() {
    let mut pictures = Vec::new();
    for (at, kind) in KINDS.into_iter().enumerate() {
        for mood in [0, 1] {
            let mood = Mood::ALL[(at + mood * 2) % 5];
            pictures.push(house(kind, mood, &mut Chance::new(5, (at * 7 + mood as usize) as u64)));
        }
    }
    contact("houses", &pictures);
}
