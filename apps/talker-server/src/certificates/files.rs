//! A certificate in files that others renew: certbot, or the operator.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::signal::unix::{SignalKind, signal};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_mins(1);

/// A certificate chain and its key, as files and as they were read last.
#[derive(Debug)]
pub(crate) struct Files {
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Files {
    /// Reads a certificate chain and its private key, both PEM.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(super) fn load(chain: &Path, key: &Path) -> Result<Self, String> {
        let current = RwLock::new(Arc::new(read(chain, key)?));
        Ok(Self { chain: chain.to_owned(), key: key.to_owned(), current })
    }

    /// Takes a new certificate whenever there is one: soon after its files have changed, and at `SIGHUP`.
    pub(super) async fn watch(&self) {
        let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
        let mut known = self.changed_at();
        loop {
            let told = tokio::select! {
                () = tokio::time::sleep(LOOK) => false,
                _ = hangup.recv() => true,
            };
            let now = self.changed_at();
            if !told && now == known {
                continue;
            }
            match self.renew() {
                Ok(()) => {
                    known = now;
                    tracing::info!("shows the certificate in {} from now on", self.chain.display());
                }
                Err(cause) => tracing::warn!("keeps the certificate that it has: {cause}"),
            }
        }
    }

    fn renew(&self) -> Result<(), String> {
        let new = Arc::new(read(&self.chain, &self.key)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    fn changed_at(&self) -> [Option<SystemTime>; 2] {
        [&self.chain, &self.key].map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
    }
}

impl ResolvesServerCert for Files {
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
