//! A WebSocket client's end, framed by hand: a library would cost more than the server that is measured.
//!
//! It reads and writes as much as there is in one system call each, masks with zeros, and knows only what a server
//! sends in measurements: whole text frames, pings and a goodbye.

use std::io;
use std::net::SocketAddr;

use bytes::{Buf, Bytes, BytesMut};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::{TcpSocket, TcpStream};

use crate::error::Error;

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// The bit beside a length that says that a mask follows.
const MASKED: u8 = 0x80;
/// In place of a length: it follows in two bytes, or in eight.
const TWO_BYTES: u8 = 0x7e;
const EIGHT_BYTES: u8 = 0x7f;
/// A mask that changes nothing.
const MASK: [u8; 4] = [0; 4];

/// How many bytes a narrow connection lets wait to be read, and in what pieces they come: as on an Ethernet.
const NARROW: u32 = 16 * 1_024;
const SEGMENT: u32 = 1_460;

/// How much is read at once.
const CHUNK: usize = 16 * 1_024;

/// One connection.
pub(crate) struct WebSocket {
    tcp: TcpStream,
    received: BytesMut,
    outgoing: BytesMut,
}

impl WebSocket {
    /// Connects, and asks for a WebSocket at this path.
    pub(crate) async fn open(server: SocketAddr, path: &str, narrow: bool) -> Result<Self, Error> {
        let mut tcp = connect(server, narrow).await?;
        tcp.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        tcp.write_all(request.as_bytes()).await?;
        let received = head(&mut tcp).await?;
        Ok(Self { tcp, received, outgoing: BytesMut::new() })
    }

    /// Adds a text frame to what [`Self::turn`] sends.
    pub(crate) fn queue(&mut self, text: &[u8]) {
        self.queue_frame(TEXT, text);
    }

    /// The next text among what was received, if it is there as a whole.
    pub(crate) fn next_text(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some((kind, payload)) = self.next_frame() {
            match kind {
                TEXT => return Ok(Some(payload)),
                PING => self.queue_frame(PONG, &payload),
                PONG => {}
                CLOSE => return Err(Error::Ended),
                _ => return Err(Error::Frame(kind)),
            }
        }
        Ok(None)
    }

    /// Sends and receives what can be sent and received now; waits until something can be. Nothing is lost if the
    /// future is dropped.
    pub(crate) async fn turn(&mut self) -> Result<(), Error> {
        self.write()?;
        let waiting = !self.outgoing.is_empty();
        let ready = self.tcp.ready(if waiting {
            Interest::READABLE | Interest::WRITABLE
        } else {
            Interest::READABLE
        });
        if ready.await?.is_readable() {
            self.read()?;
        }
        Ok(())
    }

    /// How many bytes wait to be sent.
    pub(crate) fn unsent(&self) -> usize {
        self.outgoing.len()
    }

    fn write(&mut self) -> Result<(), Error> {
        while !self.outgoing.is_empty() {
            match self.tcp.try_write(&self.outgoing) {
                Ok(written) => self.outgoing.advance(written),
                Err(fault) if fault.kind() == io::ErrorKind::WouldBlock => break,
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(())
    }

    fn read(&mut self) -> Result<(), Error> {
        self.received.reserve(CHUNK);
        match self.tcp.try_read_buf(&mut self.received) {
            Ok(0) => Err(Error::Ended),
            Ok(_) => Ok(()),
            Err(fault) if fault.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }

    fn queue_frame(&mut self, kind: u8, payload: &[u8]) {
        let length = payload.len();
        self.outgoing.extend_from_slice(&[kind]);
        if let Ok(short @ ..TWO_BYTES) = u8::try_from(length) {
            self.outgoing.extend_from_slice(&[MASKED | short]);
        } else if let Ok(length) = u16::try_from(length) {
            self.outgoing.extend_from_slice(&[MASKED | TWO_BYTES]);
            self.outgoing.extend_from_slice(&length.to_be_bytes());
        } else {
            self.outgoing.extend_from_slice(&[MASKED | EIGHT_BYTES]);
            self.outgoing.extend_from_slice(&(length as u64).to_be_bytes());
        }
        self.outgoing.extend_from_slice(&MASK);
        self.outgoing.extend_from_slice(payload);
    }

    /// The first byte and the payload of the next frame, if it is there as a whole.
    fn next_frame(&mut self) -> Option<(u8, Bytes)> {
        let (&kind, rest) = self.received.split_first()?;
        let (&short, rest) = rest.split_first()?;
        let (header, length) = match short {
            TWO_BYTES => (4, u16::from_be_bytes(*rest.first_chunk()?).into()),
            EIGHT_BYTES => (10, usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?),
            _ => (2, usize::from(short)),
        };
        if self.received.len() < header + length {
            return None;
        }
        self.received.advance(header);
        Some((kind, self.received.split_to(length).freeze()))
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

/// Reads the answer to the handshake, and returns what came behind it.
async fn head(tcp: &mut TcpStream) -> Result<BytesMut, Error> {
    let mut received = BytesMut::with_capacity(1_024);
    loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = received.split_to(end + 4);
            let upgraded = head.starts_with(b"HTTP/1.1 101 ");
            return if upgraded { Ok(received) } else { Err(Error::Upgrade(first_line(&head))) };
        }
        if tcp.read_buf(&mut received).await? == 0 {
            return Err(Error::Upgrade(first_line(&received)));
        }
    }
}

fn first_line(head: &[u8]) -> String {
    String::from_utf8_lossy(head).lines().next().unwrap_or_default().to_owned()
}
