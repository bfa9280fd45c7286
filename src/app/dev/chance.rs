//! Chance that is the same for the same seed, on every machine and for every version.
use std::f64::consts::TAU;

use ulid::Ulid;

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, 1.
    pub fn part(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        usize::try_from((u128::from(self.bits()) * u128::from(limit)) >> 64).unwrap_or(0)
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of those, as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, all: &[(T, f64)]) -> T {
        let mut left = self.part() * all.iter().map(|(_, weight)| weight).sum::<f64>();
        for (one, weight) in all {
            left -= weight;
            if left < 0.0 {
                return *one;
            }
        }
        all[all.len() - 1].0
    }

    pub fn happens(&mut self, probability: f64) -> bool {
        self.part() < probability
    }

    /// A time in milliseconds whose median is `minutes`: a tenth take four times as long, some much longer.
    pub fn around(&mut self, minutes: f64) -> i64 {
        let normal = (-2.0 * (1.0 - self.part()).ln()).sqrt() * (TAU * self.part()).cos();
        #[expect(clippy::cast_possible_truncation, reason = "at most some years")]
        let millis = (minutes * 60_000.0 * (1.1 * normal).exp()).min(1e10) as i64;
        millis.max(1_000)
    }

    /// The text of an id as the desk makes them.
    pub fn id(&mut self, prefix: &str, at: i64) -> String {
        let random = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        let mut text = Ulid::from_parts(u64::try_from(at).unwrap_or(0), random).to_string();
        text.make_ascii_lowercase();
        format!("{prefix}_{text}")
    }
}
