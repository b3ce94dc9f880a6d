//! Session keys: what they are, what they open, and when they open nothing any more.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::databases::{Backend, MysqlDatabase};
use crate::harness::{TestServer, anna_and_benno, anna_and_benno_without_grace, on_both_databases};
use crate::plain::Plain;
use crate::site::{NOBODY, Site, hash_of, merged, session_routes};

on_both_databases!(
    every_connection_gets_a_key_that_nobody_can_guess,
    a_key_opens_every_route_of_its_user_and_no_other_users,
    a_key_is_dead_once_its_connection_ends,
    whatever_is_wrong_with_a_key_the_answer_is_the_same,
    a_bearer_header_stands_for_the_key_and_wins_over_it,
);

async fn every_connection_gets_a_key_that_nobody_can_guess(backend: Backend) {
    let server = TestServer::start(backend).await;
    let mut keys = Vec::new();
    for _ in 0..64 {
        keys.push(Plain::connect(&server).await.address);
    }
    let different: HashSet<_> = keys.iter().collect();
    assert_eq!(different.len(), 64);
    let bits: Vec<Vec<u8>> = keys.iter().map(|key| URL_SAFE_NO_PAD.decode(key).expect("base64")).collect();
    assert!(bits.iter().all(|bits| bits.len() * 8 >= 128));
    for place in 0..bits[0].len() {
        let values: HashSet<u8> = bits.iter().map(|bits| bits[place]).collect();
        // 64 random bytes have 57 different values on average; fewer than 30 never.
        assert!(values.len() >= 30, "byte {place} has {} values in 64 keys", values.len());
    }
}

async fn a_key_opens_every_route_of_its_user_and_no_other_users(backend: Backend) {
    let (server, a, b) = anna_and_benno(backend).await;
    assert!(server.opens(a.user, &a.address).await);
    assert!(server.opens(b.user, &b.address).await);
    assert!(!server.opens(a.user, &b.address).await);
    assert!(!server.opens(b.user, &a.address).await);
    let nobody = Plain::connect(&server).await;
    for user in [a.user, b.user, 1, NOBODY] {
        assert!(!server.opens(user, &nobody.address).await, "a key without a login opens nothing");
    }
}

async fn a_key_is_dead_once_its_connection_ends(backend: Backend) {
    let (server, a, b) = anna_and_benno_without_grace(backend).await;
    let (user, key) = (a.user, a.address.clone());
    a.close().await;
    server.until_dead(user, &key).await;
    let (user, key) = (b.user, b.address.clone());
    drop(b);
    server.until_dead(user, &key).await;
}

async fn whatever_is_wrong_with_a_key_the_answer_is_the_same(backend: Backend) {
    let (server, mut a, b) = anna_and_benno_without_grace(backend).await;
    let left = a.another(&server).await;
    let (user, dead) = (left.user, left.address.clone());
    left.close().await;
    server.until_dead(user, &dead).await;
    let mut logged_out = a.another(&server).await;
    logged_out.emit("logout", &Value::Null).await;
    logged_out.settle().await;
    let fresh = Plain::connect(&server).await;
    let longer = format!("{}A", a.address);
    let mut answers = HashSet::new();
    for (user, key) in [
        (a.user, b.address.as_str()),
        (b.user, &a.address),
        (a.user, &dead),
        (a.user, &logged_out.address),
        (a.user, &fresh.address),
        (a.user, ""),
        (a.user, "x"),
        (a.user, "' OR '1'='1"),
        (a.user, &a.address[1..]),
        (a.user, &longer),
        (a.user, &a.address.to_lowercase()),
        (a.user, &format!("{} ", a.address)),
        (NOBODY, &a.address),
        (1, &a.address),
    ] {
        for (status, body) in server.try_key(user, key).await {
            assert_eq!(
                (status, &body["error"], &body["code"]),
                (401, &json!(401), &json!("unauthenticated"))
            );
            answers.insert(body.to_string());
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    a.expect_nothing_more().await;
    assert!(server.opens(a.user, &a.address).await);
}

async fn a_bearer_header_stands_for_the_key_and_wins_over_it(backend: Backend) {
    let (server, a, b) = anna_and_benno(backend).await;
    let (right, wrong) = (a.address.as_str(), b.address.as_str());
    for (header, parameter, status) in [
        (Some(format!("Bearer {right}")), None, 200),
        (Some(format!("bearer   {right} ")), None, 200),
        (Some(format!("Bearer {right}")), Some(wrong), 200),
        (Some(format!("Bearer {wrong}")), Some(right), 401),
        (Some(format!("Bearer {wrong}")), None, 401),
        (Some(format!("Basic {wrong}")), Some(right), 200),
        (Some(format!("Basic {right}")), None, 400),
        (Some(right.to_owned()), None, 400),
        (None, None, 400),
    ] {
        for (route, more) in session_routes() {
            let parameters = merged(&json!({"user_id": a.user}), &more);
            for (got, body) in with_header(&server, route, &parameters, header.as_deref(), parameter).await {
                assert_eq!(got, status, "{route} {header:?} {parameter:?}: {body}");
                assert_eq!(status == 400, body["field"] == "clientAddress", "{body}");
            }
        }
    }
    assert_eq!(server.history(&a, b.user).await, [json!(null); 0]);
    Plain::connect(&server).await.become_user("anna", &hash_of("anna")).await;
}

/// The answers to GET and POST with this header and this `clientAddress`.
async fn with_header(
    site: &Site,
    route: &str,
    parameters: &Value,
    header: Option<&str>,
    key: Option<&str>,
) -> Vec<(u16, Value)> {
    let mut parameters = parameters.clone();
    if let Some(key) = key {
        parameters["clientAddress"] = key.into();
    }
    let url = site.url() + route;
    let mut answers = Vec::new();
    for request in [site.http.get(&url).query(&parameters), site.http.post(&url).json(&parameters)] {
        let request =
            header.into_iter().fold(request, |request, header| request.header(AUTHORIZATION, header));
        let response = request.send().await.expect("an answer");
        answers.push((response.status().as_u16(), response.json().await.expect("JSON")));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_the_routes_of_every_node_until_its_connection_ends() {
    let database = MysqlDatabase::create().await;
    let one = TestServer::start_node(&database.url(), 1).await;
    let two = TestServer::start_node(&database.url(), 2).await;
    let anna = one.newcomer("anna").await;
    assert!(one.opens(anna.user, &anna.address).await && two.opens(anna.user, &anna.address).await);
    let (user, key) = (anna.user, anna.address.clone());
    anna.close().await;
    one.until_dead(user, &key).await;
    two.until_dead(user, &key).await;
}
