//! All messages of a node go through here: what waits is taken together, committed together, and told afterwards.
//!
//! One commit, one fsync, carries as many messages as came in during the one before. Nothing ever waits for more to
//! come, so that an idle server commits at once.

use std::sync::Arc;
use std::time::Duration;

use talker_domain::messages::Content;
use talker_domain::messages::mark_notified::{self, Handed};
use talker_domain::messages::send::{self, Ask, Decision, UnknownRecipient};
use talker_domain::{Effect, Failure};
use talker_proto::errors::{Code, EventError};
use talker_store::{Store, StoreError};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::app::Ids;
use crate::connection::Connection;
use crate::hub::Hub;
use crate::{clock, emit, wire};

/// How many messages wait at the most; more are refused.
const QUEUE: usize = 4_096;

/// How many KiB of content wait at the most.
const QUEUE_KIB: usize = 256 * 1_024;

/// How many messages one commit carries at the most, and how many it marks as handed over.
const BATCH: usize = 256;

/// From how many KiB of content on a batch takes no more.
const BATCH_KIB: u32 = 32 * 1_024;

/// How many handed-over messages may wait to be marked while the database is away. Those beyond are delivered again.
const HANDED: usize = 65_536;

/// How long to wait after a failed commit if nothing else is to be done.
const PAUSE: Duration = Duration::from_millis(200);

/// A message on its way to the disk.
pub(crate) struct Submission {
    pub(crate) ask: Ask,
    /// The connection that sent it: it hears of a refusal.
    pub(crate) origin: Arc<Connection>,
    /// Its place among that connection's messages in flight.
    pub(crate) place: OwnedSemaphorePermit,
}

enum Job {
    Send(Submission, OwnedSemaphorePermit),
    Handed(Vec<Handed>),
}

/// The way in.
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
}

impl Writer {
    /// The way in, and the queue for [`run`].
    pub(crate) fn new() -> (Self, Queue) {
        let (jobs, queue) = mpsc::channel(QUEUE);
        (Self { jobs, room: Arc::new(Semaphore::new(QUEUE_KIB)) }, Queue(queue))
    }

    /// Hands in a message. Its sender is told what becomes of it.
    ///
    /// # Errors
    /// [`Code::Busy`] if too much waits already.
    pub(crate) fn submit(&self, submission: Submission) -> Result<(), Code> {
        let room = self.room.clone().try_acquire_many_owned(kib(&submission.ask));
        let room = room.map_err(|_| Code::Busy)?;
        self.jobs.try_send(Job::Send(submission, room)).map_err(|_| Code::Busy)
    }

    /// Has messages marked as handed over. Where there is no room for that they go on waiting, and come again.
    pub(crate) fn handed(&self, handed: Vec<Handed>) {
        if !handed.is_empty() && self.jobs.try_send(Job::Handed(handed)).is_err() {
            tracing::warn!("too busy to note deliveries; some messages will be delivered again");
        }
    }
}

/// What waits for the writer.
pub(crate) struct Queue(mpsc::Receiver<Job>);

/// Writes until it is told to stop, and then what waits.
pub(crate) async fn run(mut queue: Queue, store: Store, hub: Arc<Hub>, ids: Ids, stop: CancellationToken) {
    let mut handed = Vec::new();
    while let Some(batch) = queue.next_batch(&mut handed, &stop).await {
        handed = write(&store, &hub, &ids, batch, handed).await;
    }
}

impl Queue {
    /// What waits; waits itself only if there is nothing to do. `None` once there never will be.
    async fn next_batch(&mut self, handed: &mut Vec<Handed>, stop: &CancellationToken) -> Option<Batch> {
        let mut batch = Batch::default();
        if handed.is_empty() {
            batch.take(self.next(stop).await?, handed);
        }
        while !batch.is_full() {
            match self.0.try_recv() {
                Ok(job) => batch.take(job, handed),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        Some(batch)
    }

    async fn next(&mut self, stop: &CancellationToken) -> Option<Job> {
        tokio::select! {
            biased;
            job = self.0.recv() => job,
            () = stop.cancelled() => {
                self.0.close();
                self.0.recv().await
            }
        }
    }
}

/// What one commit carries.
#[derive(Default)]
struct Batch {
    asks: Vec<Ask>,
    senders: Vec<Sender>,
    kib: u32,
}

struct Sender {
    origin: Arc<Connection>,
    /// Held until the sender knows what became of his message.
    _places: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

impl Batch {
    fn take(&mut self, job: Job, handed: &mut Vec<Handed>) {
        match job {
            Job::Handed(more) => handed.extend(more),
            Job::Send(Submission { ask, origin, place }, room) => {
                self.kib += kib(&ask);
                self.asks.push(ask);
                self.senders.push(Sender { origin, _places: (place, room) });
            }
        }
    }

    fn is_full(&self) -> bool {
        self.asks.len() >= BATCH || self.kib >= BATCH_KIB
    }
}

/// What one commit brought: who hears that earlier messages were handed over, and what became of the new ones.
type Written = (Vec<Effect>, Vec<Result<Decision, UnknownRecipient>>);

/// Commits a batch, tells everybody, and returns what is to be marked as handed over with the next one.
async fn write(store: &Store, hub: &Hub, ids: &Ids, batch: Batch, handed: Vec<Handed>) -> Vec<Handed> {
    let Batch { asks, senders, .. } = batch;
    let (now, later) = handed.split_at(handed.len().min(BATCH));
    match commit(store, ids, asks, now.to_vec()).await {
        Ok((notified, decisions)) => {
            emit::all(hub, &notified, None);
            let mut handed = later.to_vec();
            handed.extend(tell(hub, senders, decisions));
            handed
        }
        Err(fault) => {
            let code = wire::faults::of_store(&fault);
            if senders.is_empty() {
                tokio::time::sleep(PAUSE).await;
            }
            for sender in &senders {
                sender.origin.say(&EventError::from(code));
            }
            let mut handed = handed;
            handed.truncate(HANDED);
            handed
        }
    }
}

async fn commit(
    store: &Store,
    ids: &Ids,
    asks: Vec<Ask>,
    handed: Vec<Handed>,
) -> Result<Written, StoreError> {
    let (ids, now) = (ids.clone(), clock::now());
    let committed = store.write(move |transaction| {
        let notified = mark_notified::run(transaction, &handed)?;
        let decisions = ids.with(|ids| send::run(transaction, &asks, now, ids))?;
        Ok((notified, decisions))
    });
    committed.await
}

/// Tells senders and recipients, message by message, and returns what was handed over.
fn tell(hub: &Hub, senders: Vec<Sender>, decisions: Vec<Result<Decision, UnknownRecipient>>) -> Vec<Handed> {
    let mut handed = Vec::new();
    for (sender, decision) in senders.into_iter().zip(decisions) {
        match decision {
            Ok(decision) => handed.extend(emit::all(hub, &decision.effects, Some(&sender.origin))),
            Err(refusal) => sender.origin.say(&EventError::from(wire::faults::of(Failure::Refused(refusal)))),
        }
    }
    handed
}

/// How much of the queue's room a message takes, in KiB.
fn kib(ask: &Ask) -> u32 {
    let bytes = match &ask.content {
        Content::Text(text) => text.as_str().len(),
        Content::Media(media) => media.bytes.len(),
    };
    u32::try_from(bytes / 1_024 + 1).unwrap_or(u32::MAX)
}
