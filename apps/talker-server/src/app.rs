//! What every request needs: the store, the connections, and the workers.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ipnet::IpNet;
use talker_domain::users::search::Emails;
use talker_domain::{Effect, IdMinter};
use talker_proto::errors::Code;
use talker_store::{Store, StoreError, Transaction};
use tokio::sync::Notify;

use crate::connection::{Connection, Login};
use crate::emit;
use crate::hub::Hub;
use crate::limits::Limits;
use crate::pages::Pages;
use crate::passwords::Passwords;
use crate::room::Room;
use crate::seats::Seats;
use crate::settings::AllowedOrigins;
use crate::typing::Typists;
use crate::wire;
use crate::writer::Writer;

/// How long to wait for a store that is away.
const PAUSE: Duration = Duration::from_secs(1);

/// The parts of one running server.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) hub: Arc<Hub>,
    pub(crate) writer: Writer,
    /// For what is done to sessions, and nothing else.
    pub(crate) session_writer: Writer,
    pub(crate) passwords: Passwords,
    pub(crate) typists: Typists,
    pub(crate) ids: Ids,
    /// Wakes the mail worker when a mail was queued.
    pub(crate) mail_queued: Arc<Notify>,
    pub(crate) node: u8,
    /// How long a session outlives its connection, in milliseconds.
    pub(crate) session_grace: i64,
    /// How people are found by their email.
    pub(crate) emails: Emails,
    pub(crate) max_media_bytes: usize,
    pub(crate) max_frame_bytes: usize,
    pub(crate) allowed_origins: AllowedOrigins,
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Whether people reach this server by TLS, its own or a proxy's.
    pub(crate) is_secure: bool,
    pub(crate) limits: Limits,
    /// How often sessions were ended from afar.
    pub(crate) revocations: AtomicU64,
    /// Of clients that are to hear of things, by whichever door.
    pub(crate) seats: Arc<Seats>,
    pub(crate) unsent: Arc<Room>,
    /// Room for what comes in and is large, until it is handled.
    pub(crate) arriving: Arc<Room>,
    pub(crate) pages: Pages,
}

impl App {
    /// Tells everybody who must hear of these effects. Call it after the commit, never before.
    pub(crate) fn emit(&self, effects: &[Effect], origin: Option<&Arc<Connection>>) {
        let handed = emit::all(&self.hub, effects, origin);
        self.writer.handed(handed);
    }

    /// Reads from the store what this login needs, as soon as the store is there.
    ///
    /// # Errors
    /// A fault that waiting does not mend, or any once the login is over.
    pub(crate) async fn read_for<R: Send + 'static>(
        &self,
        connection: &Connection,
        login: Login,
        query: impl Fn(&mut dyn Transaction) -> Result<R, StoreError> + Clone + Send + 'static,
    ) -> Result<R, Code> {
        loop {
            match self.store.read(query.clone()).await.map_err(|fault| wire::faults::of_store(&fault)) {
                Err(Code::Busy) if connection.is_current(login) => tokio::time::sleep(PAUSE).await,
                answer => return answer,
            }
        }
    }
}

/// A minter of ids, shared. A writer has one of its own: no lock of a minter is waited for across a transaction.
#[derive(Clone)]
pub(crate) struct Ids(Arc<Mutex<IdMinter>>);

impl Ids {
    pub(crate) fn new(node: u8) -> Self {
        Self(Arc::new(Mutex::new(IdMinter::new(node))))
    }

    /// Lends the minter.
    pub(crate) fn with<R>(&self, mint: impl FnOnce(&mut IdMinter) -> R) -> R {
        mint(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
