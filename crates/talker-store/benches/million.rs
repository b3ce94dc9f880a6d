//! A page of history and a list of 500 contacts among a million messages: median and 99th percentile.
//! `cargo bench -p talker-store --bench million -- [messages]`; the database is an empty one of `TALKER_DATABASE_URL`
//! (`mysql://…`), or a SQLite file in a temporary folder.

use std::error::Error;
use std::time::{Duration, Instant};

use talker_domain::messages::{CONTENT_PER_ANSWER, Content, Text, history, send};
use talker_domain::users::{Email, PasswordHash, Username, confirm, register};
use talker_domain::{Digest, IdMinter, Timestamp, Token, UserId};
use talker_store::{Location, Store, StoreError};

type Failure = Box<dyn Error>;

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const PEERS: usize = 500;
const BATCH: usize = 256;
const QUERIES: usize = 2_000;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let messages = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    let location = match std::env::var("TALKER_DATABASE_URL") {
        Ok(url) => Location::Mysql(url),
        Err(_) => Location::Sqlite(folder.path().join("talker.db")),
    };
    let store = Store::open(&location, 4).await?;
    let mut ids = IdMinter::new(0);
    let mut users = Vec::new();
    for number in 0..=PEERS {
        users.push(user(&store, &mut ids, number).await?);
    }
    let start = Instant::now();
    fill(&store, ids, &users, messages).await?;
    println!(
        "{messages} messages stored, {:.0} a second",
        f64::from(u32::try_from(messages)?) / start.elapsed().as_secs_f64()
    );
    let (owner, peers) = (users[0], &users[1..]);
    let pages = times(async |query| {
        let ask = history::Ask { viewer: owner, peer: peers[query % PEERS], from: None };
        store.read(move |transaction| transaction.history(ask)).await.map(drop)
    });
    report("a page of history", &pages.await?);
    let lists = times(async |_| {
        store.read(move |transaction| transaction.contacts(owner, CONTENT_PER_ANSWER)).await.map(drop)
    });
    report("500 contacts", &lists.await?);
    Ok(())
}

async fn user(store: &Store, ids: &mut IdMinter, number: usize) -> Result<UserId, Failure> {
    let ask = register::Ask {
        username: Username::new(format!("person{number}"))?,
        email: Email::new(format!("person{number}@example.org"))?,
        password: PasswordHash("none".into()),
        token: Token("none".into()),
        token_digest: Digest([0; 32]),
    };
    let (registration, user) = (ids.registration(NOW), ids.user(NOW));
    let link = confirm::Ask { registration, token: Digest([0; 32]) };
    let opened = store.write(move |transaction| {
        register::run(transaction, &ask, NOW, registration)
            .map_err(|failure| failure.map_refusal(|refusal| refusal.to_string()))?;
        confirm::run(transaction, link, NOW, user)
            .map_err(|failure| failure.map_refusal(|refusal| refusal.to_string()))
    });
    Ok(opened.await?.user)
}

/// Messages of the first user with each of the others in turn, in both directions.
async fn fill(store: &Store, mut ids: IdMinter, users: &[UserId], messages: usize) -> Result<(), Failure> {
    let content = Content::Text(Text::new("x".repeat(100))?);
    for batch in 0..messages.div_ceil(BATCH) {
        let asks: Vec<_> = (0..BATCH)
            .map(|place| {
                let number = batch * BATCH + place;
                let (owner, peer) = (users[0], users[1 + number / 2 % PEERS]);
                let (from, to) = if number.is_multiple_of(2) { (owner, peer) } else { (peer, owner) };
                send::Ask { from, to, content: content.clone(), nonce: None, max_unanswered: None }
            })
            .collect();
        let mut minter = std::mem::replace(&mut ids, IdMinter::new(0));
        ids = store
            .write(move |transaction| {
                send::run(transaction, &asks, NOW, &mut minter)?;
                Ok::<_, StoreError>(std::mem::replace(&mut minter, IdMinter::new(0)))
            })
            .await?;
    }
    Ok(())
}

async fn times(query: impl AsyncFn(usize) -> Result<(), StoreError>) -> Result<Vec<Duration>, StoreError> {
    let mut times = Vec::with_capacity(QUERIES);
    for number in 0..QUERIES {
        let start = Instant::now();
        query(number).await?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times)
}

fn report(what: &str, times: &[Duration]) {
    println!(
        "{what}: median {:?}, 99th percentile {:?}",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
}
