//! Acknowledgements.

use talker_proto::False;
use talker_proto::acks::{Ack, Failed};
use talker_proto::errors::Code;

use super::sentences;

/// An event did nothing, for the reason that the sentence gives.
pub(crate) fn failed<R>(code: Code, sentence: &str) -> Ack<R> {
    Ack::Failed(Failed {
        ok: False,
        error: code.number(),
        code,
        message: sentence.to_owned(),
        retry_after_ms: sentences::may_pass(code).then_some(sentences::RETRY_AFTER * 1_000),
    })
}
