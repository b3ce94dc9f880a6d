//! Pairs who write to each other, as fast as they can or at a fixed rate.

use std::time::Duration;

use crate::arguments::{Pairs, Target};
use crate::error::Error;
use crate::reports::Report;
use crate::spans::{self, Span};
use crate::talks::{self, Pace};

/// As fast as they can.
pub(super) async fn relay(target: &Target, pairs: Pairs) -> Result<Report, Error> {
    let name = format!("relay, {} pairs, window {}", pairs.pairs, pairs.window);
    chat(target, Report::new(name), pairs, Pace::Window(pairs.window)).await
}

/// At a fixed rate, of all together.
pub(super) async fn rate(target: &Target, pairs: Pairs, rate: u32) -> Result<Report, Error> {
    let writers = u32::try_from(2 * pairs.pairs).unwrap_or(u32::MAX);
    let pace = Pace::Every(Duration::from_secs(1) * writers / rate.max(1));
    chat(target, Report::new(format!("rate, {} pairs, {rate} a second", pairs.pairs)), pairs, pace).await
}

async fn chat(target: &Target, mut report: Report, pairs: Pairs, pace: Pace) -> Result<Report, Error> {
    let mut talks = talks::start(target, 0, pairs.pairs, pace).await?;
    spans::pass(&mut talks, "warming up", target.warm_up).await?;
    talks.take_times();
    let (before, span) = (talks.counts(), Span::begin(target)?);
    spans::pass(&mut talks, "measuring", target.seconds).await?;
    let after = talks.counts();
    let delivered = after.delivered - before.delivered;
    report.add("echoed", span.rate(after.echoed - before.echoed), "a second");
    report.add("delivered", span.rate(delivered), "a second");
    report.add("refused", span.rate(after.refused - before.refused), "a second");
    span.report(&mut report, delivered)?;
    let (times, echoes) = talks.take_times();
    report.add_times(["delivered p50", "delivered p99", "delivered p99.9"], &times);
    report.add_times(["echoed p50", "echoed p99", "echoed p99.9"], &echoes);
    report.blame(talks.end().await?);
    Ok(report)
}
