//! Chance with a seed: the same seed draws the same lots on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of lots. Each account and each picture has its own, so that none disturbs another.
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64, stream: u64) -> Chance {
        let mut lots = ChaCha8Rng::seed_from_u64(seed);
        lots.set_stream(stream);
        Chance(lots)
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn int(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low).max(0) as u64 + 1;
        low + (self.0.next_u64() % span) as i64
    }

    /// A number from 0 to just below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn f32(&mut self, low: f32, high: f32) -> f32 {
        self.between(f64::from(low), f64::from(high)) as f32
    }

    pub(crate) fn yes(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// About normal, by the sum of four lots; within two and a half spreads.
    pub(crate) fn bell(&mut self, middle: f64, spread: f64) -> f64 {
        let sum: f64 = (0..4).map(|_| self.unit()).sum();
        middle + (sum - 2.0) * spread * 1.732
    }

    /// One of a list that is never empty.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.int(0, of.len() as i64 - 1) as usize]
    }

    /// One of a list by weights; the last if the weights run out.
    pub(crate) fn weighted<'a, T>(&mut self, of: &'a [(u32, T)]) -> &'a T {
        let total: u32 = of.iter().map(|(weight, _)| weight).sum();
        let mut lot = self.int(0, i64::from(total.max(1)) - 1);
        for (weight, thing) in of {
            lot -= i64::from(*weight);
            if lot < 0 {
                return thing;
            }
        }
        &of[of.len() - 1].1
    }

    pub(crate) fn shuffle<T>(&mut self, of: &mut [T]) {
        for at in (1..of.len()).rev() {
            of.swap(at, self.int(0, at as i64) as usize);
        }
    }
}
