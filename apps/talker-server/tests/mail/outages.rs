//! Mail servers that are down or hang, and ends in mid-send: no mail is lost.

use std::time::Duration;

use talker_domain::mails::LEASE;
use tokio::time;

use crate::desk::Desk;
use crate::logs::Logs;
use crate::smtp_server::{Manners, SmtpServer};
use crate::transport;

/// Lets the time-outs of what is under way run off. The clock by which mails are due stands still.
async fn wait(seconds: u64) {
    time::pause();
    time::advance(Duration::from_secs(seconds)).await;
    time::resume();
}

#[tokio::test]
async fn a_server_that_is_down_loses_nothing() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let address = SmtpServer::nowhere().await;
    desk.send_by(transport(&format!("smtp://{address}")));
    for name in ["anna", "bert", "cleo"] {
        desk.register(name, &format!("{name}@example.org")).await;
        logs.hear("there is no connection to the mail server").await;
    }
    let mut server = SmtpServer::start_at(address, Manners::default()).await;
    desk.pass(10);
    let mut arrived = Vec::new();
    for _ in 0..3 {
        arrived.push(server.mail().await.recipient);
    }
    arrived.sort();
    assert_eq!(arrived, ["anna@example.org", "bert@example.org", "cleo@example.org"]);
}

#[tokio::test]
async fn a_server_that_hangs_holds_up_no_other_mail_and_is_tried_again() {
    for (silence, heard) in [("", "EHLO"), ("EHLO", "EHLO"), (".", "DATA")] {
        let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
        let mut server = SmtpServer::start(Manners { silence: Some(silence), ..Manners::default() }).await;
        desk.send_by(transport(&format!("smtp://{}", server.address)));
        desk.register("anna", "anna@example.org").await;
        server.connection().await;
        if !silence.is_empty() {
            server.line(heard).await;
        }
        server.mend(Manners::default());
        for name in ["bert", "cleo", "dora", "emil", "fred"] {
            desk.register(name, &format!("{name}@example.org")).await;
            assert_eq!(server.mail().await.recipient, format!("{name}@example.org"));
            logs.hear("a mail was sent").await;
        }
        wait(30).await;
        logs.hear("the mail server took too long").await;
        desk.pass(10);
        assert_eq!(server.mail().await.recipient, "anna@example.org");
    }
}

#[tokio::test]
async fn more_mails_than_are_sent_at_once_all_arrive() {
    let (_logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(Manners::default()).await;
    for number in 10..40 {
        desk.register(&format!("user{number}"), &format!("{number}@example.org")).await;
    }
    desk.send_by(transport(&format!("smtp://{}", server.address)));
    let mut arrived = Vec::new();
    for _ in 10..40 {
        arrived.push(server.mail().await.recipient);
    }
    arrived.sort();
    let all: Vec<_> = (10..40).map(|number| format!("{number}@example.org")).collect();
    assert_eq!(arrived, all);
}

#[tokio::test]
async fn mails_wait_through_a_restart_of_the_store() {
    let (_logs, mut desk) = (Logs::listen(), Desk::new().await);
    desk.register("anna", "anna@example.org").await;
    desk.open().await;
    let mut server = SmtpServer::start(Manners::default()).await;
    desk.send_by(transport(&format!("smtp://{}", server.address)));
    assert_eq!(server.mail().await.recipient, "anna@example.org");
}

#[tokio::test]
async fn a_mail_that_is_abandoned_at_the_stop_is_sent_when_its_lease_is_over() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(Manners { silence: Some(""), ..Manners::default() }).await;
    let text = format!("smtp://{}", server.address);
    desk.send_by(transport(&text));
    desk.register("anna", "anna@example.org").await;
    server.connection().await;
    let stopping = tokio::spawn(async move {
        desk.stop().await;
        desk
    });
    tokio::task::yield_now().await;
    wait(5).await;
    let mut desk = stopping.await.expect("no panic");
    logs.hear("mails were abandoned").await;
    server.end().await;

    server.mend(Manners::default());
    desk.send_by(transport(&text));
    desk.pass(LEASE / 1_000);
    assert_eq!(server.mail().await.recipient, "anna@example.org");
}

#[tokio::test]
async fn a_send_that_ends_in_time_is_seen_through_at_the_stop() {
    let (mut logs, mut desk) = (Logs::listen(), Desk::new().await);
    let mut server = SmtpServer::start(Manners { silence: Some("QUIT"), ..Manners::default() }).await;
    desk.send_by(transport(&format!("smtp://{}", server.address)));
    desk.register("anna", "anna@example.org").await;
    server.line("QUIT").await;
    desk.stop().await;
    logs.hear("a mail was sent").await;
    assert!(desk.waiting().await.is_empty());
}
