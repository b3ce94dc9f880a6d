//! A second handshake within TLS 1.2, which no client library here would begin: it is sealed by hand.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::cipher::{MessageEncrypter, OutboundChunks, OutboundPlainMessage};
use rustls::crypto::ring::cipher_suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 as SUITE;
use rustls::crypto::{CryptoProvider, ring};
use rustls::version::TLS12;
use rustls::{ConnectionTrafficSecrets, ContentType, ProtocolVersion, SupportedCipherSuite};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::site::PATIENCE;
use crate::tls::{client, localhost};

/// What stands before the content of a record: its type, its version and its length.
const HEAD: usize = 5;

/// A connection whose handshake is done.
pub(super) struct Renegotiation {
    stream: TcpStream,
    encrypter: Box<dyn MessageEncrypter>,
    /// How many records were sealed.
    sealed: u64,
}

impl Renegotiation {
    /// Shakes hands for the first time, with a server that shows the certificate in this folder.
    pub(super) async fn prepare(stream: TcpStream, root: &Path) -> Self {
        let provider = CryptoProvider { cipher_suites: vec![SUITE], ..ring::default_provider() };
        let mut client = client(root, provider, &TLS12);
        client.enable_secret_extraction = true;
        let shaken = TlsConnector::from(Arc::new(client)).connect(localhost(), stream).await.expect("TLS");
        let (stream, connection) = shaken.into_inner();
        let (sealed, secrets) = connection.dangerous_extract_secrets().expect("its secrets").tx;
        let SupportedCipherSuite::Tls12(suite) = SUITE else { panic!("it is of TLS 1.2") };
        let ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv } = secrets else { panic!("the one suite") };
        Self { stream, encrypter: suite.aead_alg.encrypter(key, iv.as_ref(), &[]), sealed }
    }

    /// Asks to shake hands again, and returns of what type the answer is; `None` if the connection is over.
    pub(super) async fn ask(&mut self, greeting: &[u8]) -> Option<ContentType> {
        let plain = OutboundPlainMessage {
            typ: ContentType::Handshake,
            version: ProtocolVersion::TLSv1_2,
            payload: OutboundChunks::Single(&greeting[HEAD..]),
        };
        let record = self.encrypter.encrypt(plain, self.sealed).expect("a record");
        self.sealed += 1;
        self.stream.write_all(&record.encode()).await.ok()?;
        timeout(PATIENCE, self.record()).await.expect("an answer in time")
    }

    async fn record(&mut self) -> Option<ContentType> {
        let mut head = [0; HEAD];
        self.stream.read_exact(&mut head).await.ok()?;
        let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
        self.stream.read_exact(&mut vec![0; length]).await.ok()?;
        Some(ContentType::from(head[0]))
    }
}
