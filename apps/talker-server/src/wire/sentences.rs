//! What people are told when something is refused: what happened and what to do.

use std::time::Duration;

use talker_proto::errors::Code;

/// How long to wait before another try, where one may help.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(1);

/// An event's `user_id` is somebody else.
pub(crate) const NOT_LOGGED_IN: &str =
    "Nobody is logged in on this connection as this user. Log in or resume first.";

/// A login or a session that was refused; nothing tells which part of it was wrong.
pub(crate) const LOGIN_REFUSED: &str =
    "There is no such user, the hash is wrong, or the session has ended or moved. Log in with the hash.";

/// The recipient has neither written to the sender nor read any of many messages.
pub(crate) const UNANSWERED: &str =
    "Too many messages wait for somebody who has never written to you. Wait until he reads them or writes.";

/// The sentence for an event that got this code.
pub(crate) const fn of_event(code: Code) -> &'static str {
    match code {
        Code::Malformed => "There is no such event, or a member of its data is missing or unusable.",
        Code::NotFound => "There is no such user or message.",
        Code::Conflict => "This nonce names another message of yours. Use a new one.",
        Code::TooLarge => "The message is too large.",
        Code::Refused => "Nobody can block himself.",
        Code::RateLimited => "Too many events at once. Wait a while, and keep fewer under way.",
        code => of(code),
    }
}

/// The sentence for a request that got this code.
pub(crate) const fn of(code: Code) -> &'static str {
    match code {
        Code::Malformed => "The request cannot be understood. Check its parameters.",
        Code::Unauthenticated => "The key is not a session of this user. Log in again.",
        Code::OriginRefused => "This server does not let pages of this origin in.",
        Code::NotFound => "There is nothing here. Check the address.",
        Code::MethodNotAllowed => {
            "This address does not answer that method; the header Allow lists those it answers."
        }
        Code::Conflict => "This was used for something else already.",
        Code::TooLarge => "The request is too large.",
        Code::UnsupportedMediaType => "Send the parameters as JSON or as a form.",
        Code::Refused => "The request is against a rule.",
        Code::RateLimited => "Too many requests. Wait a while.",
        Code::Internal => "The server failed. It is not your fault; try again later.",
        Code::Busy => "The server cannot answer just now. Try again in a moment.",
    }
}

/// Whether the same request may succeed a little later.
pub(crate) const fn may_pass(code: Code) -> bool {
    matches!(code, Code::RateLimited | Code::Busy)
}
