//! What an attack costs: the server its memory and descriptors, and others their time.

use std::thread;
use std::time::Duration;

use super::measured::{MIB, Measured, Usage};

/// What was before, and what was seen meanwhile.
pub(super) struct Cost {
    before: Usage,
    /// What was left when everything that is made once had been made.
    calm: Option<Usage>,
    slowest: Duration,
}

impl Cost {
    /// Counts from now on.
    pub(super) fn begin(server: &Measured) -> Self {
        server.forget_most_memory();
        Self { before: server.usage(), calm: None, slowest: Duration::ZERO }
    }

    /// What is left from now on adds up.
    pub(super) fn calm(&mut self, calm: Usage) {
        self.calm = Some(calm);
    }

    /// Somebody waited so long.
    pub(super) fn notice(&mut self, answered: Duration) {
        self.slowest = self.slowest.max(answered);
    }

    /// How much more memory it held at the most, in bytes.
    pub(super) fn at_most(&self, server: &Measured) -> usize {
        server.most_memory().saturating_sub(self.before.memory)
    }

    /// One line of a table: the file and the case, memory at the most and left over, descriptors left over, the slowest
    /// answer.
    pub(super) fn tell(&self, server: &Measured) {
        let now = server.usage();
        let calm = self.calm.unwrap_or(self.before);
        println!(
            "| {} | {:?} | {} MiB | {} MiB | {} | {} ms |",
            case(),
            server.backend,
            self.at_most(server) / MIB,
            now.memory.saturating_sub(calm.memory) / MIB,
            now.descriptors.saturating_sub(calm.descriptors),
            self.slowest.as_millis(),
        );
    }
}

/// Tests run in threads that are named after them: `abuse::logins::sqlite::somebody_guesses`.
fn case() -> String {
    let name = thread::current().name().unwrap_or_default().to_owned();
    let parts: Vec<&str> =
        name.split("::").filter(|part| !["abuse", "sqlite", "mysql"].contains(part)).collect();
    parts.join(" | ")
}
