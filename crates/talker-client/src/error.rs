//! What can go wrong.

use talker_proto::acks::Failed;
use talker_proto::errors::ErrorBody;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server's address is not an `http` or `https` URL.
    #[error("not an http or https address: {0}")]
    Address(String),
    /// The connection could not be made, or could not carry an event.
    #[error("the connection failed")]
    Connection(#[source] Box<rust_socketio::Error>),
    /// The server ended the connection before it was usable; the text is what is known about why.
    #[error("the server refused the connection: {0}")]
    Rejected(String),
    /// The connection has ended.
    #[error("the connection has ended")]
    Disconnected,
    /// What was waited for did not come in time.
    #[error("nothing came in time")]
    TimedOut,
    /// Too many connections ended while this was under way. It may have taken effect all the same.
    #[error("given up after too many lost connections")]
    GaveUp,
    /// Unknown user or wrong hash, or a session that cannot be resumed.
    #[error("unknown user or wrong hash, or a session that has ended")]
    LoginRefused,
    /// The server answered with an `error` event that carries this number.
    #[error("the server answered with error {0}")]
    Answered(u16),
    /// The server acknowledged an event as one that did nothing.
    #[error("the server refused with {}: {}", .0.error, .0.message)]
    Refused(Failed),
    /// The call needs a session and this client has none.
    #[error("not logged in")]
    NotLoggedIn,
    /// The system gives no random numbers.
    #[error("there is no randomness to be had")]
    Random(#[source] getrandom::Error),
    /// What was to be sent cannot be written as JSON.
    #[error("this cannot be written as JSON")]
    Encode(#[source] serde_json::Error),
    /// A REST request did not get through.
    #[error("the request failed")]
    Http(#[source] reqwest::Error),
    /// The server refused a REST request.
    #[error("the server answered {}: {}", .0.error, .0.message)]
    Rest(ErrorBody),
    /// A REST request failed with this status and without the body that a Talker server gives.
    #[error("the server answered with status {0} and no reason")]
    Status(u16),
    /// A REST answer is not of the shape that the contract gives.
    #[error("the answer is not of the expected shape")]
    Decode(#[source] serde_json::Error),
}

impl From<rust_socketio::Error> for Error {
    fn from(error: rust_socketio::Error) -> Self {
        Self::Connection(Box::new(error))
    }
}
