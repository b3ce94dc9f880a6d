//! Threads that do nothing but hash. They give way to all others, and each has memory of its own.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, available_parallelism};

use argon2::Block;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::PasswordError;

/// How many may wait for their turn; who comes after them is told to come again.
pub(super) const QUEUE: usize = 64;

/// How much the threads give way, as nice(2) counts it. Hashing takes all the time that there is; those who chat must
/// not notice it.
const NICE: i32 = 10;

/// Memory of more bytes than glibc keeps.
const MAPPED: usize = 33 * 1_024 * 1_024;

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// As many threads as there are processors. They end when this is dropped.
pub(super) struct Pool {
    jobs: Sender<Job>,
}

/// What one thread hashes in. It is kept from one hash to the next, and given back when nothing waits.
///
/// glibc unmaps only what is larger than anything it unmapped before, up to 32 MiB (mallopt(3), `M_MMAP_THRESHOLD`). The
/// rest it keeps, some for each thread, and that came to 600 MiB. So more is asked for; what is not touched takes none.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

impl Pool {
    pub(super) fn start() -> io::Result<Self> {
        let (jobs, waiting) = bounded(QUEUE);
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            let waiting = waiting.clone();
            thread::Builder::new().name("passwords".into()).spawn(move || work(&waiting))?;
        }
        Ok(Self { jobs })
    }

    /// Does it when it is its turn. Nobody does it any more once the future is dropped.
    pub(super) async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> Result<R, PasswordError> + Send + 'static,
    ) -> Result<R, PasswordError> {
        let (answer, done) = oneshot::channel();
        let job = Box::new(move |memory: &mut Memory| {
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        });
        match self.jobs.try_send(job) {
            Ok(()) => done.await.unwrap_or_else(|_| Err(super::failed("a thread that hashes panicked"))),
            Err(TrySendError::Full(_)) => Err(PasswordError::Busy),
            Err(TrySendError::Disconnected(_)) => Err(super::failed("no thread hashes any more")),
        }
    }
}

impl Memory {
    pub(super) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0 = Vec::with_capacity(count.max(MAPPED / Block::SIZE));
            self.0.resize(count, Block::default());
        }
        &mut self.0[..count]
    }
}

fn work(waiting: &Receiver<Job>) {
    // Where it may not be set, hashing only gives way less.
    let _ = rustix::process::nice(NICE);
    let mut memory = Memory::default();
    loop {
        let job = waiting.try_recv().or_else(|_| {
            memory = Memory::default();
            waiting.recv()
        });
        let Ok(job) = job else { return };
        // Whoever waits for it hears that there will be no answer; the thread goes on.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut memory)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_pool_says_so_and_a_panic_ends_nothing() {
        let pool = Pool::start().unwrap();
        let panicked = pool.run(|_| -> Result<(), _> { panic!("on purpose") }).await;
        assert!(matches!(panicked, Err(PasswordError::Failed(_))));
        let (go, wait) = bounded::<()>(0);
        let mut running = Vec::new();
        let full = loop {
            let wait = wait.clone();
            let mut job = Box::pin(pool.run(move |_| Ok(wait.recv().is_err())));
            match futures_util::poll!(&mut job) {
                std::task::Poll::Ready(full) => break full,
                std::task::Poll::Pending => running.push(job),
            }
        };
        assert!(matches!(full, Err(PasswordError::Busy)));
        drop(go);
        for job in running {
            assert!(job.await.unwrap());
        }
    }
}
