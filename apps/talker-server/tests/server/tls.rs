//! Connections by TLS, and a certificate that is renewed while they last.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use futures_util::{SinkExt as _, StreamExt as _};
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use serde_json::{Value, json};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::program::{Program, said};
use crate::site::{PATIENCE, Site};

/// The settings that name what [`certify`] makes.
const BY_TLS: [&str; 2] = ["--tls-cert=cert.pem", "--tls-key=key.pem"];

#[tokio::test]
async fn every_door_opens_by_tls_and_by_nothing_else() {
    let folder = tempdir().expect("a folder");
    certify(folder.path());
    let (_program, site) = Program::start(folder.path(), &BY_TLS).await;
    for version in [&TLS12, &TLS13] {
        let mut stream = connect(&site, folder.path(), version).await.expect("TLS");
        let answer = ask(&mut stream, "GET", "/isUsed/username?username=anna").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
        let answer = ask(&mut stream, "GET", "/socket.io/?EIO=4&transport=polling").await;
        assert!(answer.contains(r#""upgrades":["websocket"]"#), "{answer}");
        let mut socket = open(&site, folder.path(), version).await;
        assert_eq!(next(&mut socket).await["event"], "address");
    }
    let mut plain = TcpStream::connect(site.address()).await.expect("a connection");
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("a request");
    let mut answer = String::new();
    timeout(PATIENCE, plain.read_to_string(&mut answer)).await.expect("an answer").expect("text");
    assert!(answer.ends_with("Ask again with https://\n"), "{answer}");
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_and_connections_go_on() {
    let folder = tempdir().expect("a folder");
    certify(folder.path());
    let (mut program, site) = Program::start(folder.path(), &BY_TLS).await;
    let mut old = open(&site, folder.path(), &TLS13).await;
    next(&mut old).await;

    fs::write(folder.path().join("key.pem"), "").expect("a file");
    hang_up(&program);
    program.line_with("keeps the certificate that it has: cannot use key.pem").await;
    assert!(connect(&site, folder.path(), &TLS13).await.is_some(), "the one that it has is good");

    certify(folder.path());
    assert!(connect(&site, folder.path(), &TLS13).await.is_none(), "it is not asked to look");
    hang_up(&program);
    program.line_with("shows the certificate in cert.pem from now on").await;
    assert!(connect(&site, folder.path(), &TLS13).await.is_some());
    old.send(Message::text(r#"{"event": "nothing", "data": {}, "ack": 1}"#))
        .await
        .expect("a connection that lasts");
    assert_eq!(next(&mut old).await, json!({"event": "error", "data": 400}));
}

#[tokio::test]
async fn a_client_that_does_not_shake_hands_is_let_go() {
    let folder = tempdir().expect("a folder");
    certify(folder.path());
    let (_program, site) = Program::start(folder.path(), &BY_TLS).await;
    let mut silent = TcpStream::connect(site.address()).await.expect("a connection");
    let mut slow = TcpStream::connect(site.address()).await.expect("a connection");
    slow.write_all(&[0x16, 3, 1, 2, 0]).await.expect("half a handshake");
    for stream in [&mut silent, &mut slow] {
        let ended = timeout(PATIENCE, stream.read_to_end(&mut vec![])).await;
        ended.expect("an end").expect("a quiet one");
    }
}

#[test]
fn what_is_no_certificate_with_its_key_stops_the_start_and_is_named() {
    let (folder, other) = (tempdir().expect("a folder"), tempdir().expect("a folder"));
    certify(folder.path());
    certify(other.path());
    let foreign = other.path().join("key.pem");
    fs::write(folder.path().join("empty.pem"), "").expect("a file");
    let foreign = format!("--tls-key={}", foreign.display());
    for (arguments, expected) in [
        (vec!["--tls-cert=cert.pem"], "go together"),
        (vec!["--tls-key=key.pem"], "go together"),
        (vec!["--tls-cert=empty.pem", "--tls-key=key.pem"], "empty.pem: there is no certificate in it"),
        (vec!["--tls-cert=nowhere.pem", "--tls-key=key.pem"], "cannot use nowhere.pem"),
        (vec!["--tls-cert=cert.pem", "--tls-key=empty.pem"], "cannot use empty.pem"),
        (vec!["--tls-cert=cert.pem", &foreign], "it is not the key of cert.pem"),
    ] {
        let output = said(folder.path(), &arguments, &[]);
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success(), "{arguments:?}");
        assert!(said.contains("cannot speak TLS") && said.contains(expected), "{arguments:?}: {said}");
    }
}

/// Makes a certificate for this machine, and its key.
pub(crate) fn certify(folder: &Path) {
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = certificate.self_signed(&key).expect("a certificate");
    fs::write(folder.join("cert.pem"), certificate.pem()).expect("a file");
    fs::write(folder.join("key.pem"), key.serialize_pem()).expect("a file");
}

pub(crate) fn hang_up(program: &Program) {
    let kill = format!("kill -HUP {}", program.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
}

/// Connects, if the server shows the certificate in this folder.
async fn connect(
    site: &Site,
    folder: &Path,
    version: &'static SupportedProtocolVersion,
) -> Option<TlsStream<TcpStream>> {
    connect_to(site.address(), "localhost", &folder.join("cert.pem"), version).await
}

/// Connects, if who listens there shows a certificate for this name that this one vouches for.
pub(crate) async fn connect_to(
    address: SocketAddr,
    name: &'static str,
    root: &Path,
    version: &'static SupportedProtocolVersion,
) -> Option<TlsStream<TcpStream>> {
    let client = client(root, ring::default_provider(), version);
    let stream = TcpStream::connect(address).await.expect("a connection");
    let name = ServerName::try_from(name).expect("a name");
    TlsConnector::from(Arc::new(client)).connect(name, stream).await.ok()
}

/// A client that takes what this certificate vouches for, and nothing else.
pub(crate) fn client(
    root: &Path,
    provider: CryptoProvider,
    version: &'static SupportedProtocolVersion,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(root).expect("a certificate")).expect("a root");
    ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Whom the certificate is for.
pub(crate) fn localhost() -> ServerName<'static> {
    ServerName::try_from("localhost").expect("a name")
}

pub(crate) async fn ask(stream: &mut TlsStream<TcpStream>, method: &str, path: &str) -> String {
    let request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("a request");
    let (mut answer, mut part) = (String::new(), [0; 4_096]);
    while !answer.contains('}') {
        let read = timeout(PATIENCE, stream.read(&mut part)).await.expect("an answer in time");
        answer += str::from_utf8(&part[..read.expect("an answer")]).expect("text");
    }
    answer
}

async fn open(
    site: &Site,
    folder: &Path,
    version: &'static SupportedProtocolVersion,
) -> WebSocketStream<TlsStream<TcpStream>> {
    let stream = connect(site, folder, version).await.expect("TLS");
    open_on(stream).await
}

pub(crate) async fn open_on(stream: TlsStream<TcpStream>) -> WebSocketStream<TlsStream<TcpStream>> {
    client_async("wss://localhost/", stream).await.expect("a WebSocket").0
}

pub(crate) async fn next(socket: &mut WebSocketStream<TlsStream<TcpStream>>) -> Value {
    let frame = timeout(PATIENCE, socket.next()).await.expect("a frame in time").expect("a frame");
    serde_json::from_str(frame.expect("a frame").to_text().expect("text")).expect("JSON")
}
