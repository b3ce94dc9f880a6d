//! Who types to whom just now, and when that ends by itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use talker_domain::typing::{Ask, Decision, LIFETIME, effect};
use talker_domain::{Effect, UserId};
use tokio::time::Instant;

use crate::app::App;
use crate::connection::Connection;

/// Everybody of this node who types.
#[derive(Default)]
pub(crate) struct Typists {
    active: Mutex<HashMap<Ask, Active>>,
}

struct Active {
    until: Instant,
    /// Whether the other one sees it.
    shown: bool,
    /// Where he types.
    connection: Weak<Connection>,
}

impl Typists {
    /// Notes another sign of typing; `false` if this one is the first.
    pub(crate) fn goes_on(&self, ask: Ask) -> bool {
        let mut active = self.lock();
        let Some(typing) = active.get_mut(&ask) else { return false };
        typing.until = end();
        true
    }

    /// Typing begins.
    pub(crate) fn begin(&self, ask: Ask, decision: Decision, connection: &Arc<Connection>) -> Option<Effect> {
        let shown = decision == Decision::Shown;
        let active = Active { until: end(), shown, connection: Arc::downgrade(connection) };
        let before = self.lock().insert(ask, active);
        (shown && !before.is_some_and(|before| before.shown)).then(|| effect(ask, true))
    }

    /// Typing ends, if it goes on.
    pub(crate) fn end(&self, ask: Ask) -> Option<Effect> {
        let ended = self.lock().remove(&ask)?;
        if let Some(connection) = ended.connection.upgrade() {
            connection.types_no_longer_to(ask.to);
        }
        ended.shown.then(|| effect(ask, false))
    }

    /// Whatever one of the two types to the other ends.
    pub(crate) fn end_between(&self, one: UserId, other: UserId) -> Vec<Effect> {
        let asks = [Ask { typer: one, to: other }, Ask { typer: other, to: one }];
        asks.into_iter().filter_map(|ask| self.end(ask)).collect()
    }

    /// Whatever the user types on this connection ends.
    pub(crate) fn end_all_of(&self, typer: UserId, connection: &Connection) -> Vec<Effect> {
        let recipients = connection.typing_to().into_iter();
        recipients.filter_map(|to| self.end(Ask { typer, to })).collect()
    }

    /// When typing will end; `None` if it did.
    fn until(&self, ask: Ask) -> Option<Instant> {
        self.lock().get(&ask).map(|active| active.until)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Ask, Active>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn end() -> Instant {
    Instant::now() + Duration::from_millis(LIFETIME)
}

/// Waits until typing is over, and ends it.
pub(crate) async fn expire(app: Arc<App>, ask: Ask) {
    while let Some(until) = app.typists.until(ask) {
        if until <= Instant::now() {
            let ended = app.typists.end(ask);
            return app.emit(ended.as_slice(), None);
        }
        tokio::time::sleep_until(until).await;
    }
}
