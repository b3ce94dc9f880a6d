//! What the time of an answer tells of what was asked. Only for a quiet machine: `TALKER_ABUSE=long` runs it and prints.

use std::time::Instant;

use serde_json::{Value, json};

use super::crowd;
use super::measured::Measured;
use crate::databases::Backend;
use crate::moments::Moments;
use crate::plain::Plain;
use crate::site::{NOBODY, Site};

/// Two kinds of questions that must be answered alike.
struct Classes {
    what: &'static str,
    event: &'static str,
    questions: [Value; 2],
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_an_answer_tells_nothing() {
    let samples = crowd(0, 4_000);
    if samples == 0 {
        return;
    }
    let server = Measured::start(Backend::Sqlite, &[]).await;
    let someone = server.newcomer("someone").await;
    let (user, key) = (someone.user, someone.address.clone());
    let almost = format!("{}A", &key[..key.len() - 1]);
    let login = |login: &str| json!({"login": login, "hash": "a guess"});
    let resume = |user: u64, key: &str| json!({"user_id": user, "clientAddress": key});
    for classes in [
        Classes {
            what: "unknown user, wrong hash",
            event: "login",
            questions: [login("nobody"), login("someone")],
        },
        Classes {
            what: "unknown email, wrong hash",
            event: "login",
            questions: [login("nobody@example.org"), login("someone@example.org")],
        },
        Classes {
            what: "unknown user, wrong key",
            event: "resume",
            questions: [resume(NOBODY, &"A".repeat(43)), resume(user, &"A".repeat(43))],
        },
        Classes {
            what: "wrong key, almost the right one",
            event: "resume",
            questions: [resume(user, &"A".repeat(43)), resume(user, &almost)],
        },
    ] {
        measure(&server, &classes, if classes.event == "login" { samples / 8 } else { samples }).await;
    }
}

/// Asks both kinds in an order by chance, and prints their medians and Welch's t of what is not among the slowest tenth.
async fn measure(site: &Site, classes: &Classes, samples: usize) {
    let mut plain = Plain::connect(site).await;
    let (mut moments, mut times) = (Moments::new(), [vec![], vec![]]);
    for _ in 0..samples {
        let class = usize::from(moments.fraction() < 0.5);
        let begun = Instant::now();
        let answer = plain.call(classes.event, &classes.questions[class]).await;
        times[class].push(begun.elapsed().as_secs_f64() * 1e6);
        assert_eq!(answer["error"], 401);
        plain.forget().await;
    }
    let [one, other] = times.map(|mut times| {
        times.sort_unstable_by(f64::total_cmp);
        times.truncate(times.len() * 9 / 10);
        times
    });
    let t = (mean(&one) - mean(&other)) / (error(&one) + error(&other)).sqrt();
    let medians = [&one, &other].map(|times| times[times.len() / 2]);
    println!(
        "| timing | {} | {samples} samples | medians {:.0} µs, {:.0} µs | t = {t:.1} |",
        classes.what, medians[0], medians[1]
    );
}

#[expect(clippy::cast_precision_loss, reason = "there are thousands of them")]
fn mean(times: &[f64]) -> f64 {
    times.iter().sum::<f64>() / times.len() as f64
}

/// The square of the standard error of the mean.
#[expect(clippy::cast_precision_loss, reason = "there are thousands of them")]
fn error(times: &[f64]) -> f64 {
    let mean = mean(times);
    let squares: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
    squares / (times.len() as f64 - 1.0) / times.len() as f64
}
