//! Chance: what becomes of a request.

use axum::http::StatusCode;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::conduct::Conduct;

/// A sequence of lots that belongs to one occasion.
pub(crate) struct Dice(ChaCha8Rng);

/// What the dice say of one request. Most of them have no luck at all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate {
    pub error: Option<StatusCode>,
    pub retry_after: bool,
    pub maintenance: bool,
    /// It hangs; whether the work is done before.
    pub hangs: Option<bool>,
    pub twice: bool,
    pub refused: bool,
    pub lost: bool,
}

impl Dice {
    /// The lots of the `nth` occasion of this kind, whatever else happens at the same time.
    pub(crate) fn of(seed: u64, portal: &str, about: &str, nth: u64) -> Dice {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(portal.as_bytes());
        hasher.update(&[0]);
        hasher.update(about.as_bytes());
        hasher.update(&nth.to_le_bytes());
        Dice(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Draws a lot even when nothing hangs on it, so that one rate does not move another's luck.
    pub(crate) fn yes(&mut self, rate: f64) -> bool {
        let lot = (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        lot < rate
    }
}

impl Fate {
    pub(crate) fn draw(dice: &mut Dice, conduct: &Conduct) -> Fate {
        let (errs, unavailable) = (dice.yes(conduct.error_rate), dice.yes(0.5));
        let status = if unavailable {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        };
        let says_when = dice.yes(0.5);
        let maintenance = dice.yes(conduct.html_rate);
        let (hangs, done) = (dice.yes(conduct.timeout_rate), dice.yes(0.5));
        Fate {
            error: errs.then_some(status),
            retry_after: unavailable && says_when,
            maintenance,
            hangs: hangs.then_some(done),
            twice: dice.yes(conduct.duplicate_rate),
            refused: dice.yes(conduct.refuse_rate),
            lost: dice.yes(conduct.lose_rate),
        }
    }
}
