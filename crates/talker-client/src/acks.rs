//! Acknowledged calls: an event, and what became of it.

use serde::de::DeserializeOwned;
use serde_json::Value;
use talker_proto::ClientEvent;
use talker_proto::acks::Ack;
use tokio::time::timeout;

use crate::{Error, Talker};

impl Talker {
    /// Emits any event of the protocol, and waits for its acknowledgement. What the server emits besides arrives as
    /// ever.
    ///
    /// Calls on one connection take turns, in the order in which they were begun: the library underneath mixes up
    /// acknowledgements that are awaited at the same time. One that never comes therefore holds up the calls behind it.
    ///
    /// # Errors
    /// [`Error::Refused`] if the event did nothing, [`Error::TimedOut`] if that is not known in time,
    /// [`Error::Disconnected`] or [`Error::Connection`] if it cannot be known any more, [`Error::Decode`] if the
    /// acknowledgement cannot be read.
    pub async fn call<E: ClientEvent>(&self, event: &E) -> Result<E::Reply, Error> {
        let data = serde_json::to_value(event).map_err(Error::Encode)?;
        let call = async {
            let turn = self.connection.turn().await?;
            self.connection.call(turn, E::EVENT, data).await
        };
        read(timeout(self.patience, call).await.unwrap_or(Err(Error::TimedOut))?)
    }
}

/// Reads an acknowledgement.
pub(crate) fn read<R: DeserializeOwned>(answer: Value) -> Result<R, Error> {
    match serde_json::from_value(answer).map_err(Error::Decode)? {
        Ack::Done(done) => Ok(done.reply),
        Ack::Failed(failed) => Err(Error::Refused(failed)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use talker_proto::acks::Nothing;
    use talker_proto::sync::SyncAnswer;

    use super::*;

    #[test]
    fn a_success_gives_the_reply() {
        assert!(read::<Nothing>(json!({"ok": true, "later": 1})).is_ok());
        let gap = read::<SyncAnswer>(json!({"ok": true, "gap": true, "head": 9})).expect("a reply");
        assert!(matches!(gap, SyncAnswer::Gap(gap) if gap.head.get() == 9));
    }

    #[test]
    fn a_failure_says_what_to_do() {
        let busy = json!({
            "ok": false, "error": 503, "code": "busy", "message": "Try again.", "retry_after_ms": 1000,
        });
        let error = read::<Nothing>(busy).expect_err("a failure");
        assert_eq!(error.to_string(), "the server refused with 503: Try again.");
        assert!(matches!(error, Error::Refused(failed) if failed.retry_after_ms == Some(1000)));
    }

    #[test]
    fn anything_else_is_no_acknowledgement() {
        for answer in [json!(null), json!(true), json!({}), json!({"ok": false}), json!({"ok": "yes"})] {
            assert!(matches!(read::<Nothing>(answer), Err(Error::Decode(_))));
        }
    }
}
