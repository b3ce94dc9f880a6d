//! What waits for the writer, and what one commit takes of it.

use std::sync::Arc;

use talker_domain::Effect;
use talker_domain::messages::Content;
use talker_domain::messages::mark_notified::Handed;
use talker_domain::messages::send::Ask;
use talker_proto::errors::Code;
use talker_store::{StoreError, Transaction};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::waiting::{Asker, Sender, Waiting};
use crate::connection::Connection;
use crate::outgoing::AckId;

/// How many messages one commit carries at the most, and how many it marks as handed over. A commit writes each page that
/// it changes once, so that many messages of the same people cost little more than a few.
pub(crate) const BATCH: usize = 512;

/// From how many KiB of content on a batch takes no more. Many of its texts go to MySQL in one statement, some of them twice,
/// for searching: by default MariaDB takes no packet above 16 MiB.
const BATCH_KIB: u32 = 4 * 1_024;

/// A message on its way to the disk.
pub(crate) struct Submission {
    pub(crate) ask: Ask,
    /// The connection that sent it: it hears of a refusal.
    pub(crate) origin: Arc<Connection>,
    /// Under which number it wants to know what became of it.
    pub(crate) ack: Option<AckId>,
    /// Its place among that connection's messages in flight.
    pub(crate) place: OwnedSemaphorePermit,
}

/// Something else to do in the same transaction.
pub(super) struct Command {
    pub(super) run: Run,
    pub(super) origin: Arc<Connection>,
    /// Told after the commit, when everybody else was.
    pub(super) done: oneshot::Sender<Result<(), Code>>,
}

/// What a command does, and who hears of it. It may be run again, if the transaction is.
pub(super) type Run = Box<dyn FnMut(&mut dyn Transaction) -> Result<Vec<Effect>, StoreError> + Send>;

pub(super) enum Job {
    Send(Submission, OwnedSemaphorePermit),
    Command(Command),
    Handed(Vec<Handed>),
}

/// What waits for a writer.
pub(crate) struct Queue {
    pub(super) jobs: mpsc::Receiver<Job>,
    /// How many commands one commit carries at the most.
    pub(super) commands: usize,
}

impl Queue {
    /// What waits, if anything does or is to be marked.
    pub(super) fn ready_batch(&mut self, handed: &mut Vec<Handed>) -> Option<Batch> {
        let mut batch = Batch::default();
        self.fill(&mut batch, handed);
        (!handed.is_empty() || !batch.waiting.is_empty()).then_some(batch)
    }

    /// What waits; waits itself only if there is nothing to do. `None` once there never will be.
    pub(super) async fn next_batch(
        &mut self,
        handed: &mut Vec<Handed>,
        stop: &CancellationToken,
    ) -> Option<Batch> {
        let mut batch = Batch::default();
        if handed.is_empty() {
            batch.take(self.next(stop).await?, handed);
        }
        self.fill(&mut batch, handed);
        Some(batch)
    }

    fn fill(&mut self, batch: &mut Batch, handed: &mut Vec<Handed>) {
        while !batch.is_full(self.commands)
            && let Ok(job) = self.jobs.try_recv()
        {
            batch.take(job, handed);
        }
    }

    /// Refuses what comes, until nothing will any more. What was handed over is kept.
    pub(super) async fn refuse_all(&mut self, handed: &mut Vec<Handed>) {
        while let Some(job) = self.jobs.recv().await {
            let mut batch = Batch::default();
            batch.take(job, handed);
            batch.waiting.refuse(Code::Busy);
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.jobs.is_closed()
    }

    async fn next(&mut self, stop: &CancellationToken) -> Option<Job> {
        tokio::select! {
            biased;
            job = self.jobs.recv() => job,
            () = stop.cancelled() => {
                self.jobs.close();
                self.jobs.recv().await
            }
        }
    }
}

/// What one commit carries. Whoever waits for it has the order of what he asked for.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) work: Work,
    pub(super) waiting: Waiting,
    kib: u32,
}

/// What is to be done, in the order in which it is logged.
#[derive(Default)]
pub(super) struct Work {
    /// What is to be marked as handed over.
    pub(super) handed: Vec<Handed>,
    pub(super) commands: Vec<Run>,
    pub(super) asks: Vec<Ask>,
}

impl Work {
    /// Whether there is only one thing to do.
    fn is_single(&self) -> bool {
        self.commands.len() + self.asks.len() + usize::from(!self.handed.is_empty()) <= 1
    }
}

impl Batch {
    pub(super) fn take(&mut self, job: Job, handed: &mut Vec<Handed>) {
        match job {
            Job::Handed(more) => handed.extend(more),
            Job::Command(Command { run, origin, done }) => {
                self.work.commands.push(run);
                self.waiting.askers.push(Asker { origin, done: Some(done) });
            }
            Job::Send(Submission { ask, origin, ack, place }, room) => {
                self.kib += kib(&ask);
                self.work.asks.push(ask);
                self.waiting.senders.push(Sender::new(origin, ack, (place, room)));
            }
        }
    }

    fn is_full(&self, most: usize) -> bool {
        let Work { asks, commands, .. } = &self.work;
        asks.len() >= BATCH || commands.len() >= most || self.kib >= BATCH_KIB
    }

    /// The same in two parts, of which the first comes first; or who waits for it, if it cannot be parted.
    pub(super) fn parted(mut self) -> Result<[Self; 2], Waiting> {
        if self.work.is_single() {
            return Err(self.waiting);
        }
        let Work { handed, commands, asks } = &mut self.work;
        let (marks, kinds) = (!handed.is_empty(), [!commands.is_empty(), !asks.is_empty()]);
        let (commands, asks) = match (marks, kinds) {
            // What was handed over by itself, and then the commands by themselves.
            (true, _) => (0, 0),
            (false, [true, true]) => (commands.len(), 0),
            (false, _) => (commands.len() / 2, asks.len() / 2),
        };
        let first = Self {
            work: Work {
                handed: std::mem::take(&mut self.work.handed),
                commands: self.work.commands.drain(..commands).collect(),
                asks: self.work.asks.drain(..asks).collect(),
            },
            waiting: self.waiting.take_first(commands, asks),
            kib: 0,
        };
        Ok([first, self])
    }
}

/// How much of the queue's room a message takes, in KiB.
pub(super) fn kib(ask: &Ask) -> u32 {
    let bytes = match &ask.content {
        Content::Text(text) => text.as_str().len(),
        Content::Media(media) => media.bytes.len(),
    };
    u32::try_from(bytes / 1_024 + 1).unwrap_or(u32::MAX)
}
