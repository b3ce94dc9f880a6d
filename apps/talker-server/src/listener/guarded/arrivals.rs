//! What has come on a connection and is not whole yet.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::frames::Frames;
use super::requests::Requests;
use crate::room::{Admission, HoldId, LARGE, Room};

/// How often it is looked whether there is room again.
const PAUSE: Duration = Duration::from_millis(50);

/// What is not whole yet, and the room that it takes if it is large.
pub(super) struct Arrivals {
    room: Arc<Room>,
    kind: Kind,
    bytes: usize,
    hold: Option<HoldId>,
    /// Whether what takes the room is whole, and is taken up before more is read.
    is_whole: bool,
    pause: Option<Pin<Box<Sleep>>>,
}

enum Kind {
    Requests(Requests),
    Frames(Frames),
}

impl Arrivals {
    pub(super) fn new(room: Arc<Room>) -> Self {
        let kind = Kind::Requests(Requests::default());
        Self { room, kind, bytes: 0, hold: None, is_whole: false, pause: None }
    }

    /// Waits until there is room for more. Says whether the client may go on.
    pub(super) fn may_go_on(&mut self, context: &mut Context<'_>, is_upgraded: bool) -> Poll<bool> {
        if is_upgraded && !self.is_in_frames() {
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
            Admission::Waits => self.wait(context),
        }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        let pause = self.pause.insert(Box::pin(sleep(PAUSE)));
        pause.as_mut().poll(context).map(|()| true)
    }

    /// Whether it is known of which message each byte is part. A client that sends frames before it is told that it may
    /// leaves that unknown.
    fn is_in_frames(&mut self) -> bool {
        if let Kind::Requests(requests) = &self.kind {
            if !requests.is_at_end() {
                return false;
            }
            self.kind = Kind::Frames(Frames::default());
            self.bytes = 0;
            self.settle();
        }
        true
    }

    /// This has come.
    pub(super) fn note(&mut self, came: &[u8], context: &Context<'_>) {
        let is_whole = match &mut self.kind {
            Kind::Requests(requests) => {
                requests.note(came);
                self.bytes += came.len();
                false
            }
            Kind::Frames(frames) => {
                let is_whole = frames.note(came);
                self.bytes = frames.unfinished();
                is_whole
            }
        };
        match self.hold {
            Some(id) if is_whole => {
                self.is_whole = true;
                self.room.whole(id);
            }
            Some(id) => self.room.more(id, self.bytes, came.len()),
            None if self.bytes >= LARGE => self.hold = Some(self.room.begin(self.bytes, context.waker())),
            None => {}
        }
    }

    /// A request is answered, one with a body of so many bytes, if that was said.
    pub(super) fn answered(&mut self, body: Option<u64>) {
        if let Kind::Requests(requests) = &mut self.kind {
            requests.answered(body);
            self.bytes = 0;
            self.settle();
        }
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
