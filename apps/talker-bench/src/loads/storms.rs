//! Many who log in or come back at once, and how those notice who chat meanwhile.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use tokio::task::JoinSet;

use crate::accounts::{self, Person};
use crate::arguments::{Storm, Target};
use crate::bystanders::Watch;
use crate::error::Error;
use crate::reports::Report;
use crate::spans::Span;

/// How long the bare hash is measured.
const HASHING: Duration = Duration::from_secs(2);

/// By password, each on his own connection.
pub(super) async fn login(target: &Target, storm: Storm) -> Result<Report, Error> {
    let mut report = Report::new(format!("login, {} at once", storm.people));
    let people = accounts::enter(target, 0..storm.people).await?;
    let bare = hashes_a_second();
    report.add("bare Argon2id", bare, "a second");
    let logged_in = run(target, storm, people, &mut report, |target, number, mut person, count| async move {
        loop {
            if person.link.enter(&accounts::login(&target, number)).await?.is_none() {
                return Err(Error::Unexpected("login false".into()));
            }
            count.set(count.get() + 1);
        }
    });
    let logged_in = logged_in.await?;
    report.add("logins by bare Argon2id", logged_in / bare, "");
    Ok(report)
}

/// By session, each time on a new connection.
pub(super) async fn resume(target: &Target, storm: Storm) -> Result<Report, Error> {
    let mut report = Report::new(format!("resume, {} at once", storm.people));
    let people = accounts::enter(target, 0..storm.people).await?;
    let resumed = run(target, storm, people, &mut report, |target, _, mut person, count| async move {
        loop {
            let Person { link, session } = person;
            drop(link);
            let resumed = accounts::resume(&target, &session).await?;
            person = resumed.ok_or_else(|| Error::Unexpected("a session that cannot be resumed".into()))?;
            count.set(count.get() + 1);
        }
    });
    resumed.await?;
    Ok(report)
}

/// Lets each of them do something without end, and returns how often it is done in a second.
async fn run<F, Done>(
    target: &Target,
    storm: Storm,
    people: Vec<Person>,
    report: &mut Report,
    act: F,
) -> Result<f64, Error>
where
    F: Fn(Target, usize, Person, Rc<Cell<u64>>) -> Done,
    Done: Future<Output = Result<(), Error>> + 'static,
{
    let mut watch = Watch::begin(target, storm.bystanders).await?;
    watch.pass_in_peace(target.seconds).await?;
    let (count, mut storming) = (Rc::new(Cell::new(0)), JoinSet::new());
    let span = Span::begin(target)?;
    for (number, person) in people.into_iter().enumerate() {
        storming.spawn_local(act(target.clone(), number, person, count.clone()));
    }
    watch.pass(target.seconds).await?;
    if let Some(Ok(ended)) = storming.try_join_next() {
        ended?;
    }
    let rate = span.rate(count.get());
    report.add("done", rate, "a second");
    span.report(report, count.get())?;
    storming.shutdown().await;
    watch.end(report).await?;
    Ok(rate)
}

/// What the machine can do with all its processors and nothing else: Argon2id with 19 MiB and two passes, as the OWASP
/// Password Storage Cheat Sheet has it.
#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
fn hashes_a_second() -> f64 {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    let hashing: Vec<_> =
        (0..processors).map(|_| std::thread::spawn(move || hash_until(start + HASHING))).collect();
    let hashes: u64 = hashing.into_iter().map(|thread| thread.join().unwrap_or(0)).sum();
    hashes as f64 / start.elapsed().as_secs_f64()
}

fn hash_until(end: Instant) -> u64 {
    let params = Params::new(19 * 1_024, 2, 1, None).expect("parameters in range");
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (mut hashes, mut hash) = (0, [0; 32]);
    while Instant::now() < end {
        argon.hash_password_into(b"a password", b"a salt of its own", &mut hash).expect("a hash");
        hashes += 1;
    }
    hashes
}
