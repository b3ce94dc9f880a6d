//! Handing a mail to an SMTP server, one connection each.

use std::net::IpAddr;
use std::time::Duration;

use mail_send::SmtpClient;
use mail_send::smtp::AssertReply;
use mail_send::smtp::message::Parameters;

use smtp_proto::{AUTH_CRAM_MD5, AUTH_LOGIN, AUTH_PLAIN, EXT_SMTP_UTF8, EXT_START_TLS, EhloResponse};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::error::{SendError, at};
use super::letter::Letter;
use super::url::{Encryption, SmtpUrl};

/// How long a send may take, from the look-up of the host to the server's word that it has the mail. The library's
/// own time-out does not cover the greeting.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// How long the server has to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);

pub(super) struct Smtp {
    url: SmtpUrl,
    from: Address,
    tls: TlsConnector,
}

/// A connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// The other end of a connection, and what it said that it can do.
struct Peer {
    client: SmtpClient<Box<dyn Stream>>,
    extensions: EhloResponse<String>,
    encrypted: bool,
}

impl Smtp {
    pub(super) fn new(url: SmtpUrl, from: Address, tls: TlsConnector) -> Self {
        Self { url, from, tls }
    }

    pub(super) async fn send(&self, letter: &Letter<'_>) -> Result<(), SendError> {
        let delivery = timeout(TIMEOUT, self.deliver(letter)).await;
        let peer = delivery.unwrap_or(Err(SendError::TooLong))?;
        // The server has the mail, so how it says goodbye does not matter.
        let _ = timeout(FAREWELL, peer.client.quit()).await;
        Ok(())
    }

    async fn deliver(&self, letter: &Letter<'_>) -> Result<Peer, SendError> {
        let to = Address::new(letter.recipient).ok_or(SendError::Address)?;
        let mut peer = self.connect().await?;
        self.log_in(&mut peer).await?;
        let mut parameters = Parameters::default();
        if self.from.needs_utf8() || to.needs_utf8() {
            if !peer.extensions.has_capability(EXT_SMTP_UTF8) {
                return Err(SendError::NoUtf8);
            }
            parameters.add("SMTPUTF8");
        }
        let mail = Letter { recipient: to.as_str(), ..*letter }.render(self.from.as_str());
        let client = &mut peer.client;
        client.mail_from(self.from.as_str(), &parameters).await.map_err(at("MAIL"))?;
        client.rcpt_to(to.as_str(), &Parameters::default()).await.map_err(at("RCPT"))?;
        client.data(mail).await.map_err(at("DATA"))?;
        Ok(peer)
    }

    async fn connect(&self) -> Result<Peer, SendError> {
        let (host, encryption) = (self.url.host.as_str(), self.url.encryption);
        let stream = TcpStream::connect((host, self.url.port)).await.map_err(SendError::Connect)?;
        let own_name = own_name(stream.local_addr().map_err(SendError::Connect)?.ip());
        let mut client = SmtpClient { stream, timeout: TIMEOUT };
        if encryption == Encryption::AtOnce {
            let mut client = client.into_tls(&self.tls, host).await.map_err(at("TLS"))?;
            hear_greeting(&mut client).await?;
            return Peer::meet(client, &own_name).await;
        }
        hear_greeting(&mut client).await?;
        let extensions = client.ehlo(&own_name).await.map_err(at("EHLO"))?;
        if self.wants_tls(&extensions)? {
            let client = client.start_tls(&self.tls, host).await.map_err(at("STARTTLS"))?;
            return Peer::meet(client, &own_name).await;
        }
        Ok(Peer { client: boxed(client), extensions, encrypted: false })
    }

    fn wants_tls(&self, extensions: &EhloResponse<String>) -> Result<bool, SendError> {
        let offered = extensions.has_capability(EXT_START_TLS);
        match self.url.encryption {
            Encryption::Never => Ok(false),
            Encryption::Required if !offered => Err(SendError::NoTls),
            Encryption::IfOffered if !offered && self.url.credentials.is_some() => {
                Err(SendError::OpenPassword)
            }
            _ => Ok(offered),
        }
    }

    async fn log_in(&self, peer: &mut Peer) -> Result<(), SendError> {
        let Some(credentials) = &self.url.credentials else { return Ok(()) };
        let offered = &mut peer.extensions.auth_mechanisms;
        *offered = mechanisms(*offered, peer.encrypted);
        peer.client.authenticate(credentials, &peer.extensions).await.map_err(at("AUTH"))?;
        Ok(())
    }
}

impl Peer {
    /// Asks what the server can do, now that nobody else hears it.
    async fn meet(mut client: SmtpClient<impl Stream + 'static>, own_name: &str) -> Result<Self, SendError> {
        let extensions = client.ehlo(own_name).await.map_err(at("EHLO"))?;
        Ok(Self { client: boxed(client), extensions, encrypted: true })
    }
}

fn boxed(client: SmtpClient<impl Stream + 'static>) -> SmtpClient<Box<dyn Stream>> {
    SmtpClient { stream: Box::new(client.stream), timeout: client.timeout }
}

async fn hear_greeting(client: &mut SmtpClient<impl Stream>) -> Result<(), SendError> {
    let greeting = client.read().await.and_then(AssertReply::assert_positive_completion);
    greeting.map_err(at("the connection"))
}

/// Which ways to log in are taken. The library takes the password itself before a hash of it, which is right only where
/// nobody listens, and begins DIGEST-MD5, which it cannot end.
fn mechanisms(offered: u64, encrypted: bool) -> u64 {
    if !encrypted && offered & AUTH_CRAM_MD5 != 0 {
        return AUTH_CRAM_MD5;
    }
    offered & (AUTH_PLAIN | AUTH_LOGIN | AUTH_CRAM_MD5)
}

/// How a client without a name of its own says EHLO (RFC 5321 §4.1.4).
fn own_name(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("[{address}]"),
        IpAddr::V6(address) => format!("[IPv6:{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use smtp_proto::AUTH_DIGEST_MD5;

    use super::*;

    #[test]
    fn a_password_is_shown_only_to_whom_it_has_to_be() {
        for (offered, encrypted, taken) in [
            (AUTH_PLAIN | AUTH_CRAM_MD5 | AUTH_DIGEST_MD5, true, AUTH_PLAIN | AUTH_CRAM_MD5),
            (AUTH_PLAIN | AUTH_LOGIN | AUTH_CRAM_MD5, false, AUTH_CRAM_MD5),
            (AUTH_PLAIN | AUTH_LOGIN | AUTH_DIGEST_MD5, false, AUTH_PLAIN | AUTH_LOGIN),
            (AUTH_DIGEST_MD5, true, 0),
        ] {
            assert_eq!(mechanisms(offered, encrypted), taken);
        }
    }

    #[test]
    fn a_client_is_known_by_its_address() {
        for (address, name) in [
            ("192.0.2.1", "[192.0.2.1]"),
            ("2001:db8::1", "[IPv6:2001:db8::1]"),
            ("::ffff:192.0.2.1", "[192.0.2.1]"),
        ] {
            assert_eq!(own_name(address.parse().expect("an address")), name);
        }
    }
}
