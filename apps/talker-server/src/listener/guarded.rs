//! A connection's stream, with a guard at both directions: what comes in, what goes out, and who may go on with either.

mod arrivals;
mod credit;
mod debt;
mod frames;
mod requests;

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use http::StatusCode;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::room::Room;
use crate::seats::Seat;
use arrivals::Arrivals;
use credit::Credit;
use debt::Debt;
use requests::Requests;

/// What keeps a connection alive is not larger, in either direction: it says nothing of whether somebody uses it.
const HEARTBEAT: usize = 16;

/// A stream whose ends can both be ended from within.
pub(super) trait HangUp {
    /// Ends it. Whoever reads from it or writes to it notices.
    fn hang_up(&self);
}

impl HangUp for TcpStream {
    fn hang_up(&self) {
        // Fails where the client was faster.
        let _ = SockRef::from(self).shutdown(std::net::Shutdown::Both);
    }
}

impl HangUp for TlsStream<TcpStream> {
    fn hang_up(&self) {
        self.get_ref().0.hang_up();
    }
}

/// Room for what is large, each way.
#[derive(Clone)]
pub(crate) struct Rooms {
    pub(crate) unsent: Arc<Room>,
    pub(crate) arriving: Arc<Room>,
}

/// What a stream and those who answer on it know of its requests.
#[derive(Default)]
pub(super) struct Exchange {
    is_upgraded: AtomicBool,
    requests: Mutex<Requests>,
}

impl Exchange {
    /// A request has been read, with a body of so many bytes, if that was said. Says whether it can become a WebSocket: not
    /// with a body, nor where others came before their time.
    pub(super) fn note_length(&self, length: Option<u64>) -> bool {
        let mut requests = self.requests();
        requests.note_length(length);
        length == Some(0) && requests.is_whole()
    }

    /// It is answered so.
    pub(super) fn note_answer(&self, status: StatusCode) {
        self.is_upgraded.store(status == StatusCode::SWITCHING_PROTOCOLS, Ordering::Relaxed);
    }

    /// Whether the connection has become a WebSocket.
    fn is_upgraded(&self) -> bool {
        self.is_upgraded.load(Ordering::Relaxed)
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that holds a seat for as long as it is there, also as a WebSocket, and that is hung up on when its client has
/// to make room for others.
pub(super) struct Guarded<S> {
    stream: S,
    exchange: Arc<Exchange>,
    arrivals: Arrivals,
    credit: Credit,
    debt: Debt,
    _seat: Seat,
}

impl<S: HangUp> Guarded<S> {
    pub(super) fn new(stream: S, seat: Seat, rooms: Rooms, exchange: Arc<Exchange>) -> Self {
        let arrivals = Arrivals::new(rooms.arriving, exchange.clone());
        let debt = Debt::new(rooms.unsent);
        Self { stream, exchange, arrivals, credit: Credit::default(), debt, _seat: seat }
    }

    /// Notes what came of writing so many bytes.
    fn note(
        &mut self,
        context: &Context<'_>,
        bytes: usize,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        self.credit.note(&written);
        if self.exchange.is_upgraded() {
            self.debt.note_kept(bytes);
        } else {
            self.arrivals.answered();
        }
        if self.debt.note(context, bytes, &written) { written } else { self.hang_up() }
    }

    fn hang_up<T>(&self) -> Poll<io::Result<T>> {
        self.stream.hang_up();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + HangUp + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let guarded = &mut *self;
        // First of all: whoever is let go may not wait for anything else.
        match guarded.arrivals.may_go_on(context) {
            Poll::Ready(true) => {}
            Poll::Pending if guarded.debt.note_read(context, None) => return Poll::Pending,
            Poll::Ready(false) | Poll::Pending => return guarded.hang_up(),
        }
        ready!(guarded.credit.may_go_on(context));
        let before = buffer.filled().len();
        let read = Pin::new(&mut guarded.stream).poll_read(context, buffer);
        let came = &buffer.filled()[before..];
        guarded.credit.use_up(came.len());
        guarded.arrivals.note(came, context);
        let may_go_on = guarded.debt.note_read(context, read.is_ready().then_some(came.len()));
        if may_go_on { read } else { guarded.hang_up() }
    }
}

impl<S: AsyncWrite + HangUp + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(context, bytes.len(), written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.note(context, parts.iter().map(|part| part.len()).sum(), written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::DuplexStream;

    use super::*;
    use crate::seats::Seats;

    impl HangUp for DuplexStream {
        fn hang_up(&self) {}
    }

    /// The stream with any amount of room.
    pub(super) fn guarded(stream: DuplexStream) -> Guarded<DuplexStream> {
        guarded_in(stream, Rooms { unsent: Room::new(0), arriving: Room::new(0) })
    }

    pub(super) fn guarded_in(stream: DuplexStream, rooms: Rooms) -> Guarded<DuplexStream> {
        let seat = Seats::new(0, 0).take(None).expect("a seat");
        Guarded::new(stream, seat, rooms, Arc::default())
    }

    /// Lengths of pieces, in turn.
    pub(super) fn lengths() -> impl Strategy<Value = Vec<usize>> {
        prop::collection::vec(prop_oneof![1..4_usize, 1..3_000_usize], 1..6)
    }

    /// The bytes in pieces of these lengths.
    pub(super) fn cut<'a>(bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
        let mut rest = bytes;
        let pieces = lengths.iter().cycle().map_while(|length| {
            let (piece, behind) = rest.split_at(rest.len().min(*length));
            rest = behind;
            (!piece.is_empty()).then_some(piece)
        });
        pieces.collect()
    }
}
