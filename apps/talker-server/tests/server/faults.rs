//! What everything depends on fails while the server runs: it says so soon, acknowledges nothing that is not stored, goes
//! on by itself when the fault is over, and has lost nothing.

#[path = "faults/databases.rs"]
mod databases;
#[path = "faults/disks.rs"]
mod disks;
#[path = "faults/networks.rs"]
mod networks;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::plain::Plain;
use crate::program::Program;
use crate::site::{PATIENCE, Site};

/// How soon a client must hear that something is wrong. It is a second, and some for a machine that has much to do.
const SOON: Duration = Duration::from_secs(3);

/// Somebody who sends one message after the other to himself, each until it is acknowledged.
struct Diary {
    plain: Plain,
    /// The ids of what is stored, in order.
    stored: Vec<Value>,
}

impl Diary {
    async fn begin(site: &Site) -> Self {
        let mut diary = Self { plain: site.newcomer("anna").await, stored: vec![] };
        diary.write().await;
        diary
    }

    /// Tries to write the next entry once.
    async fn attempt(&mut self) -> Value {
        let number = self.stored.len().to_string();
        let entry = json!({"to_id": self.plain.user, "content": number, "nonce": number});
        let ack = self.plain.call_as_me("messeage", &entry).await;
        if ack["ok"] == true {
            assert_eq!(ack["messeage"]["content"], number);
            self.stored.push(ack["messeage"]["id"].clone());
        }
        ack
    }

    /// Writes the next entry, which must work at once.
    async fn write(&mut self) {
        let ack = self.attempt().await;
        assert_eq!(ack["ok"], true, "{ack}");
    }

    /// Tries, and is told soon that it does not work now.
    async fn expect_refusal(&mut self) {
        let asked = Instant::now();
        let ack = self.attempt().await;
        assert_eq!((&ack["ok"], &ack["error"]), (&json!(false), &json!(503)), "{ack}");
        assert!(asked.elapsed() < SOON, "refused after {:?}", asked.elapsed());
    }

    /// Writes the next entry as soon as that works again.
    async fn write_again(&mut self) {
        let written = timeout(PATIENCE, async {
            while self.attempt().await["ok"] != true {
                sleep(Duration::from_millis(50)).await;
            }
        });
        written.await.expect("a server that recovers");
    }

    /// All entries are there, once each, and nothing else is.
    async fn expect_whole(&self, site: &Site) {
        let newest = site.history(&self.plain, self.plain.user).await;
        let ids: Vec<Value> = newest.iter().rev().map(|row| row["id"].clone()).collect();
        assert_eq!(ids, self.stored);
    }
}

/// Nothing in the server fell over.
fn expect_no_panic(program: &Program) {
    assert!(!program.log.iter().any(|line| line.contains("panicked")), "{:#?}", program.log);
}
