//! Pebble, the authority that Let's Encrypt gives away for trying clients out: it follows RFC 8555 to the letter, forgets
//! everything with its end, and refuses good nonces by chance, one in twenty.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustls::version::TLS13;
use serde_json::json;
use tempfile::{TempDir, tempdir};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::SHOWS;
use crate::program::Program;
use crate::site::PATIENCE;
use crate::tls::{ask, certify, connect_to};

const NAMES: [&str; 2] = ["chat.example.org", "talk.example.org"];

/// The authority, and the name server that it asks, for which every name is this machine's. Both end when this is dropped.
struct Pebble {
    folder: TempDir,
    authority: SocketAddr,
    management: SocketAddr,
    processes: Vec<Child>,
}

impl Pebble {
    /// Starts both, and tells where proofs are looked for. The certificate that is shown is in the folder.
    async fn start() -> (Self, SocketAddr) {
        let folder = tempdir().expect("a folder");
        certify(folder.path());
        let [proofs, authority, management, names, orders] = free();
        let settings = json!({"pebble": {
            "listenAddress": authority, "managementListenAddress": management, "tlsPort": proofs.port(),
            "certificate": "cert.pem", "privateKey": "key.pem",
        }});
        fs::write(folder.path().join("pebble.json"), settings.to_string()).expect("a file");
        let mut pebble = Self { folder, authority, management, processes: vec![] };
        let (names, orders) = (names.to_string(), orders.to_string());
        let doors = ["-http01=", "-https01=", "-tlsalpn01=", "-defaultIPv6="];
        pebble
            .run("pebble-challtestsrv", &[&["-dns01", &names, "-management", &orders], &doors[..]].concat());
        pebble.run("pebble", &["-strict", "-config", "pebble.json", "-dnsserver", &names]);
        for address in [pebble.authority, pebble.management] {
            expect_open(address).await;
        }
        for process in &mut pebble.processes {
            assert!(process.try_wait().expect("a process").is_none(), "both have their ports");
        }
        (pebble, proofs)
    }

    fn run(&mut self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).env("PEBBLE_VA_NOSLEEP", "1");
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.processes.push(process.expect("Pebble, which `cargo xtask test` installs"));
    }

    /// The settings that ask it for these names.
    fn settings(&self, names: &[&str]) -> [String; 4] {
        [
            format!("--acme-names={}", names.join(",")),
            format!("--acme-directory=https://localhost:{}/dir", self.authority.port()),
            format!("--acme-root={}", self.certificate().display()),
            "--acme-contact=anna@example.org".to_owned(),
        ]
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// Writes down the root of what it signs; it makes one whenever it starts.
    async fn fetch_root(&self, to: &Path) {
        let stream = connect_to(self.management, "localhost", &self.certificate(), &TLS13).await;
        let mut stream = stream.expect("TLS");
        stream.write_all(b"GET /roots/0 HTTP/1.0\r\n\r\n").await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let (_, root) = answer.split_once("\r\n\r\n").expect("a body");
        fs::write(to, root).expect("a file");
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        for process in &mut self.processes {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Addresses where nobody listens.
fn free<const MANY: usize>() -> [SocketAddr; MANY] {
    let listeners = [(); MANY].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port"));
    listeners.map(|listener| listener.local_addr().expect("an address"))
}

async fn expect_open(address: SocketAddr) {
    let open = timeout(PATIENCE, async {
        while TcpStream::connect(address).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    });
    open.await.expect("Pebble listens in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_for_trying_clients_out_gives_certificates() {
    let (pebble, address) = Pebble::start().await;
    let folder = tempdir().expect("a folder");
    let root = folder.path().join("root.pem");
    pebble.fetch_root(&root).await;
    // The second time it comes with the account that it has opened.
    for names in [&NAMES[..1], &NAMES] {
        let settings = pebble.settings(names);
        let settings = settings.each_ref().map(String::as_str);
        let mut program = Program::spawn_at(folder.path(), &address.to_string(), &settings);
        program.line_with(&format!("{SHOWS} {}", names.join(", "))).await;
        for name in names {
            let stream = connect_to(address, name, &root, &TLS13).await;
            let answer = ask(&mut stream.expect("TLS"), "GET", "/isUsed/username?username=anna").await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        }
        program.terminate();
        program.ended().await;
    }
}
