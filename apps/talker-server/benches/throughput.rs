//! Durable messages a second through the whole server: pairs of plain WebSocket clients, each with a window of messages
//! on their way. `cargo bench -p talker-server --bench throughput -- [pairs] [window] [seconds] [extensions]`; the database
//! is the one of `TALKER_DATABASE_URL`, or a SQLite file in a temporary folder. With 1 for `extensions` the clients follow
//! their logs and every message is acknowledged; with 2 it has a nonce as well.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Failure = Box<dyn Error + Send + Sync>;
type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What the clients use of the extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extensions {
    None,
    AcksAndLog,
    All,
}

/// A server of this measurement's own, which ends with it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let number = |place: usize, default| numbers.get(place).copied().unwrap_or(default);
    let (pairs, window, seconds) = (number(0, 50), number(1, 16), number(2, 10));
    let extensions = match number(3, 0) {
        0 => Extensions::None,
        1 => Extensions::AcksAndLog,
        _ => Extensions::All,
    };
    let folder = tempfile::tempdir()?;
    let address = free_address()?;
    let _server = start(folder.path(), address)?;
    let mut sockets = Vec::new();
    for person in 0..pairs * 2 {
        sockets.push(log_in(address, folder.path(), &format!("person{person}"), extensions).await?);
    }
    let (echoed, delivered) = measure(sockets, window, Duration::from_secs(seconds), extensions).await?;
    println!(
        "{pairs} pairs, window {window}, {seconds} s, extensions {extensions:?}: {echoed} echoed and {delivered} delivered a second"
    );
    Ok(())
}

fn free_address() -> Result<SocketAddr, Failure> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn start(folder: &Path, address: SocketAddr) -> Result<Running, Failure> {
    let server = Command::new(env!("CARGO_BIN_EXE_talker-server"))
        .args([format!("--listen={address}"), "--admin-listen=127.0.0.1:0".into(), "--log=error".into()])
        .arg(format!("--data-dir={}", folder.display()))
        .stderr(Stdio::inherit())
        .spawn()?;
    Ok(Running(server))
}

/// Opens an account and logs in on a new connection; returns it with the user's id.
async fn log_in(
    address: SocketAddr,
    folder: &Path,
    name: &str,
    extensions: Extensions,
) -> Result<(Socket, u64), Failure> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("http://{address}");
    let account = json!({"username": name, "email": format!("{name}@example.org"), "hash": "secret"});
    while http.post(format!("{url}/register")).json(&account).send().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let link = loop {
        match confirmation(folder, name) {
            Some(link) => break link,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    http.get(link).send().await?;
    let (mut socket, _) = connect_async(format!("ws://{address}/")).await?;
    let base = json!({"login": name, "hash": "secret"});
    let following = json!({"login": name, "hash": "secret", "after": 0});
    socket.send(event("login", if extensions == Extensions::None { &base } else { &following })).await?;
    loop {
        let (event, data) = next(&mut socket).await?;
        if event == "login" {
            return Ok((socket, data["id"].as_u64().ok_or("the login was refused")?));
        }
    }
}

fn confirmation(folder: &Path, name: &str) -> Option<String> {
    let mails = std::fs::read_dir(folder.join("mails")).ok()?;
    let mut texts = mails.filter_map(|mail| std::fs::read_to_string(mail.ok()?.path()).ok());
    let mail = texts.find(|text| text.contains(&format!("<{name}@example.org>")))?;
    mail.lines().find(|line| line.starts_with("http")).map(str::to_owned)
}

/// Echoes and deliveries a second, after a second of warming up.
async fn measure(
    sockets: Vec<(Socket, u64)>,
    window: u64,
    time: Duration,
    extensions: Extensions,
) -> Result<(u64, u64), Failure> {
    let counts: Arc<(AtomicU64, AtomicU64)> = Arc::default();
    let ids: Vec<u64> = sockets.iter().map(|(_, id)| *id).collect();
    let talking: Vec<_> = sockets
        .into_iter()
        .enumerate()
        .map(|(place, (socket, id))| {
            let messages = Messages { from: id, to: ids[place ^ 1], extensions, number: 0 };
            tokio::spawn(talk(socket, messages, window, counts.clone()))
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = (counts.0.load(Ordering::Relaxed), counts.1.load(Ordering::Relaxed));
    let start = Instant::now();
    tokio::time::sleep(time).await;
    let passed = start.elapsed().as_millis();
    let a_second = |after: u64, before: u64| u64::try_from(u128::from(after - before) * 1_000 / passed);
    let rates = (
        a_second(counts.0.load(Ordering::Relaxed), before.0)?,
        a_second(counts.1.load(Ordering::Relaxed), before.1)?,
    );
    for talker in talking {
        if talker.is_finished() {
            talker.await??;
        } else {
            talker.abort();
        }
    }
    Ok(rates)
}

/// Keeps `window` messages on their way: each echo is followed by the next one.
async fn talk(
    mut socket: Socket,
    mut messages: Messages,
    window: u64,
    counts: Arc<(AtomicU64, AtomicU64)>,
) -> Result<(), Failure> {
    for _ in 0..window {
        socket.send(messages.next()).await?;
    }
    loop {
        let (event, data) = next(&mut socket).await?;
        match event.as_str() {
            "messeage" if data["from_user"] == messages.from => {
                counts.0.fetch_add(1, Ordering::Relaxed);
                socket.send(messages.next()).await?;
            }
            "messeage" => drop(counts.1.fetch_add(1, Ordering::Relaxed)),
            "error" => return Err(format!("error {data}").into()),
            _ => {}
        }
    }
}

/// What one client sends.
struct Messages {
    from: u64,
    to: u64,
    extensions: Extensions,
    number: u64,
}

impl Messages {
    fn next(&mut self) -> Message {
        self.number += 1;
        let mut data = json!({"user_id": self.from, "to_id": self.to, "content": "x".repeat(256)});
        if self.extensions == Extensions::None {
            return event("messeage", &data);
        }
        if self.extensions == Extensions::All {
            data["nonce"] = format!("{}-{}", self.from, self.number).into();
        }
        Message::text(json!({"event": "messeage", "data": data, "ack": self.number}).to_string())
    }
}

fn event(name: &str, data: &Value) -> Message {
    Message::text(json!({"event": name, "data": data}).to_string())
}

async fn next(socket: &mut Socket) -> Result<(String, Value), Failure> {
    loop {
        let Message::Text(text) = socket.next().await.ok_or("the connection ended")?? else { continue };
        let mut frame: Value = serde_json::from_str(&text)?;
        return Ok((frame["event"].as_str().unwrap_or_default().to_owned(), frame["data"].take()));
    }
}
