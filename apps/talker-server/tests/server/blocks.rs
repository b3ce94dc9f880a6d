//! Blocking: who notices, who does not, and what is never seen.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, all_caught_up, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, Site};

on_both_databases!(
    what_is_sent_to_a_blocker_is_not_delivered_then_or_later,
    a_blocked_sender_notices_nothing,
    a_blocker_never_sees_what_was_sent_meanwhile,
    what_was_said_before_a_block_stays_visible_to_both,
    a_blocker_can_write_and_is_heard,
    blocking_twice_and_unblocking_never_blocked_is_fine,
    nobody_blocks_himself_or_nobody,
    a_block_concerns_the_two_alone,
    a_block_survives_a_restart,
    who_is_blocked_is_listed_in_order,
);

async fn what_is_sent_to_a_blocker_is_not_delivered_then_or_later(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut c = server.newcomer("carla").await;
    b.block(a.user).await;
    let hidden = a.say(b.user, "can you hear me?").await;
    // Whoever writes afterwards is heard afterwards.
    c.say(b.user, "I can be heard").await;
    assert_eq!(b.wait_for("messeage").await["content"], "I can be heard");
    a.say(c.user, "and you hear me").await;
    let notified = a.wait_for("notified").await;
    assert_ne!(notified["messeage_id"], hidden["id"]);
    b.unblock(a.user).await;
    a.say(b.user, "and now?").await;
    assert_eq!(b.wait_for("messeage").await["content"], "and now?");
    a.wait_for("notified").await;
    let mut again = b.another(&server).await;
    again.catch_up().await;
    again.expect_nothing_more().await;
    a.expect_nothing_more().await;
    assert_eq!(server.history(&a, b.user).await[1]["notified"], 0);
}

async fn a_blocked_sender_notices_nothing(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut other_a = a.another(&server).await;
    let dora = server.person("dora").await;
    b.block(a.user).await;
    all_caught_up(&mut [&mut a, &mut other_a]).await;
    a.expect_nothing_more().await;
    let away = a.say(dora.id, "to somebody who is away").await;
    let blocked = a.say(b.user, "to somebody who blocks me").await;
    let keys = |row: &Value| row.as_object().expect("a row").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&blocked), keys(&away));
    assert_eq!((&blocked["notified"], &blocked["readen"]), (&json!(0), &Value::Null));
    for content in ["to somebody who is away", "to somebody who blocks me"] {
        other_a.hear(a.user, content).await;
    }
    let contacts = server.contacts(&a).await;
    assert_eq!((&contacts[0]["id"], &contacts[0]["content"]), (&json!(b.user), &blocked["content"]));
    assert_eq!(found(&server, &a, b.user, "blocks").await, [blocked["id"].clone()]);
    assert_eq!(json!(server.history(&a, b.user).await), json!([blocked]));
}

async fn a_blocker_never_sees_what_was_sent_meanwhile(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let before = a.say(b.user, "before secret").await;
    a.notified_of(&before).await;
    b.block(a.user).await;
    let hidden = a.say(b.user, "hidden secret").await;
    let picture = a.show(b.user, "photo", "data:image/png;base64,aGk=").await;
    for unblocked in [false, true] {
        if unblocked {
            b.unblock(a.user).await;
        }
        let rows = server.history(&b, a.user).await;
        assert_eq!(rows.iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&before["id"]]);
        let from = json!({"with_id": a.user, "from_messeage": hidden["id"]});
        let page = server.ask(&b, "/messeages", &from).await;
        assert_eq!((page["messeages"].as_array().map(Vec::len), &page["all"]), (Some(1), &json!(true)));
        let contact = server.contacts(&b).await[0].clone();
        assert_eq!((&contact["messeage_id"], &contact["unread"]), (&before["id"], &json!(1)));
        assert_eq!(found(&server, &b, a.user, "secret").await, [before["id"].clone()]);
        let mine = server.history(&a, b.user).await;
        assert_eq!(
            mine.iter().map(|row| &row["id"]).collect::<Vec<_>>(),
            [&picture["id"], &hidden["id"], &before["id"]]
        );
    }
    let after = a.say(b.user, "after secret").await;
    assert_eq!(found(&server, &b, a.user, "secret").await, [after["id"].clone(), before["id"].clone()]);
    assert_eq!(server.contacts(&b).await[0]["unread"], 2);
}

async fn what_was_said_before_a_block_stays_visible_to_both(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let first = a.say(b.user, "one").await;
    a.notified_of(&first).await;
    let last = b.say(a.user, "two").await;
    b.notified_of(&last).await;
    let seen = (server.history(&a, b.user).await, server.contacts(&a).await, server.contacts(&b).await);
    assert_eq!(seen.0.len(), 2);
    b.block(a.user).await;
    for (me, other) in [(&a, b.user), (&b, a.user)] {
        assert_eq!(server.history(me, other).await, seen.0);
        assert_eq!(found(&server, me, other, "o").await.len(), 2);
    }
    assert_eq!((server.contacts(&a).await, server.contacts(&b).await), (seen.1, seen.2));
}

async fn a_blocker_can_write_and_is_heard(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    b.block(a.user).await;
    let message = b.say(a.user, "I can write to you").await;
    assert_eq!(a.wait_for("messeage").await, message);
    b.notified_of(&message).await;
    assert_eq!(server.contacts(&a).await[0]["unread"], 1);
    a.block(b.user).await;
    b.say(a.user, "not any more").await;
    assert_eq!(server.history(&a, b.user).await.len(), 1);
}

async fn blocking_twice_and_unblocking_never_blocked_is_fine(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    b.unblock(a.user).await;
    b.block(a.user).await;
    b.block(a.user).await;
    assert_eq!(server.ask(&b, "/blocked/users", &json!({})).await.as_array().map(Vec::len), Some(1));
    b.unblock(a.user).await;
    assert_eq!(server.ask(&b, "/blocked/users", &json!({})).await, json!([]));
    b.unblock(a.user).await;
    let message = a.say(b.user, "hello").await;
    assert_eq!(b.wait_for("messeage").await, message);
}

async fn nobody_blocks_himself_or_nobody(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    for event in ["block_user", "unlock_user"] {
        assert_eq!(a.refused(event, &json!({"blocked_id": NOBODY})).await, 404, "{event}");
        for bad in [
            json!({}),
            json!({"blocked_id": 0}),
            json!({"blocked_id": null}),
            json!({"blocked_id": [b.user]}),
        ] {
            assert_eq!(a.refused(event, &bad).await, 400, "{event} {bad}");
        }
    }
    assert_eq!(a.refused("block_user", &json!({"blocked_id": a.user})).await, 422);
    assert_eq!(server.ask(&a, "/blocked/users", &json!({})).await, json!([]));
    a.act("block_user", &json!({"blocked_id": b.user.to_string(), "why": "unknown fields are ignored"}))
        .await;
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
    assert_eq!(server.ask(&a, "/blocked/users", &json!({})).await.as_array().map(Vec::len), Some(1));
}

async fn a_block_concerns_the_two_alone(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut c = server.newcomer("carla").await;
    b.block(a.user).await;
    let message = a.say(c.user, "hello").await;
    assert_eq!(c.wait_for("messeage").await, message);
    let message = c.say(b.user, "hello").await;
    assert_eq!(b.wait_for("messeage").await, message);
    let message = c.say(a.user, "hello").await;
    assert_eq!(a.hear(c.user, "hello").await, message);
    assert_eq!(server.ask(&a, "/blocked/users", &json!({})).await, json!([]));
    assert_eq!(server.ask(&c, "/blocked/users", &json!({})).await, json!([]));
}

async fn a_block_survives_a_restart(backend: Backend) {
    let (mut server, mut a, mut b) = anna_and_benno(backend).await;
    b.block(a.user).await;
    a.say(b.user, "before the restart").await;
    server.restart().await;
    let (mut a, mut b) = (a.another(&server).await, b.another(&server).await);
    a.say(b.user, "after the restart").await;
    b.catch_up().await;
    b.expect_nothing_more().await;
    assert_eq!(server.history(&b, a.user).await, [Value::Null; 0]);
    assert_eq!(server.history(&a, b.user).await.len(), 2);
}

async fn who_is_blocked_is_listed_in_order(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut a = server.newcomer("anna").await;
    let (zoe, benno) = (server.person("zoe_1").await, server.person("Benno").await);
    for person in [&zoe, &benno] {
        a.block(person.id).await;
    }
    let rows = server.ask(&a, "/blocked/users", &json!({})).await;
    let row = |place: usize, id: u64, username: &str| {
        let avatar = &rows[place]["avatar"];
        assert!(avatar.as_str().is_some_and(|avatar| avatar.starts_with("data:image/")), "{avatar}");
        json!({"by_user": a.user, "blocked_user": id, "username": username, "avatar": avatar})
    };
    assert_eq!(rows, json!([row(0, zoe.id, "zoe_1"), row(1, benno.id, "Benno")]));
}

async fn found(site: &Site, me: &Plain, other: u64, needle: &str) -> Vec<Value> {
    let asked = json!({"talker_id": other, "messeage": needle});
    let rows = site.ask(me, "/search/messeages", &asked).await["res"].take();
    rows.as_array().expect("rows").iter().map(|row| row["id"].clone()).collect()
}
