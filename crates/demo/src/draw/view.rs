//! Vehicles from the front, from behind the wheel, on two wheels; and what stands behind them.

use super::car::{Body, GLASS};
use super::scenery::{Mood, backdrop, ground, sky, tree};
use super::sheet::{INK, MARK, PAPER, Sheet, Tint, smooth};
use crate::chance::Chance;

pub(super) fn backgrounds(sheet: &mut Sheet, mood: Mood, chance: &mut Chance) {
    if chance.yes(0.3) {
        showroom(sheet, chance);
        return;
    }
    let horizon = 520.0;
    sky(sheet, mood, horizon, chance);
    backdrop(sheet, mood, horizon, chance.yes(0.45), chance);
    ground(sheet, mood, horizon);
    for _ in 0..chance.int(1, 4) {
        tree(
            sheet,
            chance.f32(20.0, 1180.0),
            chance.f32(535.0, 580.0),
            chance.f32(90.0, 140.0),
            mood,
            chance,
        );
    }
    sheet.rect(0.0, 600.0, 1200.0, 200.0, mood.seen(Tint::rgb(0xb9bcb5)));
    sheet.rect(0.0, 594.0, 1200.0, 10.0, mood.seen(Tint::rgb(0xe4e0d4)));
    for at in 0..5 {
        sheet.rect(at as f32 * 270.0 - 40.0, 756.0, 130.0, 9.0, PAPER.thin(0.8));
    }
}

/// A light hall with a tiled floor.
fn showroom(sheet: &mut Sheet, chance: &mut Chance) {
    let walls = [0xe9e4d8u32, 0xdde5e2, 0xe6ddd3, 0xd9dfe4];
    let wall = Tint::rgb(*chance.pick(&walls));
    sheet.rect(0.0, 0.0, 1200.0, 600.0, wall);
    for at in 0..4 {
        let x = 60.0 + at as f32 * 290.0;
        sheet.frame(x, 90.0, 220.0, 330.0, Tint::rgb(0xc6dae0), 2.0);
        sheet.poly(
            &[(x, 300.0), (x + 150.0, 90.0), (x + 200.0, 90.0), (x, 370.0)],
            PAPER.thin(0.5),
        );
        sheet.line(&[(x + 110.0, 90.0), (x + 110.0, 420.0)], 2.0, INK);
    }
    sheet.rect(0.0, 600.0, 1200.0, 200.0, wall.darker(0.16));
    for at in -6..=18 {
        let x = at as f32 * 100.0;
        sheet.line(
            &[(x, 600.0), (600.0 + (x - 600.0) * 2.0, 800.0)],
            1.4,
            wall.darker(0.26),
        );
    }
    for y in [640.0, 706.0] {
        sheet.line(&[(0.0, y), (1200.0, y)], 1.4, wall.darker(0.26));
    }
    sheet.line(&[(0.0, 600.0), (1200.0, 600.0)], 2.0, INK);
}

/// From the front; wide and high by the body.
pub(crate) fn face(body: Body, colour: Tint, mood: Mood, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    backgrounds(&mut sheet, mood, chance);
    let tall = match body {
        Body::Suv | Body::Pickup => 1.12,
        Body::Mpv | Body::Van | Body::Motorhome => 1.25,
        Body::Coupe | Body::Convertible => 0.88,
        _ => 1.0,
    };
    sheet.at(600.0, 690.0, 1.2, false);
    let y = |up: f32| -up * tall;
    sheet.oval(0.0, -4.0, 640.0, 50.0, INK.thin(0.28));
    for x in [-262.0, 172.0] {
        sheet.round(x, -96.0, 90.0, 98.0, 22.0, Tint::rgb(0x26302f));
    }
    let cabin = [
        (-212.0, y(230.0)),
        (-168.0, y(352.0)),
        (-90.0, y(378.0)),
        (90.0, y(378.0)),
        (168.0, y(352.0)),
        (212.0, y(230.0)),
    ];
    sheet.fill(smooth(&cabin, true), colour);
    sheet.stroke(smooth(&cabin, true), 2.6, INK);
    let screen = [
        (-180.0, y(236.0)),
        (-146.0, y(340.0)),
        (-80.0, y(358.0)),
        (80.0, y(358.0)),
        (146.0, y(340.0)),
        (180.0, y(236.0)),
    ];
    sheet.fill(smooth(&screen, true), GLASS);
    sheet.poly(
        &[
            (20.0, y(240.0)),
            (70.0, y(350.0)),
            (112.0, y(346.0)),
            (70.0, y(240.0)),
        ],
        PAPER.thin(0.5),
    );
    sheet.stroke(smooth(&screen, true), 2.6, INK);
    let hull = [
        (-268.0, -60.0),
        (-282.0, y(130.0)),
        (-262.0, y(200.0)),
        (-205.0, y(240.0)),
        (0.0, y(252.0)),
        (205.0, y(240.0)),
        (262.0, y(200.0)),
        (282.0, y(130.0)),
        (268.0, -60.0),
        (130.0, -44.0),
        (-130.0, -44.0),
    ];
    sheet.fill(smooth(&hull, true), colour);
    sheet.stroke(smooth(&hull, true), 2.6, INK);
    sheet.stroke(
        smooth(
            &[
                (-150.0, y(236.0)),
                (-120.0, y(200.0)),
                (120.0, y(200.0)),
                (150.0, y(236.0)),
            ],
            false,
        ),
        2.2,
        colour.darker(0.4),
    );
    grille(&mut sheet, colour, tall, mood == Mood::Dusk);
    sheet.home();
    sheet
}

/// Grille, lamps, plate and mirrors.
fn grille(sheet: &mut Sheet, colour: Tint, tall: f32, lights: bool) {
    let y = |up: f32| -up * tall;
    sheet.round(-130.0, y(176.0), 260.0, 50.0, 14.0, INK);
    for at in 0..3 {
        sheet.rect(
            -122.0,
            y(176.0) + 12.0 + at as f32 * 13.0,
            244.0,
            2.6,
            Tint::rgb(0xaab3b0),
        );
    }
    let lamp = if lights { 0xffe7a3 } else { 0xfdf6e0 };
    for x in [-248.0, 150.0] {
        sheet.round(x, y(182.0), 98.0, 40.0, 18.0, Tint::rgb(lamp));
        sheet.stroke(
            super::sheet::rounded(x, y(182.0), 98.0, 40.0, 18.0),
            2.4,
            INK,
        );
    }
    sheet.round(-210.0, -104.0, 420.0, 36.0, 12.0, colour.darker(0.45));
    sheet.frame(-78.0, -116.0, 156.0, 36.0, PAPER, 2.2);
    sheet.rect(-78.0, -116.0, 16.0, 36.0, Tint::rgb(0x1a5b82));
    sheet.rect(-44.0, -103.0, 100.0, 10.0, MARK);
    for x in [-290.0, 236.0] {
        sheet.round(x, y(262.0), 54.0, 32.0, 12.0, colour.darker(0.2));
    }
}

/// The view of the one who drives.
pub(crate) fn dashboard(leather: Tint, mood: Mood, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    sky(&mut sheet, mood, 300.0, chance);
    backdrop(&mut sheet, mood, 300.0, chance.yes(0.4), chance);
    sheet.rect(0.0, 300.0, 1200.0, 120.0, mood.ground());
    sheet.poly(
        &[
            (520.0, 300.0),
            (580.0, 300.0),
            (900.0, 430.0),
            (240.0, 430.0),
        ],
        mood.seen(Tint::rgb(0xb9bcb5)),
    );
    sheet.line(&[(549.0, 310.0), (552.0, 400.0)], 4.0, PAPER);
    let trim = Tint::rgb(0x2b3836);
    sheet.poly(&[(0.0, 0.0), (90.0, 0.0), (0.0, 330.0)], trim);
    sheet.poly(&[(1200.0, 0.0), (1110.0, 0.0), (1200.0, 330.0)], trim);
    sheet.round(520.0, 20.0, 200.0, 56.0, 20.0, trim);
    let board = [
        (-60.0, 420.0),
        (180.0, 372.0),
        (600.0, 388.0),
        (1000.0, 372.0),
        (1260.0, 410.0),
        (1260.0, 900.0),
        (-60.0, 900.0),
    ];
    sheet.fill(smooth(&board, true), trim);
    sheet.fill(
        smooth(
            &[
                (-60.0, 560.0),
                (300.0, 500.0),
                (900.0, 500.0),
                (1260.0, 550.0),
                (1260.0, 900.0),
                (-60.0, 900.0),
            ],
            true,
        ),
        leather,
    );
    controls(&mut sheet, leather);
    sheet
}

/// Screen, dials, wheel and lever.
fn controls(sheet: &mut Sheet, leather: Tint) {
    sheet.round(520.0, 400.0, 320.0, 190.0, 16.0, Tint::rgb(0x0f1817));
    sheet.round(536.0, 416.0, 288.0, 158.0, 8.0, Tint::rgb(0xe8ede8));
    for (a, b) in [
        ((540.0, 540.0), (700.0, 420.0)),
        ((600.0, 570.0), (820.0, 470.0)),
        ((560.0, 430.0), (760.0, 570.0)),
    ] {
        sheet.line(&[a, b], 7.0, Tint::rgb(0xc8d2ca));
    }
    sheet.circle(700.0, 490.0, 11.0, MARK);
    for (x, hand) in [(210.0, 0.9f32), (390.0, -0.6)] {
        sheet.circle(x, 470.0, 70.0, Tint::rgb(0x0f1817));
        sheet.ring(x, 470.0, 60.0, 4.0, Tint::rgb(0xd9dcd8));
        sheet.line(
            &[
                (x, 470.0),
                (x + hand.cos() * 44.0, 470.0 - hand.sin().abs() * 44.0),
            ],
            5.0,
            MARK,
        );
    }
    sheet.ring(300.0, 600.0, 190.0, 34.0, Tint::rgb(0x172220));
    sheet.ring(300.0, 600.0, 190.0, 4.0, leather.lighter(0.2));
    sheet.line(&[(120.0, 600.0), (480.0, 600.0)], 30.0, Tint::rgb(0x172220));
    sheet.line(&[(300.0, 600.0), (300.0, 780.0)], 30.0, Tint::rgb(0x172220));
    sheet.circle(300.0, 600.0, 58.0, Tint::rgb(0x243230));
    for x in [930.0, 1080.0] {
        sheet.round(x, 440.0, 120.0, 46.0, 10.0, Tint::rgb(0x0f1817));
        sheet.hatch(
            &[
                (x, 446.0),
                (x + 120.0, 446.0),
                (x + 120.0, 480.0),
                (x, 480.0),
            ],
            0.0,
            14.0,
            2.0,
            Tint::rgb(0x4b5a57),
        );
    }
    sheet.round(600.0, 640.0, 170.0, 240.0, 26.0, Tint::rgb(0x172220));
    sheet.line(&[(685.0, 740.0), (700.0, 660.0)], 12.0, Tint::rgb(0xbfc5c1));
    sheet.circle(702.0, 650.0, 24.0, Tint::rgb(0x0f1817));
}

/// A motorbike from the side.
pub(crate) fn motorbike(colour: Tint, scooter: bool, mood: Mood, chance: &mut Chance) -> Sheet {
    let mut sheet = Sheet::new(PAPER);
    backgrounds(&mut sheet, mood, chance);
    sheet.at(250.0, 690.0, 1.2, false);
    sheet.oval(290.0, -4.0, 620.0, 36.0, INK.thin(0.28));
    let (r, front) = if scooter {
        (66.0, 470.0)
    } else {
        (96.0, 486.0)
    };
    for x in [100.0, front] {
        sheet.circle(x, -r, r, Tint::rgb(0x26302f));
        sheet.circle(x, -r, r * 0.72, mood.seen(Tint::rgb(0xd9dcd8)));
        sheet.ring(x, -r, r * 0.4, 5.0, Tint::rgb(0x8d9794));
        sheet.circle(x, -r, 12.0, INK);
    }
    sheet.line(
        &[(front, -r), (front - 78.0, -300.0)],
        15.0,
        Tint::rgb(0x8d9794),
    );
    sheet.line(
        &[(front - 78.0, -300.0), (front - 140.0, -318.0)],
        10.0,
        INK,
    );
    sheet.line(&[(100.0, -r), (250.0, -130.0)], 18.0, Tint::rgb(0x47525a));
    if scooter {
        scooter_body(&mut sheet, colour);
    } else {
        bike_body(&mut sheet, colour);
    }
    sheet.circle(front - 46.0, -270.0, 28.0, Tint::rgb(0xfff3cf));
    sheet.ring(front - 46.0, -270.0, 28.0, 3.0, INK);
    sheet.round(6.0, -232.0, 30.0, 16.0, 6.0, MARK);
    sheet.home();
    sheet
}

fn scooter_body(sheet: &mut Sheet, colour: Tint) {
    let hull = [
        (60.0, -140.0),
        (70.0, -210.0),
        (230.0, -214.0),
        (262.0, -90.0),
        (380.0, -84.0),
        (400.0, -290.0),
        (432.0, -290.0),
        (446.0, -70.0),
        (280.0, -44.0),
        (150.0, -70.0),
    ];
    sheet.fill(smooth(&hull, true), colour);
    sheet.stroke(smooth(&hull, true), 2.6, INK);
    sheet.round(70.0, -240.0, 170.0, 34.0, 16.0, Tint::rgb(0x5b3f2c));
}

fn bike_body(sheet: &mut Sheet, colour: Tint) {
    sheet.round(190.0, -176.0, 150.0, 116.0, 20.0, Tint::rgb(0x47525a));
    sheet.hatch(
        &[
            (200.0, -166.0),
            (330.0, -166.0),
            (330.0, -90.0),
            (200.0, -90.0),
        ],
        60.0,
        900.0,
        4.0,
        Tint::rgb(0xaab3b0),
    );
    let tank = [
        (200.0, -214.0),
        (240.0, -276.0),
        (350.0, -280.0),
        (392.0, -240.0),
        (360.0, -180.0),
        (230.0, -178.0),
    ];
    sheet.fill(smooth(&tank, true), colour);
    sheet.stroke(smooth(&tank, true), 2.6, INK);
    sheet.stroke(
        smooth(&[(250.0, -250.0), (300.0, -262.0), (350.0, -256.0)], false),
        5.0,
        colour.lighter(0.4),
    );
    let seat = [
        (20.0, -256.0),
        (60.0, -248.0),
        (150.0, -228.0),
        (230.0, -226.0),
        (210.0, -196.0),
        (90.0, -206.0),
    ];
    sheet.fill(smooth(&seat, true), Tint::rgb(0x3b2b22));
    sheet.line(&[(150.0, -70.0), (10.0, -92.0)], 20.0, Tint::rgb(0xc8cdc9));
    sheet.circle(330.0, -112.0, 30.0, Tint::rgb(0xaab3b0));
}
