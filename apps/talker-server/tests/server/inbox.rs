//! Events that have come, taken in the order in which a test asks for them.

use std::collections::VecDeque;

use serde_json::{Value, json};

/// A connection whose events are taken one by one.
pub(crate) trait Inbox {
    /// What kind of connection it is.
    fn name(&self) -> &'static str;

    /// What has come and was not asked for yet.
    fn passed_over(&mut self) -> &mut VecDeque<(String, Value)>;

    /// The next event on the wire.
    async fn receive(&mut self) -> (String, Value);

    async fn emit(&mut self, event: &str, data: &Value);

    /// The next event, whatever it is.
    async fn next(&mut self) -> (String, Value) {
        match self.passed_over().pop_front() {
            Some(event) => event,
            None => self.receive().await,
        }
    }

    /// The next event of this name; others keep their place.
    async fn wait_for(&mut self, event: &str) -> Value {
        let passed_over = self.passed_over();
        if let Some(place) = passed_over.iter().position(|(name, _)| name == event) {
            return passed_over.remove(place).expect("it is there").1;
        }
        loop {
            let (name, data) = self.receive().await;
            if name == event {
                return data;
            }
            self.passed_over().push_back((name, data));
        }
    }

    /// Shows that nothing else has come, up to the answer to an event that is always answered.
    async fn expect_nothing_more(&mut self) {
        self.emit("no such event", &json!({})).await;
        let next = self.next().await;
        assert_eq!(next, ("error".to_owned(), json!(400)), "{}: something else has come", self.name());
    }
}
