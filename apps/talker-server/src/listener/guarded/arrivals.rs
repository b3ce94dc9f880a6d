//! What has come on a connection and is not whole yet.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::frames::Frames;
use super::{Exchange, HEARTBEAT};
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
    /// What the room is for, if that is not on its way in.
    rest: Option<Rest>,
    pause: Option<Pin<Box<Sleep>>>,
}

/// What takes room and is not on its way in.
enum Rest {
    /// A whole message, which is taken up before more is read.
    Whole,
    /// Memory that the reader keeps: tungstenite's buffer is as large as the longest frame was.
    Kept,
}

impl Arrivals {
    pub(super) fn new(room: Arc<Room>, exchange: Arc<Exchange>) -> Self {
        Self { room, exchange, frames: None, bytes: 0, hold: None, rest: None, pause: None }
    }

    /// Waits until there is room for more. Says whether the client may go on.
    pub(super) fn may_go_on(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        if self.exchange.is_upgraded() && !self.is_in_frames() {
            return Poll::Ready(false);
        }
        let Some(id) = self.hold else { return Poll::Ready(true) };
        match self.rest {
            Some(Rest::Whole) => return Poll::Ready(self.keep(id, context)),
            Some(Rest::Kept) => return Poll::Ready(self.room.stays(id, false, Some(context.waker()))),
            None => {}
        }
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

    /// A message was taken up. Says whether the client may go on.
    fn keep(&mut self, id: HoldId, context: &Context<'_>) -> bool {
        let longest = self.frames.as_ref().map_or(0, Frames::longest);
        if longest < LARGE {
            self.settle();
            return true;
        }
        self.rest = Some(Rest::Kept);
        self.room.keep_for_reader(id, longest, context.waker())
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
                let is_whole = frames.note(came);
                self.bytes = frames.unfinished();
                is_whole
            }
        };
        if let (Some(Rest::Kept), Some(id)) = (&self.rest, self.hold) {
            if self.bytes < LARGE {
                // Whoever is let go meanwhile learns of it before more is read.
                self.room.stays(id, came.len() > HEARTBEAT, None);
                return;
            }
            self.settle();
        }
        // What is kept is used again.
        let memory = self.bytes.max(self.frames.as_ref().map_or(0, Frames::longest));
        if self.hold.is_none() && self.bytes >= LARGE {
            self.hold = Some(self.room.begin(memory, context.waker()));
        }
        match self.hold {
            Some(id) if is_whole => {
                self.rest = self.frames.is_some().then_some(Rest::Whole);
                self.room.whole(id);
            }
            Some(id) => self.room.more(id, memory, came.len()),
            None => {}
        }
    }

    /// A request is answered, or its client is told to go on.
    pub(super) fn answered(&mut self) {
        self.bytes = 0;
        self.settle();
    }

    fn settle(&mut self) {
        self.rest = None;
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
