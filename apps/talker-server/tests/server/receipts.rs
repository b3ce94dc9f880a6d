//! Reading: what it marks, and who hears of it.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{all_caught_up, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, Site};

on_both_databases!(
    reading_marks_everything_up_to_a_message,
    ones_own_message_marks_what_came_before_it,
    ones_own_messages_are_not_marked,
    the_readers_other_connections_hear_it,
    reading_again_is_silent,
    nobody_reads_the_messages_of_others,
    reading_one_conversation_leaves_the_others,
    what_was_read_stays_read_after_a_restart,
    reading_ones_own_notes_tells_nobody_else,
    reading_is_not_shown_through_a_block_in_either_direction,
    what_a_block_hides_cannot_be_read,
);

async fn reading_marks_everything_up_to_a_message(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let sent = [a.say(b.user, "one").await, a.say(b.user, "two").await, a.say(b.user, "three").await];
    for _ in &sent {
        a.wait_for("notified").await;
        b.wait_for("messeage").await;
    }
    b.act("read", &json!({"messeage_id": sent[1]["id"]})).await;
    let receipt = a.wait_for("read").await;
    let date = receipt["date"].clone();
    assert_eq!(receipt, json!({"messeage_id": sent[1]["id"], "date": date}));
    assert!(is_date(date.as_str().expect("a text")), "{date}");
    for (me, other) in [(&a, b.user), (&b, a.user)] {
        assert_eq!(read_dates(&server, me, other).await, [Value::Null, date.clone(), date.clone()]);
    }
    assert_eq!(server.contacts(&b).await[0]["unread"], 1);
    assert_eq!(server.contacts(&a).await[0]["unread"], 0);

    b.act("read", &json!({"messeage_id": sent[2]["id"].to_string()})).await;
    assert_eq!(a.wait_for("read").await["messeage_id"], sent[2]["id"]);
    let dates = read_dates(&server, &a, b.user).await;
    assert_eq!(dates[1..], [date.clone(), date], "what was read before keeps its date");
    assert_ne!(dates[0], Value::Null);
    assert_eq!(server.contacts(&b).await[0]["unread"], 0);
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
}

async fn ones_own_message_marks_what_came_before_it(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let first = a.say(b.user, "one").await;
    b.wait_for("messeage").await;
    let answer = b.say(a.user, "two").await;
    let later = a.say(b.user, "three").await;
    b.hear(a.user, "three").await;
    b.act("read", &json!({"messeage_id": answer["id"]})).await;
    assert_eq!(a.wait_for("read").await["messeage_id"], first["id"], "the newest one that it covered");
    let dates = read_dates(&server, &b, a.user).await;
    assert_eq!((&dates[0], &dates[1]), (&Value::Null, &Value::Null));
    assert_ne!(dates[2], Value::Null);
    b.act("read", &json!({"messeage_id": later["id"]})).await;
    assert_eq!(a.wait_for("read").await["messeage_id"], later["id"]);
}

async fn ones_own_messages_are_not_marked(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mine = a.say(b.user, "mine").await;
    a.notified_of(&mine).await;
    b.wait_for("messeage").await;
    a.act("read", &json!({"messeage_id": mine["id"]})).await;
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
    assert_eq!(read_dates(&server, &b, a.user).await, [Value::Null]);
    assert_eq!(server.contacts(&b).await[0]["unread"], 1);
}

async fn the_readers_other_connections_hear_it(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (mut other_a, mut other_b) = (a.another(&server).await, b.another(&server).await);
    all_caught_up(&mut [&mut a, &mut other_a, &mut b, &mut other_b]).await;
    let sent = a.say(b.user, "hello").await;
    b.wait_for("messeage").await;
    b.act("read", &json!({"messeage_id": sent["id"]})).await;
    let receipt = other_b.wait_for("read").await;
    assert_eq!(receipt["messeage_id"], sent["id"]);
    for connection in [&mut a, &mut other_a] {
        assert_eq!(connection.wait_for("read").await, receipt);
    }
    b.expect_nothing_more().await;
}

async fn reading_again_is_silent(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut other_b = b.another(&server).await;
    all_caught_up(&mut [&mut a, &mut b, &mut other_b]).await;
    let sent = [a.say(b.user, "one").await, a.say(b.user, "two").await];
    for message in &sent {
        a.notified_of(message).await;
        for connection in [&mut b, &mut other_b] {
            connection.wait_for("messeage").await;
        }
    }
    b.act("read", &json!({"messeage_id": sent[1]["id"]})).await;
    a.wait_for("read").await;
    other_b.wait_for("read").await;
    let dates = read_dates(&server, &b, a.user).await;
    for message in [&sent[1], &sent[0], &sent[1]] {
        b.act("read", &json!({"messeage_id": message["id"]})).await;
    }
    for connection in [&mut b, &mut other_b, &mut a] {
        connection.expect_nothing_more().await;
    }
    assert_eq!(read_dates(&server, &b, a.user).await, dates);
}

async fn nobody_reads_the_messages_of_others(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut c = server.newcomer("carla").await;
    let sent = a.say(b.user, "hello").await;
    a.notified_of(&sent).await;
    b.wait_for("messeage").await;
    for message in [sent["id"].clone(), json!(NOBODY), json!(1), json!(c.user)] {
        assert_eq!(c.refused("read", &json!({"messeage_id": message})).await, 404);
    }
    for bad in
        [json!({}), json!({"messeage_id": null}), json!({"messeage_id": 0}), json!({"messeage_id": [1]})]
    {
        assert_eq!(b.refused("read", &bad).await, 400, "{bad}");
    }
    for connection in [&mut a, &mut b, &mut c] {
        connection.expect_nothing_more().await;
    }
    assert_eq!(read_dates(&server, &a, b.user).await, [Value::Null]);
}

async fn reading_one_conversation_leaves_the_others(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut c = server.newcomer("carla").await;
    let unread = c.say(b.user, "from Carla").await;
    c.notified_of(&unread).await;
    let sent = a.say(b.user, "from Anna").await;
    b.act("read", &json!({"messeage_id": sent["id"]})).await;
    assert_eq!(a.wait_for("read").await["messeage_id"], sent["id"]);
    c.expect_nothing_more().await;
    assert_eq!(read_dates(&server, &b, c.user).await, [Value::Null]);
    let unread: Vec<_> = server.contacts(&b).await.iter().map(|contact| contact["unread"].clone()).collect();
    assert_eq!(unread, [0, 1]);
}

async fn what_was_read_stays_read_after_a_restart(backend: Backend) {
    let (mut server, mut a, mut b) = anna_and_benno(backend).await;
    let sent = a.say(b.user, "hello").await;
    b.act("read", &json!({"messeage_id": sent["id"]})).await;
    let date = a.wait_for("read").await["date"].clone();
    server.restart().await;
    let again = a.another(&server).await;
    assert_eq!(read_dates(&server, &again, b.user).await, [date]);
}

async fn reading_ones_own_notes_tells_nobody_else(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    all_caught_up(&mut [&mut a, &mut b]).await;
    let note = a.say(a.user, "milk").await;
    a.notified_of(&note).await;
    a.act("read", &json!({"messeage_id": note["id"]})).await;
    assert_eq!(a.wait_for("read").await["messeage_id"], note["id"], "I am the sender");
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
    assert_ne!(read_dates(&server, &a, a.user).await[0], Value::Null);
}

async fn reading_is_not_shown_through_a_block_in_either_direction(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (mut other_a, mut other_b) = (a.another(&server).await, b.another(&server).await);
    all_caught_up(&mut [&mut a, &mut other_a, &mut b, &mut other_b]).await;
    let to_b = a.say(b.user, "to Benno").await;
    let to_a = b.say(a.user, "to Anna").await;
    a.notified_of(&to_b).await;
    b.notified_of(&to_a).await;
    b.block(a.user).await;
    for connection in [&mut a, &mut other_a, &mut b, &mut other_b] {
        connection.forget().await;
    }
    b.act("read", &json!({"messeage_id": to_b["id"]})).await;
    assert_eq!(other_b.wait_for("read").await["messeage_id"], to_b["id"], "one's other connections hear it");
    a.act("read", &json!({"messeage_id": to_a["id"]})).await;
    assert_eq!(other_a.wait_for("read").await["messeage_id"], to_a["id"]);
    for connection in [&mut a, &mut other_a, &mut b, &mut other_b] {
        connection.expect_nothing_more().await;
    }
    for unblocked in [false, true] {
        if unblocked {
            b.unblock(a.user).await;
        }
        for (me, other, sent, received) in [(&a, b.user, &to_b, &to_a), (&b, a.user, &to_a, &to_b)] {
            let rows = server.history(me, other).await;
            let read_at =
                |of: &Value| rows.iter().find(|row| row["id"] == of["id"]).expect("a row")["readen"].clone();
            assert_eq!(read_at(sent), Value::Null, "what the other one read is not shown");
            assert_ne!(read_at(received), Value::Null, "what I read is");
            let contact = server.contacts(me).await[0].clone();
            assert_eq!(contact["unread"], 0);
            let last = &rows[0];
            assert_eq!((&contact["content"], &contact["readen"]), (&last["content"], &last["readen"]));
        }
    }
    for connection in [&mut a, &mut b] {
        connection.expect_nothing_more().await;
    }
}

async fn what_a_block_hides_cannot_be_read(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let before = a.say(b.user, "before").await;
    a.notified_of(&before).await;
    b.wait_for("messeage").await;
    b.block(a.user).await;
    let hidden = a.say(b.user, "hidden").await;
    b.unblock(a.user).await;
    assert_eq!(b.refused("read", &json!({"messeage_id": hidden["id"]})).await, 404);
    a.expect_nothing_more().await;
    b.act("read", &json!({"messeage_id": before["id"]})).await;
    assert_eq!(a.wait_for("read").await["messeage_id"], before["id"]);
    let after = a.say(b.user, "after").await;
    b.act("read", &json!({"messeage_id": after["id"]})).await;
    assert_eq!(a.wait_for("read").await["messeage_id"], after["id"]);
    let readen: Vec<_> = server.history(&a, b.user).await.iter().map(|row| row["readen"].is_null()).collect();
    assert_eq!(readen, [false, true, false], "the hidden one is never read");
}

/// When the messages of a conversation were read, newest message first.
async fn read_dates(site: &Site, me: &Plain, other: u64) -> Vec<Value> {
    site.history(me, other).await.iter().map(|row| row["readen"].clone()).collect()
}

/// `YYYY-MM-DD HH:MM:SS`
fn is_date(text: &str) -> bool {
    let shape: String =
        text.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
    shape == "0000-00-00 00:00:00"
}
