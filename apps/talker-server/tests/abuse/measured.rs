//! The server as a process of its own, so that its memory and its descriptors are nobody else's.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::ops::Deref;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};

use tempfile::TempDir;

use super::confinement::Confinement;
use super::secrets::secret_in;
use crate::databases::{Backend, MysqlDatabase};
use crate::site::{PATIENCE, Site};

pub(super) const MIB: usize = 1_024 * 1_024;

/// A running process. It is gone when this is dropped, and so is everything it kept.
pub(super) struct Measured {
    child: Child,
    site: Site,
    pub(super) backend: Backend,
    confinement: Option<Confinement>,
    /// Reads what it logs to the end, and gives the lines with secrets.
    log: Option<JoinHandle<Vec<String>>>,
    _database: Option<MysqlDatabase>,
    _folder: TempDir,
}

/// What a process holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Usage {
    /// In bytes.
    pub(super) memory: usize,
    pub(super) descriptors: usize,
}

/// Users reach it as any other.
impl Deref for Measured {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl Measured {
    /// Starts it with more arguments, and waits until it says where it listens. There are no limits by themselves.
    pub(super) async fn start(backend: Backend, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = match backend {
            Backend::Sqlite => None,
            Backend::Mysql => Some(MysqlDatabase::create().await),
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_talker-server"));
        command.env_clear().env("TALKER_RATE_LIMITS", "off").env("TALKER_LOG", "trace");
        command.args(["--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--data-dir"]).arg(folder.path());
        command.args(database.iter().map(|database| format!("--database-url={}", database.url()))).args(more);
        let mut child = command.stderr(Stdio::piped()).spawn().expect("a process");
        let log = BufReader::new(child.stderr.take().expect("its log"));
        let (found, addresses) = channel();
        let log = thread::spawn(move || {
            let mut leaks = vec![];
            for line in log.lines().map_while(Result::ok) {
                // Nobody waits any more once it is known.
                let _ = addresses_in(&line).map(|addresses| found.send(addresses));
                leaks.extend(secret_in(&line).is_some().then_some(line));
            }
            leaks
        });
        let (address, admin_address) = addresses.recv_timeout(PATIENCE).expect("a server that starts");
        let site = Site::new(address, admin_address, folder.path().to_owned());
        let log = Some(log);
        Self { child, site, backend, confinement: None, log, _database: database, _folder: folder }
    }

    /// Lets it have no more than so much memory, where that can be done.
    pub(super) fn confine(&mut self, bytes: usize) {
        self.confinement = Confinement::of(self.child.id(), bytes);
        if self.confinement.is_none() {
            println!("| nothing here may limit the memory of a process: only what it took is looked at |");
        }
    }

    /// The same, for users who come by another way.
    pub(super) fn entered_at(mut self, way: SocketAddr) -> Self {
        self.site.address = way;
        self
    }

    pub(super) fn usage(&self) -> Usage {
        let descriptors = fs::read_dir(self.in_proc("fd")).expect("a running process").count();
        Usage { memory: self.memory("VmRSS:"), descriptors }
    }

    /// The most memory that it ever held, in bytes.
    pub(super) fn most_memory(&self) -> usize {
        self.memory("VmHWM:")
    }

    /// Counts the most memory from now on.
    pub(super) fn forget_most_memory(&self) {
        // proc_pid_clear_refs(5)
        fs::write(self.in_proc("clear_refs"), "5").expect("a running process");
    }

    fn memory(&self, which: &str) -> usize {
        let status = fs::read_to_string(self.in_proc("status")).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix(which)).expect("its memory");
        let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib * 1_024
    }

    fn in_proc(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.child.id())
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A control group can go once nobody is in it.
        self.confinement.take();
        let leaks = self.log.take().map_or(Ok(vec![]), JoinHandle::join);
        if !thread::panicking() {
            assert_eq!(leaks.expect("a log"), [""; 0], "secrets in the log");
        }
    }
}

/// `talker listens on http://…, and answers /healthz on http://…`, or `https://`
fn addresses_in(line: &str) -> Option<(SocketAddr, SocketAddr)> {
    let mut parts = line.split("://").skip(1);
    let mut next = || parts.next()?.split(',').next()?.trim().parse().ok();
    Some((next()?, next()?))
}
