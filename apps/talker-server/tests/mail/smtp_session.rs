//! One connection to the test's SMTP server.

use std::io;
use std::mem::replace;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::io::{empty, join, sink};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedSender;
use tokio_rustls::TlsAcceptor;

use crate::smtp_server::{Delivery, Heard, Manners};

trait Stream: AsyncBufRead + AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncBufRead + AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

pub(crate) struct Session {
    stream: Box<dyn Stream>,
    manners: Manners,
    heard: UnboundedSender<Heard>,
    encrypted: bool,
    user: Option<String>,
    sender: String,
    recipient: String,
}

impl Session {
    pub(crate) fn new(stream: TcpStream, manners: Manners, heard: UnboundedSender<Heard>) -> Self {
        Self {
            stream: Box::new(BufStream::new(stream)),
            manners,
            heard,
            encrypted: false,
            user: None,
            sender: String::new(),
            recipient: String::new(),
        }
    }

    /// Talks until the client is gone.
    pub(crate) async fn talk(mut self) -> io::Result<()> {
        if self.manners.implicit_tls {
            self.encrypt().await?;
        }
        if self.manners.silence != Some("") {
            self.say("220 at your service").await?;
        }
        while let Some(line) = self.line().await? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            if self.manners.silence == Some(verb.as_str()) {
                continue;
            }
            match self.manners.refusal {
                Some((command, reply)) if command == verb => self.say(reply).await?,
                _ => self.obey(&verb, &line).await?,
            }
        }
        Ok(())
    }

    async fn obey(&mut self, verb: &str, line: &str) -> io::Result<()> {
        let knows_client = self.user.is_some() || self.manners.login.is_none();
        match verb {
            "EHLO" => self.introduce().await,
            "STARTTLS" if self.manners.certificate.is_some() => {
                self.say("220 go ahead").await?;
                self.encrypt().await
            }
            "AUTH" => self.authenticate(line).await,
            "MAIL" if knows_client => {
                self.sender = path(line);
                self.say("250 2.1.0 yes").await
            }
            "RCPT" if knows_client => {
                self.recipient = path(line);
                self.say("250 2.1.5 yes").await
            }
            "DATA" if knows_client => self.take_mail().await,
            "QUIT" => self.say("221 2.0.0 goodbye").await,
            _ => self.say(&format!("500 5.5.1 what is {line}?")).await,
        }
    }

    async fn introduce(&mut self) -> io::Result<()> {
        let starttls = (self.manners.certificate.is_some() && !self.encrypted).then_some("STARTTLS");
        for extension in ["here"].iter().chain(&self.manners.extensions.clone()).chain(&starttls) {
            self.say(&format!("250-{extension}")).await?;
        }
        self.say("250 HELP").await
    }

    async fn authenticate(&mut self, line: &str) -> io::Result<()> {
        let mut words = line.split(' ').skip(1);
        let login = match (words.next(), words.next()) {
            (Some("PLAIN"), Some(response)) => {
                let response = decode(response);
                let mut fields = response.split('\0').skip(1).map(str::to_owned);
                fields.next().zip(fields.next())
            }
            (Some("LOGIN"), None) => {
                let user = self.ask("Username:").await?;
                Some((user, self.ask("Password:").await?))
            }
            _ => {
                self.ask("<challenge@here>").await?;
                None
            }
        };
        match (login, self.manners.login) {
            (Some((user, password)), Some(right)) if (user.as_str(), password.as_str()) == right => {
                self.user = Some(user);
                self.say("235 2.7.0 welcome").await
            }
            _ => self.say(&format!("535 5.7.8 not by {line}")).await,
        }
    }

    async fn ask(&mut self, question: &str) -> io::Result<String> {
        self.say(&format!("334 {}", STANDARD.encode(question))).await?;
        Ok(decode(&self.line().await?.unwrap_or_default()))
    }

    async fn take_mail(&mut self) -> io::Result<()> {
        self.say("354 tell").await?;
        let mut text = String::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            if line == ".\r\n" {
                break;
            }
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        match self.manners.refusal {
            Some((".", reply)) => return self.say(reply).await,
            _ if self.manners.silence == Some(".") => return Ok(()),
            _ => {}
        }
        let mail = Delivery {
            sender: self.sender.clone(),
            recipient: self.recipient.clone(),
            text,
            encrypted: self.encrypted,
            user: self.user.clone(),
        };
        let _ = self.heard.send(Heard::Mail(mail));
        self.say("250 2.0.0 it is on its way").await
    }

    async fn encrypt(&mut self) -> io::Result<()> {
        let certificate = self.manners.certificate.clone().expect("a certificate");
        let stream = replace(&mut self.stream, Box::new(join(empty(), sink())));
        self.stream = Box::new(BufStream::new(TlsAcceptor::from(certificate).accept(stream).await?));
        self.encrypted = true;
        Ok(())
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end().to_owned();
        let _ = self.heard.send(Heard::Line(line.clone()));
        Ok(Some(line))
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        self.stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }
}

/// What stands between the angle brackets.
fn path(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

pub(crate) fn decode(base64: &str) -> String {
    String::from_utf8_lossy(&STANDARD.decode(base64).unwrap_or_default()).into_owned()
}
