//! Why a plain WebSocket is closed, as the close codes of RFC 6455, section 7.4.1, say it.

use std::error::Error as _;

use axum::extract::ws::{CloseCode, close_code};
use tokio_tungstenite::tungstenite::Error;

/// The code for a connection whose frames could not be read.
///
/// A client takes [`close_code::AWAY`] for a restart and comes back: whoever would be closed again must hear another.
pub(super) fn of_unreadable(error: &axum::Error) -> CloseCode {
    match error.source().and_then(|source| source.downcast_ref()) {
        Some(Error::Capacity(_)) => close_code::SIZE,
        Some(Error::Utf8(_)) => close_code::INVALID,
        Some(Error::Protocol(_)) => close_code::PROTOCOL,
        _ => close_code::AWAY,
    }
}
