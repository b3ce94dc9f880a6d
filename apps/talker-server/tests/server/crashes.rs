//! A server that is killed at any moment, again and again, under load from clients that keep their accounts connected.
//!
//! `TALKER_CRASHES` says how often on each database; `cargo xtask prove` says a thousand.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use talker_client::{Account, AccountEvent, Id, Logged};
use tempfile::tempdir;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::databases::MysqlDatabase;
use crate::moments::Moments;
use crate::plain::Plain;
use crate::program::Program;
use crate::site::{NOBODY, Person, Site};

/// How often the server is killed, unless told otherwise.
const CRASHES: u32 = 30;

/// How long the accounts may take to come back after the last start, and to finish.
const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled_by_crashes_on_sqlite() {
    crash_again_and_again(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_or_doubled_by_crashes_on_mariadb() {
    let database = MysqlDatabase::create().await;
    crash_again_and_again(&[&format!("--database-url={}", database.url())]).await;
}

async fn crash_again_and_again(more: &[&str]) {
    let folder = tempdir().expect("a folder");
    let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port");
    let (mut program, site) = start(folder.path(), address, more).await;
    let (anna, benno) = (site.person("anna").await, site.person("benno").await);
    let stop = Arc::new(AtomicBool::new(false));
    let talks = [Talk::begin(&site, &anna, &benno, &stop), Talk::begin(&site, &benno, &anna, &stop)];

    let mut moments = Moments::new();
    for _ in 0..crashes() {
        // Some time after its start, from the middle of its start-up work to well under load.
        sleep(Duration::from_millis(20) + Duration::from_millis(600).mul_f64(moments.fraction())).await;
        program.kill();
        program.ended().await;
        (program, _) = start(folder.path(), address, more).await;
    }
    stop.store(true, Ordering::Relaxed);
    let [of_anna, of_benno] = talks;
    let (by_anna, by_benno) = (of_anna.acknowledged().await, of_benno.acknowledged().await);
    assert!(
        by_anna.len() > 10 && by_benno.len() > 10,
        "there was no load: {} {}",
        by_anna.len(),
        by_benno.len()
    );

    let stored = Stored::of(&Plain::log_in(&site, &anna).await, &site, benno.id).await;
    stored.expect_from(anna.id, &by_anna, moments.seed);
    stored.expect_from(benno.id, &by_benno, moments.seed);
    let heard = by_anna.len() + by_benno.len();
    of_anna.expect_whole_stream(heard, moments.seed).await;
    of_benno.expect_whole_stream(heard, moments.seed).await;
}

fn crashes() -> u32 {
    std::env::var("TALKER_CRASHES").ok().and_then(|text| text.parse().ok()).unwrap_or(CRASHES)
}

async fn start(folder: &Path, address: SocketAddr, more: &[&str]) -> (Program, Site) {
    let mut program = Program::spawn_at(folder, &address.to_string(), more);
    let site = program.site(folder).await;
    (program, site)
}

/// Somebody who says one number after the other, and listens.
struct Talk {
    account: Arc<Account>,
    saying: std::sync::Mutex<Option<JoinHandle<Vec<u64>>>>,
}

impl Talk {
    fn begin(site: &Site, me: &Person, other: &Person, stop: &Arc<AtomicBool>) -> Self {
        let builder = Account::builder(&site.url()).log_in(&me.username, me.hash.as_str());
        let account = Arc::new(builder.open().expect("an address"));
        let to = Id::new(other.id).expect("an id");
        let saying = tokio::spawn(say_numbers(account.clone(), to, stop.clone()));
        Self { account, saying: std::sync::Mutex::new(Some(saying)) }
    }

    /// The ids of the messages in the order in which they were acknowledged.
    async fn acknowledged(&self) -> Vec<u64> {
        let saying = self.saying.lock().expect("nobody panics").take().expect("asked once");
        timeout(PATIENCE, saying).await.expect("accounts that come back").expect("no panic")
    }

    /// Both heard every message once, their own and the other's, in the order of the log and without a gap.
    async fn expect_whole_stream(&self, messages: usize, seed: u64) {
        let (mut next, mut heard) = (1, BTreeSet::new());
        while heard.len() < messages {
            let event = timeout(PATIENCE, self.account.next_event()).await.expect("an event in time");
            match event.expect("an account that is kept") {
                AccountEvent::Logged(entry) => {
                    assert_eq!(entry.seq.get(), next, "seed {seed}");
                    next += 1;
                    if let Logged::Message(message) = entry.event {
                        assert!(heard.insert(message.id.get()), "seed {seed}: {message:?} twice");
                    }
                }
                AccountEvent::Gap { .. } => panic!("seed {seed}: nothing was pruned"),
                _ => {}
            }
        }
    }
}

async fn say_numbers(account: Arc<Account>, to: Id, stop: Arc<AtomicBool>) -> Vec<u64> {
    let mut ids = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let number = ids.len().to_string();
        ids.push(account.send(to, number).await.expect("a message that gets through").id.get());
    }
    ids
}

/// A whole conversation, oldest first: sender, id and content.
struct Stored(Vec<(u64, u64, String)>);

impl Stored {
    async fn of(me: &Plain, site: &Site, with: u64) -> Self {
        let (mut rows, mut from) = (Vec::new(), NOBODY);
        loop {
            let page = site.ask(me, "/messeages", &json!({"with_id": with, "from_messeage": from})).await;
            for row in page["messeages"].as_array().expect("rows") {
                let number = |name: &str| row[name].as_u64().expect("a number");
                let content = row["content"].as_str().expect("a text").to_owned();
                rows.push((number("from_user"), number("id"), content));
            }
            if page["all"] == true {
                rows.reverse();
                return Self(rows);
            }
            from = rows.last().expect("a row").1 - 1;
        }
    }

    /// What this sender was told is stored is what is stored, in his order, and nothing else is.
    fn expect_from(&self, sender: u64, acknowledged: &[u64], seed: u64) {
        let stored = self.0.iter().filter(|(from, ..)| *from == sender);
        let stored: Vec<(u64, String)> = stored.map(|(_, id, content)| (*id, content.clone())).collect();
        let expected: Vec<(u64, String)> =
            acknowledged.iter().enumerate().map(|(number, id)| (*id, number.to_string())).collect();
        assert_eq!(stored, expected, "seed {seed}");
    }
}
