//! The machine: its disk, its clock, its ports.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use store::SECOND_MS;

use super::{Check, size, span};
use crate::house::{House, Place};
use crate::output::Failure;

const FREE_LEAST: u64 = 200 << 20;
const FREE_WANTED: u64 = 2 << 30;
const CLOCK_MS_MAX: i64 = 5 * SECOND_MS;
const PATIENCE: Duration = Duration::from_secs(2);

pub fn disk(place: &Place) -> Check {
    // Before the first start the folder is not there; its disk is that of the one above it.
    let here = std::env::current_dir()
        .unwrap_or_default()
        .join(&place.data);
    let folder = here.ancestors().find(|folder| folder.is_dir());
    let folder = folder.unwrap_or(&here);
    let space = match nix::sys::statvfs::statvfs(folder) {
        Ok(space) => space,
        Err(error) => {
            let said = format!(
                "{} cannot be asked for its space: {error}",
                folder.display()
            );
            return Check::warn("disk", said, "see that the disk is mounted and readable");
        }
    };
    let free = space.blocks_available() * space.fragment_size();
    let all = (space.blocks() * space.fragment_size()).max(1);
    let said = format!(
        "{} free of {} at {}",
        size(free),
        size(all),
        folder.display()
    );
    let todo = "make room: when the disk is full, nothing is lost but nothing is taken either";
    match free {
        free if free < FREE_LEAST => Check::fail("disk", said, todo),
        free if free < FREE_WANTED => Check::warn("disk", said, todo),
        _ => Check::ok("disk", said),
    }
}

/// Ours against the journal's last row, and against the database's machine.
pub async fn clock(house: &House) -> Result<Check, Failure> {
    let todo = "let the machines keep their time by NTP (timedatectl set-ntp true)";
    let newest = house.store.backlog().await?.newest;
    let now = house.store.now();
    let ahead = newest.map_or(0, |newest| newest.0 - now.0);
    if ahead > CLOCK_MS_MAX {
        let said = format!(
            "the last change was made {} from now: this clock is late",
            span(ahead)
        );
        return Ok(Check::fail("clock", said, todo));
    }
    let Some(there) = house.store.time_there().await? else {
        return Ok(Check::ok("clock", format!("{now}")));
    };
    let apart = (there.0 - house.store.now().0).abs();
    if apart > CLOCK_MS_MAX {
        let said = format!("this machine and the database's are {} apart", span(apart));
        return Ok(Check::warn("clock", said, todo));
    }
    Ok(Check::ok(
        "clock",
        format!("{now}, as on the database's machine"),
    ))
}

/// Who listens at the server's address, if anybody.
pub fn port(address: SocketAddr) -> Check {
    if let Ok(stream) = TcpStream::connect_timeout(&address, PATIENCE) {
        return match is_ours(stream) {
            true => Check::ok("port", format!("a server answers at {address}")),
            false => Check::warn(
                "port",
                format!("something else listens at {address}"),
                "end it, or start the server elsewhere with --listen ADDR",
            ),
        };
    }
    match TcpListener::bind(address) {
        Ok(_) => Check::ok(
            "port",
            format!("{address} is free; no server is running there"),
        ),
        Err(error) => Check::fail(
            "port",
            format!("{address} cannot be listened at: {error}"),
            "choose another with --listen ADDR",
        ),
    }
}

fn is_ours(mut stream: TcpStream) -> bool {
    let asked = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut answer = [0; 12];
    let patient = stream.set_read_timeout(Some(PATIENCE)).is_ok();
    let answered =
        patient && stream.write_all(asked).is_ok() && stream.read_exact(&mut answer).is_ok();
    answered && &answer == b"HTTP/1.1 200"
}
