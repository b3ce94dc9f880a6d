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
pub(crate) struct Typists(Mutex<Table>);

#[derive(Default)]
struct Table {
    active: HashMap<Ask, Active>,
    /// How often somebody has begun or ceased to block somebody.
    blocks: u64,
}

/// How things stood when it was asked who sees the typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen(u64);

struct Active {
    until: Instant,
    /// Whether the other one sees it.
    shown: bool,
    /// Where he types.
    connection: Weak<Connection>,
}

impl Typists {
    /// Notes another sign of typing; `false` if this one is the first. Typing ends with the connection that the last sign
    /// came from.
    pub(crate) fn goes_on(&self, ask: Ask, connection: &Arc<Connection>) -> bool {
        let mut table = self.lock();
        let Some(typing) = table.active.get_mut(&ask) else { return false };
        typing.until = end();
        let here = Arc::downgrade(connection);
        if !typing.connection.ptr_eq(&here) && connection.types_to(ask.to) {
            let before = std::mem::replace(&mut typing.connection, here);
            before.upgrade().inspect(|before| before.types_no_longer_to(ask.to));
        }
        true
    }

    /// To be asked before the store is.
    pub(crate) fn seen(&self) -> Seen {
        Seen(self.lock().blocks)
    }

    /// Typing begins, unless somebody was blocked since the store was asked who sees it: then with the next sign.
    pub(crate) fn begin(
        &self,
        ask: Ask,
        decision: Decision,
        seen: Seen,
        connection: &Arc<Connection>,
    ) -> Option<Effect> {
        let mut table = self.lock();
        if Seen(table.blocks) != seen {
            connection.types_no_longer_to(ask.to);
            return None;
        }
        let shown = decision == Decision::Shown;
        let active = Active { until: end(), shown, connection: Arc::downgrade(connection) };
        let before = table.active.insert(ask, active);
        (shown && !before.is_some_and(|before| before.shown)).then(|| effect(ask, true))
    }

    /// Typing ends, if it goes on.
    pub(crate) fn end(&self, ask: Ask) -> Option<Effect> {
        let ended = self.lock().active.remove(&ask)?;
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

    /// One of the two has begun or ceased to block the other: whatever was shown or hidden of their typing ends.
    pub(crate) fn blocks_changed(&self, one: UserId, other: UserId) -> Vec<Effect> {
        self.lock().blocks += 1;
        self.end_between(one, other)
    }

    /// Whatever the user types on this connection ends.
    pub(crate) fn end_all_of(&self, typer: UserId, connection: &Connection) -> Vec<Effect> {
        let recipients = connection.typing_to().into_iter();
        recipients.filter_map(|to| self.end(Ask { typer, to })).collect()
    }

    /// When typing will end; `None` if it did.
    fn until(&self, ask: Ask) -> Option<Instant> {
        self.lock().active.get(&ask).map(|active| active.until)
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::tests::connection;

    #[tokio::test]
    async fn typing_does_not_begin_on_what_was_known_before_a_block() {
        let (typists, (connection, _frames)) = (Typists::default(), connection(1));
        let user = |number| UserId::new(number).expect("positive");
        let ask = Ask { typer: user(1), to: user(2) };
        let seen = typists.seen();
        typists.blocks_changed(user(2), user(1));
        assert!(typists.begin(ask, Decision::Shown, seen, &connection).is_none());
        assert!(!typists.goes_on(ask, &connection), "the next sign asks again");
        assert!(typists.begin(ask, Decision::Shown, typists.seen(), &connection).is_some());
        let ended = typists.blocks_changed(user(2), user(1));
        assert_eq!(ended.len(), 1, "and what began before the block was stored ends with it");
    }
    #[tokio::test]
    async fn typing_ends_with_the_connection_that_typed_last() {
        let typists = Typists::default();
        let ((one, _ones), (other, _others)) = (connection(1), connection(2));
        let user = |number| UserId::new(number).expect("positive");
        let ask = Ask { typer: user(1), to: user(2) };
        assert!(one.types_to(ask.to));
        assert!(typists.begin(ask, Decision::Shown, typists.seen(), &one).is_some());
        assert!(typists.goes_on(ask, &other));
        assert_eq!(typists.end_all_of(ask.typer, &one), []);
        assert_eq!(typists.end_all_of(ask.typer, &other), [effect(ask, false)]);
    }
}
