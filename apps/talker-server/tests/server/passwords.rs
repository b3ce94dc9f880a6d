//! Changing one's password, and who is out by that.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::databases::Backend;
use crate::harness::{TestServer, anna_and_benno, on_both_databases};
use crate::plain::Plain;
use crate::site::{PATIENCE, Site, hash_of, merged};

on_both_databases!(
    a_new_password_lets_in_and_the_old_one_does_not,
    a_new_password_ends_all_other_sessions_at_once,
    whoever_does_not_know_the_password_changes_nothing,
    what_is_no_password_is_malformed,
    passwords_are_not_guessed_by_who_has_a_session,
    who_logs_in_while_the_password_changes_is_out,
    a_forgotten_password_is_set_by_a_link_in_a_mail,
    a_browser_gets_a_form_for_the_link_and_uses_nothing_up,
    the_form_works_where_other_pages_are_kept_out,
    whether_there_is_such_an_account_is_not_told,
    what_is_no_link_or_no_password_sets_nothing,
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

/// Asks for a link, and takes it from the mail.
async fn reset_link(site: &Site, email: &str) -> Value {
    let (status, answer) = site.post("/password/reset", &json!({"email": email})).await;
    assert_eq!((status, &answer["code"]), (200, &json!("asked")), "{answer}");
    let find = async {
        loop {
            let links = site.mailed_links(email);
            if let Some(link) = links.iter().find(|link| link.contains("/password/reset/confirm?")) {
                break link.clone();
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    let link = timeout(PATIENCE, find).await.expect("a mail");
    let (_, query) = link.split_once('?').expect("a query");
    let value = |name: &str| {
        let part = query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        part.expect("both values").to_owned()
    };
    json!({"id": value("id"), "uuid": value("uuid")})
}

async fn a_forgotten_password_is_set_by_a_link_in_a_mail(backend: Backend) {
    let (server, mut a, b) = anna_and_benno(backend).await;
    let link = reset_link(&server, "anna@example.org").await;
    let set = merged(&link, &json!({"hash": "another"}));
    let (status, answer) = server.post("/password/reset/confirm", &set).await;
    assert_eq!((status, &answer["code"]), (200, &json!("changed")), "{answer}");
    assert_eq!(a.wait_for("auth").await, false, "whoever was in is out");
    assert!(!server.opens(a.user, &a.address).await && server.opens(b.user, &b.address).await);
    let mut plain = Plain::connect(&server).await;
    assert_eq!(plain.try_login("anna", &hash_of("anna")).await, false);
    plain.become_user("anna", "another").await;
    let again = merged(&link, &json!({"hash": "a third"}));
    assert_eq!(server.post("/password/reset/confirm", &again).await.1["code"], "invalid_link");
    assert!(server.opens(plain.user, &plain.address).await);
}

async fn a_browser_gets_a_form_for_the_link_and_uses_nothing_up(backend: Backend) {
    let (server, a, _b) = anna_and_benno(backend).await;
    let link = reset_link(&server, "anna@example.org").await;
    let word = |name: &str| link[name].as_str().expect("text").to_owned();
    let url = format!("{}/password/reset/confirm", server.url());
    for _ in 0..2 {
        let visit = server.http.get(format!("{url}?id={}&uuid={}", word("id"), word("uuid")));
        let page = visit.header("Accept", "text/html").send().await.expect("a page");
        assert_eq!(page.status(), 200);
        assert!(
            page.headers()["content-security-policy"].to_str().expect("text").contains("default-src 'none'")
        );
        let page = page.text().await.expect("text");
        assert!(page.contains("type=\"password\"") && page.contains(&word("uuid")), "{page}");
        assert!(server.opens(a.user, &a.address).await, "looking changes nothing");
    }
    let form = [("id", word("id")), ("uuid", word("uuid")), ("hash", "another".to_owned())];
    let posted =
        server.http.post(&url).header("Accept", "text/html").form(&form).send().await.expect("a page");
    assert!(posted.text().await.expect("text").contains("Your password is changed"));
    Plain::connect(&server).await.become_user("anna", "another").await;
    let posted =
        server.http.post(&url).header("Accept", "text/html").form(&form).send().await.expect("a page");
    assert!(posted.text().await.expect("text").contains("This link does not work"));
}

async fn the_form_works_where_other_pages_are_kept_out(backend: Backend) {
    let server = TestServer::start_with(backend, &["--allowed-origins=https://chat.example.org"]).await;
    server.newcomer("anna").await;
    let link = reset_link(&server, "anna@example.org").await;
    let word = |name: &str| link[name].as_str().expect("text").to_owned();
    let url = format!("{}/password/reset/confirm", server.url());
    let visit = server.http.get(format!("{url}?id={}&uuid={}", word("id"), word("uuid")));
    let page = visit.header("Accept", "text/html").header("Sec-Fetch-Site", "cross-site").send().await;
    assert_eq!(page.expect("a page").status(), 200);
    let form = [("id", word("id")), ("uuid", word("uuid")), ("hash", "another".to_owned())];
    let press = async |origin: &str| {
        let request = server.http.post(&url).header("Accept", "text/html").header("Origin", origin);
        request.form(&form).send().await.expect("a page")
    };
    assert_eq!(press("https://elsewhere.example").await.status(), 403);
    assert!(press("null").await.text().await.expect("text").contains("Your password is changed"));
}

async fn whether_there_is_such_an_account_is_not_told(backend: Backend) {
    let (server, _a, _b) = anna_and_benno(backend).await;
    let mut answers = Vec::new();
    for email in ["anna@example.org", "anna@example.org", "nobody@example.org"] {
        answers.push(server.post("/password/reset", &json!({"email": email})).await);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    reset_link(&server, "anna@example.org").await;
    assert_eq!(server.mailed_links("anna@example.org").len(), 2, "one mail, beside that of the registration");
    assert!(server.mailed_links("nobody@example.org").is_empty());
}

async fn what_is_no_link_or_no_password_sets_nothing(backend: Backend) {
    let (server, a, _b) = anna_and_benno(backend).await;
    let link = reset_link(&server, "anna@example.org").await;
    for (wrong, status) in [
        (json!({"hash": ""}), 400),
        (json!({"hash": "x".repeat(256)}), 400),
        (json!({}), 400),
        (json!({"hash": "x", "id": 0}), 400),
        (json!({"hash": "x", "uuid": ["x"]}), 400),
        (json!({"hash": "x", "id": 1}), 200),
        (json!({"hash": "x", "uuid": "x"}), 200),
    ] {
        let (answered, answer) = server.post("/password/reset/confirm", &merged(&link, &wrong)).await;
        assert_eq!(answered, status, "{wrong}: {answer}");
        assert!(status == 400 || answer["code"] == "invalid_link", "{wrong}: {answer}");
    }
    for email in [json!("anna"), json!(""), json!(["anna@example.org"]), json!(5)] {
        assert_eq!(server.post("/password/reset", &json!({"email": email})).await.0, 400, "{email}");
    }
    assert!(server.opens(a.user, &a.address).await);
    Plain::connect(&server).await.become_user("anna", &hash_of("anna")).await;
}
