//! The server as a process of its own, so that its memory is nobody else's.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::ops::Deref;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use tempfile::TempDir;

use crate::site::{PATIENCE, Site};

/// A running process. It is gone when this is dropped, and so is everything it kept.
pub(super) struct Measured {
    child: Child,
    site: Site,
    _folder: TempDir,
}

/// Users reach it as any other.
impl Deref for Measured {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl Measured {
    /// Starts it on SQLite, and waits until it says where it listens.
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_talker-server"));
        command.env_clear().env("TALKER_RATE_LIMITS", "off");
        command.args(["--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--data-dir"]).arg(folder.path());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("a process");
        let log = BufReader::new(child.stderr.take().expect("its log"));
        let (found, addresses) = channel();
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                // Nobody waits any more once it is known.
                let _ = addresses_in(&line).map(|addresses| found.send(addresses));
            }
        });
        let (address, admin_address) = addresses.recv_timeout(PATIENCE).expect("a server that starts");
        let site = Site::new(address, admin_address, folder.path().to_owned());
        Self { child, site, _folder: folder }
    }

    /// The most memory that it ever held, in bytes.
    pub(super) fn most_memory(&self) -> usize {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a running process");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
        let kib: usize = peak.trim().trim_end_matches(" kB").parse().expect("a number");
        kib * 1_024
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `talker listens on http://…, and answers /healthz on http://…`
fn addresses_in(line: &str) -> Option<(SocketAddr, SocketAddr)> {
    let mut parts = line.split("http://").skip(1);
    let mut next = || parts.next()?.split(',').next()?.trim().parse().ok();
    Some((next()?, next()?))
}
