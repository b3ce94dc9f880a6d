//! Who has an account here, asked again and again.

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::crowd;
use super::measured::Measured;
use super::siege::{Bounds, besiege};
use crate::databases::Backend;
use crate::harness::{TestServer, on_both_databases};
use crate::site::{Site, email_of};

on_both_databases!(
    nobody_walks_through_a_dictionary,
    nobody_asks_for_many_new_passwords,
    emails_are_found_whole_or_in_part_as_the_operator_wants,
);

const LIMITED: [&str; 2] = ["--rate-limits=on", "--trusted-proxies=127.0.0.1"];
const HOME: &str = "203.0.113.7";

async fn nobody_walks_through_a_dictionary(backend: Backend) {
    let server = Measured::start(backend, &LIMITED).await;
    server.person("somebody").await;
    let (begun, told) = (Instant::now(), std::cell::Cell::new(0));
    let size = crowd(300, 10_000);
    besiege(&server, Bounds::of_crowd(size), async |round| {
        let questions = (0..size).map(|number| match number % 3 {
            0 => ("/isUsed/username", json!({"username": format!("name{number}")})),
            1 => ("/isUsed/email", json!({"email": email_of(&format!("name{round}.{number}"))})),
            _ => ("/search/users", json!({"user_name": format!("some{number}")})),
        });
        let statuses = ask(&server, questions).await;
        told.set(told.get() + statuses.iter().filter(|(status, _)| *status == 200).count() as u64);
        assert!(statuses.iter().all(|(status, _)| [200, 429].contains(status)));
    })
    .await;
    // 600 at once, and ten a second.
    let most = 600 + 10 * (begun.elapsed().as_secs() + 1);
    assert!((1..=most).contains(&told.get()), "{} questions were answered, and not only {most}", told.get());
}

async fn nobody_asks_for_many_new_passwords(backend: Backend) {
    let server = Measured::start(backend, &LIMITED).await;
    server.person("somebody").await;
    let (begun, asked) = (Instant::now(), std::cell::RefCell::new(vec![]));
    besiege(&server, Bounds { most: 64, left: 12 }, async |round| {
        let resets = (0..crowd(50, 1_000)).map(|number| {
            let name =
                if number % 2 == 0 { "somebody".to_owned() } else { format!("nobody{round}.{number}") };
            ("/password/reset", json!({"email": email_of(&name)}))
        });
        let answers = ask(&server, resets).await;
        asked.borrow_mut().extend(answers);
    })
    .await;
    let taken: Vec<Value> = asked
        .into_inner()
        .into_iter()
        .filter(|(status, _)| *status == 200)
        .map(|(_, answer)| answer)
        .collect();
    // 60 at once, and one a minute.
    let most = 60 + begun.elapsed().as_secs() / 60 + 1;
    assert!(taken.len() as u64 <= most, "{} were taken, and not only {most}", taken.len());
    assert!(taken.iter().all(|answer| *answer == taken[0]), "who has an account is not told: {taken:?}");
}

/// Asks all of it at once from one network.
async fn ask(site: &Site, questions: impl Iterator<Item = (&'static str, Value)>) -> Vec<(u16, Value)> {
    let mut asking = JoinSet::new();
    for (path, parameters) in questions {
        let request = site.http.post(site.url() + path).header("X-Forwarded-For", HOME).json(&parameters);
        asking.spawn(async move {
            let answer = request.send().await.expect("an answer");
            (answer.status().as_u16(), answer.json().await.expect("JSON"))
        });
    }
    asking.join_all().await
}

async fn emails_are_found_whole_or_in_part_as_the_operator_wants(backend: Backend) {
    for (setting, parts) in [("--search-email=part", 1), ("--search-email=exact", 0)] {
        let server = TestServer::start_with(backend, &[setting]).await;
        server.person("somebody").await;
        for (needle, expected) in [
            ("somebody@example.org", 1),
            ("SOMEBODY@EXAMPLE.ORG", 1),
            ("somebody@example", parts),
            ("body@example.org", parts),
            ("@example.org", parts),
            ("example.org", parts),
            ("somebody", 1),
            ("%@example.org", 0),
            ("somebody@example.or_", 0),
        ] {
            let (_, found) = server.post("/search/users", &json!({"user_name": needle})).await;
            assert_eq!(found.as_array().map(Vec::len), Some(expected), "{setting} {needle}: {found}");
        }
    }
}
