//! Acknowledgements.

use talker_proto::False;
use talker_proto::acks::{Ack, Failed};
use talker_proto::errors::Code;

use super::sentences;
use crate::events::Rejection;

/// An event did nothing.
pub(crate) fn failed<R>(rejection: &Rejection) -> Ack<R> {
    let (code, sentence) = match rejection {
        Rejection::NotLoggedIn => (Code::Unauthenticated, sentences::NOT_LOGGED_IN),
        Rejection::LoginRefused => (Code::Unauthenticated, sentences::LOGIN_REFUSED),
        Rejection::Error(code) => (*code, sentences::of_event(*code)),
    };
    Ack::Failed(Failed {
        ok: False,
        error: code.number(),
        code,
        message: sentence.to_owned(),
        retry_after_ms: sentences::may_pass(code).then_some(sentences::RETRY_AFTER * 1_000),
    })
}
