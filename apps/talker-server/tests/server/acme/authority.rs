//! A certificate authority that speaks ACME (RFC 8555) on this machine, and does as a test tells it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, CertificateSigningRequestParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use super::accounts::Account;
use super::https;
use super::orders::Order;

/// For how long certificates are good that no test has asked to be short.
const LIFETIME: Duration = Duration::from_hours(90 * 24);

/// What an authority knows, and what it is to do.
pub(crate) struct Authority {
    pub(crate) address: SocketAddr,
    issuer: Issuer<'static, KeyPair>,
    root: String,
    /// Where every name leads to.
    leads_to: watch::Sender<Option<SocketAddr>>,
    /// How many requests there were.
    requests: AtomicU64,
    books: Mutex<Books>,
}

/// What is written down.
#[derive(Default)]
pub(crate) struct Books {
    /// Nonces that were given, each good for one request.
    pub(crate) nonces: HashMap<String, Nonce>,
    pub(crate) given: usize,
    pub(crate) accounts: Vec<Account>,
    pub(crate) orders: Vec<Order>,
    /// Why nobody may order anything, as the type and the words of a problem.
    pub(crate) refusal: Option<(&'static str, &'static str)>,
    /// After how long the next certificate is to be renewed.
    pub(crate) next_due_after: Option<Duration>,
}

/// Some are given that will be refused, as real authorities do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nonce {
    Good,
    Dud,
}

/// A running authority; it is gone when this is dropped.
pub(crate) struct Office(#[expect(dead_code, reason = "held until it is dropped")] AbortOnDropHandle<()>);

impl Authority {
    /// An authority on a free port, which does not answer yet.
    pub(crate) fn new() -> Arc<Self> {
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = root.self_signed(&key).expect("a certificate");
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        Arc::new(Self {
            address: free.local_addr().expect("an address"),
            issuer: Issuer::new(root, key),
            root: certificate.pem(),
            leads_to: watch::Sender::new(None),
            requests: AtomicU64::new(0),
            books: Mutex::default(),
        })
    }

    /// Answers from now on.
    pub(crate) async fn open(self: &Arc<Self>) -> Office {
        let listener = TcpListener::bind(self.address).await.expect("its port");
        Office(AbortOnDropHandle::new(tokio::spawn(https::serve(listener, self.clone()))))
    }

    /// Writes the root into this folder, and tells the settings that ask this authority for these names.
    pub(crate) fn settings(&self, folder: &Path, names: &str) -> [String; 3] {
        std::fs::write(root_in(folder), &self.root).expect("a file");
        let directory = format!("--acme-directory={}", self.url("/directory"));
        [format!("--acme-names={names}"), directory, "--acme-root=root.pem".to_owned()]
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// Has every name lead to this address from now on.
    pub(crate) fn lead_to(&self, address: SocketAddr) {
        self.leads_to.send_replace(Some(address));
    }

    /// Whoever looks for a name waits until it leads somewhere again.
    pub(crate) fn lead_nowhere(&self) {
        self.leads_to.send_replace(None);
    }

    /// Where every name leads to, once it leads somewhere.
    pub(crate) async fn address_of_names(&self) -> SocketAddr {
        let mut leads_to = self.leads_to.subscribe();
        let known = leads_to.wait_for(Option::is_some).await.expect("an authority");
        known.expect("an address")
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().expect("books")
    }

    /// How many requests there were so far.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::SeqCst);
    }

    /// Signs what is asked for, if it is for these names and no others.
    pub(crate) fn sign(&self, request: &[u8], names: &[String]) -> Result<String, String> {
        let request = CertificateSigningRequestParams::from_der(&request.into());
        let mut request = request.map_err(|error| error.to_string())?;
        let asked = CertificateParams::new(names).expect("names").subject_alt_names;
        if request.params.subject_alt_names != asked {
            return Err(format!("ordered {asked:?}, wants {:?}", request.params.subject_alt_names));
        }
        let due_after = self.books().next_due_after.take();
        // It is to be renewed when two thirds of its time are over.
        let begins =
            due_after.map_or(SystemTime::now(), |after| SystemTime::now() - LIFETIME / 3 * 2 + after);
        request.params.not_before = begins.into();
        request.params.not_after = (begins + LIFETIME).into();
        Ok(request.signed_by(&self.issuer).expect("a certificate").pem() + &self.root)
    }

    /// What it shows itself.
    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        let key = KeyPair::generate().expect("a key");
        let own = CertificateParams::new([self.address.ip().to_string()]).expect("an address");
        let own = own.signed_by(&key, &self.issuer).expect("a certificate");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Arc::new(config.with_single_cert(vec![own.der().clone()], key).expect("a certificate for its key"))
    }
}

impl Books {
    /// A nonce that was never given before; every fourth is no good.
    pub(crate) fn fresh_nonce(&mut self) -> String {
        self.given += 1;
        let nonce = format!("nonce-{}", self.given);
        let kind = if self.given.is_multiple_of(4) { Nonce::Dud } else { Nonce::Good };
        self.nonces.insert(nonce.clone(), kind);
        nonce
    }

    /// The problem that an order meets, if one does.
    pub(crate) fn refuse(&mut self, kind: &'static str, words: &'static str) {
        self.refusal = Some((kind, words));
    }
}

/// Where the root is.
pub(crate) fn root_in(folder: &Path) -> PathBuf {
    folder.join("root.pem")
}

/// A problem as authorities tell it (RFC 8555 §6.7).
pub(crate) fn problem(kind: &str, detail: &str) -> Value {
    serde_json::json!({"type": format!("urn:ietf:params:acme:error:{kind}"), "detail": detail})
}
