//! What keeps a server from starting.

use std::net::SocketAddr;

use talker_store::OpenError;

use crate::settings::Sample;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("cannot use the data folder {folder}: {cause}")]
    DataDir {
        /// Which.
        folder: String,
        /// Why.
        cause: std::io::Error,
    },
    /// A port cannot be opened.
    #[error(
        "cannot listen on {address}: {cause}. Is another server running there? {setting} sets another address"
    )]
    Listen {
        /// What sets it.
        setting: &'static str,
        /// Where.
        address: SocketAddr,
        /// Why.
        cause: std::io::Error,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// A setting is still a sample.
    #[error(transparent)]
    Sample(#[from] Sample),
    /// The mail settings are wrong.
    #[error("cannot send mail: {0}")]
    Mail(String),
    /// The certificate cannot be used.
    #[error("cannot speak TLS: {0}")]
    Tls(String),
    /// Something that should not fail.
    #[error("{0}")]
    Other(String),
}
