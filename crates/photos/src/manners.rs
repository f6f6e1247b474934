//! How we behave towards the hosts of pictures.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ::store::{DAY_MS, Dice, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use reach::Patience;
use tokio::sync::Semaphore;

/// A larger photo is not taken.
pub const PHOTO_BYTES_MAX: usize = 20 << 20;

/// Pauses after a try that brought not all; behind the last of them it is tried each night.
const PAUSES_MS: [i64; 4] = [MINUTE_MS, 5 * MINUTE_MS, 20 * MINUTE_MS, HOUR_MS];
/// So many nights; then only when the feed names the photos anew.
const NIGHTS_MAX: i64 = 30;
const NIGHT_BEGINS_MS: i64 = 2 * HOUR_MS;
const NIGHT_MS: i64 = 3 * HOUR_MS;
const REST_MS: i64 = 30 * SECOND_MS;
const REST_MAX_MS: i64 = 6 * HOUR_MS;
/// A host that fails so often in a row is left alone for a while.
const STRIKES_MAX: u32 = 5;

/// Limits of what we ask of hosts.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// Requests at a time, of all hosts together.
    pub overall: usize,
    /// Requests at a time of one host.
    pub per_host: usize,
    pub patience: Patience,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            overall: 24,
            per_host: 4,
            patience: Patience {
                connect: Duration::from_secs(10),
                silence: Duration::from_secs(20),
                whole: Duration::from_secs(60),
            },
        }
    }
}

/// One host: who may ask it now.
pub(crate) struct Gate {
    pub(crate) slots: Semaphore,
    mood: Mutex<Mood>,
}

#[derive(Default)]
struct Mood {
    strikes: u32,
    rests: u32,
    until: Option<Timestamp>,
}

impl Gate {
    pub(crate) fn of(manners: &Manners) -> Gate {
        Gate {
            slots: Semaphore::new(manners.per_host.max(1)),
            mood: Mutex::default(),
        }
    }

    /// Until when it is left alone.
    pub(crate) fn rests(&self, now: Timestamp) -> Option<Timestamp> {
        self.mood().until.filter(|until| *until > now)
    }

    pub(crate) fn answered(&self) {
        *self.mood() = Mood::default();
    }

    /// It failed as a host; after some of that it is left alone for a while.
    pub(crate) fn struck(&self, now: Timestamp) {
        let mut mood = self.mood();
        mood.strikes += 1;
        if mood.strikes >= STRIKES_MAX {
            mood.strikes = 0;
            mood.rest(now, None);
        }
    }

    /// It asks to be left alone, perhaps for how long.
    pub(crate) fn turned_away(&self, now: Timestamp, wanted_ms: Option<i64>) {
        self.mood().rest(now, wanted_ms);
    }

    fn mood(&self) -> std::sync::MutexGuard<'_, Mood> {
        self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mood {
    fn rest(&mut self, now: Timestamp, wanted_ms: Option<i64>) {
        // Requests that were on their way together are turned away together.
        if self.until.is_some_and(|until| until > now) && wanted_ms.is_none() {
            return;
        }
        let own = REST_MS << self.rests.min(10);
        self.rests += 1;
        let pause = wanted_ms.unwrap_or(own).clamp(SECOND_MS, REST_MAX_MS);
        let until = now.plus_ms(pause);
        self.until = Some(self.until.map_or(until, |before| before.max(until)));
    }
}

/// Whether an address that may still give its picture is tried again before the night.
pub(crate) fn has_tries(tries: i64) -> bool {
    usize::try_from(tries).is_ok_and(|tries| tries < PAUSES_MS.len())
}

/// When to try again after `tries`, within the hour or by night; None after enough nights.
pub(crate) fn again(tries: i64, soon: bool, now: Timestamp, dice: &Dice) -> Option<Timestamp> {
    let pause = usize::try_from(tries).ok().and_then(|n| PAUSES_MS.get(n));
    match pause {
        Some(pause) if soon => Some(now.plus_ms(*pause)),
        _ if tries < PAUSES_MS.len() as i64 + NIGHTS_MAX => Some(next_night(now, dice)),
        _ => None,
    }
}

/// Some moment of the next night, UTC; a night that is nearly here is not the next one.
pub(crate) fn next_night(now: Timestamp, dice: &Dice) -> Timestamp {
    let earliest = now.0 + 6 * HOUR_MS - NIGHT_BEGINS_MS;
    let begins = (earliest.div_euclid(DAY_MS) + 1) * DAY_MS + NIGHT_BEGINS_MS;
    let within = dice.below(NIGHT_MS.unsigned_abs());
    Timestamp(begins + i64::try_from(within).unwrap_or(0))
}
