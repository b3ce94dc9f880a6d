//! A stream that reads little more from who does not read himself.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How much is still read while nothing can be written. What comes may ask for an answer that is kept until it can be sent,
/// as every ping of a WebSocket does.
const CREDIT: usize = 64 * 1_024;

/// The stream.
pub(super) struct Reciprocal<S> {
    stream: S,
    /// How much may be read until something can be written; none while writing goes on.
    credit: Option<usize>,
    /// Who waits to read.
    reader: Option<Waker>,
}

impl<S> Reciprocal<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, credit: None, reader: None }
    }

    /// Takes note of how writing went.
    fn note(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            self.credit.get_or_insert(CREDIT);
            return written;
        }
        self.credit = None;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Reciprocal<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.credit == Some(0) {
            self.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        self.credit = self.credit.map(|credit| credit.saturating_sub(read));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Reciprocal<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.note(written)
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
    use futures_util::poll;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex, split};

    use super::*;

    #[tokio::test]
    async fn who_does_not_read_is_read_to_the_end_of_his_credit_and_goes_on_when_he_reads() {
        let (mut client, server) = duplex(4 * CREDIT);
        let (mut from, mut to) = split(Reciprocal::new(server));
        let mut piece = vec![0; CREDIT];
        client.write_all(&vec![0; 3 * CREDIT]).await.unwrap();
        from.read_exact(&mut piece).await.unwrap();
        while poll!(Box::pin(to.write(&piece))).is_ready() {}

        from.read_exact(&mut piece).await.unwrap();
        assert!(
            poll!(Box::pin(from.read(&mut piece))).is_pending(),
            "there is more, but his credit is used up"
        );
        let waiting = tokio::spawn(async move { from.read_exact(&mut vec![0; CREDIT]).await.map(drop) });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());

        client.read_exact(&mut piece).await.unwrap();
        to.write_all(&piece).await.unwrap();
        waiting.await.unwrap().unwrap();
    }
}
