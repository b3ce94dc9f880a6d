//! Logging in and out: on a connection, on several, and by whom.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno, anna_and_benno_without_grace, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, email_of, hash_of};

on_both_databases!(
    one_logs_in_by_username_or_email_in_any_case,
    a_failed_login_changes_nothing,
    what_waits_comes_after_the_answer_to_the_login,
    a_login_that_cannot_be_understood_is_malformed,
    before_a_login_nothing_is_done,
    nothing_is_done_in_the_name_of_somebody_else,
    logging_in_as_another_logs_the_first_out,
    logging_in_again_as_the_same_delivers_once,
    after_a_logout_the_connection_stays,
    events_take_effect_in_their_order,
    each_of_many_connections_has_a_session_of_its_own,
    a_restart_ends_sessions_that_have_no_grace,
);

async fn one_logs_in_by_username_or_email_in_any_case(backend: Backend) {
    let server = TestServer::start(backend).await;
    let anna = server.person("Anna").await;
    for login in ["Anna", "anna", "ANNA", "Anna@example.org", "aNNa@eXample.ORG"] {
        let mut plain = Plain::connect(&server).await;
        let session = plain.try_login(login, &anna.hash).await;
        assert_eq!(session, json!({"id": anna.id, "clientAddress": plain.address}), "{login}");
        plain.expect_nothing_more().await;
    }
}

async fn a_failed_login_changes_nothing(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut nobody = Plain::connect(&server).await;
    for (login, hash) in [
        ("benno", "wrong"),
        ("benno", &hash_of("anna")),
        ("benno", &hash_of("Benno")),
        (&email_of("benno"), "wrong"),
        ("nosuchuser", "wrong"),
        ("no.such@example.org", "wrong"),
        ("no name at all", "wrong"),
        ("", "wrong"),
        ("@", "wrong"),
        ("%", "wrong"),
    ] {
        assert_eq!(a.try_login(login, hash).await, false, "{login}");
        assert_eq!(nobody.try_login(login, hash).await, false, "{login}");
    }
    assert!(server.opens(a.user, &a.address).await, "a failed login ends no session");
    let echo = a.say(b.user, "it is still me").await;
    assert_eq!(b.hear(a.user, "it is still me").await, echo);
    nobody.expect_nothing_more().await;
    nobody.become_user("benno", &hash_of("benno")).await;
}

async fn what_waits_comes_after_the_answer_to_the_login(backend: Backend) {
    let (server, mut a, _) = anna_and_benno(backend).await;
    let carla = server.person("carla").await;
    a.say(carla.id, "it waits").await;
    let mut c = Plain::connect(&server).await;
    c.emit("login", &json!({"login": "carla", "hash": carla.hash})).await;
    assert_eq!(c.next().await.0, "login");
    assert_eq!(c.next().await.0, "messeage");
}

async fn a_login_that_cannot_be_understood_is_malformed(backend: Backend) {
    let server = TestServer::start(backend).await;
    let anna = server.person("anna").await;
    let mut plain = Plain::connect(&server).await;
    for data in [
        json!(null),
        json!({}),
        json!({"login": "anna"}),
        json!({"hash": anna.hash}),
        json!({"login": "anna", "hash": 5}),
        json!({"login": ["anna"], "hash": anna.hash}),
        json!({"login": "anna", "hash": ""}),
        json!({"login": "anna", "hash": "x".repeat(256)}),
        json!(["anna", anna.hash]),
        json!("anna"),
    ] {
        plain.emit("login", &data).await;
        assert_eq!(plain.next().await, ("error".to_owned(), json!(400)), "{data}");
    }
    let more = json!({"login": "anna", "hash": anna.hash, "remember": {"me": true}});
    plain.emit("login", &more).await;
    assert_eq!(plain.wait_for("login").await["id"], anna.id, "unknown fields are ignored");
}

/// Every event that names its sender, with `user_id` left out.
fn events(other: u64, message: &Value) -> [(&'static str, Value); 5] {
    [
        ("messeage", json!({"to_id": other, "content": "hello"})),
        ("block_user", json!({"blocked_id": other})),
        ("unlock_user", json!({"blocked_id": other})),
        ("read", json!({"messeage_id": message})),
        ("type", json!({"to_id": other})),
    ]
}

async fn before_a_login_nothing_is_done(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let message = b.say(a.user, "for Anna").await["id"].clone();
    a.wait_for("messeage").await;
    b.wait_for("notified").await;
    let mut nobody = Plain::connect(&server).await;
    nobody.user = a.user;
    for (event, data) in events(b.user, &message) {
        nobody.act(event, &data).await;
        assert_eq!(nobody.next().await, ("auth".to_owned(), json!(false)), "{event}");
    }
    b.expect_nothing_more().await;
    assert_eq!(server.history(&a, b.user).await.len(), 1);
    assert_eq!(server.contacts(&a).await[0]["unread"], 1);
    assert_eq!(server.ask(&a, "/blocked/users", &json!({})).await, json!([]));
}

async fn nothing_is_done_in_the_name_of_somebody_else(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut c = server.newcomer("carla").await;
    let message = b.say(a.user, "for Anna").await["id"].clone();
    a.wait_for("messeage").await;
    b.wait_for("notified").await;
    let me = c.user;
    for claimed in [a.user, NOBODY] {
        c.user = claimed;
        for (event, data) in events(b.user, &message) {
            c.act(event, &data).await;
            assert_eq!(c.next().await, ("auth".to_owned(), json!(false)), "{event}");
        }
    }
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
    assert_eq!(server.history(&a, b.user).await.len(), 1);
    assert_eq!(server.contacts(&a).await[0]["unread"], 1);
    assert_eq!(server.ask(&a, "/blocked/users", &json!({})).await, json!([]));
    c.user = me;
    c.say(b.user, "in my own").await;
}

async fn logging_in_as_another_logs_the_first_out(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let carla = server.person("carla").await;
    let (anna, key) = (a.user, a.address.clone());
    a.become_user("carla", &carla.hash).await;
    assert_eq!(a.address, key, "the connection keeps its key");
    assert!(!server.opens(anna, &key).await);
    assert!(server.opens(carla.id, &key).await);
    b.say(anna, "Anna is gone").await;
    b.say(carla.id, "Carla is here").await;
    assert_eq!(a.wait_for("messeage").await["content"], "Carla is here");
    b.wait_for("notified").await;
    a.emit("messeage", &json!({"user_id": anna, "to_id": b.user, "content": "as Anna"})).await;
    assert_eq!(a.wait_for("auth").await, false);
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
}

async fn logging_in_again_as_the_same_delivers_once(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    for _ in 0..3 {
        b.become_user("benno", &hash_of("benno")).await;
    }
    b.catch_up().await;
    assert!(server.opens(b.user, &b.address).await);
    a.say(b.user, "hello").await;
    a.wait_for("notified").await;
    assert_eq!(b.wait_for("messeage").await["content"], "hello");
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
    assert_eq!(b.repetitions, 0);
}

async fn after_a_logout_the_connection_stays(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    for data in [json!(null), json!({}), json!([1, 2]), json!("bye"), json!({"user_id": "x"})] {
        a.emit("logout", &data).await;
        a.expect_nothing_more().await;
        assert!(!server.opens(a.user, &a.address).await, "a key is dead at once");
        a.act("messeage", &json!({"to_id": b.user, "content": "hello"})).await;
        assert_eq!(a.wait_for("auth").await, false);
        let session = a.try_login("anna", &hash_of("anna")).await;
        assert_eq!(session, json!({"id": a.user, "clientAddress": a.address}));
        assert!(server.opens(a.user, &a.address).await);
    }
    a.send(r#"{"event":"logout"}"#).await;
    a.send(r#"{"event":"logout"}"#).await;
    a.expect_nothing_more().await;
    b.say(a.user, "are you there?").await;
    a.expect_nothing_more().await;
    b.expect_nothing_more().await;
    a.become_user("anna", &hash_of("anna")).await;
    assert_eq!(a.wait_for("messeage").await["content"], "are you there?");
}

/// Sent in one go, and answered as if each had waited for the one before.
async fn events_take_effect_in_their_order(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let login = json!({"login": "anna", "hash": hash_of("anna")});
    for round in 0..10 {
        let message = json!({"user_id": a.user, "to_id": b.user, "content": format!("{round}")});
        a.emit("logout", &Value::Null).await;
        a.emit("messeage", &message).await;
        a.emit("login", &login).await;
        a.emit("messeage", &message).await;
        a.emit("logout", &Value::Null).await;
        a.emit("messeage", &message).await;
        a.emit("nonsense", &Value::Null).await;
        a.emit("login", &login).await;
        for expected in ["auth", "login", "messeage", "auth", "error", "login"] {
            let (event, _) = a.next_but("notified").await;
            assert_eq!(event, expected, "in round {round}");
        }
    }
    assert_eq!(server.history(&a, b.user).await.len(), 10);
}

async fn each_of_many_connections_has_a_session_of_its_own(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno_without_grace(backend).await;
    let (mut first, mut second, third) =
        (b.another(&server).await, b.another(&server).await, b.another(&server).await);
    for connection in [&b, &first, &second, &third] {
        assert!(server.opens(b.user, &connection.address).await);
    }
    first.emit("logout", &Value::Null).await;
    first.settle().await;
    let (user, key) = (third.user, third.address.clone());
    third.close().await;
    server.until_dead(user, &key).await;
    assert!(!server.opens(b.user, &first.address).await);
    assert!(server.opens(b.user, &second.address).await && server.opens(b.user, &b.address).await);
    a.say(b.user, "to all of you").await;
    for connection in [&mut b, &mut second] {
        assert_eq!(connection.wait_for("messeage").await["content"], "to all of you");
    }
    first.expect_nothing_more().await;
}

async fn a_restart_ends_sessions_that_have_no_grace(backend: Backend) {
    let (mut server, a, _) = anna_and_benno_without_grace(backend).await;
    assert!(server.opens(a.user, &a.address).await);
    server.restart().await;
    assert!(!server.opens(a.user, &a.address).await);
    let again = a.another(&server).await;
    assert!(server.opens(again.user, &again.address).await);
    assert_ne!(again.address, a.address);
}
