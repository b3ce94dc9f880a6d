//! How much a client has not taken.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::HEARTBEAT;
use crate::room::{HoldId, LARGE, Room};

/// What a client has not taken, and what its writer keeps.
pub(super) struct Debt {
    unsent: Arc<Room>,
    hold: Option<HoldId>,
    /// Whether something was tried to be written and not taken.
    owes: bool,
    /// How much memory its writer keeps.
    kept: usize,
    /// Who waits for what the client sends.
    reader: Option<Waker>,
}

impl Debt {
    pub(super) fn new(unsent: Arc<Room>) -> Self {
        Self { unsent, hold: None, owes: false, kept: 0, reader: None }
    }

    /// Notes what came of writing so many bytes. Says whether the client may go on.
    pub(super) fn note(
        &mut self,
        context: &Context<'_>,
        bytes: usize,
        written: &Poll<io::Result<usize>>,
    ) -> bool {
        let (taken, left) = match written {
            Poll::Ready(Ok(taken)) => (*taken, bytes - taken),
            Poll::Ready(Err(_)) => (0, 0),
            Poll::Pending => (0, bytes),
        };
        let owed = std::mem::replace(&mut self.owes, left > 0);
        let is_heartbeat = !owed && left == 0 && bytes <= HEARTBEAT;
        is_heartbeat || self.owe(context, left, taken)
    }

    /// Notes that a WebSocket writes so many bytes. tungstenite writes from a buffer that has all of a frame, and gives nothing
    /// of it back. Growing, it at least doubles.
    pub(super) fn note_kept(&mut self, bytes: usize) {
        if bytes >= LARGE && bytes > self.kept {
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
    pub(super) fn note_read(&mut self, context: &Context<'_>, read: Option<usize>) -> bool {
        if read.is_none() && !self.reader.as_ref().is_some_and(|reader| reader.will_wake(context.waker())) {
            self.reader = Some(context.waker().clone());
        }
        let Some(id) = self.hold.filter(|_| self.kept > 0) else { return true };
        let is_used = read.is_some_and(|bytes| bytes > HEARTBEAT);
        self.unsent.stays(id, is_used, self.reader.as_ref().filter(|_| read.is_none()))
    }

    fn settle(&mut self) {
        if let Some(id) = self.hold.take() {
            self.unsent.settle(id);
        }
    }
}

impl Drop for Debt {
    fn drop(&mut self) {
        self.settle();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::time::Duration;

    use futures_util::poll;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::super::tests::guarded_in;
    use super::super::{Guarded, Rooms};
    use super::*;

    /// What a connection's buffers hold in between.
    const BETWEEN: usize = 1_024;

    fn stream(unsent: &Arc<Room>) -> (Guarded<DuplexStream>, DuplexStream) {
        let (near, far) = duplex(BETWEEN);
        let rooms = Rooms { unsent: unsent.clone(), arriving: Room::new(0) };
        (guarded_in(near, rooms), far)
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_nothing_is_hung_up_on_once_others_need_the_room() {
        let unsent = Room::new(2 * LARGE + 4 * BETWEEN);
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
        let unsent = Room::new(LARGE);
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
        let unsent = Room::new(2 * LARGE);
        let (mut one, mut client) = stream(&unsent);
        let request = b"GET / HTTP/1.1\r\n\r\n";
        let mut came = [0; 18];
        let (asked, _) = tokio::join!(client.write_all(request), one.read_exact(&mut came));
        asked.expect("a request");
        assert!(one.exchange.note_length(Some(0)));
        one.exchange.note_answer(http::StatusCode::SWITCHING_PROTOCOLS);
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
