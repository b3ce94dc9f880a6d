//! A certificate authority of the test's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;

/// What a server on this machine shows, and in `ca.pem` in the folder what to trust for that.
pub(crate) fn make(folder: &Path) -> (Arc<ServerConfig>, PathBuf) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let path = folder.join("ca.pem");
    fs::write(&path, authority.self_signed(&key).expect("a certificate").pem()).expect("a file");
    (server_config(&Issuer::new(authority, key)), path)
}

fn server_config(issuer: &Issuer<'_, KeyPair>) -> Arc<ServerConfig> {
    let key = KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let server =
        CertificateParams::new(names).expect("names").signed_by(&key, issuer).expect("a certificate");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    Arc::new(config.with_single_cert(vec![server.der().clone()], key).expect("a certificate for its key"))
}
