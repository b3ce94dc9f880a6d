//! A way between clients and a server on which one message meets with something.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{self, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What one delivery of all meets with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tampering {
    None,
    Lose,
    Double,
    /// It comes behind the next delivery.
    Exchange,
}

/// Which delivery of all it is.
const UNLUCKY: usize = 5;

/// The way. It is gone when its runtime is.
pub(crate) struct Way {
    pub(crate) address: SocketAddr,
}

impl Way {
    pub(crate) async fn to(server: SocketAddr, tampering: Tampering) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("a port");
        let deliveries = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(server).await.expect("the server");
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(pass(from_client, to_server));
                let downward = Downward { from_server, to_client, me: None, held: Vec::new() };
                tokio::spawn(downward.pass(tampering, deliveries.clone()));
            }
        });
        Self { address }
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let _ = io::copy(&mut from, &mut to).await;
    let _ = to.shutdown().await;
}

/// One connection, from the server to the client.
struct Downward {
    from_server: OwnedReadHalf,
    to_client: OwnedWriteHalf,
    /// How rows say that whoever is logged in here sent them.
    me: Option<String>,
    /// A delivery that must wait for the next one.
    held: Vec<u8>,
}

impl Downward {
    async fn pass(mut self, tampering: Tampering, deliveries: Arc<AtomicUsize>) -> io::Result<()> {
        let head = self.head().await?;
        self.to_client.write_all(&head).await?;
        if !head.starts_with(b"HTTP/1.1 101") {
            io::copy(&mut self.from_server, &mut self.to_client).await?;
            return Ok(());
        }
        loop {
            let frame = self.frame().await?;
            let text = String::from_utf8_lossy(&frame).into_owned();
            self.learn(&text);
            if !self.is_delivery(&text) {
                self.to_client.write_all(&frame).await?;
                continue;
            }
            let unlucky = deliveries.fetch_add(1, Ordering::Relaxed) == UNLUCKY;
            match tampering {
                Tampering::Lose if unlucky => {}
                Tampering::Exchange if unlucky => self.held = frame,
                _ => {
                    self.to_client.write_all(&frame).await?;
                    self.to_client.write_all(&std::mem::take(&mut self.held)).await?;
                    if tampering == Tampering::Double && unlucky {
                        self.to_client.write_all(&frame).await?;
                    }
                }
            }
        }
    }

    /// Who is logged in here is in what `login` says.
    fn learn(&mut self, text: &str) {
        if let Some((_, id)) = text.split_once(r#"{"id":"#)
            && text.contains(r#""login""#)
        {
            self.me = Some(format!(r#""from_user":{},"#, id.split(',').next().unwrap_or_default()));
        }
    }

    fn is_delivery(&self, text: &str) -> bool {
        let row = text.contains(r#""messeage""#) && text.contains(r#""from_user""#);
        row && self.me.as_ref().is_some_and(|me| !text.contains(me))
    }

    async fn head(&mut self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.from_server.read_u8().await?);
        }
        Ok(head)
    }

    /// A whole frame, with its header.
    async fn frame(&mut self) -> io::Result<Vec<u8>> {
        let mut frame = vec![self.from_server.read_u8().await?, self.from_server.read_u8().await?];
        let length = match frame[1] {
            126 => {
                let length = self.from_server.read_u16().await?;
                frame.extend(length.to_be_bytes());
                usize::from(length)
            }
            127 => panic!("no message of a measurement is so long"),
            short => usize::from(short),
        };
        let start = frame.len();
        frame.resize(start + length, 0);
        self.from_server.read_exact(&mut frame[start..]).await?;
        Ok(frame)
    }
}
