//! Logging in and out against messages on their way, again and again: every message arrives, and is notified once.
//!
//! `TALKER_RACES` says how often on each database; `cargo xtask prove` says more often.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::time::sleep;

use crate::databases::Backend;
use crate::harness::{NO_GRACE, TestServer, on_both_databases};
use crate::moments::Moments;
use crate::plain::Plain;

/// How often, unless told otherwise.
const ROUNDS: usize = 1_000;

on_both_databases!(what_is_sent_while_somebody_logs_in_or_out_arrives_and_is_notified_once);

async fn what_is_sent_while_somebody_logs_in_or_out_arrives_and_is_notified_once(backend: Backend) {
    let server = TestServer::start_with(backend, &[NO_GRACE]).await;
    let benno = server.person("benno").await;
    let mut anna = server.newcomer("anna").await;
    let mut moments = Moments::new();
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    let mut takes = Duration::from_millis(20);
    for _ in 0..rounds() {
        let mut door = Plain::connect(&server).await;
        let begun = Instant::now();
        // The moment matters when the login is nearly through.
        let moment = takes.mul_f64(moments.fraction() * 0.6 + 0.5);
        let say = async {
            sleep(moment).await;
            anna.say(benno.id, "while he logs in").await
        };
        let log_in = async {
            door.become_user(&benno.username, &benno.hash).await;
            begun.elapsed()
        };
        let (echo, took) = tokio::join!(say, log_in);
        takes = took;
        sent.push(echo["id"].clone());
        while received.last() != Some(&echo["id"]) {
            take(&door.wait_for("messeage").await, &mut received);
        }
        let (echo, ()) =
            tokio::join!(anna.say(benno.id, "while he logs out"), door.emit("logout", &Value::Null));
        sent.push(echo["id"].clone());
        for message in door.all_that_came_of("messeage").await {
            take(&message, &mut received);
        }
        door.close().await;
    }
    let mut door = Plain::log_in(&server, &benno).await;
    let last = anna.say(benno.id, "that was all").await;
    sent.push(last["id"].clone());
    while received.last() != Some(&last["id"]) {
        take(&door.wait_for("messeage").await, &mut received);
    }
    assert_eq!(received, sent, "seed {}", moments.seed);
    let mut notified: HashMap<Value, usize> = HashMap::new();
    while notified.len() < sent.len() {
        *notified.entry(anna.wait_for("notified").await["messeage_id"].clone()).or_default() += 1;
    }
    anna.expect_nothing_more().await;
    assert!(sent.iter().all(|id| notified.get(id) == Some(&1)), "seed {}", moments.seed);
}

/// Notes a message; one that was handed over just before may come once more.
fn take(message: &Value, received: &mut Vec<Value>) {
    if !received.contains(&message["id"]) {
        received.push(message["id"].clone());
    }
}

fn rounds() -> usize {
    std::env::var("TALKER_RACES").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS)
}
