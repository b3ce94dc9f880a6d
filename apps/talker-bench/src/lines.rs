//! What connections go over: TCP as it is, or TLS on it.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, BytesMut};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::io::poll_read_buf;

/// How many bytes a narrow connection lets wait to be read, and in what pieces they come: as on an Ethernet.
const NARROW: u32 = 16 * 1_024;
const SEGMENT: u32 = 1_460;

/// How much is read at once.
const CHUNK: usize = 16 * 1_024;

/// Who vouches for the server, if it speaks TLS.
#[derive(Debug, Clone)]
pub(crate) struct Trust(Arc<ClientConfig>);

/// One connection.
pub(crate) enum Line {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Trust {
    /// Trusts the certificates in a PEM file, and no others.
    pub(crate) fn load(file: &Path) -> Result<Self, String> {
        let of = |cause: &dyn std::fmt::Display| format!("cannot use {}: {cause}", file.display());
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| of(&error))? {
            roots.add(certificate.map_err(|error| of(&error))?).map_err(|error| of(&error))?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| of(&error))?;
        Ok(Self(Arc::new(config.with_root_certificates(roots).with_no_client_auth())))
    }
}

impl Line {
    /// Connects, by TLS if somebody vouches for the server.
    pub(crate) async fn open(server: SocketAddr, narrow: bool, trust: Option<&Trust>) -> io::Result<Self> {
        let tcp = connect(server, narrow).await?;
        tcp.set_nodelay(true)?;
        let Some(Trust(config)) = trust else { return Ok(Self::Plain(tcp)) };
        let name = ServerName::IpAddress(server.ip().into());
        let tls = TlsConnector::from(config.clone()).connect(name, tcp).await?;
        Ok(Self::Tls(Box::new(tls)))
    }

    /// Sends and receives what can be sent and received now; waits until something can be. Nothing is lost if the future is
    /// dropped.
    pub(crate) async fn turn(&mut self, outgoing: &mut BytesMut, received: &mut BytesMut) -> io::Result<()> {
        received.reserve(CHUNK);
        match self {
            Self::Plain(tcp) => turn_plain(tcp, outgoing, received).await,
            Self::Tls(tls) => poll_fn(|context| poll_turn(tls, context, outgoing, received)).await,
        }
    }
}

/// One system call each, where there is something to do.
async fn turn_plain(tcp: &TcpStream, outgoing: &mut BytesMut, received: &mut BytesMut) -> io::Result<()> {
    while !outgoing.is_empty() {
        match tcp.try_write(outgoing) {
            Ok(written) => outgoing.advance(written),
            Err(fault) if fault.kind() == io::ErrorKind::WouldBlock => break,
            Err(fault) => return Err(fault),
        }
    }
    let writing = !outgoing.is_empty();
    let ready = if writing { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
    if !tcp.ready(ready).await?.is_readable() {
        return Ok(());
    }
    match tcp.try_read_buf(received) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Err(fault) if fault.kind() != io::ErrorKind::WouldBlock => Err(fault),
        _ => Ok(()),
    }
}

fn poll_turn(
    tls: &mut TlsStream<TcpStream>,
    context: &mut Context<'_>,
    outgoing: &mut BytesMut,
    received: &mut BytesMut,
) -> Poll<io::Result<()>> {
    while !outgoing.is_empty() {
        match Pin::new(&mut *tls).poll_write(context, outgoing)? {
            Poll::Ready(written) => outgoing.advance(written),
            Poll::Pending => break,
        }
    }
    let _ = Pin::new(&mut *tls).poll_flush(context)?;
    match poll_read_buf(Pin::new(tls), context, received)? {
        Poll::Ready(0) => Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
        Poll::Ready(_) => Poll::Ready(Ok(())),
        Poll::Pending => Poll::Pending,
    }
}

/// On the loopback the kernel takes over a MiB for somebody who reads nothing; a narrow connection is more like one
/// through a network.
async fn connect(server: SocketAddr, narrow: bool) -> io::Result<TcpStream> {
    let socket = if server.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if narrow {
        socket.set_recv_buffer_size(NARROW)?;
        SockRef::from(&socket).set_tcp_mss(SEGMENT)?;
    }
    socket.connect(server).await
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(context, buffer),
            Self::Tls(tls) => Pin::new(tls).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Self::Tls(tls) => Pin::new(tls).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Self::Tls(tls) => Pin::new(tls).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(context),
        }
    }
}
