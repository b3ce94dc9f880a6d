//! Engine.IO polling by hand: one request waits for packets, others bring them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::site::{PATIENCE, Site};

/// What stands between the packets of one body.
const SEPARATOR: char = '\x1e';

/// A session; dropping it stops polling.
pub(crate) struct Polling {
    http: reqwest::Client,
    pub(crate) url: String,
    poll: JoinHandle<()>,
}

impl Polling {
    pub(crate) async fn open(server: &Site, arriving: UnboundedSender<String>) -> Self {
        let url = format!("{}/socket.io/?EIO=4&transport=polling", server.url());
        let answer = server.http.get(&url).send().await.expect("an answer");
        let handshake = answer.text().await.expect("a handshake");
        let handshake: Value =
            serde_json::from_str(handshake.strip_prefix('0').expect("an open packet")).expect("JSON");
        let url = format!("{url}&sid={}", handshake["sid"].as_str().expect("a session"));
        let poll = tokio::spawn(poll(server.http.clone(), url.clone(), arriving));
        Self { http: server.http.clone(), url, poll }
    }

    /// Brings packets, and says how that was answered; `None` if not at all.
    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> Option<u16> {
        let posted = timeout(PATIENCE, self.http.post(&self.url).body(body).send());
        posted.await.expect("an answer in time").ok().map(|answer| answer.status().as_u16())
    }

    /// Brings a binary packet.
    pub(crate) async fn post_binary(&self, bytes: &[u8]) -> Option<u16> {
        self.post(format!("b{}", STANDARD.encode(bytes))).await
    }

    /// Asks for nothing more.
    pub(crate) fn stop(&self) {
        self.poll.abort();
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Asks again and again, until the session is no more.
async fn poll(http: reqwest::Client, url: String, arriving: UnboundedSender<String>) {
    while let Ok(answer) = http.get(&url).send().await {
        if answer.status() != 200 {
            return;
        }
        let Ok(body) = answer.text().await else { return };
        for packet in body.split(SEPARATOR) {
            if packet.is_empty() || arriving.send(packet.to_owned()).is_err() {
                return;
            }
        }
    }
}
