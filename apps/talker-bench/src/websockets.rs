//! A WebSocket client's end, framed by hand: a library would cost more than the server that is measured.
//!
//! It reads and writes as much as there is in one system call each, masks with zeros, and knows only what a server
//! sends in measurements: texts, whole or in fragments, pings and a goodbye.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::arguments::Target;
use crate::error::Error;
use crate::lines::Line;

const TEXT: u8 = 0x81;
/// A text that goes on in fragments, one of those, and the last one.
const FIRST: u8 = 0x01;
const CONTINUATION: u8 = 0x00;
const LAST: u8 = 0x80;
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

/// One connection.
pub(crate) struct WebSocket {
    line: Line,
    received: BytesMut,
    /// What has come of a text in fragments.
    fragments: BytesMut,
    outgoing: BytesMut,
}

impl WebSocket {
    /// Connects, and asks for a WebSocket at this path.
    pub(crate) async fn open(target: &Target, path: &str) -> Result<Self, Error> {
        let server = target.server;
        let mut line = Line::open(server, target.narrow, target.trust.as_ref()).await?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        line.write_all(request.as_bytes()).await?;
        let received = head(&mut line).await?;
        Ok(Self { line, received, fragments: BytesMut::new(), outgoing: BytesMut::new() })
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
                FIRST | CONTINUATION => self.fragments.extend_from_slice(&payload),
                LAST => {
                    self.fragments.extend_from_slice(&payload);
                    return Ok(Some(self.fragments.split().freeze()));
                }
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
        match self.line.turn(&mut self.outgoing, &mut self.received).await {
            Err(fault) if fault.kind() == io::ErrorKind::UnexpectedEof => Err(Error::Ended),
            turned => Ok(turned?),
        }
    }

    /// How many bytes wait to be sent.
    pub(crate) fn unsent(&self) -> usize {
        self.outgoing.len()
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

/// Reads the answer to the handshake, and returns what came behind it.
async fn head(line: &mut Line) -> Result<BytesMut, Error> {
    let mut received = BytesMut::with_capacity(1_024);
    loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = received.split_to(end + 4);
            let upgraded = head.starts_with(b"HTTP/1.1 101 ");
            return if upgraded { Ok(received) } else { Err(Error::Upgrade(first_line(&head))) };
        }
        if line.read_buf(&mut received).await? == 0 {
            return Err(Error::Upgrade(first_line(&received)));
        }
    }
}

fn first_line(head: &[u8]) -> String {
    String::from_utf8_lossy(head).lines().next().unwrap_or_default().to_owned()
}
