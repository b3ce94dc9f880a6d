//! The server's clock, the only one.

use std::time::{SystemTime, UNIX_EPOCH};

use talker_domain::Timestamp;

/// What time it is.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
