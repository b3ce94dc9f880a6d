//! Acknowledgements.

use talker_proto::False;
use talker_proto::acks::{Ack, Failed};
use talker_proto::errors::Code;

use super::sentences;

/// An event did nothing.
pub(crate) fn failed<R>(code: Code) -> Ack<R> {
    Ack::Failed(Failed {
        ok: False,
        error: code.number(),
        code,
        message: sentences::of(code).to_owned(),
        retry_after_ms: sentences::may_pass(code).then_some(sentences::RETRY_AFTER * 1_000),
    })
}
