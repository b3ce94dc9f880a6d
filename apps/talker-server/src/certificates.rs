//! The certificate that the server shows, and a new one in its place without a restart.

mod authority;
mod files;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::listener::{CHALLENGE, HTTP, Tls};
use crate::settings::Settings;
use authority::Authority;
use files::Files;

/// Where the certificate comes from.
pub(crate) enum Certificates {
    /// Files that others renew.
    Files(Arc<Files>),
    /// An authority that is asked.
    Authority(Box<Authority>),
}

impl Certificates {
    /// What the settings say; `None` without TLS.
    ///
    /// # Errors
    /// A sentence that names the setting or the file.
    pub(crate) fn of(settings: &Settings) -> Result<Option<Self>, String> {
        if let Some(setting) = settings.acme.idle() {
            return Err(format!("{setting} means nothing without --acme-names"));
        }
        match (&settings.tls_cert, &settings.tls_key) {
            (None, None) if settings.acme.is_on() => {
                let authority = Authority::open(&settings.acme, &settings.data_dir)?;
                Ok(Some(Self::Authority(Box::new(authority))))
            }
            (None, None) => Ok(None),
            _ if settings.acme.is_on() => {
                Err("a certificate comes either from the files in --tls-cert and --tls-key \
                                               or from an authority by --acme-names; leave one of them out"
                    .into())
            }
            (Some(chain), Some(key)) => Ok(Some(Self::Files(Arc::new(Files::load(chain, key)?)))),
            _ => Err("--tls-cert and --tls-key go together".into()),
        }
    }

    /// The server's end of TLS with this certificate.
    ///
    /// # Errors
    /// A sentence, if the system has no randomness to give.
    pub(crate) fn tls(&self) -> Result<Tls, String> {
        match self {
            Self::Files(files) => Tls::new(files.clone(), &[HTTP]),
            Self::Authority(authority) => Tls::new(authority.shown(), &[HTTP, CHALLENGE]),
        }
    }

    /// Sees that the certificate stays good, until `stop` is cancelled.
    pub(crate) async fn renew(self, stop: CancellationToken) {
        match self {
            Self::Files(files) => stop.run_until_cancelled(files.watch()).await,
            Self::Authority(authority) => stop.run_until_cancelled(authority.serve()).await,
        };
    }
}
