//! The certificate that the server shows, and a new one in its place without a restart.

mod files;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::listener::Tls;
use crate::settings::Settings;
use files::Files;

/// Where the certificate comes from.
pub(crate) struct Certificates(Arc<Files>);

impl Certificates {
    /// What the settings say; `None` without TLS.
    ///
    /// # Errors
    /// A sentence that names the setting or the file.
    pub(crate) fn of(settings: &Settings) -> Result<Option<Self>, String> {
        match (&settings.tls_cert, &settings.tls_key) {
            (Some(chain), Some(key)) => Ok(Some(Self(Arc::new(Files::load(chain, key)?)))),
            (None, None) => Ok(None),
            _ => Err("--tls-cert and --tls-key go together".into()),
        }
    }

    /// The server's end of TLS with this certificate.
    ///
    /// # Errors
    /// A sentence, if the system has no randomness to give.
    pub(crate) fn tls(&self) -> Result<Tls, String> {
        Tls::new(self.0.clone())
    }

    /// Sees that the certificate stays good, until `stop` is cancelled.
    pub(crate) async fn renew(self, stop: CancellationToken) {
        stop.run_until_cancelled(self.0.watch()).await;
    }
}
