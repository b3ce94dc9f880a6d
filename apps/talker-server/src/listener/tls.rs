//! TLS: the certificate that the server shows, and a new one in its place without a restart.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::AsyncWriteExt as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use super::seated::Seated;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How often the files are looked at.
const LOOK: Duration = Duration::from_mins(1);

/// What a client hears that speaks HTTP without TLS.
const PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 46\r\n\r\n\
    This port speaks TLS. Ask again with https://\n";

/// The server's end of TLS.
#[derive(Clone)]
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
}

/// A certificate chain and its key, as files and as they were read last.
#[derive(Debug)]
struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Tls {
    /// Reads a certificate chain and its private key, both PEM.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(crate) fn load(chain: &Path, key: &Path) -> Result<Self, String> {
        let current = RwLock::new(Arc::new(read(chain, key)?));
        let certificate = Arc::new(Certificate { chain: chain.to_owned(), key: key.to_owned(), current });
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let mut config = config.with_no_client_auth().with_cert_resolver(certificate.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Whoever comes back with a ticket needs no certificate shown, however many do, and we remember nobody.
        config.ticketer = ring::Ticketer::new().map_err(|error| error.to_string())?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }

    /// Shakes hands, if the client does in time.
    pub(super) async fn accept(&self, stream: Seated) -> Option<TlsStream<Seated>> {
        timeout(HANDSHAKE, self.shake_hands(stream)).await.ok()?.ok()
    }

    async fn shake_hands(&self, mut stream: Seated) -> io::Result<TlsStream<Seated>> {
        let mut first = [0];
        if stream.stream.peek(&mut first).await? == 1 && first[0].is_ascii_uppercase() {
            stream.write_all(PLAIN).await?;
            stream.shutdown().await?;
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.acceptor.accept(stream).await
    }

    /// Takes a new certificate whenever there is one: soon after its files have changed, and at `SIGHUP`.
    pub(crate) async fn renew(self, stop: CancellationToken) {
        let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
        let mut known = self.certificate.changed_at();
        loop {
            let told = tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => false,
                _ = hangup.recv() => true,
            };
            let now = self.certificate.changed_at();
            if !told && now == known {
                continue;
            }
            match self.certificate.renew() {
                Ok(()) => {
                    known = now;
                    tracing::info!(
                        "shows the certificate in {} from now on",
                        self.certificate.chain.display()
                    );
                }
                Err(cause) => tracing::warn!("keeps the certificate that it has: {cause}"),
            }
        }
    }
}

impl Certificate {
    fn renew(&self) -> Result<(), String> {
        let new = Arc::new(read(&self.chain, &self.key)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    fn changed_at(&self) -> [Option<SystemTime>; 2] {
        [&self.chain, &self.key].map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

fn read(chain: &Path, key: &Path) -> Result<CertifiedKey, String> {
    let of = |path: &Path, cause: &dyn std::fmt::Display| format!("cannot use {}: {cause}", path.display());
    let certificates = CertificateDer::pem_file_iter(chain).map_err(|error| of(chain, &error))?;
    let certificates: Result<Vec<_>, _> = certificates.collect();
    let certificates = certificates.map_err(|error| of(chain, &error))?;
    if certificates.is_empty() {
        return Err(of(chain, &"there is no certificate in it"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| of(key, &error))?;
    CertifiedKey::from_der(certificates, private, &ring::default_provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => of(key, &format!("it is not the key of {}", chain.display())),
        error => of(chain, &error),
    })
}
