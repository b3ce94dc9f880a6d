//! Finding people.

use serde_json::{Value, json};

use crate::databases::Backend;
use crate::harness::{TestServer, on_both_databases};
use crate::site::Site;

on_both_databases!(
    who_is_called_so_comes_first_then_who_begins_so_then_the_rest,
    a_search_finds_at_most_twenty_and_the_best_of_all,
    emails_are_found_and_never_shown,
    a_needle_of_less_than_three_characters_matches_beginnings_only,
    percent_and_underscore_are_ordinary_characters,
    what_cannot_be_part_of_a_name_is_malformed,
);

async fn who_is_called_so_comes_first_then_who_begins_so_then_the_rest(backend: Backend) {
    let server = TestServer::start(backend).await;
    for username in ["joanna", "Annabel", "aaa_hannah", "anna", "benno"] {
        server.person(username).await;
    }
    for needle in ["anna", "ANNA", "aNnA"] {
        let found = names(&server, needle).await;
        assert_eq!(found[..2], ["anna", "Annabel"], "{needle}");
        let mut rest = found[2..].to_vec();
        rest.sort_unstable();
        assert_eq!(rest, ["aaa_hannah", "joanna"], "{needle}");
    }
    assert_eq!(names(&server, "nnab").await, ["Annabel"]);
    assert_eq!(names(&server, "annaannaanna").await, [""; 0]);
}

async fn a_search_finds_at_most_twenty_and_the_best_of_all(backend: Backend) {
    let server = TestServer::start(backend).await;
    for number in 0..12 {
        server.person(&format!("a{number:02}_chess")).await;
        server.person(&format!("chess_{number:02}")).await;
    }
    server.person("chess").await;
    let found = names(&server, "chess").await;
    assert_eq!((found.len(), found[0].as_str()), (20, "chess"));
    assert!(found[1..13].iter().all(|name| name.starts_with("chess_")), "{found:?}");
    assert!(found[13..].iter().all(|name| name.ends_with("_chess")), "{found:?}");
}

async fn emails_are_found_and_never_shown(backend: Backend) {
    let server = TestServer::start(backend).await;
    let anna = server.person("anna").await;
    for needle in ["anna@example.org", "ANNA@EXAMPLE.ORG", "na@exam", "example.org"] {
        let (status, found) = server.post("/search/users", &json!({"user_name": needle})).await;
        assert_eq!(status, 200);
        let avatar = found[0]["avatar"].clone();
        assert_eq!(found, json!([{"id": anna.id, "username": "anna", "avatar": avatar}]), "{needle}");
        assert!(
            avatar.as_str().expect("a text").starts_with("data:image/"),
            "everybody has a picture: {avatar}"
        );
        assert!(!found.to_string().contains('@'), "{found}");
    }
}

async fn a_needle_of_less_than_three_characters_matches_beginnings_only(backend: Backend) {
    let server = TestServer::start(backend).await;
    for username in ["anna", "hanna"] {
        server.person(username).await;
    }
    for (needle, expected) in
        [("a", &["anna"][..]), ("an", &["anna"]), ("ann", &["anna", "hanna"]), ("h", &["hanna"]), ("na", &[])]
    {
        assert_eq!(names(&server, needle).await, expected, "{needle}");
    }
}

async fn percent_and_underscore_are_ordinary_characters(backend: Backend) {
    let server = TestServer::start(backend).await;
    for username in ["dora_x", "doraax", "_fred"] {
        server.person(username).await;
    }
    for (needle, expected) in [
        ("ra_x", &["dora_x"][..]),
        ("dora_", &["dora_x"]),
        ("_", &["_fred"]),
        ("%", &[]),
        ("do%x", &[]),
        ("d%a", &[]),
        ("dor\\", &[]),
        ("dora_%", &[]),
        ("' OR '1'='1", &[]),
    ] {
        assert_eq!(names(&server, needle).await, expected, "{needle}");
    }
}

async fn what_cannot_be_part_of_a_name_is_malformed(backend: Backend) {
    let server = TestServer::start(backend).await;
    for needle in ["", &"a".repeat(255)] {
        let (status, answer) = server.post("/search/users", &json!({"user_name": needle})).await;
        assert_eq!((status, &answer["field"]), (400, &json!("user_name")), "{answer}");
    }
    assert_eq!(names(&server, &"a".repeat(254)).await, [""; 0]);
}

async fn names(site: &Site, needle: &str) -> Vec<String> {
    let (status, found) = site.post("/search/users", &json!({"user_name": needle})).await;
    assert_eq!(status, 200, "{needle}: {found}");
    let name = |user: &Value| user["username"].as_str().expect("a name").to_owned();
    found.as_array().expect("users").iter().map(name).collect()
}
