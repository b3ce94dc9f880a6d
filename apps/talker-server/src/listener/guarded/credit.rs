//! Reading little more from who does not read himself.

use std::task::{Context, Poll, Waker};

/// How much is still read while nothing can be written. What comes may ask for an answer that is kept until it can be sent,
/// as every ping of a WebSocket does.
const CREDIT: usize = 64 * 1_024;

/// What may be read.
#[derive(Default)]
pub(super) struct Credit {
    /// How much, until something can be written; none while writing goes on.
    left: Option<usize>,
    /// Who waits to read.
    reader: Option<Waker>,
}

impl Credit {
    /// Waits until something may be read.
    pub(super) fn may_go_on(&mut self, context: &Context<'_>) -> Poll<()> {
        if self.left != Some(0) {
            return Poll::Ready(());
        }
        self.reader = Some(context.waker().clone());
        Poll::Pending
    }

    /// So much was read.
    pub(super) fn use_up(&mut self, bytes: usize) {
        self.left = self.left.map(|left| left.saturating_sub(bytes));
    }

    /// Takes note of how writing went.
    pub(super) fn note<T>(&mut self, written: &Poll<T>) {
        if written.is_pending() {
            self.left.get_or_insert(CREDIT);
            return;
        }
        self.left = None;
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::poll;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex, split};

    use super::super::tests::guarded;
    use super::*;

    #[tokio::test]
    async fn who_does_not_read_is_read_to_the_end_of_his_credit_and_goes_on_when_he_reads() {
        let (mut client, server) = duplex(4 * CREDIT);
        let (mut from, mut to) = split(guarded(server));
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
