//! TLS that is begun and not finished, done again and again, or none at all, while two chat by it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, ContentType, SupportedProtocolVersion};
use tempfile::TempDir;
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use super::crowd;
use super::measured::Measured;
use super::renegotiation::Renegotiation;
use super::siege::{Bounds, ROUNDS, besiege};
use super::streams::rest_of;
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::site::PATIENCE;
use crate::tls::{certify, client, localhost};

on_both_databases!(
    a_crowd_that_does_not_finish_its_handshake_is_let_go,
    handshakes_without_end_keep_nobody_waiting,
    what_is_no_handshake_ends_its_connection_alone,
    nobody_shakes_hands_a_second_time,
);

/// How long handshakes are held by who hangs up himself.
const HELD: Duration = Duration::from_secs(1);

/// How long a slow client takes for a byte. A greeting has more than two hundred.
const DRIP: Duration = Duration::from_millis(100);

/// A server that speaks TLS. The two who chat come by it as well.
struct Secured {
    server: Measured,
    /// Where it speaks TLS.
    address: SocketAddr,
    certificate: TempDir,
}

impl Secured {
    async fn start(backend: Backend) -> Self {
        let certificate = tempfile::tempdir().expect("a folder");
        certify(certificate.path());
        let path = |file| certificate.path().join(file).display().to_string();
        let by_tls = [format!("--tls-cert={}", path("cert.pem")), format!("--tls-key={}", path("key.pem"))];
        let server = Measured::start(backend, &by_tls.each_ref().map(String::as_str)).await;
        let address = server.address();
        let secured = Self { server, address, certificate };
        let way = way_in(address, secured.client(&TLS13).into()).await;
        Self { server: secured.server.entered_at(way), ..secured }
    }

    fn client(&self, version: &'static SupportedProtocolVersion) -> Arc<ClientConfig> {
        Arc::new(client(&self.certificate.path().join("cert.pem"), ring::default_provider(), version))
    }

    async fn connect(&self) -> TcpStream {
        timeout(PATIENCE, TcpStream::connect(self.address)).await.expect("in time").expect("a connection")
    }

    /// The first message of a client, in its record.
    fn greeting(&self) -> Vec<u8> {
        let config = self.client(&TLS12);
        let mut connection = ClientConnection::new(config, localhost()).expect("a client");
        let mut greeting = vec![];
        connection.write_tls(&mut greeting).expect("room for it");
        greeting
    }
}

/// A way to a server that speaks TLS, for who does not.
async fn way_in(address: SocketAddr, connector: TlsConnector) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let way = listener.local_addr().expect("a port");
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let connector = connector.clone();
            tokio::spawn(async move {
                let far = TcpStream::connect(address).await.expect("a connection");
                let mut far = connector.connect(localhost(), far).await.expect("TLS");
                // Either side may go as it likes.
                let _ = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    way
}

async fn a_crowd_that_does_not_finish_its_handshake_is_let_go(backend: Backend) {
    let secured = Secured::start(backend).await;
    let (greeting, size) = (secured.greeting(), crowd(200, 1_000));
    besiege(&secured.server, Bounds::of_crowd(size), async |round| {
        let mut waiting = JoinSet::new();
        for number in 0..size {
            let (stream, greeting) = (secured.connect().await, greeting.clone());
            waiting.spawn(async move {
                let shaking = begin(stream, &greeting, number);
                // Some rounds wait for the server's patience to end, which takes longer.
                if round % ROUNDS == 0 {
                    timeout(PATIENCE, shaking).await.expect("an end in time");
                } else {
                    let _ = timeout(HELD, shaking).await;
                }
            });
        }
        waiting.join_all().await;
    })
    .await;
}

/// Begins a handshake in one of several ways, goes no further, and waits for the end.
async fn begin(mut stream: TcpStream, greeting: &[u8], number: usize) {
    let beginning = match number % 4 {
        0 => &[],
        1 => &greeting[..greeting.len() / 2],
        2 => greeting,
        _ => {
            for byte in greeting {
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
                sleep(DRIP).await;
            }
            panic!("a handshake may take very long");
        }
    };
    stream.write_all(beginning).await.expect("the beginning goes out");
    rest_of(&mut stream).await;
}

async fn handshakes_without_end_keep_nobody_waiting(backend: Backend) {
    /// How many shake hands at once.
    const AT_ONCE: usize = 50;
    let secured = Secured::start(backend).await;
    let size = crowd(200, 5_000);
    besiege(&secured.server, Bounds::of_crowd(AT_ONCE), async |_| {
        let mut shaking = JoinSet::new();
        for number in 0..size {
            // No client comes back with what it was given before, which would be less work.
            let config = secured.client(if number % 2 == 0 { &TLS12 } else { &TLS13 });
            let stream = secured.connect().await;
            shaking.spawn(async move {
                let shaken = TlsConnector::from(config).connect(localhost(), stream);
                timeout(PATIENCE, shaken).await.expect("TLS in time").expect("TLS");
            });
            if shaking.len() == AT_ONCE {
                shaking.join_next().await.expect("one of many").expect("TLS");
            }
        }
        shaking.join_all().await;
    })
    .await;
}

async fn what_is_no_handshake_ends_its_connection_alone(backend: Backend) {
    let secured = Secured::start(backend).await;
    let greeting = secured.greeting();
    let rubbish = b"what is this? ".repeat(100);
    let thrown = [
        rubbish.clone(),
        [greeting.clone(), rubbish].concat(),
        // A record of a handshake, longer than any; a heartbeat that asks for more than it brings; an alert; SSL 2.
        vec![22, 3, 1, 255, 255, 1, 0, 255, 251],
        [greeting.clone(), vec![24, 3, 2, 0, 3, 1, 64, 0]].concat(),
        vec![21, 3, 3, 0, 2, 2, 40],
        vec![128, 46, 1, 0, 2, 0, 21, 0, 0, 0, 16],
        // A greeting that says it is longer than it is, and one that comes twice.
        greeting.iter().enumerate().map(|(place, byte)| if place == 8 { byte ^ 1 } else { *byte }).collect(),
        greeting.repeat(2),
        [22, 3, 1, 0, 0].repeat(1_000),
    ];
    besiege(&secured.server, Bounds { most: 64, left: 12 }, async |_| {
        for bytes in thrown.iter().cycle().take(thrown.len() * crowd(5, 100)) {
            let mut stream = secured.connect().await;
            // The server may hang up before it has all of it.
            let _ = stream.write_all(bytes).await;
            let _ = stream.shutdown().await;
            let answer = rest_of(&mut stream).await;
            assert!(!answer.contains("HTTP"), "{answer}");
        }
        for request in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "POST"] {
            let mut stream = secured.connect().await;
            stream.write_all(request.as_bytes()).await.expect("the request goes out");
            let answer = rest_of(&mut stream).await;
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{request}: {answer}");
        }
    })
    .await;
}

async fn nobody_shakes_hands_a_second_time(backend: Backend) {
    let secured = Secured::start(backend).await;
    let greeting = secured.greeting();
    besiege(&secured.server, Bounds { most: 64, left: 12 }, async |_| {
        for _ in 0..crowd(20, 500) {
            let stream = secured.connect().await;
            let mut again =
                Renegotiation::prepare(stream, &secured.certificate.path().join("cert.pem")).await;
            let mut answers = vec![];
            while let Some(answer) = again.ask(&greeting).await {
                answers.push(answer);
                assert!(answers.len() < 5, "a client may ask without end");
            }
            assert!(
                !answers.is_empty() && answers.iter().all(|answer| *answer == ContentType::Alert),
                "{answers:?}"
            );
        }
    })
    .await;
}
