//! Connections that do nothing.

use std::time::Duration;

use tokio::time::sleep;

use crate::accounts;
use crate::arguments::Target;
use crate::error::Error;
use crate::processes::Process;
use crate::reports::Report;

/// How many accounts they share.
const ACCOUNTS: usize = 50;

/// How long the server has to come to rest.
const REST: Duration = Duration::from_secs(3);

/// Measures the memory of the server with and without them.
#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
pub(super) async fn run(target: &Target, connections: usize) -> Result<Report, Error> {
    let mut report = Report::new(format!("idle, {connections} connections"));
    let server = target.pid.map(Process::new);
    let memory = || server.map_or(Ok(0), |process| Ok::<_, Error>(process.usage()?.memory));
    // What the first logins cost once and for all is none of the connections'.
    let _first = accounts::enter(target, 0..ACCOUNTS).await?;
    sleep(REST).await;
    let before = memory()?;
    let _idle = accounts::enter(target, (0..connections).map(|number| number % ACCOUNTS)).await?;
    sleep(REST).await;
    let after = memory()?;
    report.add("memory before", before as f64 / 1_024.0, "KiB");
    report.add("memory after", after as f64 / 1_024.0, "KiB");
    let growth = after.saturating_sub(before) as f64 / 1_024.0;
    report.add("for each connection", growth / connections.max(1) as f64, "KiB");
    Ok(report)
}
