//! The server that is measured, and the database that it keeps its data in.

use std::{
    fmt, fs,
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    Mariadb,
    commands::{program, unstartable},
    mariadb::free_port,
};

const SERVER: &str = "target/release/talker-server";

/// As anybody has it who keeps a million messages: they fit in.
const MARIADB_OPTIONS: &[&str] = &["--innodb-buffer-pool-size=1G"];

/// How long it may take to start, and to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long it is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(1);

/// Where the data are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    Sqlite,
    Mariadb,
}

impl fmt::Display for Backend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Mariadb => "MariaDB",
        })
    }
}

/// A database, and the server's own folder. Both are gone when this is dropped.
pub(super) struct Database {
    folder: TempDir,
    mariadb: Option<Mariadb>,
}

impl Database {
    pub(super) fn start(backend: Backend) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("talker-bench-").tempdir();
        let folder = folder.map_err(|fault| format!("no temporary folder for the server: {fault}"))?;
        let mariadb = (backend == Backend::Mariadb).then(|| Mariadb::start_with(MARIADB_OPTIONS));
        let mariadb = mariadb.transpose()?;
        if let Some(mariadb) = &mariadb {
            mariadb.create_database("talker")?;
        }
        Ok(Self { folder, mariadb })
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A running server. Dropping it stops it.
pub(super) struct Server {
    process: Child,
    pub(super) address: SocketAddr,
    /// How long after its start it accepted a connection.
    pub(super) first_answer: Duration,
    /// In MiB.
    pub(super) memory_at_start: f64,
}

impl Server {
    pub(super) fn start(database: &Database) -> Result<Self, String> {
        let port = free_port().map_err(|fault| format!("no free port for the server: {fault}"))?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        // An xtask that is killed drops nothing; then the kernel ends the server.
        let mut command = program("setpriv", &["--pdeathsig", "KILL"]);
        command.arg(crate::root().join(SERVER));
        command.args([
            &format!("--listen={address}"),
            "--admin-listen=127.0.0.1:0",
            "--log=error",
            "--rate-limits=off",
        ]);
        command.arg(format!("--data-dir={}", database.folder().display()));
        command.args(
            database.mariadb.as_ref().map(|mariadb| format!("--database-url={}/talker", mariadb.url())),
        );
        Self::spawn(command.stdout(Stdio::null()), address)
    }

    fn spawn(command: &mut Command, address: SocketAddr) -> Result<Self, String> {
        let start = Instant::now();
        let process = command.spawn().map_err(|fault| unstartable(command, &fault))?;
        let mut server = Self { process, address, first_answer: Duration::ZERO, memory_at_start: 0.0 };
        while TcpStream::connect(address).is_err() {
            if start.elapsed() > PATIENCE || server.process.try_wait().is_ok_and(|status| status.is_some()) {
                return Err("the server does not start; it may have said why above".into());
            }
            thread::sleep(Duration::from_millis(1));
        }
        server.first_answer = start.elapsed();
        thread::sleep(REST);
        server.memory_at_start = memory(server.id());
        Ok(server)
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What it has stored is measured again, so it may end in peace; if it does not, it has no right to.
        let told = program("sh", &["-c", &format!("kill -TERM {}", self.id())]).status();
        let start = Instant::now();
        while told.is_ok() && start.elapsed() < PATIENCE {
            if self.process.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Resident, in MiB, as man page proc(5) has it; 0 if it cannot be seen.
fn memory(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u32>().ok());
    kibibytes.map_or(0.0, |kibibytes| f64::from(kibibytes) / 1_024.0)
}
