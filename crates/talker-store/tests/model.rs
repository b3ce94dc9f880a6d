//! Random histories, on SQLite and on MariaDB, against a plain model of what must come of them.
//!
//! `TALKER_MODEL_HISTORIES` says how many, `TALKER_MODEL_FIRST` after how many to begin. A failure names its seed and its steps; `TALKER_MODEL_SEED` plays the history
//! of that seed alone.

#[path = "model/chance.rs"]
mod chance;
#[expect(dead_code, reason = "the other suites use more of it")]
#[path = "conformance/databases.rs"]
mod databases;
#[path = "model/draw.rs"]
mod draw;
#[path = "model/glance.rs"]
mod glance;
#[path = "model/interrupted.rs"]
mod interrupted;
#[path = "model/play.rs"]
mod play;
#[path = "model/stage.rs"]
mod stage;
#[path = "model/steps.rs"]
mod steps;
#[path = "model/world.rs"]
mod world;

use std::env;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use databases::{Database, load};
use diesel::sql_types::BigInt;
use play::Counts;
use talker_store::{Location, Store};
use tokio::task::JoinSet;

/// How many histories there are if nobody says otherwise.
const HISTORIES: u64 = 10_000;

/// SQLite is one node's alone, so every player has a database of his own.
#[tokio::test(flavor = "multi_thread")]
async fn random_histories_are_as_the_model_says_on_sqlite() {
    let databases = [(); 4].map(|()| in_memory());
    let mut seats = Vec::new();
    for database in &databases {
        seats.push((open(&database.location, 1).await, database.location.clone()));
    }
    let expected = play(seats, histories()).await;
    let mut counts = Counts::default();
    for database in &databases {
        counts += stored(&database.location).await;
    }
    assert_eq!(counts, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn random_histories_are_as_the_model_says_on_mariadb() {
    let database = Database::mysql().await;
    let store = open(&database.location, 24).await;
    let seats = (0..24).map(|_| (store.clone(), database.location.clone())).collect();
    let expected = play(seats, histories()).await;
    assert_eq!(stored(&database.location).await, expected);
}

fn in_memory() -> Database {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    Database::sqlite_in(folder.expect("a temporary folder"))
}

async fn open(location: &Location, connections: u32) -> Store {
    Store::open(location, connections).await.expect("a database that opens")
}

fn histories() -> u64 {
    number("TALKER_MODEL_HISTORIES").unwrap_or(HISTORIES)
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} is no number: {value}")))
}

/// Plays the histories, one at a time in each seat, and says what they leave behind.
async fn play(seats: Vec<(Store, Location)>, histories: u64) -> Counts {
    let one = number("TALKER_MODEL_SEED");
    let first = number("TALKER_MODEL_FIRST").unwrap_or(0);
    let seeds = one.map_or(first..first + histories, |seed| seed..seed + 1);
    let closely = one.is_some();
    let (next, mut players) = (Arc::new(AtomicU64::new(seeds.start)), JoinSet::new());
    for (player, seat) in (0..).zip(seats) {
        let next = next.clone();
        players.spawn(async move {
            let mut counts = Counts::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds.end {
                    return counts;
                }
                counts += play::history(seed, player, &seat, closely).await;
            }
        });
    }
    let mut counts = Counts::default();
    while let Some(player) = players.join_next().await {
        counts += player.expect("a history that is as the model says");
    }
    counts
}

const ROWS: &str = "count(*)";

/// Each takes eight bytes of its row.
const ENTRIES: &str = "CAST(coalesce(sum(length(entries)), 0) / 8 AS SIGNED)";

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

async fn stored(location: &Location) -> Counts {
    Counts {
        messages: ask(location, ROWS, "messages").await,
        nonces: ask(location, ROWS, "nonces").await,
        log_entries: ask(location, ENTRIES, "log_runs").await,
        sessions: ask(location, ROWS, "sessions").await,
    }
}

async fn ask(location: &Location, what: &str, table: &str) -> usize {
    let rows: Vec<Row> = load(location, &format!("SELECT {what} AS count FROM {table}")).await;
    usize::try_from(rows[0].count).expect("a count")
}
