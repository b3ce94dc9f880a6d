//! The answer to an authority that asks whether a name is ours: a certificate with the proof in it (RFC 8737 §3).

use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;

use super::errors::OrderError;

/// Makes the certificate for this name with this digest (SHA-256) of the key authorization.
pub(super) fn answer(name: &str, digest: &[u8]) -> Result<CertifiedKey, OrderError> {
    let useless = |error: &dyn std::fmt::Display| OrderError::Useless(error.to_string());
    let key = KeyPair::generate().map_err(|error| useless(&error))?;
    let mut params = CertificateParams::new([name.to_owned()]).map_err(|error| useless(&error))?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let chain = vec![params.self_signed(&key).map_err(|error| useless(&error))?.der().clone()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let key = ring::default_provider().key_provider.load_private_key(key).map_err(|error| useless(&error))?;
    // Not `from_der`, which refuses a critical extension that it does not know; RFC 8737 wants it critical.
    Ok(CertifiedKey::new(chain, key))
}
