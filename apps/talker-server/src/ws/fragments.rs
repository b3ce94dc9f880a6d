//! Large texts in fragments (RFC 6455, section 5.4).
//!
//! tungstenite copies a frame into a buffer that keeps the size of the largest one until the connection ends. A fragment is a
//! frame of its own, and shares the text's bytes until it is copied.

use std::ops::ControlFlow;

use axum::body::Bytes;
use futures_util::{FutureExt as _, Sink, SinkExt as _};
use tokio::time::Interval;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::room::Share;

/// The most that goes out in one frame.
pub(super) const FRAGMENT: usize = 32 * 1_024;

/// A ping, which may stand between fragments.
pub(super) fn ping() -> Message {
    Message::Ping(Bytes::new())
}

/// Feeds a text, whole or in fragments.
pub(super) async fn feed(
    sink: &mut (impl Sink<Message> + Unpin),
    text: Utf8Bytes,
    share: Option<Share>,
    pings: &mut Interval,
) -> ControlFlow<()> {
    if text.len() <= FRAGMENT {
        return feed_frame(sink, Message::Text(text)).await;
    }
    share.iter().for_each(Share::offer);
    for fragment in of(text.into()) {
        let bytes = fragment.len();
        feed_frame(sink, fragment).await?;
        if let Some(share) = &share {
            share.take(bytes);
        }
        // A slow client shows only by its answers that it is there.
        if pings.tick().now_or_never().is_some() {
            feed_frame(sink, ping()).await?;
        }
    }
    ControlFlow::Continue(())
}

async fn feed_frame(sink: &mut (impl Sink<Message> + Unpin), frame: Message) -> ControlFlow<()> {
    if sink.feed(frame).await.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

fn of(text: Bytes) -> impl Iterator<Item = Message> {
    (0..text.len()).step_by(FRAGMENT).map(move |start| {
        let end = text.len().min(start + FRAGMENT);
        let kind = if start == 0 { Data::Text } else { Data::Continue };
        Message::Frame(Frame::message(text.slice(start..end), OpCode::Data(kind), end == text.len()))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::StreamExt as _;
    use tokio::io::duplex;
    use tokio::time::interval;
    use tokio_tungstenite::WebSocketStream;
    use tokio_tungstenite::tungstenite::protocol::Role;

    use super::*;

    async fn received(text: &str) -> Vec<Message> {
        let (near, far) = duplex(1_024);
        let mut server = WebSocketStream::from_raw_socket(near, Role::Server, None).await;
        let mut client = WebSocketStream::from_raw_socket(far, Role::Client, None).await;
        // The first one is due.
        let mut pings = interval(Duration::from_hours(1));
        tokio::time::advance(Duration::from_secs(1)).await;
        let sending = async move {
            let fed = feed(&mut server, text.into(), None, &mut pings).await;
            assert!(fed.is_continue() && server.close(None).await.is_ok());
            // The client answers pings, and fails where nobody takes its answers.
            while server.next().await.is_some() {}
        };
        let receiving = async {
            let mut received = vec![];
            while let Some(Ok(message)) = client.next().await {
                received.push(message);
            }
            received
        };
        tokio::join!(receiving, sending).0
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_text_comes_as_one_message_with_what_came_between() {
        // Some fragments end within a letter.
        for length in [0, FRAGMENT / 3, FRAGMENT, 2 * FRAGMENT, 10 * FRAGMENT] {
            let text = "å€𝄞".repeat(length / 9);
            let texts = received(&text).await.into_iter().filter_map(|message| match message {
                Message::Text(text) => Some(text),
                _ => None,
            });
            assert_eq!(texts.collect::<Vec<_>>(), [text.as_str()], "{length}");
        }
        let long = "x".repeat(FRAGMENT + 1);
        assert_eq!(
            received(&long).await[..2],
            [ping(), Message::text(long)],
            "a ping that is due goes between"
        );
    }

    #[test]
    fn fragments_are_small_and_only_the_last_one_ends_the_message() {
        let text = Bytes::from("x".repeat(2 * FRAGMENT + 1));
        let fragments: Vec<_> = of(text)
            .map(|message| match message {
                Message::Frame(frame) => (frame.payload().len(), frame.header().is_final),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(fragments, [(FRAGMENT, false), (FRAGMENT, false), (1, true)]);
    }
}
