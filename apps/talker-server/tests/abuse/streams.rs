//! Byte streams below WebSocket and HTTP, for what no client library would send.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::door::Kind;
use crate::site::{PATIENCE, Site};

/// Opens a WebSocket with little room between the two sides, and joins.
pub(super) async fn narrow(site: &Site, kind: Kind) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small buffer");
    let stream = socket.connect(site.address()).await.expect("a connection");
    let (mut stream, _) = client_async(kind.url(site), stream).await.expect("a WebSocket");
    if kind == Kind::SocketIo {
        stream.send(Message::text("40")).await.expect("a packet that goes out");
    }
    hear(&mut stream, "address").await;
    stream
}

/// Waits for a frame with these words, and passes over others.
pub(super) async fn hear(stream: &mut WebSocketStream<TcpStream>, words: &str) -> String {
    loop {
        let text = next_text(stream).await;
        if text.contains(words) {
            return text;
        }
    }
}

/// The next text frame.
pub(super) async fn next_text(stream: &mut WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>) -> String {
    let heard = async {
        while let Some(Ok(frame)) = stream.next().await {
            if let Message::Text(text) = frame {
                return text.to_string();
            }
        }
        panic!("the connection ended");
    };
    timeout(PATIENCE, heard).await.expect("something to come in time")
}

/// The head of a masked text frame of this length; the mask is zero. `last` ends the message that it is part of.
pub(super) fn frame_head(opcode: u8, last: bool, length: usize) -> Vec<u8> {
    let mut head = vec![opcode | u8::from(last) << 7, 0x80 | 127];
    head.extend((length as u64).to_be_bytes());
    head.extend([0; 4]);
    head
}

/// Sends as many bytes of filler, or as many as are taken.
pub(super) async fn pour(stream: &mut TcpStream, bytes: usize) -> bool {
    let filler = vec![b'a'; 64 * 1_024];
    let mut left = bytes;
    while left > 0 {
        let piece = left.min(filler.len());
        let taken = timeout(PATIENCE, stream.write_all(&filler[..piece])).await;
        if taken.expect("the server takes more, or hangs up").is_err() {
            return false;
        }
        left -= piece;
    }
    true
}

/// Waits for the end of a stream, and returns what came first.
pub(super) async fn rest_of(stream: &mut TcpStream) -> String {
    let mut rest = Vec::new();
    // That the other side hangs up in the middle of our sending is an end as well.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("an end in time");
    String::from_utf8_lossy(&rest).into_owned()
}
