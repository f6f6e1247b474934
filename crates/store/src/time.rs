//! Time and chance are handed in, so that a test can hold both still.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use serde::Serialize;
use uuid::Uuid;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

/// The wall's clock, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub enum Clock {
    Wall,
    Held(Arc<AtomicI64>),
}

/// The source of chance: ids, tokens, jitter. One seed, one sequence.
#[derive(Clone)]
pub struct Dice(Arc<Mutex<Thrower>>);

struct Thrower {
    rng: ChaCha12Rng,
    /// The millisecond of the last id, and the random part of it.
    last: (u64, [u8; 10]),
}

pub const SECOND_MS: i64 = 1_000;
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Clock {
    pub fn held_at(at: Timestamp) -> Clock {
        Clock::Held(Arc::new(AtomicI64::new(at.0)))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Clock::Wall => wall(),
            Clock::Held(at) => Timestamp(at.load(Ordering::Relaxed)),
        }
    }

    /// Moves a held clock; the wall's clock cannot be moved.
    pub fn advance_ms(&self, by: i64) {
        if let Clock::Held(at) = self {
            at.fetch_add(by, Ordering::Relaxed);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the wall's clock"
)]
fn wall() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
}

impl Dice {
    pub fn seeded(seed: u64) -> Dice {
        Dice::of(ChaCha12Rng::seed_from_u64(seed))
    }

    /// From the operating system's entropy.
    pub fn fair() -> Result<Dice, getrandom::Error> {
        let mut seed = [0u8; 32];
        getrandom::fill(&mut seed)?;
        Ok(Dice::of(ChaCha12Rng::from_seed(seed)))
    }

    fn of(rng: ChaCha12Rng) -> Dice {
        Dice(Arc::new(Mutex::new(Thrower {
            rng,
            last: (0, [0; 10]),
        })))
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .rng
            .fill_bytes(&mut bytes);
        bytes
    }

    /// A number below `end`; 0 when `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        u64::from_le_bytes(self.bytes()) % end.max(1)
    }

    /// An id that sorts by the time it was made, also within one millisecond (UUIDv7, RFC 9562,
    /// monotonic random).
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.0).unwrap_or(0);
        let mut thrower = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fresh = [0u8; 10];
        thrower.rng.fill_bytes(&mut fresh);
        let (last, random) = thrower.last;
        if last == millis {
            // The low 61 bits count on, by a step that nobody can guess.
            let step = u64::from(fresh[0]) << 8 | u64::from(fresh[1]) | 1;
            let mut low = [0u8; 8];
            low.copy_from_slice(&random[2..]);
            fresh = random;
            fresh[2..].copy_from_slice(&(u64::from_be_bytes(low) + step).to_be_bytes());
        } else {
            // The top bits are the variant's, and leave room to count.
            fresh[2] &= 0x1f;
        }
        thrower.last = (millis, fresh);
        uuid::Builder::from_unix_timestamp_millis(millis, &fresh).into_uuid()
    }
}

impl fmt::Debug for Dice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dice")
    }
}

impl Timestamp {
    pub fn plus_ms(self, ms: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(ms))
    }

    /// Year, month, day of the UTC day (Howard Hinnant's civil_from_days).
    pub fn date(self) -> (i64, u32, u32) {
        let days = self.0.div_euclid(DAY_MS) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * month + 2) / 5 + 1) as u32;
        let month = if month < 10 { month + 3 } else { month - 9 } as u32;
        (year + era * 400 + i64::from(month <= 2), month, day)
    }

    /// The instant up to which something was so: a day alone means its last millisecond, UTC.
    pub fn parse_end(text: &str) -> Option<Timestamp> {
        let at = Timestamp::parse(text)?;
        let is_day = text.len() == 10 && text.bytes().filter(|b| *b == b'-').count() == 2;
        Some(if is_day { at.plus_ms(DAY_MS - 1) } else { at })
    }

    /// Reads `2026-11-24`, `2026-11-24T10:00:00Z` (UTC only) or milliseconds.
    pub fn parse(text: &str) -> Option<Timestamp> {
        if let Ok(ms) = text.parse::<i64>() {
            return (text.len() > 8).then_some(Timestamp(ms));
        }
        let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
        let mut parts = date.splitn(3, '-').map(str::parse::<i64>);
        let (year, month, day) = (
            parts.next()?.ok()?,
            parts.next()?.ok()?,
            parts.next()?.ok()?,
        );
        let mut clock = time.trim_end_matches('Z').splitn(3, ':');
        let hour: i64 = clock.next()?.parse().ok()?;
        let minute: i64 = clock.next().unwrap_or("0").parse().ok()?;
        let second: f64 = clock.next().unwrap_or("0").parse().ok()?;
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
        if !fits || hour > 23 || minute > 59 || second >= 61.0 || !(0..=9999).contains(&year) {
            return None;
        }
        let shifted = year - i64::from(month <= 2);
        let era = shifted.div_euclid(400);
        let of_era = shifted.rem_euclid(400);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let ms = hour * HOUR_MS + minute * MINUTE_MS + (second * 1000.0) as i64;
        Some(Timestamp(days * DAY_MS + ms))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// ISO 8601 in UTC with milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let ms = self.0.rem_euclid(DAY_MS);
        let (hour, minute) = (ms / HOUR_MS, ms / MINUTE_MS % 60);
        let (second, milli) = (ms / SECOND_MS % 60, ms % SECOND_MS);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"
        )
    }
}
