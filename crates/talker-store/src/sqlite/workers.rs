//! Threads with a connection each, and the queue in front of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::{Conn, connect};
use crate::StoreError;

type Job = Box<dyn FnOnce(&mut Conn) + Send>;
type Queue = Arc<Mutex<mpsc::Receiver<Job>>>;

/// How many jobs wait at the most.
const CAPACITY: usize = 1_024;

/// How long a job waits for its place among those.
const PATIENCE: Duration = Duration::from_secs(1);

/// Threads that take jobs from one queue, first come first served. They end when the last clone of this is gone.
#[derive(Clone)]
pub(super) struct Workers {
    jobs: mpsc::Sender<Job>,
}

impl Workers {
    /// Starts `count` threads, each with a connection to the file at `path` that keeps so many KiB of it.
    pub(super) fn start(name: &str, count: u32, path: &str, cache: u32) -> Result<Self, String> {
        let (jobs, queue) = mpsc::channel(CAPACITY);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..count {
            let (conn, queue, path) = (connect(path, cache)?, queue.clone(), path.to_owned());
            let thread = thread::Builder::new().name(name.to_owned());
            thread.spawn(move || work(conn, &queue, &path, cache)).map_err(|error| error.to_string())?;
        }
        Ok(Self { jobs })
    }

    /// Has a job done. It is done to its end even if nobody waits for it any more.
    pub(super) async fn run<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Conn) -> R + Send + 'static,
    ) -> Result<R, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move |conn: &mut Conn| drop(answer.send(job(conn))));
        let queued = self.jobs.send_timeout(job, PATIENCE).await;
        queued.map_err(|_| StoreError::Unavailable("too many queries wait".into()))?;
        answered.await.map_err(|_| StoreError::Unavailable("the query ended without an answer".into()))
    }
}

fn work(mut conn: Conn, queue: &Queue, path: &str, cache: u32) {
    while let Some(job) = next(queue) {
        if catch_unwind(AssertUnwindSafe(|| job(&mut conn))).is_err() {
            tracing::error!("a database query panicked; its connection is opened anew");
            conn = reconnect(path, cache);
        }
    }
}

fn next(queue: &Queue) -> Option<Job> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

fn reconnect(path: &str, cache: u32) -> Conn {
    loop {
        match connect(path, cache) {
            Ok(conn) => return conn,
            Err(error) => tracing::error!(error, "cannot open the database; trying again"),
        }
        thread::sleep(PATIENCE);
    }
}
