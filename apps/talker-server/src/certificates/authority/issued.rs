//! A certificate as it came from the authority, with its key: what it is good for, and until when.

use std::sync::Arc;

use rustls::client::verify_server_name;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use talker_domain::Timestamp;
use time::OffsetDateTime;
use time::macros::format_description;
use x509_parser::parse_x509_certificate;

/// A chain with its key.
#[derive(Debug)]
pub(super) struct Issued {
    pub(super) certificate: Arc<CertifiedKey>,
    /// When the next one is to be asked for: after two thirds of its time.
    pub(super) due: Timestamp,
    pub(super) ends: Timestamp,
}

impl Issued {
    /// Reads a private key and the chain of its certificate, in one PEM text.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn read(pem: &str) -> Result<Self, String> {
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| error.to_string())?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let chain = chain.map_err(|error| error.to_string())?;
        let first = chain.first().ok_or("there is no certificate in it")?;
        let (due, ends) = times(first)?;
        let certificate = CertifiedKey::from_der(chain, key, &ring::default_provider());
        let certificate = Arc::new(certificate.map_err(|error| error.to_string())?);
        Ok(Self { certificate, due, ends })
    }

    /// Whether it is for each of these names.
    pub(super) fn is_for(&self, names: &[String]) -> bool {
        let Ok(parsed) = self.certificate.end_entity_cert().and_then(ParsedCertificate::try_from) else {
            return false;
        };
        let is_for = |name: &String| {
            let name = ServerName::try_from(name.as_str());
            name.is_ok_and(|name| verify_server_name(&parsed, &name).is_ok())
        };
        names.iter().all(is_for)
    }
}

/// When two thirds of a certificate's time are over, and when all of it is.
fn times(certificate: &[u8]) -> Result<(Timestamp, Timestamp), String> {
    let (_, parsed) = parse_x509_certificate(certificate).map_err(|error| error.to_string())?;
    let validity = parsed.validity();
    let [begins, ends] = [validity.not_before, validity.not_after].map(|time| time.timestamp() * 1_000);
    let due = ends - (ends - begins) / 3;
    Ok((Timestamp(due), Timestamp(ends)))
}

/// A date for the log.
pub(super) fn date(at: Timestamp) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let date = OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1_000));
    date.ok().and_then(|date| date.format(format).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn certificate(names: &[&str]) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params =
            CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2026, 4, 1);
        (key.serialize_pem(), params.self_signed(&key).unwrap().pem())
    }

    #[test]
    fn the_next_one_is_due_after_two_thirds() {
        let (key, chain) = certificate(&["chat.example.org"]);
        let issued = Issued::read(&(key + &chain)).unwrap();
        assert_eq!(date(issued.due), "2026-03-02 00:00 UTC");
        assert_eq!(date(issued.ends), "2026-04-01 00:00 UTC");
    }

    #[test]
    fn it_is_for_the_names_that_it_has() {
        let (key, chain) = certificate(&["chat.example.org", "www.example.org"]);
        let issued = Issued::read(&(key + &chain)).unwrap();
        for (names, expected) in [
            (&["www.example.org", "chat.example.org"][..], true),
            (&["chat.example.org"], true),
            (&["chat.example.org", "talk.example.org"], false),
            (&["example.org"], false),
        ] {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            assert_eq!(issued.is_for(&names), expected, "{names:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_with_its_key_is_refused() {
        let ((key, chain), (foreign, _)) = (certificate(&["a.example"]), certificate(&["a.example"]));
        for wrong in [String::new(), key.clone(), chain.clone(), foreign + &chain, key + &chain[..300]] {
            assert!(Issued::read(&wrong).is_err(), "{wrong}");
        }
    }
}
