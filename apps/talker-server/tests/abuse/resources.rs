//! More than anybody needs: floods at one user, and heaps that wait for him.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout};

use super::bystanders::{Bystanders, PATIENCE_OF_PEOPLE};
use super::cost::Cost;
use super::crowd;
use super::measured::{MIB, Measured};
use super::siege::{Bounds, besiege};
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::plain::Plain;
use crate::site::{PATIENCE, Person, Site};

on_both_databases!(
    a_flood_of_one_user_at_another_is_stored_and_heard,
    a_heap_that_waits_keeps_nobody_waiting,
);

/// How many messages are on their way at once.
const WINDOW: usize = 500;

async fn a_flood_of_one_user_at_another_is_stored_and_heard(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let (mallory, victim) = (server.person("mallory").await, server.person("victim").await);
    besiege(&server, Bounds { most: 96, left: 32 }, async |_| {
        let size = crowd(2_000, 10_000);
        let mut hearing = Plain::log_in(&server, &victim).await;
        let heard = tokio::spawn(async move {
            for _ in 0..size {
                hearing.wait_for("messeage").await;
            }
        });
        send(&server, &mallory, victim.id, size).await;
        timeout(PATIENCE, heard).await.expect("all of it in time").expect("all of it");
    })
    .await;
}

/// Sends so many messages, as fast as they are taken.
async fn send(site: &Site, from: &Person, to: u64, count: usize) {
    let mut plain = Plain::log_in(site, from).await;
    let mut sent = 0;
    for stored in 0..count {
        while sent < count && sent < stored + WINDOW {
            plain.act("messeage", &json!({"to_id": to, "content": format!("message {sent}")})).await;
            sent += 1;
        }
        assert_eq!(plain.next_but("notified").await.0, "messeage");
    }
}

async fn a_heap_that_waits_keeps_nobody_waiting(backend: Backend) {
    let server = Measured::start(backend, &[]).await;
    let (mallory, victim) = (server.person("mallory").await, server.person("victim").await);
    send(&server, &mallory, victim.id, crowd(5_000, 1_000_000)).await;
    let bystanders = Bystanders::arrive(&server).await;
    let mut cost = Cost::begin(&server);
    let chatting = bystanders.keep_chatting();
    for _ in 0..3 {
        cost.notice(come_in(&server, &victim, mallory.id).await);
    }
    let (_bystanders, slowest) = chatting.stop().await;
    cost.notice(slowest);
    cost.tell(&server);
    let most = cost.at_most(&server);
    assert!(most < 64 * MIB, "{} MiB more", most / MIB);
}

/// Logs in where much waits, looks around while it comes, and returns how long he waited for the slowest answer.
async fn come_in(site: &Site, victim: &Person, sender: u64) -> Duration {
    let mut slowest = Duration::ZERO;
    let mut timed = |begun: Instant| slowest = slowest.max(begun.elapsed());
    let begun = Instant::now();
    let mut plain = Plain::log_in(site, victim).await;
    timed(begun);
    let begun = Instant::now();
    assert!(site.contacts(&plain).await.iter().any(|contact| contact["id"] == sender));
    timed(begun);
    let begun = Instant::now();
    assert_eq!(site.history(&plain, sender).await.len(), 20);
    timed(begun);
    let begun = Instant::now();
    // Its echo comes after all that waits, its acknowledgement at once.
    let note = plain.call_as_me("messeage", &json!({"to_id": victim.id, "content": "a note"})).await;
    assert_eq!(note["ok"], true, "{note}");
    timed(begun);
    assert!(slowest < PATIENCE_OF_PEOPLE, "he waited for {slowest:?}");
    slowest
}
