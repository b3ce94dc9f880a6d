//! Changing one's password, and who is out by that.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{Site, hash_of, merged};

on_both_databases!(
    a_new_password_lets_in_and_the_old_one_does_not,
    a_new_password_ends_all_other_sessions_at_once,
    whoever_does_not_know_the_password_changes_nothing,
    what_is_no_password_is_malformed,
    passwords_are_not_guessed_by_who_has_a_session,
    who_logs_in_while_the_password_changes_is_out,
);

/// How often two who are in each other's way meet. Each takes two hashes.
const ROUNDS: u32 = 10;

async fn change(site: &Site, plain: &Plain, from: &str, to: &str) -> (u16, Value) {
    let words = json!({"hash": from, "new_hash": to});
    site.post("/password/change", &merged(&plain.session(), &words)).await
}

async fn a_new_password_lets_in_and_the_old_one_does_not(backend: Backend) {
    let (server, a, _b) = anna_and_benno(backend).await;
    let (status, answer) = change(&server, &a, &hash_of("anna"), "another").await;
    assert_eq!((status, &answer["code"]), (200, &json!("changed")), "{answer}");
    assert!(server.opens(a.user, &a.address).await, "who changed it is still in");
    let mut plain = Plain::connect(&server).await;
    assert_eq!(plain.try_login("anna", &hash_of("anna")).await, false);
    plain.become_user("anna", "another").await;
}

async fn a_new_password_ends_all_other_sessions_at_once(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let mut other = a.another(&server).await;
    let away = a.another(&server).await;
    let key = away.session();
    away.close().await;
    assert_eq!(change(&server, &a, &hash_of("anna"), "another").await.1["code"], "changed");
    assert_eq!(other.wait_for("auth").await, false);
    assert!(!server.opens(a.user, &other.address).await);
    let mut again = Plain::connect(&server).await;
    assert_eq!(again.call("resume", &key).await["error"], 401);
    a.say(b.user, "it is me").await;
    assert!(server.opens(b.user, &b.address).await);
}

async fn whoever_does_not_know_the_password_changes_nothing(backend: Backend) {
    let (server, a, b) = anna_and_benno(backend).await;
    let other = a.another(&server).await;
    let (status, answer) = change(&server, &a, "a guess", "another").await;
    assert_eq!((status, &answer["code"]), (200, &json!("wrong_password")), "{answer}");
    let foreign =
        json!({"user_id": a.user, "clientAddress": b.address, "hash": hash_of("anna"), "new_hash": "x"});
    assert_eq!(server.post("/password/change", &foreign).await.0, 401);
    assert!(server.opens(a.user, &other.address).await);
    Plain::connect(&server).await.become_user("anna", &hash_of("anna")).await;
}

async fn what_is_no_password_is_malformed(backend: Backend) {
    let (server, a, _b) = anna_and_benno(backend).await;
    let right = json!(hash_of("anna"));
    for (hash, new_hash, field) in [
        (json!(null), json!("x"), "hash"),
        (json!(""), json!("x"), "hash"),
        (right.clone(), json!(""), "new_hash"),
        (right.clone(), json!("x".repeat(256)), "new_hash"),
        (right.clone(), json!(["x"]), "new_hash"),
        (right.clone(), json!(5), "new_hash"),
    ] {
        let words = merged(&a.session(), &json!({"hash": hash, "new_hash": new_hash}));
        let (status, answer) = server.post("/password/change", &words).await;
        assert_eq!((status, &answer["field"]), (400, &json!(field)), "{hash} {new_hash}: {answer}");
    }
    Plain::connect(&server).await.become_user("anna", &hash_of("anna")).await;
}

async fn passwords_are_not_guessed_by_who_has_a_session(backend: Backend) {
    let server = TestServer::start_with(backend, &["--rate-limits=on", "--limit-logins=3"]).await;
    let a = server.newcomer("anna").await;
    for _ in 0..3 {
        assert_eq!(change(&server, &a, "a guess", "another").await.1["code"], "wrong_password");
    }
    assert_eq!(change(&server, &a, &hash_of("anna"), "another").await.0, 429);
    assert!(server.opens(a.user, &a.address).await);
}

/// Whichever of the two is first: whoever showed the old password is out in the end.
async fn who_logs_in_while_the_password_changes_is_out(backend: Backend) {
    let (server, a, _b) = anna_and_benno(backend).await;
    let mut word = hash_of("anna");
    for round in 0..ROUNDS {
        let next = format!("word {round}");
        let mut thief = Plain::connect(&server).await;
        let ((status, answer), login) =
            tokio::join!(change(&server, &a, &word, &next), thief.try_login("anna", &word));
        assert_eq!((status, &answer["code"]), (200, &json!("changed")), "round {round}: {answer}");
        if login != false {
            assert_eq!(thief.wait_for("auth").await, false, "round {round}");
        }
        assert!(!server.opens(a.user, &thief.address).await, "round {round}");
        word = next;
    }
    Plain::connect(&server).await.become_user("anna", &word).await;
}
