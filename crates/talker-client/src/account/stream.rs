//! The receiving end of an account's stream, and the end of its task.

use talker_proto::Seq;
use tokio::sync::mpsc::Receiver;
use tokio::sync::{Mutex, watch};
use tokio::task::{AbortHandle, JoinHandle};

use super::AccountEvent;
use crate::Error;

/// What the account's task has queued. Dropping it ends the task.
pub(crate) struct Stream {
    ends: Mutex<Ends>,
    /// The number of the last entry that was taken.
    taken: watch::Sender<Seq>,
    task: AbortHandle,
}

struct Ends {
    events: Receiver<AccountEvent>,
    /// Gives the reason of the end, once.
    task: Option<JoinHandle<Error>>,
}

impl Stream {
    pub(crate) fn new(events: Receiver<AccountEvent>, after: Seq, task: JoinHandle<Error>) -> Self {
        let abort = task.abort_handle();
        let ends = Mutex::new(Ends { events, task: Some(task) });
        Self { ends, taken: watch::Sender::new(after), task: abort }
    }

    /// Takes the next event. Nothing is lost if the future is dropped.
    pub(crate) async fn next(&self) -> Result<AccountEvent, Error> {
        let mut ends = self.ends.lock().await;
        let Some(event) = ends.events.recv().await else { return Err(ends.reason().await) };
        match &event {
            AccountEvent::Logged(entry) => self.taken.send_replace(entry.seq),
            AccountEvent::Gap { head } => self.taken.send_replace(*head),
            _ => self.taken(),
        };
        Ok(event)
    }

    /// The number of the last entry that was taken.
    pub(crate) fn taken(&self) -> Seq {
        *self.taken.borrow()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Ends {
    async fn reason(&mut self) -> Error {
        let Some(task) = &mut self.task else { return Error::Disconnected };
        let reason = task.await.unwrap_or(Error::Disconnected);
        self.task = None;
        reason
    }
}
