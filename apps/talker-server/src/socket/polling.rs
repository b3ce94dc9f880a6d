//! Ending polling sessions whose connections are over.
//!
//! Engine.IO keeps a session, and what waits in it, for as long as its client answers pings, whether it polls or not. Only the
//! client itself can end one: so that is said in its place.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use socketioxide::TransportType;
use socketioxide::socket::{Sid, Socket};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// How long a client may take to fetch a goodbye.
const FAREWELL: Duration = Duration::from_secs(2);

/// The packet of Engine.IO by which a client leaves.
const CLOSE: &str = "1";

/// Where it is told that a session is over.
#[derive(Clone)]
pub(super) struct Ends(UnboundedSender<Sid>);

/// Sessions that are over.
pub(crate) struct Ended(UnboundedReceiver<Sid>);

pub(super) fn ends() -> (Ends, Ended) {
    let (sender, receiver) = unbounded_channel();
    (Ends(sender), Ended(receiver))
}

impl Ends {
    /// Ends a connection's session if it polls: at once, or when there was time to fetch what it is told at last.
    pub(super) fn end(&self, socket: &Socket, at_once: bool) {
        if socket.transport_type() != TransportType::Polling {
            return;
        }
        let (ends, sid) = (self.0.clone(), socket.id);
        tokio::spawn(async move {
            if !at_once {
                tokio::time::sleep(FAREWELL).await;
            }
            // Nobody has to when the server ends.
            let _ = ends.send(sid);
        });
    }
}

impl Ended {
    /// Ends sessions, at this door, behind what keeps others out, until `stop` is cancelled.
    pub(crate) async fn run(mut self, door: Router, stop: CancellationToken) {
        while let Some(Some(sid)) = stop.run_until_cancelled(self.0.recv()).await {
            let path = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
            if let Ok(request) = Request::post(path).body(Body::from(CLOSE)) {
                // Most are gone already, and that is said.
                let _ = door.clone().oneshot(request).await;
            }
        }
    }
}
