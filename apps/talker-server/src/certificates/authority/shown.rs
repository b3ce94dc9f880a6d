//! What clients are shown, and what the authority is shown when it looks whether a name is ours (RFC 8737).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::listener::CHALLENGE;

/// The certificate, if there is one, and the answers to challenges while there are any, by name.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    certificate: RwLock<Option<Arc<CertifiedKey>>>,
    answers: RwLock<HashMap<String, Arc<CertifiedKey>>>,
}

impl Shown {
    /// Shows this certificate from now on.
    pub(super) fn show(&self, certificate: Arc<CertifiedKey>) {
        *self.certificate.write().unwrap_or_else(PoisonError::into_inner) = Some(certificate);
    }

    /// Whether nobody can be shown anything.
    pub(super) fn is_empty(&self) -> bool {
        self.certificate.read().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Answers the challenge for a name by this from now on.
    pub(super) fn answer(&self, name: String, answer: CertifiedKey) {
        self.answers.write().unwrap_or_else(PoisonError::into_inner).insert(name, Arc::new(answer));
    }

    /// Answers no challenge any more.
    pub(super) fn forget_answers(&self) {
        self.answers.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // An authority offers this protocol and no other (RFC 8737 §3), and is shown nothing but an answer.
        if hello.alpn().is_some_and(|mut offered| offered.all(|protocol| protocol == CHALLENGE)) {
            let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
            return answers.get(&hello.server_name()?.to_ascii_lowercase()).cloned();
        }
        self.certificate.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
