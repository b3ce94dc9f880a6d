//! Adds up the `test result:` lines of every test binary into the one line that closes a run.

use std::fmt;

/// How many tests passed, failed and were ignored so far.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    /// Counts a line of test output; a line that is no result is left alone.
    pub(crate) fn count(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else { return };
        for part in result.split(';') {
            self.add(part);
        }
    }

    /// How many tests really ran.
    pub(crate) fn ran(&self) -> u64 {
        self.passed + self.failed
    }

    /// Adds one part of a result, such as `ok. 12 passed` or `1 ignored`.
    fn add(&mut self, part: &str) {
        let mut words = part.split_whitespace().rev();
        let (Some(what), Some(number)) = (words.next(), words.next()) else { return };
        let Ok(number) = number.parse::<u64>() else { return };
        match what {
            "passed" => self.passed += number,
            "failed" => self.failed += number,
            "ignored" => self.skipped += number,
            _ => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_many_binaries_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test it_works ... ok",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ] {
            tally.count(line);
        }
        assert_eq!(tally.to_string(), "5 passed, 4 failed, 1 skipped");
        assert_eq!(tally.ran(), 9);
    }

    #[test]
    fn ignored_tests_did_not_run() {
        let mut tally = Tally::default();
        tally.count("test result: ok. 0 passed; 0 failed; 5 ignored; 0 measured; 0 filtered out");
        assert_eq!(tally.ran(), 0);
    }
}
