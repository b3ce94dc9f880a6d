//! What has come on a connection and is not whole yet.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::Exchange;
use super::frames::Frames;
use crate::room::{Admission, HoldId, LARGE, Room};

/// How often it is looked whether there is room again.
const PAUSE: Duration = Duration::from_millis(50);

/// What is not whole yet, and the room that it takes if it is large.
pub(super) struct Arrivals {
    room: Arc<Room>,
    exchange: Arc<Exchange>,
    /// None while there are requests.
    frames: Option<Frames>,
    bytes: usize,
    hold: Option<HoldId>,
    /// Whether what takes the room is a whole message, which is taken up before more is read.
    is_whole: bool,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Arrivals {
    pub(super) fn new(room: Arc<Room>, exchange: Arc<Exchange>) -> Self {
        Self { room, exchange, frames: None, bytes: 0, hold: None, is_whole: false, pause: None }
    }

    /// Waits until there is room for more. Says whether the client may go on.
    pub(super) fn may_go_on(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        if self.exchange.is_upgraded() && !self.is_in_frames() {
            return Poll::Ready(false);
        }
        if self.is_whole {
            self.settle();
        }
        let Some(id) = self.hold else { return Poll::Ready(true) };
        match self.room.admit(id, context.waker()) {
            Admission::Goes => {
                self.pause = None;
                Poll::Ready(true)
            }
            Admission::LetGo => Poll::Ready(false),
            Admission::Waits => {
                self.wait(context);
                Poll::Pending
            }
        }
    }

    fn wait(&mut self, context: &mut Context<'_>) {
        let mut pause = Box::pin(sleep(PAUSE));
        if pause.as_mut().poll(context).is_ready() {
            context.waker().wake_by_ref();
        }
        self.pause = Some(pause);
    }

    /// Whether it is known of which message each byte is part. A client that sends frames before it is told that it may
    /// leaves that unknown.
    fn is_in_frames(&mut self) -> bool {
        if self.frames.is_none() && self.exchange.requests().is_whole() {
            self.frames = Some(Frames::default());
            self.bytes = 0;
            self.settle();
        }
        self.frames.is_some()
    }

    /// This has come.
    pub(super) fn note(&mut self, came: &[u8], context: &Context<'_>) {
        let is_whole = match &mut self.frames {
            None => {
                self.bytes += came.len();
                let mut requests = self.exchange.requests();
                requests.note(came);
                requests.is_whole()
            }
            Some(frames) => {
                self.is_whole = frames.note(came);
                self.bytes = frames.unfinished();
                self.is_whole
            }
        };
        match self.hold {
            Some(id) if is_whole => self.room.whole(id),
            Some(id) => self.room.more(id, self.bytes, came.len()),
            None if self.bytes >= LARGE => self.hold = Some(self.room.begin(self.bytes, context.waker())),
            None => {}
        }
    }

    /// A request is answered, or its client is told to go on.
    pub(super) fn answered(&mut self) {
        self.bytes = 0;
        self.settle();
    }

    fn settle(&mut self) {
        self.is_whole = false;
        if let Some(id) = self.hold.take() {
            self.room.settle(id);
        }
    }
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        self.settle();
    }
}
