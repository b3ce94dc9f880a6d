//! A stream of which is known how much its client has not taken.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;

use super::seated::Seated;
use crate::unsent::{HoldId, LARGE, Unsent};

/// A stream whose ends can both be ended from within.
pub(super) trait HangUp {
    /// Ends it. Whoever reads from it or writes to it notices.
    fn hang_up(&self);
}

impl HangUp for Seated {
    fn hang_up(&self) {
        // Fails where the client was faster.
        let _ = SockRef::from(&self.stream).shutdown(std::net::Shutdown::Both);
    }
}

impl HangUp for TlsStream<Seated> {
    fn hang_up(&self) {
        self.get_ref().0.hang_up();
    }
}

/// What keeps a connection alive is not larger, in either direction: it says nothing of whether somebody uses it.
const HEARTBEAT: usize = 16;

/// A stream that is hung up on if its client takes nothing, or its writer keeps much, while others wait for room.
pub(super) struct Watched<S> {
    stream: S,
    unsent: Arc<Unsent>,
    hold: Option<HoldId>,
    /// Whether something was tried to be written and not taken.
    owes: bool,
    /// Whether it has become a WebSocket.
    is_upgraded: Arc<AtomicBool>,
    /// How much memory its writer keeps.
    kept: usize,
    /// Who waits for what the client sends.
    reader: Option<Waker>,
}

impl<S: HangUp> Watched<S> {
    pub(super) fn new(stream: S, unsent: Arc<Unsent>, is_upgraded: Arc<AtomicBool>) -> Self {
        Self { stream, unsent, hold: None, owes: false, is_upgraded, kept: 0, reader: None }
    }

    /// Notes what came of writing so many bytes.
    fn note(
        &mut self,
        context: &Context<'_>,
        bytes: usize,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let (taken, left) = match &written {
            Poll::Ready(Ok(taken)) => (*taken, bytes - taken),
            Poll::Ready(Err(_)) => (0, 0),
            Poll::Pending => (0, bytes),
        };
        self.note_kept(bytes);
        let owed = std::mem::replace(&mut self.owes, left > 0);
        let is_heartbeat = !owed && left == 0 && bytes <= HEARTBEAT;
        if is_heartbeat || self.owe(context, left, taken) {
            return written;
        }
        self.stream.hang_up();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// tungstenite writes from a buffer that has all of a frame, and gives nothing of it back. Growing, it at least doubles.
    fn note_kept(&mut self, bytes: usize) {
        if bytes >= LARGE && bytes > self.kept && self.is_upgraded.load(Ordering::Relaxed) {
            self.kept = bytes.max(2 * self.kept);
        }
    }

    /// The client has so much left to take. Says whether it may.
    fn owe(&mut self, context: &Context<'_>, left: usize, taken: usize) -> bool {
        match self.hold {
            Some(id) if left > 0 => self.unsent.still_owe(id, left.max(self.kept), taken, context.waker()),
            None if left >= LARGE => {
                self.hold = Some(self.unsent.owe(left.max(self.kept), context.waker()));
                true
            }
            _ if left > 0 => true,
            _ if self.kept > 0 => self.keep(context),
            _ => {
                self.settle();
                true
            }
        }
    }

    fn keep(&mut self, context: &Context<'_>) -> bool {
        let reader = self.reader.as_ref().unwrap_or(context.waker());
        let id = *self.hold.get_or_insert_with(|| self.unsent.owe(self.kept, reader));
        self.unsent.keep(id, self.kept, reader)
    }

    /// Notes that so much was read, or that it is waited for. Says whether the client may go on.
    fn note_read(&mut self, context: &Context<'_>, read: Option<usize>) -> bool {
        if read.is_none() && !self.reader.as_ref().is_some_and(|reader| reader.will_wake(context.waker())) {
            self.reader = Some(context.waker().clone());
        }
        let Some(id) = self.hold.filter(|_| self.kept > 0) else { return true };
        let is_used = read.is_some_and(|bytes| bytes > HEARTBEAT);
        self.unsent.stays(id, is_used, self.reader.as_ref().filter(|_| read.is_none()))
    }
}

impl<S> Watched<S> {
    fn settle(&mut self) {
        if let Some(id) = self.hold.take() {
            self.unsent.settle(id);
        }
    }
}

impl<S> Drop for Watched<S> {
    fn drop(&mut self) {
        self.settle();
    }
}

impl<S: AsyncRead + HangUp + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let bytes = buffer.filled().len() - before;
        if self.note_read(context, read.is_ready().then_some(bytes)) {
            return read;
        }
        self.stream.hang_up();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + HangUp + Unpin> AsyncWrite for Watched<S> {
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
    use std::pin::pin;
    use std::time::Duration;

    use futures_util::poll;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    /// What a connection's buffers hold in between.
    const BETWEEN: usize = 1_024;

    impl HangUp for DuplexStream {
        fn hang_up(&self) {}
    }

    fn stream(unsent: &Arc<Unsent>) -> (Watched<DuplexStream>, DuplexStream) {
        let (near, far) = duplex(BETWEEN);
        (Watched::new(near, unsent.clone(), Arc::default()), far)
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_nothing_is_hung_up_on_once_others_need_the_room() {
        let unsent = Unsent::new(2 * LARGE + 4 * BETWEEN);
        let message = vec![0; LARGE + 2 * BETWEEN];
        let ((mut one, _client), (mut other, mut reader)) = (stream(&unsent), stream(&unsent));
        let (mut to_one, mut to_other) = (pin!(one.write_all(&message)), pin!(other.write_all(&message)));
        assert!(poll!(&mut to_one).is_pending() && poll!(&mut to_other).is_pending());
        tokio::time::advance(Duration::from_secs(3)).await;
        let mut taken = vec![0; message.len()];
        reader.read_exact(&mut taken[..1]).await.expect("one byte");
        assert!(poll!(&mut to_one).is_pending() && poll!(&mut to_other).is_pending());
        assert!(unsent.has_room(LARGE).is_ok());
        assert_eq!(to_one.await.expect_err("it was hung up on").kind(), io::ErrorKind::TimedOut);
        let (sent, _) = tokio::join!(to_other, reader.read_exact(&mut taken[1..]));
        assert!(sent.is_ok());
    }

    #[tokio::test]
    async fn nothing_counts_that_is_taken_or_whose_client_is_gone() {
        let unsent = Unsent::new(LARGE);
        // What is left at last is as small as a heartbeat.
        let message = vec![0; 3 * LARGE + HEARTBEAT];
        let ((mut one, _client), (mut other, mut reader)) = (stream(&unsent), stream(&unsent));
        assert!(poll!(pin!(one.write_all(&message))).is_pending());
        assert!(unsent.bytes() > 0);
        drop(one);
        let mut taken = vec![0; message.len()];
        let (sent, _) = tokio::join!(other.write_all(&message), reader.read_exact(&mut taken));
        assert!(sent.is_ok());
        assert_eq!(unsent.bytes(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_websocket_keeps_what_it_wrote_until_others_need_the_room() {
        let unsent = Unsent::new(2 * LARGE);
        let (mut one, mut client) = stream(&unsent);
        one.is_upgraded.store(true, Ordering::Relaxed);
        let message = vec![0; LARGE];
        let mut taken = message.clone();
        let (sent, _) = tokio::join!(one.write_all(&message), client.read_exact(&mut taken));
        assert_eq!((sent.is_ok(), unsent.bytes()), (true, LARGE));
        let mut read = [0; 2];
        let mut hearing = pin!(one.read_exact(&mut read));
        assert!(poll!(&mut hearing).is_pending());
        client.write_all(&[0]).await.expect("it is there");
        assert!(poll!(&mut hearing).is_pending());
        assert!(unsent.has_room(2 * LARGE).is_ok());
        assert_eq!(hearing.await.expect_err("it was hung up on").kind(), io::ErrorKind::TimedOut);
    }
}
