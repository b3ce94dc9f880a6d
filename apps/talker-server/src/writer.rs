//! All messages of a node go through one writer, and whatever else is logged: what waits is taken together, committed
//! together, and told afterwards, in the order in which it is in the logs. Sessions go through another one.
//!
//! One commit, one fsync, carries as much as came in during the one before; while the database is busy with it, everybody
//! is told of that one. Nothing ever waits for more to come, so that an idle server commits at once.

mod queue;
mod waiting;

pub(crate) use queue::{BATCH, Queue, Submission};

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::poll_immediate;
use talker_domain::messages::mark_notified::{self, Handed};
use talker_domain::messages::send::{self, Outcome};
use talker_domain::{Effect, Failure};
use talker_proto::errors::Code;
use talker_store::{Store, StoreError, Transaction};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::app::Ids;
use crate::connection::Connection;
use crate::hub::Hub;
use crate::wire::faults::Refused;
use crate::{clock, emit, wire};
use queue::{Batch, Command, Job, Run, Work, kib};
use waiting::Waiting;

/// How many messages and commands wait at the most; more are refused.
const QUEUE: usize = 4_096;

/// How many KiB of content wait at the most.
const QUEUE_KIB: usize = 256 * 1_024;

/// How many handed-over messages may wait to be marked while the database is away. Those beyond are delivered again.
const HANDED: usize = 65_536;

/// How many sessions one commit begins, moves or ends at the most. On MySQL it locks their users, one after the other, and
/// messages between these wait for it, or one of the two is tried again.
const SESSIONS: usize = 32;

/// How soon a commit is expected. After that whoever comes is refused until it is done.
const PROMPT: Duration = Duration::from_secs(1);

/// How much longer those wait whose messages are in the commit, before they are told to try again.
const UNKNOWN: Duration = Duration::from_secs(9);

/// When nobody waits for a commit any more, and another connection is tried.
const ABANDONED: Duration = Duration::from_secs(50);

/// How long to wait after a failed commit if nothing else is to be done.
const PAUSE: Duration = Duration::from_millis(200);

/// The way in.
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
}

impl Writer {
    /// The way in, and the queue for [`run`].
    pub(crate) fn new() -> (Self, Queue) {
        Self::with_commands(BATCH)
    }

    /// One for sessions, of which nothing is logged: thousands that come back at once keep messages waiting for a small
    /// commit at the most. It takes no messages.
    pub(crate) fn of_sessions() -> (Self, Queue) {
        Self::with_commands(SESSIONS)
    }

    fn with_commands(commands: usize) -> (Self, Queue) {
        let (jobs, queue) = mpsc::channel(QUEUE);
        (Self { jobs, room: Arc::new(Semaphore::new(QUEUE_KIB)) }, Queue { jobs: queue, commands })
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

    /// Has a command done, and whoever must hear of it told. It must not have stored anything when it is refused.
    ///
    /// # Errors
    /// The code of its refusal, or of the store's fault; [`Code::Busy`] if too much waits already.
    pub(crate) async fn command<D, R, C>(&self, origin: &Arc<Connection>, command: C) -> Result<D, Code>
    where
        D: Send + 'static,
        R: Into<Refused> + Send + 'static,
        C: FnMut(&mut dyn Transaction) -> Result<(D, Vec<Effect>), Failure<R, StoreError>> + Send + 'static,
    {
        let outcome = Arc::new(Mutex::new(None));
        let run = kept_in(outcome.clone(), command);
        let (done, committed) = oneshot::channel();
        let command = Command { run, origin: origin.clone(), done };
        self.jobs.try_send(Job::Command(command)).map_err(|_| Code::Busy)?;
        committed.await.map_err(|_| Code::Internal)??;
        let outcome = lock(&outcome).take();
        outcome.ok_or(Code::Internal)?.map_err(|refusal: R| refusal.into().into())
    }

    /// Has messages marked as handed over. Where there is no room for that they go on waiting, and come again.
    pub(crate) fn handed(&self, handed: Vec<Handed>) {
        if !handed.is_empty() && self.jobs.try_send(Job::Handed(handed)).is_err() {
            tracing::warn!("too busy to note deliveries; some messages will be delivered again");
        }
    }

    /// Whether nothing is taken any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.jobs.is_closed()
    }
}

/// Runs the command and keeps what it brings, or why it was refused, for whoever gave it.
fn kept_in<D, R, C>(outcome: Arc<Mutex<Option<Result<D, R>>>>, mut command: C) -> Run
where
    D: Send + 'static,
    R: Send + 'static,
    C: FnMut(&mut dyn Transaction) -> Result<(D, Vec<Effect>), Failure<R, StoreError>> + Send + 'static,
{
    Box::new(move |transaction| {
        let (result, effects) = match command(transaction) {
            Ok((done, effects)) => (Ok(done), effects),
            Err(Failure::Refused(refusal)) => (Err(refusal), vec![]),
            Err(Failure::Faulted(fault)) => return Err(fault),
        };
        *lock(&outcome) = Some(result);
        Ok(effects)
    })
}

/// Writes until it is told to stop, and then what waits.
pub(crate) async fn run(queue: Queue, store: Store, hub: Arc<Hub>, ids: Ids, stop: CancellationToken) {
    let mut scribe = Scribe { queue, store, hub, ids, untold: None };
    let mut handed = Vec::new();
    loop {
        let batch = if let Some(batch) = scribe.queue.ready_batch(&mut handed) {
            batch
        } else {
            // Nothing is to be committed, so nobody need wait to hear of the last commit.
            handed = scribe.tell();
            let Some(batch) = scribe.queue.next_batch(&mut handed, &stop).await else { return };
            batch
        };
        handed = scribe.write(batch, handed).await;
    }
}

/// What one commit brought, in the order in which it is logged: who hears that earlier messages were handed over, who
/// hears of each command, and what became of each new message.
struct Written {
    notified: Vec<Effect>,
    done: Vec<Vec<Effect>>,
    sent: Vec<Outcome>,
}

struct Scribe {
    queue: Queue,
    store: Store,
    hub: Arc<Hub>,
    ids: Ids,
    /// What is committed, and who waits to hear of it.
    untold: Option<(Written, Waiting)>,
}

impl Scribe {
    /// Commits a batch, and tells everybody of the one before; returns what is to be marked as handed over next. Where the
    /// database refuses it, it is committed part by part, so that what is wrong with one thing is nobody else's trouble.
    async fn write(&mut self, mut batch: Batch, mut handed: Vec<Handed>) -> Vec<Handed> {
        let mut later = handed.split_off(handed.len().min(BATCH));
        batch.work.handed = handed;
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            if let Some([first, second]) = self.write_part(part, &mut later).await {
                parts.extend([second, first]);
            }
        }
        later.truncate(HANDED);
        later
    }

    /// Commits, and tells of what was committed before; or returns what is to be tried part by part.
    async fn write_part(&mut self, mut part: Batch, handed: &mut Vec<Handed>) -> Option<[Batch; 2]> {
        let marked = part.work.handed.clone();
        let work = Arc::new(Mutex::new(std::mem::take(&mut part.work)));
        let committing = commit(self.store.clone(), self.ids.clone(), work.clone());
        match self.outcome(committing, &mut part.waiting, handed).await {
            Ok(written) => self.untold = Some((written, part.waiting)),
            Err(fault) if wire::faults::of_store(&fault) == Code::Internal => {
                part.work = std::mem::take(&mut *lock(&work));
                // What was handed over and cannot be marked is delivered again.
                return part.parted().map_err(|mut waiting| waiting.refuse(Code::Internal)).ok();
            }
            Err(_) => {
                if part.waiting.is_empty() {
                    tokio::time::sleep(PAUSE).await;
                }
                part.waiting.refuse(Code::Busy);
                handed.extend(marked);
            }
        }
        None
    }

    /// Gives the database a commit, tells of the one before while it is busy, and waits for it.
    async fn outcome(
        &mut self,
        committing: impl Future<Output = Result<Written, StoreError>>,
        waiting: &mut Waiting,
        handed: &mut Vec<Handed>,
    ) -> Result<Written, StoreError> {
        let mut committing = pin!(committing);
        let early = poll_immediate(committing.as_mut()).await;
        handed.extend(self.tell());
        match early {
            Some(written) => written,
            None => self.wait(committing, waiting, handed).await,
        }
    }

    /// Waits for a commit. Where the database does not answer in time whoever comes then is refused at once, because
    /// nothing of his was handed to it; those whose fate it holds are told later that nobody knows.
    async fn wait(
        &mut self,
        mut committing: Pin<&mut impl Future<Output = Result<Written, StoreError>>>,
        waiting: &mut Waiting,
        handed: &mut Vec<Handed>,
    ) -> Result<Written, StoreError> {
        if let Ok(written) = timeout(PROMPT, committing.as_mut()).await {
            return written;
        }
        tracing::warn!("the database does not answer; until it does, everything is refused");
        tokio::select! {
            biased;
            written = committing.as_mut() => return written,
            () = self.queue.refuse_all(handed) => {}
            () = tokio::time::sleep(UNKNOWN) => waiting.refuse(Code::Busy),
        }
        tokio::select! {
            biased;
            written = committing => written,
            () = self.queue.refuse_all(handed), if !self.queue.is_closed() => Err(abandoned()),
            () = tokio::time::sleep(ABANDONED) => Err(abandoned()),
        }
    }

    /// Tells everybody of what is committed, in the order of the logs, and returns what was handed over.
    fn tell(&mut self) -> Vec<Handed> {
        let Some((written, mut waiting)) = self.untold.take() else { return vec![] };
        emit::all(&self.hub, &written.notified, None);
        let mut handed = Vec::new();
        for (asker, effects) in waiting.askers.iter_mut().zip(written.done) {
            handed.extend(emit::all(&self.hub, &effects, Some(&asker.origin)));
            asker.tell(Ok(()));
        }
        for (sender, outcome) in waiting.senders.iter_mut().zip(written.sent) {
            match outcome {
                Ok(decision) => {
                    handed.extend(emit::all(&self.hub, &decision.effects, Some(&sender.origin)));
                    sender.acknowledge(&decision.message);
                }
                Err(refusal) => sender.refuse(&refusal.into()),
            }
        }
        handed
    }
}

/// The transaction may still be committed; then its messages wait for their recipients.
fn abandoned() -> StoreError {
    StoreError::Unavailable("it has not answered for a long time".into())
}

async fn commit(store: Store, ids: Ids, work: Arc<Mutex<Work>>) -> Result<Written, StoreError> {
    let now = clock::now();
    let committed = store.write(move |transaction| {
        let Work { handed, commands, asks } = &mut *lock(&work);
        let notified = mark_notified::run(transaction, handed, now)?;
        let done = commands.iter_mut().map(|run| run(transaction)).collect::<Result<_, _>>()?;
        let sent = ids.with(|ids| send::run(transaction, asks, now, ids))?;
        Ok(Written { notified, done, sent })
    });
    committed.await
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
