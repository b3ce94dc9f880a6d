//! Passwords by the thousand, and passwords that are none.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::crowd;
use super::door::{Door, KINDS};
use super::measured::{MIB, Measured};
use super::siege::{Bounds, besiege};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::inbox::Inbox as _;
use crate::plain::Plain;
use crate::site::{Site, merged};

on_both_databases!(
    a_crowd_from_everywhere_guesses_one_password_and_its_owner_goes_on,
    a_crowd_from_everywhere_guesses_many_passwords,
    one_network_guesses_many_passwords,
    however_a_name_is_written_it_is_guessed_no_more_often,
    a_password_of_a_megabyte_is_refused_and_not_kept,
);

const LIMITED: [&str; 2] = ["--rate-limits=on", "--trusted-proxies=127.0.0.1"];

/// The limits of logins by default: at once, and a minute.
const AT_ONCE: u64 = 60;

/// How many connect at once.
const CONNECTING: usize = 100;

async fn a_crowd_from_everywhere_guesses_one_password_and_its_owner_goes_on(backend: Backend) {
    let server = Measured::start(backend, &LIMITED).await;
    let mut owner = server.newcomer("owner").await;
    let (size, begun) = (crowd(200, 10_000), Instant::now());
    let guessed = std::cell::Cell::new(0);
    besiege(&server, Bounds::of_crowd(size), async |round| {
        let answers = guess(&server, (0..size).map(|n| (network(round, n), "Owner".to_owned()))).await;
        guessed.set(guessed.get() + wrong(&answers));
    })
    .await;
    let most = AT_ONCE + begun.elapsed().as_secs() + 1;
    assert!(guessed.get() <= most, "{} passwords were looked at, and not only {most}", guessed.get());

    owner.say(owner.user, "I am still here").await;
    let mut again = Plain::connect(&server).await;
    assert_eq!(again.call("resume", &owner.session()).await["ok"], true, "no password is needed");
}

async fn a_crowd_from_everywhere_guesses_many_passwords(backend: Backend) {
    let server = Measured::start(backend, &LIMITED).await;
    let size = crowd(200, 10_000);
    besiege(&server, Bounds::of_crowd(size), async |round| {
        let guesses = (0..size).map(|n| (network(round, n), format!("name{n}")));
        let answers = guess(&server, guesses).await;
        assert!(answers.iter().all(|answer| [401, 503].contains(answer)), "{answers:?}");
        assert!(wrong(&answers) > 0, "some are looked at");
    })
    .await;
}

async fn one_network_guesses_many_passwords(backend: Backend) {
    let server = Measured::start(backend, &LIMITED).await;
    let (size, begun) = (crowd(200, 1_000), Instant::now());
    let guessed = std::cell::Cell::new(0);
    besiege(&server, Bounds::of_crowd(size), async |round| {
        let home = |n| ("203.0.113.7".to_owned(), format!("name{round}.{n}"));
        guessed.set(guessed.get() + wrong(&guess(&server, (0..size).map(home)).await));
    })
    .await;
    let most = AT_ONCE + begun.elapsed().as_secs() + 1;
    assert!(guessed.get() <= most, "{} passwords were looked at, and not only {most}", guessed.get());
}

async fn however_a_name_is_written_it_is_guessed_no_more_often(backend: Backend) {
    let limit = [LIMITED[0], LIMITED[1], "--limit-logins=3"];
    let server = Measured::start(backend, &limit).await;
    let spellings = ["σοφίς@example.org", "ΣΟΦΊΣ@example.org", "ςοφίς@example.org", "ςοφίσ@EXAMPLE.org"];
    let mut answers = vec![];
    for (number, spelling) in spellings.into_iter().enumerate() {
        answers.extend(guess(&server, [(network(0, number), spelling.to_owned())].into_iter()).await);
    }
    assert_eq!(answers, [401, 401, 401, 429]);
}

/// A network of its own for each round and number.
fn network(round: usize, number: usize) -> String {
    format!("10.{round}.{}.{}", number / 256, number % 256)
}

fn wrong(answers: &[u64]) -> u64 {
    answers.iter().filter(|answer| **answer == 401).count() as u64
}

/// Shows wrong passwords, all at once, each from its network and for its name; returns how each was answered: it was wrong,
/// too soon, or there are too many. Connections that a network may not have are no guesses.
async fn guess(site: &Site, guesses: impl Iterator<Item = (String, String)>) -> Vec<u64> {
    let guesses: Vec<_> = guesses.collect();
    // The system loses connections that come faster than they are accepted. So they come first, and guess then.
    let (door, all_in) = (Arc::new(Semaphore::new(CONNECTING)), Arc::new(Barrier::new(guesses.len())));
    let mut guessing = JoinSet::new();
    for (network, name) in guesses {
        let (site, door, all_in) = (site.clone(), door.clone(), all_in.clone());
        guessing.spawn(async move {
            let turn = door.acquire().await.expect("a turn");
            let plain = Plain::try_connect_from(&site, &network).await;
            drop(turn);
            all_in.wait().await;
            let mut plain = plain?;
            let answer = plain.call("login", &json!({"login": name, "hash": "a guess"})).await;
            answer["error"].as_u64()
        });
    }
    let answers: Vec<u64> = guessing.join_all().await.into_iter().flatten().collect();
    assert!(answers.iter().all(|answer| [401, 429, 503].contains(answer)), "{answers:?}");
    answers
}

async fn a_password_of_a_megabyte_is_refused_and_not_kept(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let someone = server.newcomer("someone").await;
    let huge = "x".repeat(MIB);
    besiege(&server, Bounds { most: 64, left: 32 }, async |_| {
        for kind in KINDS {
            let mut door = Door::connect(&server, kind).await;
            for _ in 0..crowd(5, 100) {
                for login in [json!({"login": "someone", "hash": huge}), json!({"login": huge, "hash": "x"})]
                {
                    door.emit("login", &login).await;
                    let (event, data) = door.next().await;
                    assert!(
                        event == "login" && data == false || event == "error" && data == 400,
                        "{event} {data}"
                    );
                }
            }
        }
        for path in ["/register", "/password/change", "/password/reset/confirm"] {
            let words = json!({"hash": huge, "new_hash": huge, "id": 5, "uuid": "x"});
            // The bystanders must not be given a connection that is hung up on for this.
            let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
            let posted = http.post(server.url() + path).json(&merged(&someone.session(), &words));
            // Who is hung up on while he sends may miss the answer.
            assert!(posted.send().await.map_or(true, |answer| answer.status() == 413), "{path}");
        }
    })
    .await;
    assert!(server.opens(someone.user, &someone.address).await);
}
