//! Coming back to a session without a password.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno, anna_and_benno_without_grace, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, Site, hash_of};

on_both_databases!(
    a_session_outlives_its_connection_and_moves_to_the_next,
    a_session_moves_off_a_connection_that_is_still_there,
    a_key_that_was_left_never_opens_again,
    after_a_key_in_vain_another_moves_the_session_to_the_same_address,
    a_session_that_ended_cannot_be_resumed,
    a_session_ends_when_its_time_of_grace_is_over,
    of_two_who_resume_one_key_one_is_in,
    sessions_outlive_a_restart,
    whoever_resumes_gets_what_waits_for_him,
    whoever_resumes_finds_the_new_truth,
    resuming_logs_out_who_was_there,
    what_cannot_be_resumed_tells_nothing_and_changes_nothing,
    what_is_no_resume_is_malformed,
);

/// Connects, and resumes with this user and key.
async fn try_resume(site: &Site, user: u64, key: &str) -> (Plain, Value) {
    let mut plain = Plain::connect(site).await;
    let ack = plain.call("resume", &json!({"user_id": user, "clientAddress": key})).await;
    let login = plain.wait_for("login").await;
    if ack["ok"] == true {
        assert_eq!(login, json!({"id": ack["id"], "clientAddress": ack["clientAddress"]}));
        plain.user = user;
    } else {
        assert_eq!((&login, &ack["error"]), (&json!(false), &json!(401)));
    }
    (plain, ack)
}

async fn resumed(site: &Site, user: u64, key: &str) -> Plain {
    let (plain, ack) = try_resume(site, user, key).await;
    assert_eq!(ack, json!({"ok": true, "id": user, "clientAddress": plain.address}));
    plain
}

async fn a_session_outlives_its_connection_and_moves_to_the_next(backend: Backend) {
    let (server, a, mut b) = anna_and_benno(backend).await;
    let (user, key) = (a.user, a.address.clone());
    drop(a);
    assert!(server.opens(user, &key).await, "the session waits for its user");
    let mut again = resumed(&server, user, &key).await;
    assert_ne!(again.address, key);
    assert!(server.opens(user, &again.address).await);
    assert!(!server.opens(user, &key).await, "the old key is dead");
    let echo = again.say(b.user, "here I am").await;
    assert_eq!(b.wait_for("messeage").await, echo);
    let third = resumed(&server, user, &again.address).await;
    assert!(server.opens(user, &third.address).await, "and again");
}

async fn a_session_moves_off_a_connection_that_is_still_there(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let mut again = resumed(&server, a.user, &a.address).await;
    a.act("messeage", &json!({"to_id": b.user, "content": "from the dead"})).await;
    assert_eq!(a.wait_for("auth").await, false, "the old connection is nobody's");
    let echo = again.say(b.user, "from the living").await;
    assert_eq!(b.wait_for("messeage").await, echo);
    a.expect_nothing_more().await;
    let dead = a.address.clone();
    let key = a.try_login("anna", &hash_of("anna")).await["clientAddress"].clone();
    assert!(server.opens(a.user, key.as_str().expect("a key")).await);
    assert_ne!(key, dead);
    assert!(!server.opens(a.user, &dead).await, "what it had once is dead for good");
    drop(a);
    again.say(b.user, "still").await;
    assert!(server.opens(again.user, &again.address).await, "its end ends nothing");
}

async fn a_key_that_was_left_never_opens_again(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    // By the connection that has it, and by another one and back.
    let (user, first) = (a.user, a.address.clone());
    let second = resume_here(&mut a, user, &first).await;
    let other = resumed(&server, user, &second).await;
    let third = resume_here(&mut a, user, &other.address).await;
    for left in [&first, &second, &other.address] {
        assert_ne!(left, &third);
        assert!(!server.opens(user, left).await);
    }
    assert!(server.opens(user, &third).await);
    let echo = a.say(b.user, "still me").await;
    assert_eq!(b.wait_for("messeage").await, echo);
    a.close().await;
    let again = resumed(&server, user, &third).await;
    assert!(server.opens(user, &again.address).await, "its end is the end of no other key's session");
}

/// Resumes on a connection that had a session; returns the new key.
async fn resume_here(plain: &mut Plain, user: u64, key: &str) -> String {
    let ack = plain.call("resume", &json!({"user_id": user, "clientAddress": key})).await;
    assert_eq!((&ack["ok"], &ack["id"]), (&json!(true), &json!(user)), "{ack}");
    ack["clientAddress"].as_str().expect("a key").to_owned()
}

/// Whoever does not know which of his keys is the living one tries them in turn, and may lose the answer.
async fn after_a_key_in_vain_another_moves_the_session_to_the_same_address(backend: Backend) {
    let (server, a, _b) = anna_and_benno(backend).await;
    let (mut plain, ack) = try_resume(&server, a.user, &"A".repeat(43)).await;
    assert_eq!(ack["error"], 401);
    assert_eq!(resume_here(&mut plain, a.user, &a.address).await, plain.address);
    assert!(server.opens(a.user, &plain.address).await);
    let address = plain.address.clone();
    drop(plain);
    assert!(server.opens(a.user, &address).await, "its end leaves the session to its key");
}

async fn a_session_that_ended_cannot_be_resumed(backend: Backend) {
    let (server, mut a, b) = anna_and_benno_without_grace(backend).await;
    a.call("logout", &json!({})).await;
    let (_, ack) = try_resume(&server, a.user, &a.address).await;
    assert_eq!(ack["code"], "unauthenticated", "logged out");
    let (user, key) = (b.user, b.address.clone());
    b.close().await;
    server.until_dead(user, &key).await;
    assert_eq!(try_resume(&server, user, &key).await.1["ok"], false, "its time of grace is over");
}

async fn a_session_ends_when_its_time_of_grace_is_over(backend: Backend) {
    let server = TestServer::start_with(backend, &["--session-grace=1"]).await;
    let anna = server.newcomer("anna").await;
    let (user, key) = (anna.user, anna.address.clone());
    drop(anna);
    server.until_dead(user, &key).await;
    let (_, ack) = try_resume(&server, user, &key).await;
    assert_eq!(ack["error"], 401);
}

async fn of_two_who_resume_one_key_one_is_in(backend: Backend) {
    let (server, a, _) = anna_and_benno(backend).await;
    let (user, mut key) = (a.user, a.address.clone());
    for _ in 0..50 {
        let (one, two) = tokio::join!(try_resume(&server, user, &key), try_resume(&server, user, &key));
        let winners: Vec<Plain> =
            [one, two].into_iter().filter(|(_, ack)| ack["ok"] == true).map(|(plain, _)| plain).collect();
        assert_eq!(winners.len(), 1);
        key.clone_from(&winners[0].address);
    }
}

async fn sessions_outlive_a_restart(backend: Backend) {
    let (mut server, a, b) = anna_and_benno(backend).await;
    server.restart().await;
    assert!(server.opens(a.user, &a.address).await);
    let mut again = resumed(&server, a.user, &a.address).await;
    again.say(b.user, "nothing happened").await;
}

async fn whoever_resumes_gets_what_waits_for_him(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let (user, key) = (b.user, b.address.clone());
    b.close().await;
    for number in 0..10 {
        a.say(user, &number.to_string()).await;
    }
    let mut again = resumed(&server, user, &key).await;
    for number in 0..10 {
        assert_eq!(again.wait_for("messeage").await["content"], number.to_string());
    }
    for _ in 0..10 {
        a.wait_for("notified").await;
    }
}

async fn whoever_resumes_finds_the_new_truth(backend: Backend) {
    let (server, mut a, mut b) = anna_and_benno(backend).await;
    let (user, key) = (a.user, a.address.clone());
    a.block(b.user).await;
    drop(a);
    b.say(user, "do you hear me?").await;
    let mut again = resumed(&server, user, &key).await;
    again.expect_nothing_more().await;
    let blocked = server.ask(&again, "/blocked/users", &json!({})).await;
    assert_eq!(blocked[0]["blocked_user"], b.user);
}

async fn resuming_logs_out_who_was_there(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let (benno, key) = (b.user, b.address.clone());
    drop(b);
    let fresh = resume_here(&mut a, benno, &key).await;
    assert!(server.opens(benno, &fresh).await);
    assert!(!server.opens(benno, &a.address).await && !server.opens(a.user, &a.address).await);
    a.act("messeage", &json!({"to_id": benno, "content": "who am I?"})).await;
    assert_eq!(a.wait_for("auth").await, false);
}

async fn what_cannot_be_resumed_tells_nothing_and_changes_nothing(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let never = Plain::connect(&server).await;
    let mut answers = Vec::new();
    for (user, key) in
        [(a.user, &b.address), (NOBODY, &b.address), (a.user, &never.address), (a.user, &"x".repeat(10_000))]
    {
        let ack = a.call("resume", &json!({"user_id": user, "clientAddress": key})).await;
        assert_eq!(a.wait_for("login").await, false);
        answers.push(ack);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer["error"] == 401), "{answers:?}");
    a.say(b.user, "I am still who I was").await;
    assert!(server.opens(a.user, &a.address).await && server.opens(b.user, &b.address).await);
}

async fn what_is_no_resume_is_malformed(backend: Backend) {
    let server = TestServer::start(backend).await;
    let a = server.newcomer("anna").await;
    let mut plain = Plain::connect(&server).await;
    for data in [
        json!({}),
        json!({"user_id": a.user}),
        json!({"clientAddress": a.address}),
        json!({"user_id": a.user, "clientAddress": null}),
        json!({"user_id": a.user, "clientAddress": [a.address]}),
        json!({"user_id": -1, "clientAddress": a.address}),
        json!({"user_id": a.user, "clientAddress": a.address, "after": -1}),
        json!({"user_id": a.user, "clientAddress": a.address, "after": null}),
        json!([a.user, a.address]),
        json!(null),
    ] {
        assert_eq!(plain.call("resume", &data).await["error"], 400, "{data}");
        assert_eq!(plain.wait_for("error").await, 400);
    }
    assert!(server.opens(a.user, &a.address).await, "nothing was done");
}
