//! What a process has used, as Linux's `/proc` says it: man page proc(5).

use std::fs;
use std::time::Duration;

use crate::error::Error;

/// How long a tick of `/proc` is: `USER_HZ` has been 100 on every Linux that Rust runs on.
const TICK: Duration = Duration::from_millis(10);

/// A process whose use is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(u32);

/// What it used up to a moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// Processor time of all its threads.
    pub(crate) processor: Duration,
    /// Resident memory, in bytes.
    pub(crate) memory: u64,
}

impl Process {
    pub(crate) const fn new(id: u32) -> Self {
        Self(id)
    }

    /// This generator.
    pub(crate) fn own() -> Self {
        Self(std::process::id())
    }

    pub(crate) fn usage(self) -> Result<Usage, Error> {
        let ticks = self.ticks().ok_or(Error::Process(self.0))?;
        let memory = self.memory().ok_or(Error::Process(self.0))?;
        Ok(Usage { processor: TICK * ticks, memory })
    }

    /// User and system time: fields 14 and 15, counted behind the name, which may hold anything.
    fn ticks(self) -> Option<u32> {
        let line = fs::read_to_string(format!("/proc/{}/stat", self.0)).ok()?;
        let mut fields = line.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut next = || fields.next()?.parse::<u32>().ok();
        Some(next()? + next()?)
    }

    fn memory(self) -> Option<u64> {
        let lines = fs::read_to_string(format!("/proc/{}/status", self.0)).ok()?;
        let line = lines.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1_024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_works_uses_time_and_memory() {
        let before = Process::own().usage().expect("this process");
        let start = std::time::Instant::now();
        while start.elapsed() < 5 * TICK {}
        let after = Process::own().usage().expect("this process");
        assert!(after.processor > before.processor, "{before:?} {after:?}");
        assert!(after.memory > 100 * 1_024, "{after:?}");
    }
}
