//! How long to wait before another try: longer each time, and never as long as the others.

use std::time::Duration;

/// The first ceiling, doubled with every try.
const SHORTEST: Duration = Duration::from_millis(100);

/// The last ceiling.
const LONGEST: Duration = Duration::from_secs(10);

/// Waits in a row. Each is drawn from nothing up to a ceiling, so that clients who lost the same server come back
/// spread out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Backoff {
    tries: u32,
}

impl Backoff {
    /// The next wait.
    pub(crate) fn next(&mut self) -> Duration {
        // Without randomness it is the longest wait, which hurts nobody.
        self.draw(getrandom::u32().unwrap_or(u32::MAX))
    }

    /// The share of the ceiling that `random` is of all numbers.
    fn draw(&mut self, random: u32) -> Duration {
        let ceiling = SHORTEST.saturating_mul(2_u32.saturating_pow(self.tries)).min(LONGEST);
        self.tries = self.tries.saturating_add(1);
        ceiling.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_ten_seconds() {
        let mut backoff = Backoff::default();
        for ceiling in [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000] {
            assert_eq!(backoff.draw(u32::MAX), Duration::from_millis(ceiling));
        }
        let mut patient = Backoff { tries: u32::MAX };
        assert_eq!(patient.draw(u32::MAX), LONGEST);
    }

    #[test]
    fn a_wait_is_any_share_of_the_ceiling() {
        for (random, least, most) in [(0, 0, 0), (u32::MAX / 2, 49, 50), (u32::MAX / 4, 24, 25)] {
            let wait = Backoff::default().draw(random);
            assert!((least..=most).contains(&wait.as_millis()), "{wait:?}");
        }
    }
}
