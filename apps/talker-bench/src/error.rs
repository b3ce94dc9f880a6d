//! What can go wrong with a measurement.

use std::io;

/// Why a load could not be carried through.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The network failed.
    #[error("the connection to the server failed: {0}")]
    Network(#[from] io::Error),
    /// The server hung up.
    #[error("the server ended a connection")]
    Ended,
    /// The server made no WebSocket of a connection.
    #[error("the server does not open a WebSocket: {0:?}")]
    Upgrade(String),
    /// A frame that no server sends in a measurement.
    #[error("the server sent a frame of a kind that this generator does not read: {0:#x}")]
    Frame(u8),
    /// What came is not what the contract says.
    #[error("the server sent what the contract does not know: {0}")]
    Unexpected(String),
    /// REST failed.
    #[error("a request failed: {0}")]
    Http(#[from] hyper::Error),
    /// REST was answered by an error.
    #[error("{path} was answered {status}: {body}")]
    Answered {
        /// The route.
        path: String,
        /// The HTTP status.
        status: u16,
        /// What came with it.
        body: String,
    },
    /// An account is missing, and cannot be opened.
    #[error("nobody is registered as {0}: say by --mails where the server keeps its mails, and it will be")]
    NoAccount(String),
    /// A mail did not come.
    #[error("no mail with a link came for {0}")]
    NoMail(String),
    /// The process is not there.
    #[error("process {0} cannot be looked at: is it the server's?")]
    Process(u32),
    /// Something took too long.
    #[error("{0} took too long")]
    Late(&'static str),
}
