//! Accepting connections: with time-outs for headers, and an end for those whose network is gone.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// How long a request's headers may take.
const HEADERS: Duration = Duration::from_secs(10);

/// How long what was sent may stay without a sign from the other side. Without it a client that vanished, or stopped
/// reading, would stay connected until TCP gives up by itself, a quarter of an hour later.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);

/// How long ordinary requests may take to finish once the server is told to stop.
const FINISH: Duration = Duration::from_secs(3);

/// How long to wait when the system has no descriptor for another connection.
const EXHAUSTED: Duration = Duration::from_millis(200);

/// The other end of the TCP connection that a request came on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Serves until `stop` is cancelled, and then finishes what was begun.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let connections = TaskTracker::new();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                let peer = Peer(peer.ip());
                drop(connections.spawn(answer(stream, peer, router.clone(), stop.clone())));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Answers the requests of one connection, until the client ends it or becomes a WebSocket.
async fn answer(stream: TcpStream, peer: Peer, router: Router, stop: CancellationToken) {
    let socket = SockRef::from(&stream);
    let _ = socket.set_tcp_nodelay(true);
    let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(64 * 1_024)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    // A connection that breaks is the client's affair.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(FINISH, connection).await;
        }
    }
}

/// Opens a port.
pub(crate) async fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).await
}
