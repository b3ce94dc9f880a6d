//! A server to send things to, in the process of the fuzzer, which ends with the first panic of any of its threads.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use talker_proto::{Request as _, users::IsUsernameUsed};
use talker_server::{Server, Settings};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// What everything here runs on.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

static SITE: LazyLock<Site> = LazyLock::new(Site::start);

/// How long an answer may take, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server on a folder that goes with the process.
pub struct Site {
    _server: Server,
    folder: TempDir,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Site {
    /// The one server of this process.
    pub fn get() -> &'static Self {
        &SITE
    }

    fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        let data_dir = format!("--data-dir={}", folder.path().display());
        let arguments =
            ["talker-server", "--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--rate-limits=off"];
        let settings =
            Settings::from_arguments([&arguments[..], &[data_dir.as_str()]].concat()).expect("settings");
        let server = RUNTIME.block_on(Server::start(settings)).expect("a server");
        Self { address: server.address(), _server: server, folder }
    }

    /// A new account, by the link in the mail that the server keeps; its password is `secret`.
    pub fn account(&self, name: &str) {
        let registration =
            json!({"username": name, "email": format!("{name}@example.org"), "hash": "secret"});
        assert_eq!(self.post("/register", "application/json", registration.to_string().as_bytes()).0, 200);
        let (id, uuid) = self.link();
        let link = json!({"id": id, "uuid": uuid});
        let (_, answer) = self.post("/register/confirm", "application/json", link.to_string().as_bytes());
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        assert_eq!(answer["code"], "confirmed", "a link that is wrong is answered 200 as well");
    }

    /// The newest mail's link: its `id` and `uuid`.
    fn link(&self) -> (String, String) {
        for _ in 0..200 {
            let mails = std::fs::read_dir(self.folder.path().join("mails")).into_iter().flatten().flatten();
            let newest = mails.max_by_key(|mail| mail.file_name());
            let text = newest.and_then(|mail| std::fs::read_to_string(mail.path()).ok()).unwrap_or_default();
            let text = text.replace("=\r\n", "").replace("=3D", "=");
            let after = |name: &str| {
                let start = text.find(name)? + name.len();
                let rest = &text[start..];
                Some(rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c))?].to_owned())
            };
            if let (Some(id), Some(uuid)) = (after("confirm?id="), after("&uuid=")) {
                return (id, uuid);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("no mail came");
    }

    /// Sends a body, and returns the answer's status and body.
    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: talker\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        self.exchange(&[head.as_bytes(), body].concat())
    }

    /// Sends a request, and returns the answer's status and body; the status is 0 if nothing came.
    pub fn exchange(&self, request: &[u8]) -> (u16, Vec<u8>) {
        read(self.send(request))
    }

    /// Sends whatever it is, and nothing more: the server answers or hangs up.
    pub fn throw(&self, bytes: &[u8]) {
        finish(self.send(bytes));
    }

    /// A connection that has become a WebSocket.
    pub fn upgrade(&self, path: &str) -> TcpStream {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: talker\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let mut stream = self.send(request.as_bytes());
        stream.set_nodelay(true).expect("an option");
        let mut head = Vec::new();
        // Byte by byte, since frames come behind it.
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an answer");
            head.extend(byte);
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{path}: {}", String::from_utf8_lossy(&head));
        stream
    }

    /// Sees that the server goes on, and its database with it.
    pub fn expect_answer(&self) {
        let (status, _) = self.post(IsUsernameUsed::PATH, "application/json", br#"{"username":"anna"}"#);
        assert_eq!(status, 200, "the server goes on");
    }

    fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        // The server may have said no and gone before all of it is sent.
        let _ = stream.write_all(bytes);
        stream
    }
}

/// Sends nothing more, and waits until the server hangs up.
pub fn finish(stream: TcpStream) {
    let _ = stream.shutdown(Shutdown::Write);
    read(stream);
}

fn read(mut stream: TcpStream) -> (u16, Vec<u8>) {
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert!(error.kind() != ErrorKind::WouldBlock, "no answer in {PATIENCE:?}");
    }
    let status = answer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").map_or(answer.len(), |head| head + 4);
    (status.unwrap_or(0), answer.split_off(body))
}

/// Whether this is an error as the documents say, or an answer that is none.
pub fn is_documented(status: u16, body: &[u8]) -> bool {
    let error = serde_json::from_slice::<Value>(body).ok().and_then(|body| body["error"].as_u64());
    match status {
        200 => true,
        400 | 401 | 404 | 405 | 409 | 413 | 415 | 422 => error == Some(u64::from(status)),
        _ => false,
    }
}
