//! Contacts: with whom I have talked, what was last, and what I have not read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::Site;

on_both_databases!(
    a_contact_shows_the_other_one_and_the_last_message,
    the_newest_conversation_comes_first,
    unread_counts_what_was_sent_to_me_and_not_read,
    unread_is_right_after_many_messages_at_once,
    a_contact_shows_media,
    contacts_are_ones_own,
    notes_to_oneself_are_a_contact_and_never_unread,
);

async fn a_contact_shows_the_other_one_and_the_last_message(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    assert_eq!(server.contacts(&a).await, [Value::Null; 0]);
    a.say(b.user, "first").await;
    let last = b.say(a.user, "last").await;
    b.notified_of(&last).await;
    let contact = |other: &Value, unread: u64| {
        json!([{
            "id": other["id"], "username": other["username"], "avatar": other["avatar"], "content_type": "text",
            "content": "last", "from_user": b.user, "readen": null, "notified": 1, "messeage_id": last["id"],
            "init_date": last["init_date"], "unread": unread
        }])
    };
    let anna = server.post("/search/users", &json!({"user_name": "anna"})).await.1[0].clone();
    let benno = server.post("/search/users", &json!({"user_name": "benno"})).await.1[0].clone();
    assert_eq!(json!(server.contacts(&a).await), contact(&benno, 1));
    assert_eq!(json!(server.contacts(&b).await), contact(&anna, 1));

    a.act("read", &json!({"messeage_id": last["id"]})).await;
    let date = b.wait_for("read").await["date"].clone();
    for (me, unread) in [(&a, 0), (&b, 1)] {
        let contact = server.contacts(me).await[0].clone();
        assert_eq!((&contact["readen"], &contact["unread"]), (&date, &json!(unread)));
    }
}

async fn the_newest_conversation_comes_first(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (mut c, d) = (server.newcomer("carla").await, server.newcomer("dora").await);
    for to in [b.user, c.user, d.user] {
        a.say(to, "hello").await;
    }
    assert_eq!(peers(&server, &a).await, [d.user, c.user, b.user]);
    b.say(a.user, "to the front").await;
    assert_eq!(peers(&server, &a).await, [b.user, d.user, c.user]);
    c.say(a.user, "me too").await;
    c.say(b.user, "and you").await;
    assert_eq!(peers(&server, &a).await, [c.user, b.user, d.user]);
    assert_eq!(peers(&server, &b).await, [c.user, a.user]);
    let read = server.history(&a, d.user).await[0]["id"].clone();
    a.act("read", &json!({"messeage_id": read})).await;
    a.settle().await;
    assert_eq!(peers(&server, &a).await, [c.user, b.user, d.user], "reading moves nothing");
}

async fn unread_counts_what_was_sent_to_me_and_not_read(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut sent = Vec::new();
    for number in 0..5 {
        sent.push(a.say(b.user, &number.to_string()).await["id"].clone());
        assert_eq!(unread(&server, &b).await, [number + 1]);
    }
    b.say(a.user, "an answer reads nothing").await;
    assert_eq!(unread(&server, &b).await, [5]);
    assert_eq!(unread(&server, &a).await, [1]);
    for (message, left) in [(1, 3), (0, 3), (3, 1), (3, 1), (4, 0)] {
        b.act("read", &json!({"messeage_id": sent[message]})).await;
        b.settle().await;
        assert_eq!(unread(&server, &b).await, [left], "after reading message {message}");
    }
    a.say(b.user, "again").await;
    assert_eq!(unread(&server, &b).await, [1]);
}

async fn unread_is_right_after_many_messages_at_once(backend: Backend) {
    let server = TestServer::start(backend).await;
    let benno = server.person("benno").await;
    let mut a = server.newcomer("anna").await;
    let mut others = [a.another(&server).await, server.newcomer("carla").await];
    a.chatter(benno.id, 0..150).await;
    for other in &mut others {
        other.chatter(benno.id, 0..150).await;
    }
    for connection in [&mut a].into_iter().chain(&mut others) {
        connection.settle().await;
    }
    let b = Plain::log_in(&server, &benno).await;
    let mut counts = unread(&server, &b).await;
    counts.sort_unstable();
    assert_eq!(counts, [150, 300]);
}

async fn a_contact_shows_media(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let uri = format!("data:image/png;base64,{}", STANDARD.encode(vec![7; 10_000]));
    a.show(b.user, "photo", &uri).await;
    let contact = server.contacts(&b).await[0].clone();
    assert_eq!((&contact["content_type"], &contact["content"]), (&json!("photo"), &json!(uri)));
}

async fn contacts_are_ones_own(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let mut c = server.newcomer("carla").await;
    a.say(b.user, "hello").await;
    assert_eq!(server.contacts(&c).await, [Value::Null; 0]);
    c.act("messeage", &json!({"to_id": a.user, "content": ""})).await;
    c.settle().await;
    assert_eq!(server.contacts(&c).await, [Value::Null; 0], "what was refused makes no contact");
}

async fn notes_to_oneself_are_a_contact_and_never_unread(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut a = server.newcomer("anna").await;
    a.say(a.user, "milk").await;
    let note = a.say(a.user, "bread").await;
    let contact = server.contacts(&a).await;
    assert_eq!((contact.len(), &contact[0]["id"], &contact[0]["unread"]), (1, &json!(a.user), &json!(0)));
    a.act("read", &json!({"messeage_id": note["id"]})).await;
    a.settle().await;
    assert_eq!(unread(&server, &a).await, [0]);
}

async fn peers(site: &Site, me: &Plain) -> Vec<u64> {
    site.contacts(me).await.iter().map(|contact| contact["id"].as_u64().expect("an id")).collect()
}

async fn unread(site: &Site, me: &Plain) -> Vec<u64> {
    site.contacts(me).await.iter().map(|contact| contact["unread"].as_u64().expect("a number")).collect()
}
