//! A certificate that an authority gives by ACME (RFC 8555), and the next one before it ends.

mod challenges;
mod errors;
mod https;
mod issued;
mod kept;
mod order;
mod pauses;
mod shown;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use talker_domain::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use crate::clock;
use crate::settings::Acme;
use errors::OrderError;
use https::Https;
use issued::Issued;
use kept::Kept;
use pauses::Pauses;
pub(crate) use shown::Shown;

/// How often the clock is looked at: it may be set, and the machine may sleep.
const LOOK: Duration = Duration::from_hours(1);

/// Whom to ask, for what, and where the answers are kept.
pub(crate) struct Authority {
    settings: Acme,
    https: Https,
    kept: Arc<Kept>,
    shown: Arc<Shown>,
    /// When to ask for the next certificate.
    due: Timestamp,
}

impl Authority {
    /// Takes up the certificate that is kept in the data folder, if one is. Nobody is asked for that.
    ///
    /// # Errors
    /// A sentence that names the root's file.
    pub(super) fn open(settings: &Acme, data_dir: &Path) -> Result<Self, String> {
        let mut authority = Self {
            settings: settings.clone(),
            https: Https::new(settings.root.as_deref())?,
            kept: Arc::new(Kept::of(data_dir, &settings.directory)),
            shown: Arc::default(),
            due: clock::now(),
        };
        authority.take_up();
        Ok(authority)
    }

    /// What is shown of it.
    pub(super) fn shown(&self) -> Arc<Shown> {
        self.shown.clone()
    }

    fn take_up(&mut self) {
        let kept = self.kept.certificate().map_err(|error| error.to_string());
        match kept.and_then(|pem| pem.map(|pem| Issued::read(&pem)).transpose()) {
            Ok(Some(issued)) if issued.is_for(&self.settings.names) => self.show(issued),
            Ok(Some(issued)) => {
                tracing::info!("the certificate that is kept is not for all of {}", self.names());
                self.shown.show(issued.certificate);
            }
            Ok(None) => {}
            Err(cause) => tracing::warn!("cannot use {}: {cause}", self.kept.certificate_path().display()),
        }
        if self.shown.is_empty() {
            tracing::warn!(
                "there is no certificate for {} yet; nobody can connect until {} gives one",
                self.names(),
                self.settings.directory
            );
        }
    }

    fn show(&mut self, issued: Issued) {
        self.due = issued.due;
        tracing::info!(
            "shows the authority's certificate for {}, which is good until {}; asks for the next one at {}",
            self.names(),
            issued::date(issued.ends),
            issued::date(issued.due)
        );
        self.shown.show(issued.certificate);
    }

    /// Sees that there is a certificate, for ever. `SIGHUP` ends a pause.
    pub(super) async fn serve(mut self) {
        let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
        let mut pauses = Pauses::default();
        loop {
            self.until_due(&mut hangup).await;
            let Err(error) = self.renew().await else {
                pauses = Pauses::default();
                continue;
            };
            let pause = pauses.next(&error);
            tracing::warn!(
                "cannot get a certificate for {} from {}: {error}; {}. Trying again in {} s, or at SIGHUP",
                self.names(),
                self.settings.directory,
                error.advice(),
                pause.as_secs()
            );
            tokio::select! {
                () = sleep(pause) => {}
                _ = hangup.recv() => {}
            }
        }
    }

    async fn until_due(&self, hangup: &mut Signal) {
        while let Ok(rest @ 1..) = u64::try_from(self.due.0 - clock::now().0) {
            tokio::select! {
                () = sleep(LOOK.min(Duration::from_millis(rest))) => {}
                _ = hangup.recv() => {
                    tracing::info!("the certificate is good; asks for the next one at {}", issued::date(self.due));
                }
            }
        }
    }

    /// Gets a certificate, keeps it and shows it.
    async fn renew(&mut self) -> Result<(), OrderError> {
        let pem = self.order().await?;
        let issued = Issued::read(&pem).map_err(OrderError::Useless)?;
        if !issued.is_for(&self.settings.names) {
            return Err(OrderError::Useless("it is for other names".into()));
        }
        self.show(issued);
        if let Err(error) = self.keep(move |kept| kept.keep_certificate(&pem)).await {
            tracing::warn!("{error}; {}, and a restart will ask for another certificate", error.advice());
        }
        if self.due <= clock::now() {
            return Err(OrderError::Useless("its time is over already, by this machine's clock".into()));
        }
        Ok(())
    }

    async fn keep(
        &self,
        work: impl FnOnce(&Kept) -> std::io::Result<()> + Send + 'static,
    ) -> Result<(), OrderError> {
        let kept = self.kept.clone();
        let written = tokio::task::spawn_blocking(move || work(&kept)).await;
        written.unwrap_or_else(|panic| Err(std::io::Error::other(panic))).map_err(OrderError::Keep)
    }

    fn names(&self) -> String {
        self.settings.names.join(", ")
    }
}
