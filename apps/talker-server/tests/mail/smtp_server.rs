//! An SMTP server that does what the test tells it to, and tells what it heard.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::smtp_session::Session;
use crate::soon;

/// How the server behaves towards the connections to come.
#[derive(Clone, Default)]
pub(crate) struct Manners {
    /// What it can do besides, as EHLO says it.
    pub(crate) extensions: Vec<&'static str>,
    /// Its certificate: with it, STARTTLS is offered.
    pub(crate) certificate: Option<Arc<ServerConfig>>,
    /// Whether TLS begins with the connection.
    pub(crate) implicit_tls: bool,
    /// The user and password without which it takes no mail.
    pub(crate) login: Option<(&'static str, &'static str)>,
    /// A command that it refuses, and how.
    pub(crate) refusal: Option<(&'static str, &'static str)>,
    /// A command that it never answers; the empty one stands for the connection itself.
    pub(crate) silence: Option<&'static str>,
}

/// A mail that the server took.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) sender: String,
    pub(crate) recipient: String,
    pub(crate) text: String,
    pub(crate) encrypted: bool,
    pub(crate) user: Option<String>,
}

/// What one connection was about.
pub(crate) enum Heard {
    /// A client is there.
    Beginning,
    /// A line of the client's, outside of mails.
    Line(String),
    /// A mail.
    Mail(Delivery),
    /// The client is gone.
    End,
}

pub(crate) struct SmtpServer {
    pub(crate) address: SocketAddr,
    manners: Arc<Mutex<Manners>>,
    heard: UnboundedReceiver<Heard>,
    /// Every line so far.
    pub(crate) lines: Vec<String>,
}

impl SmtpServer {
    pub(crate) async fn start(manners: Manners) -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address"), manners).await
    }

    pub(crate) async fn start_at(address: SocketAddr, manners: Manners) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (manners, (sender, heard)) = (Arc::new(Mutex::new(manners)), unbounded_channel());
        tokio::spawn(listen(listener, manners.clone(), sender));
        Self { address, manners, heard, lines: Vec::new() }
    }

    /// An address where no server listens, yet.
    pub(crate) async fn nowhere() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        listener.local_addr().expect("an address")
    }

    /// Changes how it behaves.
    pub(crate) fn mend(&self, manners: Manners) {
        *self.manners.lock().expect("unpoisoned") = manners;
    }

    /// Waits for a mail.
    pub(crate) async fn mail(&mut self) -> Delivery {
        loop {
            match self.hear().await {
                Heard::Line(line) => self.lines.push(line),
                Heard::Mail(mail) => return mail,
                Heard::Beginning | Heard::End => {}
            }
        }
    }

    /// Waits until a client is gone, and for its sake takes no mail before.
    pub(crate) async fn end(&mut self) {
        loop {
            match self.hear().await {
                Heard::Line(line) => self.lines.push(line),
                Heard::Mail(mail) => panic!("a mail was sent: {mail:?}"),
                Heard::Beginning => {}
                Heard::End => return,
            }
        }
    }

    /// Waits until a client is there.
    pub(crate) async fn connection(&mut self) {
        while !matches!(self.hear().await, Heard::Beginning) {}
    }

    /// Waits until a client says this.
    pub(crate) async fn line(&mut self, beginning: &str) {
        loop {
            if let Heard::Line(line) = self.hear().await {
                self.lines.push(line.clone());
                if line.starts_with(beginning) {
                    return;
                }
            }
        }
    }

    async fn hear(&mut self) -> Heard {
        soon("a word to the mail server", self.heard.recv()).await.expect("a running server")
    }
}

async fn listen(listener: TcpListener, manners: Arc<Mutex<Manners>>, heard: UnboundedSender<Heard>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (manners, heard) = (manners.lock().expect("unpoisoned").clone(), heard.clone());
        let _ = heard.send(Heard::Beginning);
        tokio::spawn(async move {
            // A client may go at any time: that is no fault here.
            let _ = Session::new(stream, manners, heard.clone()).talk().await;
            let _ = heard.send(Heard::End);
        });
    }
}
