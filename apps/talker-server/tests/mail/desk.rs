//! A store with registrations, a clock that the test sets, and the worker that sends their mails.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use talker_domain::mails::Mail;
use talker_domain::users::register::{self, Ask};
use talker_domain::users::{Email, PasswordHash, Username};
use talker_domain::{Digest, RegistrationId, Timestamp, Token};
use talker_server::mail::{self, Links, Transport};
use talker_store::{Location, Store, StoreError};
use tempfile::TempDir;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::soon;

thread_local! {
    /// Each test has its own thread, and so its own time.
    static NOW: Cell<i64> = const { Cell::new(1_800_000_000_000) };
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1_000_000);

fn now() -> Timestamp {
    Timestamp(NOW.get())
}

/// A store in a folder of its own, and the worker beside it.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    store: Option<Store>,
    worker: Option<Worker>,
}

struct Worker {
    wake: Arc<Notify>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let mut desk = Self { folder: tempfile::tempdir().expect("a folder"), store: None, worker: None };
        desk.open().await;
        desk
    }

    /// Closes the store and opens it again, as a new process would.
    pub(crate) async fn open(&mut self) {
        self.store = None;
        let location = Location::Sqlite(self.folder.path().join("talker.db"));
        self.store = Some(Store::open(&location, 1).await.expect("a store"));
    }

    /// Registers somebody, whose token is `token-of-` and the name.
    pub(crate) async fn register(&self, name: &str, email: &str) -> RegistrationId {
        let ask = Ask {
            username: Username::new(name).expect("a username"),
            email: Email::new(email).expect("an email"),
            password: PasswordHash("hash".into()),
            token: Token(format!("token-of-{name}")),
            token_digest: Digest([7; 32]),
        };
        let (now, id) = (now(), NEXT_ID.fetch_add(1, Ordering::Relaxed));
        let id = RegistrationId::new(id).expect("an id");
        let registered = self.store().write(move |transaction| register::run(transaction, &ask, now, id));
        registered.await.expect("a registration");
        self.wake();
        id
    }

    /// Starts the worker.
    pub(crate) fn send_by(&mut self, transport: Transport) {
        let (wake, (stop, stopped)) = (Arc::new(Notify::new()), oneshot::channel());
        let links = Links {
            public_url: "https://chat.example.org".into(),
            confirm_link: "{public_url}/register/confirm?id={id}&uuid={uuid}".into(),
            reset_link: "{public_url}/password/reset/confirm?id={id}&uuid={uuid}".into(),
        };
        let stopped = async { stopped.await.unwrap_or_default() };
        let task = mail::run(self.store().clone(), transport, links, wake.clone(), stopped, now);
        self.worker = Some(Worker { wake, stop, task: tokio::spawn(task) });
    }

    /// Stops the worker, as the server does when it ends.
    pub(crate) async fn stop(&mut self) {
        let Worker { stop, task, .. } = self.worker.take().expect("a worker");
        stop.send(()).expect("a worker that listens");
        soon("the end of the worker", task).await.expect("no panic");
    }

    /// Sets the clock forward by as many seconds, and lets the worker look.
    pub(crate) fn pass(&self, seconds: i64) {
        NOW.set(NOW.get() + seconds * 1_000);
        self.wake();
    }

    /// The mails that wait, due or not. They are taken: nobody else gets them for a while.
    pub(crate) async fn waiting(&self) -> Vec<Mail> {
        let far_ahead = Timestamp(i64::MAX / 2);
        let taken = self.store().write(move |transaction| transaction.take_due_mails(far_ahead, 100));
        let taken: Result<_, StoreError> = taken.await;
        taken.expect("the store")
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn store(&self) -> &Store {
        self.store.as_ref().expect("an open store")
    }

    fn wake(&self) {
        if let Some(worker) = &self.worker {
            worker.wake.notify_one();
        }
    }
}
