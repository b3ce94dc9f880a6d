//! How long to leave an authority in peace after a failure.

use std::time::Duration;

use super::errors::OrderError;

/// After the first failure that cost the authority nothing.
const FLEETING: Duration = Duration::from_secs(5);

/// After the first refusal. Let's Encrypt takes five failed validations of a name, and one more every twelve minutes:
/// beginning here and doubling stays below that.
const REFUSED: Duration = Duration::from_mins(1);

/// Whoever asks too much is to ask less for this long at the least.
const LIMITED: Duration = Duration::from_hours(1);

const LONGEST: Duration = Duration::from_hours(6);

/// Pauses that grow while failures go on.
#[derive(Default)]
pub(super) struct Pauses {
    failures: u32,
}

impl Pauses {
    /// The pause after this failure.
    pub(super) fn next(&mut self, error: &OrderError) -> Duration {
        let first = if error.is_fleeting() { FLEETING } else { REFUSED };
        let pause = first.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        if error.is_limit() { pause.max(LIMITED) } else { pause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(error: &OrderError, number: usize) -> Vec<u64> {
        let mut pauses = Pauses::default();
        (0..number).map(|_| pauses.next(error).as_secs()).collect()
    }

    #[test]
    fn pauses_grow_to_an_end() {
        let down = OrderError::Unreachable("nobody there".into());
        assert_eq!(pauses(&down, 4), [5, 10, 20, 40]);
        assert_eq!(pauses(&down, 100).last(), Some(&(6 * 3_600)));
    }

    #[test]
    fn refusals_stay_below_what_lets_encrypt_takes() {
        let refused = OrderError::Useless("refused".into());
        let mut left: f64 = 5.0;
        for pause in pauses(&refused, 40) {
            left -= 1.0;
            assert!(left >= 0.0);
            left = (left + std::time::Duration::from_secs(pause).as_secs_f64() / 720.0).min(5.0);
        }
    }
}
