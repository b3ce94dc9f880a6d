//! What a plain WebSocket hears whose frames cannot be read: why, and never that the server only restarts.

use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::door::Kind;
use super::streams::{frame_head, narrow};
use crate::databases::Backend;
use crate::harness::{TestServer, on_both_databases};
use crate::site::Site;

on_both_databases!(who_sends_what_cannot_be_read_hears_why, who_says_goodbye_is_answered,);

/// The opcodes of WebSocket frames.
const TEXT: u8 = 1;
const RESERVED: u8 = 3;

async fn who_sends_what_cannot_be_read_hears_why(backend: Backend) {
    let server = TestServer::start(backend).await;
    for (what, bytes, code) in [
        ("a frame over the limit", frame_head(TEXT, true, 60 * 1_024 * 1_024), 1009),
        ("text that is no UTF-8", [frame_head(TEXT, true, 3), vec![0xff; 3]].concat(), 1007),
        ("a frame that is not masked", vec![0x80 | TEXT, 2, b'{', b'}'], 1002),
        ("a frame of no known kind", frame_head(RESERVED, true, 0), 1002),
    ] {
        assert_eq!(farewell_after(&server, &bytes).await, Some(code), "{what}");
    }
}

async fn who_says_goodbye_is_answered(backend: Backend) {
    let server = TestServer::start(backend).await;
    let close = |payload: &[u8]| {
        let length = u8::try_from(payload.len()).expect("a short one");
        [&[0x88, 0x80 | length, 0, 0, 0, 0], payload].concat()
    };
    for (payload, code) in
        [(&b"\x03\xe8bye"[..], Some(1000)), (b"\x0f\xa0", Some(4000)), (b"", None), (b"\x03\xe7", Some(1002))]
    {
        assert_eq!(farewell_after(&server, &close(payload)).await, code, "{payload:?}");
    }
}

async fn farewell_after(site: &Site, bytes: &[u8]) -> Option<u16> {
    let mut stream = narrow(site, Kind::Plain).await.into_inner();
    stream.write_all(bytes).await.expect("the bytes go out");
    let mut reader = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
    loop {
        match reader.next().await.expect("a farewell") {
            Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
            Ok(_) => {}
            Err(error) => panic!("no farewell: {error}"),
        }
    }
}
