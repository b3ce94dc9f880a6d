//! A connection's stream, with a guard at both directions: what comes in, what goes out, and who may go on with either.

mod arrivals;
mod credit;
mod debt;
mod frames;
mod requests;

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// What is known of the request that is being answered.
#[derive(Default)]
pub(super) struct Exchange {
    is_upgraded: AtomicBool,
    /// How many bytes its body has; [`u64::MAX`] if that was not said.
    body: AtomicU64,
}

impl Exchange {
    /// There is a request, with a body of so many bytes, if that was said.
    pub(super) fn note_request(&self, body: Option<u64>) {
        self.body.store(body.unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// It is answered so.
    pub(super) fn note_answer(&self, status: StatusCode) {
        self.is_upgraded.store(status == StatusCode::SWITCHING_PROTOCOLS, Ordering::Relaxed);
    }

    /// Whether the connection has become a WebSocket.
    fn is_upgraded(&self) -> bool {
        self.is_upgraded.load(Ordering::Relaxed)
    }

    fn body(&self) -> Option<u64> {
        Some(self.body.load(Ordering::Relaxed)).filter(|bytes| *bytes != u64::MAX)
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
        let (arrivals, debt) = (Arrivals::new(rooms.arriving), Debt::new(rooms.unsent));
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
            self.arrivals.answered(self.exchange.body());
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
        ready!(guarded.credit.may_go_on(context));
        if !ready!(guarded.arrivals.may_go_on(context, guarded.exchange.is_upgraded())) {
            return guarded.hang_up();
        }
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
}
