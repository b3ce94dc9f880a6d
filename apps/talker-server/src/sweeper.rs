//! Removing what has had its time: registrations, sessions, and old entries of logs.

use std::sync::Arc;
use std::time::Duration;

use talker_domain::sync::prune::Pruned;
use talker_domain::{Timestamp, UserId};
use talker_store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::{clock, wire};

/// How often.
const INTERVAL: Duration = Duration::from_mins(1);

/// How many parts of the logs are looked at each time. Whoever has more users goes round more slowly.
const STEPS: usize = 100;

/// Sweeps at the start and then again and again, until it is told to stop. Entries of logs older than `window`, in
/// milliseconds, are removed.
pub(crate) async fn run(app: Arc<App>, window: i64, stop: CancellationToken) {
    let mut logs = None;
    loop {
        app.limits.tidy();
        let now = clock::now();
        if let Err(fault) = sweep(&app.store, now, now.plus(-window), &mut logs).await {
            wire::faults::of_store(&fault);
        }
        if stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_none() {
            return;
        }
    }
}

async fn sweep(
    store: &Store,
    now: Timestamp,
    before: Timestamp,
    logs: &mut Option<UserId>,
) -> Result<(), StoreError> {
    let registrations = store.write(move |transaction| transaction.remove_expired_registrations(now)).await?;
    report(registrations, "registrations that nobody confirmed");
    let resets = store.write(move |transaction| transaction.remove_expired_resets(now)).await?;
    report(resets, "links for new passwords that nobody used");
    let sessions = store.write(move |transaction| transaction.remove_ended_sessions(now)).await?;
    report(sessions, "sessions that nobody resumed");
    let mut entries = 0;
    for _ in 0..STEPS {
        let after = *logs;
        let pruned: Pruned = store.write(move |transaction| transaction.prune(after, before)).await?;
        entries += pruned.removed;
        *logs = pruned.last;
        if logs.is_none() {
            break;
        }
    }
    report(entries, "old entries of logs");
    Ok(())
}

fn report(removed: usize, what: &str) {
    if removed > 0 {
        tracing::info!(removed, "removed {what}");
    }
}
