//! What the time of an answer tells of what was asked. In two minutes, if `TALKER_ABUSE` is `long`, it finds a twentieth;
//! otherwise in a few seconds what is half as long again, as where nothing is hashed.
//!
//! As dudect does it (Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?, DATE 2017), questions of two classes come
//! in an order by chance, so that whatever else the machine does falls on both; the slowest answers, which tell of that, are
//! left out; and Welch's t of the others says whether the classes differ. Beyond 4.5 they do, says the paper; its program
//! calls a test failed beyond 10. With enough answers t gets there by a difference of nanoseconds, which is lost on the way to
//! whoever asks: by the Internet, some 20 µs can be told apart, and 100 ns by a local network (Crosby, Wallach, Riedi:
//! Opportunities and limits of remote timing attacks, TISSEC 2009). So their medians must differ as well, by a twentieth.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::crowd;
use super::measured::Measured;
use crate::databases::Backend;
use crate::harness::on_both_databases;
use crate::moments::Moments;
use crate::plain::Plain;
use crate::site::{NOBODY, Site};

on_both_databases!(the_time_of_an_answer_tells_nothing,);

/// Beyond it two classes differ, and not by chance.
const T: f64 = 10.0;

/// How much more the slower class may take: in every run of the tests, and in the long form.
const MEDIANS: [f64; 2] = [0.5, 0.05];

/// How many answers say something.
const FEWEST: usize = 100;

/// Two kinds of questions that must be answered alike, and how long they are asked.
struct Classes {
    what: &'static str,
    event: &'static str,
    questions: [Value; 2],
    time: Duration,
}

/// How two classes were answered, in microseconds.
#[derive(Debug)]
struct Seen {
    samples: usize,
    medians: [f64; 2],
    t: f64,
}

async fn the_time_of_an_answer_tells_nothing(backend: Backend) {
    let most = MEDIANS[crowd(0, 1)];
    let server = Measured::start(backend, &[]).await;
    let someone = server.newcomer("someone").await;
    for classes in all_classes(&someone) {
        let mut seen = measure(&server, &classes).await;
        if seen.tells_them_apart(most) {
            // What is there is there again.
            seen = measure(&server, &classes).await;
        }
        assert!(!seen.tells_them_apart(most), "{}: {seen:?}", classes.what);
    }
}

fn all_classes(someone: &Plain) -> [Classes; 4] {
    let (user, key) = (someone.user, &someone.address);
    let last = if key.ends_with('A') { 'E' } else { 'A' };
    let (wrong, almost) = ("A".repeat(43), format!("{}{last}", &key[..key.len() - 1]));
    let logins = |what, unknown, known| {
        let login = |login: &str| json!({"login": login, "hash": "a guess"});
        // Each is an Argon2id.
        Classes { what, event: "login", questions: [login(unknown), login(known)], time: seconds(4, 35) }
    };
    let resumes = |what, one: (u64, &str), other: (u64, &str)| {
        let resume = |(user, key): (u64, &str)| json!({"user_id": user, "clientAddress": key});
        Classes { what, event: "resume", questions: [resume(one), resume(other)], time: seconds(1, 10) }
    };
    [
        logins("unknown user, wrong hash", "nobody", "someone"),
        logins("unknown email, wrong hash", "nobody@example.org", "someone@example.org"),
        resumes("unknown user, wrong key", (NOBODY, &wrong), (user, &wrong)),
        resumes("wrong key, almost the right one", (user, &wrong), (user, &almost)),
    ]
}

fn seconds(few: usize, many: usize) -> Duration {
    Duration::from_secs(crowd(few, many) as u64)
}

/// Asks both kinds, and prints how they were answered.
async fn measure(site: &Site, classes: &Classes) -> Seen {
    let mut plain = Plain::connect(site).await;
    let (mut moments, mut times, begun) = (Moments::new(), [vec![], vec![]], Instant::now());
    // On a busy machine it takes as long as it takes.
    while begun.elapsed() < classes.time || times.iter().map(Vec::len).sum::<usize>() < FEWEST {
        let class = usize::from(moments.fraction() < 0.5);
        let asked = Instant::now();
        let answer = plain.call(classes.event, &classes.questions[class]).await;
        times[class].push(asked.elapsed().as_secs_f64() * 1e6);
        assert_eq!(answer["error"], 401);
        plain.forget().await;
    }
    let seen = Seen::of(times);
    let Seen { samples, medians: [one, other], t } = &seen;
    println!("| timing | {} | {samples} | {one:.0} µs, {other:.0} µs | t = {t:.1} |", classes.what);
    seen
}

impl Seen {
    /// Leaves out the slowest tenth of each.
    fn of(times: [Vec<f64>; 2]) -> Self {
        let samples = times[0].len() + times[1].len();
        let [one, other] = times.map(|mut times| {
            times.sort_unstable_by(f64::total_cmp);
            times.truncate(times.len() * 9 / 10);
            times
        });
        let t = (mean(&one) - mean(&other)) / (error(&one) + error(&other)).sqrt();
        Self { samples, medians: [&one, &other].map(|times| times[times.len() / 2]), t }
    }

    /// Whether they differ by more than this part.
    fn tells_them_apart(&self, most: f64) -> bool {
        let [one, other] = self.medians;
        let more = one.max(other) / one.min(other) - 1.0;
        self.t.abs() > T && more > most
    }
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

#[test]
fn a_difference_is_told_from_chance() {
    let mut moments = Moments::new();
    let mut times = |fastest: f64, spread: f64| -> Vec<f64> {
        (0..400).map(|_| fastest + spread * moments.fraction()).collect()
    };
    let mut tells = |one, other, spread| {
        Seen::of([times(one, spread), times(other, spread)]).tells_them_apart(MEDIANS[1])
    };
    assert!(tells(1_000.0, 1_100.0, 100.0));
    assert!(tells(1_100.0, 1_000.0, 100.0));
    assert!(!tells(1_000.0, 1_000.0, 1_000.0), "there is none");
    assert!(!tells(1_000.0, 1_010.0, 10.0), "it is too small to be of use");
}
