//! People who chat at an even pace while something else goes on, and how much they notice of it.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::arguments::{Bystanders, Target};
use crate::error::Error;
use crate::reports::{Report, times};
use crate::spans;
use crate::talks::{self, Pace, Talks};

/// How many pairs of them there are.
const PAIRS: usize = 10;

/// Where the numbers of their accounts begin: nobody else has such.
const FIRST: usize = 100_000;

/// They are chatting.
pub(crate) struct Watch {
    talks: Talks,
    in_peace: Histogram<u64>,
}

impl Watch {
    /// Lets them begin to chat.
    pub(crate) async fn begin(target: &Target, bystanders: Bystanders) -> Result<Self, Error> {
        let writers = u32::try_from(2 * PAIRS).unwrap_or(u32::MAX);
        let pace = Pace::Every(Duration::from_secs(1) * writers / bystanders.bystander_rate.max(1));
        let mut talks = talks::start(target, FIRST, PAIRS, pace).await?;
        spans::pass(&mut talks, "warming up", target.warm_up).await?;
        Ok(Self { talks, in_peace: times() })
    }

    /// Lets time pass in which they are not disturbed, to compare with.
    pub(crate) async fn pass_in_peace(&mut self, time: Duration) -> Result<(), Error> {
        self.talks.take_times();
        spans::pass(&mut self.talks, "chatting in peace", time).await?;
        (self.in_peace, _) = self.talks.take_times();
        Ok(())
    }

    /// Lets the time of the measurement pass.
    pub(crate) async fn pass(&mut self, time: Duration) -> Result<(), Error> {
        self.talks.take_times();
        spans::pass(&mut self.talks, "measuring", time).await
    }

    /// Says how fast chatting was before and meanwhile.
    #[expect(clippy::cast_precision_loss, reason = "a minute of microseconds is exact")]
    pub(crate) async fn end(self, report: &mut Report) -> Result<(), Error> {
        let (meanwhile, _) = self.talks.take_times();
        report.add_times(["in peace p50", "in peace p99", "in peace p99.9"], &self.in_peace);
        report.add_times(["meanwhile p50", "meanwhile p99", "meanwhile p99.9"], &meanwhile);
        let p99 = |times: &Histogram<u64>| times.value_at_quantile(0.99) as f64;
        report.add("p99 meanwhile by p99 in peace", p99(&meanwhile) / p99(&self.in_peace).max(1.0), "");
        report.blame(self.talks.end().await?);
        Ok(())
    }
}
