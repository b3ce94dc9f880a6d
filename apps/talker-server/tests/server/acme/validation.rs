//! How an authority looks whether a name leads to who ordered: TLS-ALPN-01 (RFC 8737).

use std::net::SocketAddr;
use std::sync::Arc;

use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::site::PATIENCE;

/// The extension that holds the proof.
const ACME_IDENTIFIER: &str = "1.3.6.1.5.5.7.1.31";

/// The protocol that authorities speak, and nobody else.
const PROTOCOL: &[u8] = b"acme-tls/1";

/// Looks at this address for this name and this proof.
pub(crate) async fn look(address: SocketAddr, name: &str, proof: &[u8]) -> Result<(), String> {
    let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    let server = ServerName::try_from(name.to_owned()).expect("a name");
    let connected = TlsConnector::from(Arc::new(config())).connect(server, stream).await;
    let mut stream = connected.map_err(|error| error.to_string())?;
    let tls = stream.get_ref().1;
    if tls.alpn_protocol() != Some(PROTOCOL) {
        return Err("it speaks something else".into());
    }
    let certificates = tls.peer_certificates().unwrap_or_default().to_vec();
    judge(certificates.first().ok_or("no certificate")?, name, proof)?;
    // It may have hung up already, as it should.
    let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    let mut more = vec![];
    let ended = timeout(PATIENCE, stream.read_to_end(&mut more)).await;
    if ended.is_ok() && more.is_empty() { Ok(()) } else { Err("it goes on after the handshake".into()) }
}

/// Whether a certificate is for this name alone, and has the proof in it.
fn judge(certificate: &[u8], name: &str, proof: &[u8]) -> Result<(), String> {
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|error| error.to_string())?;
    certificate.verify_signature(None).map_err(|_| "it is not signed by itself")?;
    let names = certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
        _ => None,
    });
    if names.is_none_or(|names| names[..] != [GeneralName::DNSName(name)]) {
        return Err(format!("it is for {names:?}"));
    }
    let extensions = certificate.extensions();
    let found = extensions.iter().find(|extension| extension.oid.to_id_string() == ACME_IDENTIFIER);
    let found = found.ok_or("there is no proof in it")?;
    // An octet string of the digest's length.
    let expected = [&[4, 32], proof].concat();
    if found.critical && found.value == expected { Ok(()) } else { Err("that is another proof".into()) }
}

fn config() -> ClientConfig {
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_no_client_auth();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    config
}

/// Lets everybody talk who has the key of what he shows; that is judged afterwards. webpki would not even read it.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        has_its_key(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        has_its_key(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ECDSA_NISTP256_SHA256]
    }
}

fn has_its_key(
    message: &[u8],
    certificate: &[u8],
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    let bad = || Error::InvalidCertificate(CertificateError::BadSignature);
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|_| bad())?;
    let key =
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &*certificate.public_key().subject_public_key.data);
    key.verify(message, signed.signature()).map_err(|_| bad())?;
    Ok(HandshakeSignatureValid::assertion())
}
