//! Acknowledgements.

use std::time::Duration;

use talker_proto::False;
use talker_proto::acks::{Ack, Failed};
use talker_proto::errors::Code;

use super::sentences;

/// An event did nothing, for the reason that the sentence gives. Another try may help after so long, if that is known.
pub(crate) fn failed<R>(code: Code, sentence: &str, wait: Option<Duration>) -> Ack<R> {
    let wait = wait.or(sentences::may_pass(code).then_some(sentences::RETRY_AFTER));
    Ack::Failed(Failed {
        ok: False,
        error: code.number(),
        code,
        message: sentence.to_owned(),
        retry_after_ms: wait.and_then(|wait| u64::try_from(wait.as_millis()).ok()),
    })
}
