//! A span of time in which something is measured.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::arguments::Target;
use crate::error::Error;
use crate::processes::{Process, Usage};
use crate::progress;
use crate::reports::Report;
use crate::talks::Talks;

const MIB: f64 = 1_048_576.0;

/// From its beginning until now.
pub(crate) struct Span {
    start: Instant,
    server: Option<(Process, Usage)>,
    own: Usage,
}

impl Span {
    pub(crate) fn begin(target: &Target) -> Result<Self, Error> {
        let server = target.pid.map(Process::new);
        let server = server.map(|process| Ok::<_, Error>((process, process.usage()?))).transpose()?;
        Ok(Self { start: Instant::now(), server, own: Process::own().usage()? })
    }

    /// How many a second, if there were so many.
    #[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
    pub(crate) fn rate(&self, count: u64) -> f64 {
        count as f64 / self.start.elapsed().as_secs_f64()
    }

    /// Adds what it took from the server, in all and for each of so many, and from this program.
    #[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
    pub(crate) fn report(&self, report: &mut Report, count: u64) -> Result<(), Error> {
        let time = self.start.elapsed().as_secs_f64();
        if let Some((process, before)) = self.server {
            let after = process.usage()?;
            let used = after.processor.saturating_sub(before.processor).as_secs_f64();
            report.add("server processor", 100.0 * used / time, "%");
            report.add("server processor for each", 1_000_000.0 * used / count.max(1) as f64, "µs");
            report.add("server memory", after.memory as f64 / MIB, "MiB");
        }
        let own = Process::own().usage()?.processor.saturating_sub(self.own.processor).as_secs_f64();
        report.add("generator processor", 100.0 * own / time, "%");
        Ok(())
    }
}

/// Lets people talk for some time.
pub(crate) async fn pass(talks: &mut Talks, what: &'static str, time: Duration) -> Result<(), Error> {
    let tenths = usize::try_from(time.as_millis() / 100).unwrap_or(usize::MAX);
    let bar = progress::Bar::new(what, tenths / 10);
    let start = Instant::now();
    while start.elapsed() < time {
        talks.check()?;
        sleep(Duration::from_millis(100).min(time.saturating_sub(start.elapsed()))).await;
        bar.reach(usize::try_from(start.elapsed().as_secs()).unwrap_or(usize::MAX));
    }
    Ok(())
}
