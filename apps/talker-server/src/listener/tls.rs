//! TLS: how hands are shaken, whatever certificate is shown.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::ResolvesServerCert;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What connections speak.
pub(crate) const HTTP: &[u8] = b"http/1.1";

/// What an authority says that looks whether a name is ours (RFC 8737 §6.2). Nothing follows its handshake.
pub(crate) const CHALLENGE: &[u8] = b"acme-tls/1";

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What a client hears that speaks HTTP without TLS.
const PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 46\r\n\r\n\
    This port speaks TLS. Ask again with https://\n";

/// The server's end of TLS.
#[derive(Clone)]
pub(crate) struct Tls(TlsAcceptor);

impl Tls {
    /// Shows one of these certificates to whoever wants to speak one of these protocols.
    ///
    /// # Errors
    /// A sentence, if the system has no randomness to give.
    pub(crate) fn new(
        certificates: Arc<dyn ResolvesServerCert>,
        protocols: &[&[u8]],
    ) -> Result<Self, String> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let mut config = config.with_no_client_auth().with_cert_resolver(certificates);
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        // Whoever comes back with a ticket needs no certificate shown, however many do, and we remember nobody.
        config.ticketer = ring::Ticketer::new().map_err(|error| error.to_string())?;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// Shakes hands, if the client does in time.
    pub(super) async fn accept(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        timeout(HANDSHAKE, self.shake_hands(stream)).await.ok()?.ok()
    }

    async fn shake_hands(&self, mut stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let mut first = [0];
        if stream.peek(&mut first).await? == 1 && first[0].is_ascii_uppercase() {
            stream.write_all(PLAIN).await?;
            stream.shutdown().await?;
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut stream = self.0.accept(stream).await?;
        if stream.get_ref().1.alpn_protocol() == Some(CHALLENGE) {
            stream.shutdown().await?;
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(stream)
    }
}
