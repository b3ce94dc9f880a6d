//! Why a plain WebSocket is closed, as the close codes of RFC 6455, section 7.4.1, say it.

use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// The code for a connection whose frames could not be read.
///
/// A client takes [`CloseCode::Away`] for a restart and comes back: whoever would be closed again must hear another.
pub(super) fn of_unreadable(error: &Error) -> CloseCode {
    match error {
        Error::Capacity(_) => CloseCode::Size,
        Error::Utf8(_) => CloseCode::Invalid,
        Error::Protocol(_) => CloseCode::Protocol,
        _ => CloseCode::Away,
    }
}
