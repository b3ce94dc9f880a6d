//! Saying no: the words, the numbers and the body of a REST error.

use serde::{Deserialize, Serialize};

use crate::ServerEvent;

/// Why a request or an event did nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// 400: a parameter is missing or unusable, or the event is unknown.
    Malformed,
    /// 401: the key is not a session of this user.
    Unauthenticated,
    /// 403: the operator does not let this origin in.
    OriginRefused,
    /// 404: there is no such route, user or message.
    NotFound,
    /// 405: the route answers GET and POST only.
    MethodNotAllowed,
    /// 409: the nonce was used for something else.
    Conflict,
    /// 413: the content is too large.
    TooLarge,
    /// 415: the body is neither JSON nor a form.
    UnsupportedMediaType,
    /// 422: understood, but against a rule.
    Refused,
    /// 429: too fast.
    RateLimited,
    /// 500: the server failed.
    Internal,
    /// 503: the server cannot just now; try again.
    Busy,
}

impl Code {
    /// The number: the HTTP status of a REST error and the data of an `error` event.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthenticated => 401,
            Self::OriginRefused => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Refused => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Busy => 503,
        }
    }
}

/// The body of a REST error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The HTTP status.
    pub error: u16,
    /// The same as a word, for programs.
    pub code: Code,
    /// What happened and what to do, for people.
    pub message: String,
    /// The parameter that is to blame, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// The last event did nothing. The data is a number: see [`Code::number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventError(pub u16);

impl ServerEvent for EventError {
    const EVENT: &'static str = "error";
}

impl From<Code> for EventError {
    fn from(code: Code) -> Self {
        Self(code.number())
    }
}
