//! Calls on the connection of the moment, made again while the server says that it only cannot just now.

use std::time::Duration;

use serde_json::Value;
use talker_proto::acks::Failed;
use talker_proto::errors::Code;
use talker_proto::{ClientEvent, Id};
use tokio::time::{sleep, timeout};

use super::backoff::Backoff;
use crate::connection::Connection;
use crate::{Error, acks};

/// How often the server may fail at one call before that is its answer.
const MOST_FAULTS: u32 = 8;

/// The longest wait that the server may ask for without that being its answer: what waits behind it is to wait no longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How many bytes a slow line carries in a second.
const SLOW_LINE: u64 = 32 * 1024;

/// A connection, and who is logged in on it.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) me: Id,
    pub(crate) patience: Duration,
}

impl Caller<'_> {
    /// Calls until the server has an answer. How long it waits for each grows with what is to be written.
    ///
    /// # Errors
    /// As [`Talker::call`](crate::Talker::call). [`Error::Refused`] is an answer; after any other error the connection
    /// is of no use.
    pub(crate) async fn insist<E: ClientEvent>(&self, event: &E, bytes: usize) -> Result<Value, Error> {
        let data = serde_json::to_value(event).map_err(Error::Encode)?;
        let patience = self.patience + Duration::from_secs(bytes as u64 / SLOW_LINE);
        let (mut backoff, mut faults) = (Backoff::default(), 0);
        loop {
            match self.call(E::EVENT, data.clone(), patience).await {
                Err(Error::Refused(failed)) if may_pass(&failed, &mut faults) => {
                    sleep(pause(&failed) + backoff.next()).await;
                }
                answer => return answer,
            }
        }
    }

    /// The wait for the turn does not count: whoever has it may be sending something large.
    async fn call(&self, event: &str, data: Value, patience: Duration) -> Result<Value, Error> {
        let turn = self.connection.turn().await?;
        let call = self.connection.call(turn, event, data);
        acks::read(timeout(patience, call).await.unwrap_or(Err(Error::TimedOut))?)
    }

    /// Emits what may as well be lost.
    pub(crate) async fn whisper<E: ClientEvent>(&self, event: &E) {
        if let Ok(data) = serde_json::to_value(event) {
            let _ = timeout(self.patience, self.connection.emit(E::EVENT, data)).await;
        }
    }
}

/// Whether another try may soon help: always when the server is busy, a few times when it fails.
fn may_pass(failed: &Failed, faults: &mut u32) -> bool {
    *faults += u32::from(failed.code == Code::Internal);
    is_passing(failed.error) && *faults < MOST_FAULTS && pause(failed) <= LONGEST_PAUSE
}

/// Whether an error with this number is one that passes.
pub(crate) fn is_passing(number: u16) -> bool {
    [Code::RateLimited, Code::Internal, Code::Busy].map(Code::number).contains(&number)
}

fn pause(failed: &Failed) -> Duration {
    Duration::from_millis(failed.retry_after_ms.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use talker_proto::False;

    use super::*;

    fn failed(code: Code) -> Failed {
        let message = String::new();
        Failed { ok: False, error: code.number(), code, message, retry_after_ms: None }
    }

    #[test]
    fn what_is_busy_passes_and_what_is_wrong_does_not() {
        for (code, passes) in [
            (Code::RateLimited, true),
            (Code::Internal, true),
            (Code::Busy, true),
            (Code::Malformed, false),
            (Code::Unauthenticated, false),
            (Code::NotFound, false),
            (Code::Conflict, false),
            (Code::TooLarge, false),
            (Code::Refused, false),
        ] {
            assert_eq!(may_pass(&failed(code), &mut 0), passes, "{code:?}");
        }
    }

    #[test]
    fn a_long_wait_is_an_answer() {
        for (wait, passes) in [(30_000, true), (60_000, false)] {
            let failed = Failed { retry_after_ms: Some(wait), ..failed(Code::RateLimited) };
            assert_eq!(may_pass(&failed, &mut 0), passes, "{wait}");
        }
    }

    #[test]
    fn a_server_that_keeps_failing_is_believed_and_a_busy_one_is_waited_for() {
        for (code, tries) in [(Code::Internal, 7), (Code::Busy, 100)] {
            let mut faults = 0;
            let passed = (0..100).take_while(|_| may_pass(&failed(code), &mut faults)).count();
            assert_eq!(passed, tries, "{code:?}");
        }
    }
}
