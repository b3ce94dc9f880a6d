//! Starting and stopping: every part in its order.

mod error;

pub use error::StartError;

use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use socketioxide::SocketIo;
use talker_store::{Location, OpenError, Store, StoreError};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Ids};
use crate::certificates::Certificates;
use crate::hub::Hub;
use crate::limits::Limits;
use crate::listener::{Entrance, Rooms};
use crate::mail::{self, Transport};
use crate::pages::Pages;
use crate::passwords::Passwords;
use crate::room::Room;
use crate::seats::Seats;
use crate::settings::{AllowedOrigins, Settings};
use crate::typing::Typists;
use crate::writer::{self, Writer};
use crate::{admin, clock, descriptors, folder, http, listener, socket, sweeper};

/// How long to wait before asking again for a database that is not up yet.
const DATABASE_PAUSE: Duration = Duration::from_secs(2);

/// How long finishing may take when the server is told to stop.
const STOP: Duration = Duration::from_secs(7);

/// How long all connections together have for their goodbyes, once from us and once from their transport.
const FAREWELL: Duration = Duration::from_secs(1);

/// How many connections the operator's port has, which are not the public's.
const OPERATORS: usize = 64;

/// How many pages of messages are made at once for each processor. Each may take 60 MiB while it is.
const PAGES: usize = 1;

/// A running server.
pub struct Server {
    address: SocketAddr,
    admin_address: SocketAddr,
    app: Arc<App>,
    io: SocketIo,
    /// Ends accepting.
    stop_listening: CancellationToken,
    /// Ends mail and sweeping.
    stop_workers: CancellationToken,
    listeners: Vec<JoinHandle<()>>,
    workers: Vec<JoinHandle<()>>,
    /// Keeps other servers away from the data folder.
    _lock: File,
}

impl Server {
    /// Starts a server. A database that is not up yet is waited for.
    ///
    /// # Errors
    /// [`StartError`], with a sentence for people.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        settings.without_samples()?;
        let data_dir = |cause| StartError::DataDir { folder: settings.data_dir.display().to_string(), cause };
        let lock = folder::claim(&settings.data_dir).map_err(data_dir)?;
        let transport = transport(&settings)?;
        let certificates = Certificates::of(&settings).map_err(StartError::Tls)?;
        let tls = certificates.as_ref().map(Certificates::tls).transpose().map_err(StartError::Tls)?;
        let listener = bind("--listen", settings.listen).await?;
        let admin_listener = bind("--admin-listen", settings.admin_listen).await?;
        let address = listener.local_addr().unwrap_or(settings.listen);
        let admin_address = admin_listener.local_addr().unwrap_or(settings.admin_listen);

        let store = open(&settings).await?;
        suspend_sessions(&store, settings.node, settings.session_grace_ms()).await?;
        let hub = Arc::new(Hub::default());
        let (writer, queue) = Writer::new();
        let (session_writer, session_queue) = Writer::of_sessions();
        let links = settings.links(address);
        if settings.public_url.is_none() && !settings.acme.is_on() && address.ip().is_unspecified() {
            tracing::warn!(
                "links in mail lead to {}, which is nobody's address; set --public-url",
                links.public_url
            );
        }
        let room = descriptors::for_connections(settings.database_connections);
        let app =
            app(&settings, room, store.clone(), hub.clone(), [writer, session_writer], &links.public_url)?;
        let stop_listening = CancellationToken::new();
        let stop_workers = CancellationToken::new();

        let mails = mail::run(
            store.clone(),
            transport,
            links.clone(),
            app.mail_queued.clone(),
            stop_workers.clone().cancelled_owned(),
            clock::now,
        );
        let (socket_io, io, ended) = socket::layer(&app);
        let doors = http::router(&app).layer(socket_io);
        let router = http::surrounded(doors.clone(), &app);
        let entrance = Entrance {
            tls,
            seats: seats(&settings, room),
            rooms: Rooms { unsent: app.unsent.clone(), arriving: app.arriving.clone() },
            proxies: settings.trusted_proxies.clone(),
        };
        let operators = Entrance {
            tls: None,
            seats: Seats::new(OPERATORS, 0),
            rooms: Rooms { unsent: Room::new(0), arriving: Room::new(0) },
            proxies: vec![],
        };
        let admin = admin::router(store.clone());
        let listeners = vec![
            tokio::spawn(listener::serve(listener, entrance, router.clone(), stop_listening.clone())),
            tokio::spawn(listener::serve(admin_listener, operators, admin, stop_listening.clone())),
        ];
        let write = |queue| {
            let ids = Ids::new(settings.node);
            tokio::spawn(writer::run(queue, store.clone(), hub.clone(), ids, stop_workers.clone()))
        };
        let mut workers = vec![
            write(queue),
            write(session_queue),
            tokio::spawn(mails),
            tokio::spawn(ended.run(doors, stop_workers.clone())),
            tokio::spawn(sweeper::run(app.clone(), settings.sync_window_ms(), stop_workers.clone())),
        ];
        let scheme = if certificates.is_some() { "https" } else { "http" };
        workers.extend(certificates.map(|kept| tokio::spawn(kept.renew(stop_workers.clone()))));
        tracing::info!(
            "talker listens on {scheme}://{address}, and answers /healthz on http://{admin_address}"
        );
        Ok(Self {
            address,
            admin_address,
            app,
            io,
            stop_listening,
            stop_workers,
            listeners,
            workers,
            _lock: lock,
        })
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where health is asked for.
    #[must_use]
    pub fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// Stops accepting, says goodbye to the connections, finishes what is to be written, and ends; within ten seconds.
    pub async fn stop(self) {
        tracing::info!("talker stops");
        self.stop_listening.cancel();
        if tokio::time::timeout(STOP, self.finish()).await.is_err() {
            tracing::warn!("not everything has finished in time");
        }
        tracing::info!("talker has stopped");
    }

    async fn finish(self) {
        // Transports first: official clients come back by themselves when theirs ends, and stay away when told to go.
        let _ = tokio::time::timeout(FAREWELL, self.io.close()).await;
        for connection in self.app.hub.all() {
            connection.end();
        }
        let _ = tokio::time::timeout(FAREWELL, self.emptied()).await;
        self.stop_workers.cancel();
        for task in self.workers.into_iter().chain(self.listeners) {
            let _ = task.await;
        }
        let suspended = suspend_sessions(&self.app.store, self.app.node, self.app.session_grace);
        if let Err(error) = suspended.await {
            tracing::warn!("cannot suspend the sessions of this node: {error}");
        }
    }

    /// Waits until every connection has ended.
    async fn emptied(&self) {
        while !self.app.hub.all().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn bind(setting: &'static str, address: SocketAddr) -> Result<tokio::net::TcpListener, StartError> {
    listener::bind(address).await.map_err(|cause| StartError::Listen { setting, address, cause })
}

fn transport(settings: &Settings) -> Result<Transport, StartError> {
    let from = settings.mail_from.clone();
    match &settings.smtp_url {
        Some(url) => {
            Transport::smtp(url.clone(), from, settings.smtp_ca.as_deref()).map_err(StartError::Mail)
        }
        None => Ok(Transport::printed(&settings.data_dir, from)),
    }
}

fn app(
    settings: &Settings,
    room: usize,
    store: Store,
    hub: Arc<Hub>,
    [writer, session_writer]: [Writer; 2],
    public_url: &str,
) -> Result<Arc<App>, StartError> {
    Ok(Arc::new(App {
        store,
        hub,
        writer,
        session_writer,
        passwords: Passwords::new().map_err(|error| StartError::Other(error.to_string()))?,
        typists: Typists::default(),
        ids: Ids::new(settings.node),
        mail_queued: Arc::default(),
        node: settings.node,
        session_grace: settings.session_grace_ms(),
        emails: settings.search_email.into(),
        max_media_bytes: settings.max_media_bytes,
        max_frame_bytes: settings.max_frame_bytes(),
        allowed_origins: with_own(settings.allowed_origins.clone(), public_url),
        trusted_proxies: settings.trusted_proxies.clone(),
        is_secure: public_url.starts_with("https://"),
        limits: Limits::new(&settings.limits),
        revocations: AtomicU64::new(0),
        seats: seats(settings, room),
        unsent: Room::new(settings.limits.max_unsent_megabytes as usize * 1_024 * 1_024),
        arriving: Room::new(settings.limits.max_arriving_megabytes as usize * 1_024 * 1_024),
        pages: Pages::new(PAGES * std::thread::available_parallelism().map_or(1, usize::from)),
    }))
}

/// As many as the settings and the system let in.
fn seats(settings: &Settings, room: usize) -> Arc<Seats> {
    let limits = &settings.limits;
    let in_all = if limits.max_connections == 0 { room } else { room.min(limits.max_connections as usize) };
    Seats::new(in_all, limits.of_one(limits.connections) as usize)
}

/// The server's own pages may always talk to it.
fn with_own(allowed: AllowedOrigins, public_url: &str) -> AllowedOrigins {
    match (allowed, public_url.parse()) {
        (AllowedOrigins::Only(mut origins), Ok(AllowedOrigins::Only(own))) => {
            origins.extend(own);
            AllowedOrigins::Only(origins)
        }
        (allowed, _) => allowed,
    }
}

/// Opens the database. One behind a network may come up later than we do, and is waited for.
async fn open(settings: &Settings) -> Result<Store, StartError> {
    let location = settings.location();
    loop {
        match Store::open(&location, settings.database_connections).await {
            Ok(store) => return Ok(store),
            Err(error @ OpenError::Connect(_)) if matches!(location, Location::Mysql(_)) => {
                tracing::warn!("{error}; trying again in {} seconds", DATABASE_PAUSE.as_secs());
                tokio::time::sleep(DATABASE_PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// None of this node's connections are left; its sessions wait for the time of grace.
async fn suspend_sessions(store: &Store, node: u8, grace: i64) -> Result<(), StartError> {
    let ends_at = clock::now().plus(grace);
    let suspended = store.write(move |transaction| transaction.suspend_sessions_of_node(node, ends_at)).await;
    let suspended: usize = suspended.map_err(|error: StoreError| StartError::Other(error.to_string()))?;
    tracing::debug!(suspended, "suspended sessions");
    Ok(())
}
