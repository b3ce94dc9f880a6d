//! Accepting connections: with time-outs for headers, and an end for those whose network is gone.

mod guarded;
mod tls;

pub(crate) use guarded::Rooms;
pub(crate) use tls::{CHALLENGE, HTTP, Tls};

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::TryFutureExt as _;
use http::header::{CONNECTION, SEC_WEBSOCKET_KEY};
use http::{HeaderValue, Request};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::limits::Network;
use crate::seats::{Full, Seat, Seats};
use guarded::{Exchange, Guarded, HangUp};

/// How long a request's headers may take.
const HEADERS: Duration = Duration::from_secs(10);

/// How long what was sent may stay without a sign from the other side. Without it a client that vanished, or stopped
/// reading, would stay connected until TCP gives up by itself, a quarter of an hour later.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);

/// How long ordinary requests may take to finish once the server is told to stop.
const FINISH: Duration = Duration::from_secs(3);

/// How long to wait when the system has no descriptor for another connection.
const EXHAUSTED: Duration = Duration::from_millis(200);

/// How often the log is told that connections are not accepted.
const COMPLAINTS: Duration = Duration::from_mins(1);

/// The other end of the TCP connection that a request came on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Who gets in at a port, and how.
pub(crate) struct Entrance {
    /// None without encryption.
    pub(crate) tls: Option<Tls>,
    pub(crate) seats: Arc<Seats>,
    pub(crate) rooms: Rooms,
    /// Who speaks for many, and counts for no network.
    pub(crate) proxies: Vec<IpNet>,
}

impl Entrance {
    fn seat(&self, peer: IpAddr) -> Result<Seat, Full> {
        let is_proxy = self.proxies.iter().any(|network| network.contains(&peer.to_canonical()));
        self.seats.take(Network::of(peer).filter(|_| !is_proxy))
    }
}

/// Serves until `stop` is cancelled, and then finishes what was begun. Who finds no seat is let go at once; who has one
/// keeps it.
pub(crate) async fn serve(
    listener: TcpListener,
    entrance: Entrance,
    router: Router,
    stop: CancellationToken,
) {
    let connections = TaskTracker::new();
    let mut complaints = Complaints::default();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted.map(|(stream, peer)| (stream, peer.ip(), entrance.seat(peer.ip()))) {
            Ok((stream, peer, Ok(seat))) => {
                let service = Service {
                    peer: Peer(peer),
                    router: router.clone(),
                    seat,
                    rooms: entrance.rooms.clone(),
                    stop: stop.clone(),
                };
                drop(connections.spawn(admit(stream, entrance.tls.clone(), service)));
            }
            Ok((_, _, Err(full))) => complaints.of(&full),
            Err(error) => {
                complaints.of(&error);
                tokio::time::sleep(EXHAUSTED).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Tells the log of connections that are not accepted: of the first at once, of the others by their number.
#[derive(Default)]
struct Complaints {
    last: Option<Instant>,
    untold: u64,
}

impl Complaints {
    fn of(&mut self, cause: &dyn Display) {
        if self.last.is_some_and(|last| last.elapsed() < COMPLAINTS) {
            self.untold += 1;
            return;
        }
        tracing::warn!(besides = self.untold, "cannot accept a connection: {cause}");
        *self = Self { last: Some(Instant::now()), untold: 0 };
    }
}

/// What a connection is served by.
struct Service {
    peer: Peer,
    router: Router,
    seat: Seat,
    rooms: Rooms,
    stop: CancellationToken,
}

async fn admit(stream: TcpStream, tls: Option<Tls>, service: Service) {
    let socket = SockRef::from(&stream);
    let _ = socket.set_tcp_nodelay(true);
    let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    match tls {
        None => service.answer(stream).await,
        Some(tls) => {
            let secured = service.stop.run_until_cancelled(tls.accept(stream)).await;
            if let Some(Some(stream)) = secured {
                service.answer(stream).await;
            }
        }
    }
}

impl Service {
    /// Answers the requests of one connection, until the client ends it or becomes a WebSocket.
    async fn answer(self, stream: impl AsyncRead + AsyncWrite + HangUp + Unpin + Send + 'static) {
        let Self { peer, router, seat, rooms, stop } = self;
        let exchange = Arc::<Exchange>::default();
        let stream = Guarded::new(stream, seat, rooms, exchange.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            let length = request.body().size_hint().exact();
            if !exchange.note_length(length) {
                // Without its key nobody takes it for a WebSocket.
                request.headers_mut().remove(SEC_WEBSOCKET_KEY);
            }
            request.extensions_mut().insert(peer);
            let (answering, exchange) = (router.clone().oneshot(request.map(Body::new)), exchange.clone());
            answering.map_ok(move |mut answer| {
                exchange.note_answer(answer.status());
                if length.is_none() {
                    // Where another request would begin is not known.
                    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                answer
            })
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
}

/// Opens a port.
pub(crate) async fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).await
}
