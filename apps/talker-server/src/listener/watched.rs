//! A stream of which is known how much its client has not taken.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;

use super::seated::Seated;
use crate::unsent::{DebtId, LARGE, Unsent};

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

/// A stream that is hung up on if its client takes nothing while others wait for room.
pub(super) struct Watched<S> {
    stream: S,
    unsent: Arc<Unsent>,
    debt: Option<DebtId>,
}

impl<S: HangUp> Watched<S> {
    pub(super) fn new(stream: S, unsent: Arc<Unsent>) -> Self {
        Self { stream, unsent, debt: None }
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
        if !self.owe(context, left, taken > 0) {
            self.stream.hang_up();
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        written
    }

    /// The client has so much left to take. Says whether it may.
    fn owe(&mut self, context: &Context<'_>, left: usize, has_taken: bool) -> bool {
        match self.debt {
            Some(id) if left > 0 => return self.unsent.still_owe(id, left, has_taken, context.waker()),
            Some(_) => self.settle(),
            None if left >= LARGE => self.debt = Some(self.unsent.owe(left, context.waker())),
            None => {}
        }
        true
    }
}

impl<S> Watched<S> {
    fn settle(&mut self) {
        if let Some(id) = self.debt.take() {
            self.unsent.settle(id);
        }
    }
}

impl<S> Drop for Watched<S> {
    fn drop(&mut self) {
        self.settle();
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
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
        (Watched::new(near, unsent.clone()), far)
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_nothing_is_hung_up_on_once_others_need_the_room() {
        let unsent = Unsent::new(2 * LARGE + 4 * BETWEEN);
        let message = vec![0; LARGE + 2 * BETWEEN];
        let ((mut one, _client), (mut other, mut reader)) = (stream(&unsent), stream(&unsent));
        let (mut to_one, mut to_other) = (pin!(one.write_all(&message)), pin!(other.write_all(&message)));
        assert!(poll!(&mut to_one).is_pending() && poll!(&mut to_other).is_pending());
        tokio::time::advance(Duration::from_mins(1)).await;
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
        let message = vec![0; 3 * LARGE];
        let ((mut one, _client), (mut other, mut reader)) = (stream(&unsent), stream(&unsent));
        assert!(poll!(pin!(one.write_all(&message))).is_pending());
        assert!(unsent.bytes() > 0);
        drop(one);
        let mut taken = vec![0; message.len()];
        let (sent, _) = tokio::join!(other.write_all(&message), reader.read_exact(&mut taken));
        assert!(sent.is_ok());
        assert_eq!(unsent.bytes(), 0);
    }
}
