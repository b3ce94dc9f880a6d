//! Sending and delivering.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, all_caught_up, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, hash_of};

on_both_databases!(
    a_message_is_echoed_delivered_and_notified,
    every_connection_of_both_hears_a_message,
    a_message_is_notified_once_and_only_when_it_is_delivered,
    what_waited_comes_with_the_login_in_order,
    delivering_to_one_marks_nobody_elses_messages,
    a_note_to_oneself_comes_once_to_each_connection,
    nobody_writes_to_nobody,
    a_restart_keeps_what_waits_and_what_was_said,
);

async fn a_message_is_echoed_delivered_and_notified(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let before = utc();
    let echo = a.say(b.user, "hello 😀").await;
    assert_eq!(
        echo,
        json!({
            "id": echo["id"], "from_user": a.user, "to_user": b.user, "content": "hello 😀",
            "content_type": "text", "init_date": echo["init_date"], "readen": null, "notified": 0
        })
    );
    let sent_at = echo["init_date"].as_str().expect("a date").to_owned();
    assert!((before..=utc()).contains(&sent_at), "{echo}");
    assert!(echo["id"].as_u64().is_some_and(|id| (1..1 << 53).contains(&id)), "{echo}");
    assert_eq!(b.wait_for("messeage").await, echo);
    assert_eq!(a.wait_for("notified").await, json!({"messeage_id": echo["id"]}));
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;

    let mut stored = echo;
    stored["notified"] = json!(1);
    assert_eq!(server.history(&a, b.user).await, [stored.clone()]);
    assert_eq!(server.history(&b, a.user).await, [stored]);
}

async fn every_connection_of_both_hears_a_message(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (mut other_a, mut other_b) = (a.another(&server).await, b.another(&server).await);
    let mut stranger = server.newcomer("carla").await;
    all_caught_up(&mut [&mut a, &mut b, &mut other_a, &mut other_b]).await;
    let echo = a.say(b.user, "hello").await;
    for connection in [&mut other_a, &mut b, &mut other_b] {
        assert_eq!(connection.wait_for("messeage").await, echo);
    }
    for connection in [&mut a, &mut other_a] {
        assert_eq!(connection.wait_for("notified").await, json!({"messeage_id": echo["id"]}));
    }
    for connection in [&mut a, &mut b, &mut other_a, &mut other_b, &mut stranger] {
        connection.expect_nothing_more().await;
        assert_eq!(connection.repetitions, 0);
    }
}

async fn a_message_is_notified_once_and_only_when_it_is_delivered(backend: Backend) {
    let server = TestServer::start(backend).await;
    let benno = server.person("benno").await;
    let (mut a, c) = (server.newcomer("anna").await, server.newcomer("carla").await);
    let waiting = a.say(benno.id, "are you there?").await;
    let delivered = a.say(c.user, "and you?").await;
    assert_eq!(a.wait_for("notified").await, json!({"messeage_id": delivered["id"]}));
    assert_eq!(server.history(&a, benno.id).await[0]["notified"], 0);
    a.expect_nothing_more().await;

    let mut b = Plain::log_in(&server, &benno).await;
    assert_eq!(b.wait_for("messeage").await, waiting);
    assert_eq!(a.wait_for("notified").await, json!({"messeage_id": waiting["id"]}));
    assert_eq!(server.history(&a, benno.id).await[0]["notified"], 1);
    let mut again = b.another(&server).await;
    again.catch_up().await;
    again.expect_nothing_more().await;
    a.expect_nothing_more().await;
}

async fn what_waited_comes_with_the_login_in_order(backend: Backend) {
    let (server, mut a, mut c) = anna_and_benno(backend).await;
    let dora = server.person("dora").await;
    let mut sent = Vec::new();
    for number in 0..30 {
        sent.push(a.say(dora.id, &format!("a{number}")).await);
        sent.push(c.say(dora.id, &format!("c{number}")).await);
    }
    let mut d = Plain::log_in(&server, &dora).await;
    for message in sent {
        assert_eq!(d.wait_for("messeage").await, message);
    }
    d.catch_up().await;
    d.expect_nothing_more().await;
    let mut again = d.another(&server).await;
    again.catch_up().await;
    again.expect_nothing_more().await;
}

async fn delivering_to_one_marks_nobody_elses_messages(backend: Backend) {
    let server = TestServer::start(backend).await;
    let (benno, carla) = (server.person("benno").await, server.person("carla").await);
    let mut a = server.newcomer("anna").await;
    let mut to_both = Vec::new();
    for number in 0..3 {
        for recipient in [&benno, &carla] {
            to_both.push(a.say(recipient.id, &format!("{number}")).await);
        }
    }
    let mut b = Plain::log_in(&server, &benno).await;
    for message in to_both.iter().step_by(2) {
        assert_eq!(b.wait_for("messeage").await, *message);
        assert_eq!(a.wait_for("notified").await["messeage_id"], message["id"]);
    }
    b.catch_up().await;
    a.expect_nothing_more().await;
    let notified = |rows: Vec<Value>| rows.iter().map(|row| row["notified"].clone()).collect::<Vec<_>>();
    assert_eq!(notified(server.history(&a, benno.id).await), [1, 1, 1]);
    assert_eq!(notified(server.history(&a, carla.id).await), [0, 0, 0]);
    let mut c = Plain::log_in(&server, &carla).await;
    for message in to_both.iter().skip(1).step_by(2) {
        assert_eq!(c.wait_for("messeage").await, *message);
    }
}

async fn a_note_to_oneself_comes_once_to_each_connection(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut a = server.newcomer("anna").await;
    let mut other = a.another(&server).await;
    all_caught_up(&mut [&mut a, &mut other]).await;
    let note = a.say(a.user, "milk").await;
    assert_eq!((&note["from_user"], &note["to_user"]), (&json!(a.user), &json!(a.user)));
    assert_eq!(other.wait_for("messeage").await, note);
    for connection in [&mut a, &mut other] {
        assert_eq!(connection.wait_for("notified").await, json!({"messeage_id": note["id"]}));
        connection.expect_nothing_more().await;
        assert_eq!(connection.repetitions, 0);
    }
    let mut third = a.another(&server).await;
    third.catch_up().await;
    third.expect_nothing_more().await;
    assert_eq!(server.history(&a, a.user).await.len(), 4);
}

async fn nobody_writes_to_nobody(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    for to in [NOBODY, 1, a.user + 1] {
        let message = json!({"to_id": to, "content": "is anybody there?"});
        assert_eq!(a.refused("messeage", &message).await, 404, "{to}");
        assert_eq!(server.history(&a, to).await, [json!(null); 0]);
    }
    assert_eq!(server.contacts(&a).await, [json!(null); 0]);
    // Among others in one commit the one that is refused takes none with it.
    for to in [b.user, NOBODY, b.user] {
        a.act("messeage", &json!({"to_id": to, "content": "hello"})).await;
    }
    for expected in ["messeage", "error", "messeage"] {
        assert_eq!(a.next_but("notified").await.0, expected);
    }
    for _ in 0..2 {
        b.wait_for("messeage").await;
    }
    assert_eq!(server.history(&a, b.user).await.len(), 2);
}

async fn a_restart_keeps_what_waits_and_what_was_said(backend: Backend) {
    let (mut server, mut a, b) = anna_and_benno(backend).await;
    let dora = server.person("dora").await;
    let read = a.say(b.user, "before").await;
    a.wait_for("notified").await;
    let waiting = [a.say(dora.id, "one").await, a.say(dora.id, "two").await];
    let said =
        (server.history(&a, b.user).await, server.history(&a, dora.id).await, server.contacts(&a).await);
    assert_eq!(said.0[0]["id"], read["id"]);
    server.restart().await;

    let again = a.another(&server).await;
    let kept = (
        server.history(&again, b.user).await,
        server.history(&again, dora.id).await,
        server.contacts(&again).await,
    );
    assert_eq!(kept, said);
    let mut d = Plain::connect(&server).await;
    d.become_user("dora", &hash_of("dora")).await;
    for message in waiting {
        assert_eq!(d.wait_for("messeage").await, message);
    }
    let mut b = b.another(&server).await;
    b.catch_up().await;
    b.expect_nothing_more().await;
}

/// Now, as the wire writes it.
fn utc() -> String {
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    time::OffsetDateTime::now_utc().format(format).expect("a date")
}
