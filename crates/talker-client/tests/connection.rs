//! How a connection begins and ends, against a server that says what the test tells it to.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use talker_client::{Error, Event, Message, Talker, Transport};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::task::yield_now;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;

const HANDSHAKE: &str =
    r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#;
const OPENED: &str = r#"40{"sid":"s"}"#;
const ADDRESS: &str = r#"42["address",{"address":"key"}]"#;

/// The server's end of the only connection it takes.
struct Peer(WebSocketStream<TcpStream>);

impl Peer {
    async fn say(&mut self, frames: &[&str]) {
        for frame in frames {
            self.0.send(Frame::text(*frame)).await.expect("a client that listens");
        }
    }

    /// Waits until the client says something that begins like this.
    async fn hear(&mut self, beginning: &str) -> String {
        while let Some(frame) = self.0.next().await {
            let text = frame.expect("a frame").into_text().expect("a text");
            if text.starts_with(beginning) {
                return text.to_string();
            }
        }
        panic!("the client never said {beginning}");
    }

    async fn close(mut self) {
        self.0.close(None).await.expect("a goodbye");
        while let Some(Ok(_)) = self.0.next().await {}
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

async fn accept(listener: &TcpListener) -> Peer {
    let (stream, _) = listener.accept().await.expect("a client");
    let mut peer = Peer(tokio_tungstenite::accept_async(stream).await.expect("a WebSocket"));
    peer.say(&[HANDSHAKE]).await;
    peer.hear("40").await;
    peer
}

async fn connect(address: SocketAddr) -> Result<Talker, Error> {
    let builder = Talker::builder(&format!("http://{address}")).transport(Transport::WebSocket);
    builder.timeout(Duration::from_secs(5)).connect().await
}

/// A client that is connected, and its server's end.
async fn pair() -> (Talker, Peer) {
    let (listener, address) = listen().await;
    let serve = async {
        let mut peer = accept(&listener).await;
        peer.say(&[OPENED, ADDRESS]).await;
        peer
    };
    let (client, peer) = tokio::join!(connect(address), serve);
    (client.expect("a connection"), peer)
}

#[tokio::test]
async fn connecting_gives_the_connections_key() {
    let (client, _peer) = pair().await;
    assert_eq!(client.address().0, "key");
}

#[tokio::test]
async fn a_refused_connection_says_why() {
    let (listener, address) = listen().await;
    let serve = async {
        let mut peer = accept(&listener).await;
        peer.say(&[r#"44{"message":"house is full"}"#]).await;
        peer
    };
    let (refusal, _peer) = tokio::join!(connect(address), serve);
    match refusal {
        Err(Error::Rejected(why)) => assert!(why.contains("house is full"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_handshake_login_is_answered_on_connecting() {
    let (listener, address) = listen().await;
    let serve = async {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut peer = Peer(tokio_tungstenite::accept_async(stream).await.expect("a WebSocket"));
        peer.say(&[HANDSHAKE]).await;
        assert_eq!(peer.hear("40").await, r#"40{"hash":"secret","login":"alice"}"#);
        peer.say(&[OPENED, ADDRESS, r#"42["login",{"id":5,"clientAddress":"key"}]"#]).await;
        peer
    };
    let builder = Talker::builder(&format!("http://{address}")).transport(Transport::WebSocket);
    let (client, _peer) = tokio::join!(builder.log_in("alice", "secret").connect(), serve);
    let client = client.expect("a connection");
    assert_eq!(client.session().map(|session| session.id.get()), Some(5));
}

#[tokio::test]
async fn a_refused_login_is_an_error_and_the_connection_goes_on() {
    let (mut client, mut peer) = pair().await;
    let serve = async {
        assert_eq!(peer.hear("42").await, r#"42["login",{"hash":"wrong","login":"alice"}]"#);
        peer.say(&[r#"42["login",false]"#]).await;
        peer.hear("42").await;
        peer.say(&[r#"42["error",503]"#]).await;
    };
    let log_in_twice = async {
        let refusal = client.log_in("alice", "wrong").await;
        assert!(matches!(refusal, Err(Error::LoginRefused)), "{refusal:?}");
        let refusal = client.log_in("alice", "right").await;
        assert!(matches!(refusal, Err(Error::Answered(503))), "{refusal:?}");
    };
    tokio::join!(serve, log_in_twice);
    assert!(matches!(client.read(talker_client::Id::new(1).expect("an id")).await, Err(Error::NotLoggedIn)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_keep_the_order_in_which_they_were_sent() {
    let (mut client, mut peer) = pair().await;
    let serve = async {
        for id in 1..=2_000 {
            let row = format!(
                r#"42["messeage",{{"id":{id},"from_user":5,"to_user":6,"content":"x","content_type":"text","init_date":"2026-01-02 03:04:05","readen":null,"notified":0}}]"#
            );
            peer.say(&[&row, r#"42["error",429]"#]).await;
        }
    };
    let receive = async {
        for id in 1..=2_000 {
            let message: Message = client.receive().await.expect("a message");
            assert_eq!(message.id.get(), id);
            assert_eq!(client.next_event().await, Some(Event::Error(429)));
        }
    };
    tokio::join!(serve, receive);
}

#[tokio::test]
async fn the_end_is_told_however_it_comes() {
    for goodbye in ["close frame", "cut", "disconnect packet", "not socket.io"] {
        let (mut client, mut peer) = pair().await;
        peer.say(&[r#"42["auth",false]"#]).await;
        let kept = match goodbye {
            "close frame" => {
                peer.close().await;
                None
            }
            "cut" => {
                drop(peer);
                None
            }
            "disconnect packet" => {
                peer.say(&["41"]).await;
                Some(peer)
            }
            _ => {
                peer.say(&["gibberish"]).await;
                Some(peer)
            }
        };
        assert_eq!(client.next_event().await, Some(Event::NotLoggedIn), "{goodbye}");
        let end = timeout(Duration::from_secs(5), client.next_event()).await;
        assert_eq!(end, Ok(Some(Event::Disconnected)), "{goodbye}");
        assert_eq!(client.next_event().await, None, "{goodbye}");
        assert!(matches!(client.log_out().await, Err(Error::Disconnected)), "{goodbye}");
        drop(kept);
    }
}

#[tokio::test]
async fn the_server_is_told_goodbye() {
    let (client, mut peer) = pair().await;
    client.disconnect().await;
    peer.hear("41").await;

    let (client, mut peer) = pair().await;
    drop(client);
    peer.hear("41").await;
}

#[tokio::test]
async fn an_ended_connection_leaves_nothing_behind() {
    let (client, peer) = pair().await;
    drop(client);
    peer.close().await;

    let (mut client, peer) = pair().await;
    drop(peer);
    client.wait_for(|event| *event == Event::Disconnected).await.expect("the end");

    let nothing_runs = async {
        while Handle::current().metrics().num_alive_tasks() > 0 {
            yield_now().await;
        }
    };
    timeout(Duration::from_secs(5), nothing_runs).await.expect("no task is left");
}
