//! Many messages at once, in their order, and to nobody's harm.

use serde_json::json;

use crate::databases::Backend;
use crate::harness::{all_caught_up, anna_and_benno, on_both_databases};
use crate::plain::Plain;

on_both_databases!(
    a_thousand_that_waited_come_in_order_and_harm_nobody,
    a_thousand_messages_in_one_go_keep_their_order,
    two_who_write_at_once_see_one_order,
    many_senders_at_once_do_not_drown_a_recipient,
);

/// More than one page of a backlog, and more news for the sender than any buffer of his takes.
async fn a_thousand_that_waited_come_in_order_and_harm_nobody(backend: Backend) {
    let (server, mut a, mut c) = anna_and_benno(backend).await;
    let dora = server.person("dora").await;
    let mut other_a = a.another(&server).await;
    a.chatter(dora.id, 0..1_000).await;
    for number in 0..1_000 {
        a.hear(a.user, &number.to_string()).await;
    }
    let mut d = Plain::log_in(&server, &dora).await;
    let live = c.say(dora.id, "while you catch up").await;
    for number in 0..1_000 {
        assert_eq!(d.wait_for("messeage").await["content"], number.to_string());
    }
    assert_eq!(d.wait_for("messeage").await, live);
    for connection in [&mut a, &mut other_a] {
        for _ in 0..1_000 {
            connection.wait_for("notified").await;
        }
    }
    a.say(c.user, "we are all still here").await;
    other_a.hear(a.user, "we are all still here").await;
    d.catch_up().await;
    d.expect_nothing_more().await;
}

async fn a_thousand_messages_in_one_go_keep_their_order(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    a.chatter(b.user, 0..1_000).await;
    let mut last = 0;
    for number in 0..1_000 {
        let echo = a.wait_for("messeage").await;
        assert_eq!(echo["content"], number.to_string());
        let id = echo["id"].as_u64().expect("an id");
        assert!(id > last, "ids grow");
        last = id;
        assert_eq!(b.wait_for("messeage").await, echo);
    }
    for _ in 0..1_000 {
        a.wait_for("notified").await;
    }
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
    let contents: Vec<_> =
        server.history(&b, a.user).await.iter().map(|row| row["content"].clone()).collect();
    let expected: Vec<_> = (980..1_000).rev().map(|number| json!(number.to_string())).collect();
    assert_eq!(contents, expected);
}

async fn two_who_write_at_once_see_one_order(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    all_caught_up(&mut [&mut a, &mut b]).await;
    let (to_a, to_b) = (a.user, b.user);
    tokio::join!(a.chatter(to_b, 0..200), b.chatter(to_a, 0..200));
    let mut seen = [Vec::new(), Vec::new()];
    for (connection, seen) in [&mut a, &mut b].into_iter().zip(&mut seen) {
        for _ in 0..400 {
            seen.push(connection.wait_for("messeage").await["id"].as_u64().expect("an id"));
        }
    }
    assert!(seen[0].is_sorted() && seen[0] == seen[1], "{seen:?}");
    let newest: Vec<_> = server.history(&a, to_b).await.iter().map(|row| row["id"].clone()).collect();
    assert_eq!(json!(newest), json!(seen[0].iter().rev().take(20).collect::<Vec<_>>()));
}

async fn many_senders_at_once_do_not_drown_a_recipient(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    all_caught_up(&mut [&mut b]).await;
    let mut senders = vec![server.newcomer("carla").await, server.newcomer("dora").await];
    for _ in 0..3 {
        senders.push(a.another(&server).await);
        senders.push(senders[0].another(&server).await);
    }
    for sender in &mut senders {
        sender.chatter(b.user, 0..200).await;
    }
    let mut last = 0;
    for _ in 0..senders.len() * 200 {
        let id = b.wait_for("messeage").await["id"].as_u64().expect("an id");
        assert!(id > last, "a recipient is shown messages in the order of their ids");
        last = id;
    }
    b.expect_nothing_more().await;
    assert_eq!(b.repetitions, 0);
    for _ in 0..3 * 200 {
        a.wait_for("messeage").await;
        a.wait_for("notified").await;
    }
    for sender in &mut senders {
        for number in 0..200 {
            sender.hear(sender.user, &number.to_string()).await;
        }
    }
}
