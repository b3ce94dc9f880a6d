//! Connections that do not read.

use std::ops::Range;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use talker_proto::messages::ListMessages;
use talker_proto::{Id, Request};
use tokio::time::timeout;

use crate::accounts::{self, Person};
use crate::arguments::{Bystanders, Target};
use crate::bystanders::Watch;
use crate::error::Error;
use crate::ledgers::{Faults, Ledger};
use crate::letters;
use crate::links::Link;
use crate::processes::Process;
use crate::reports::Report;
use crate::requests::Rest;
use crate::talks::Pace;

/// How many write to them, each to as many.
const WRITERS: usize = 10;

/// Where the numbers of their accounts begin, and of those who are written to: what waits for them is not to wait for
/// others.
const WRITER: usize = 200_000;
const FIRST: usize = WRITER + WRITERS;

/// Within what time a connection on which the server has hung up says so.
const HUNG_UP: Duration = Duration::from_secs(1);

/// Writes to people whose connections read, at an even pace, and then as much while they do not: how much do others notice
/// of the difference, and what does it take of the server? At the end each message is in their histories, once.
#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
pub(super) async fn run(
    target: &Target,
    readers: usize,
    messages: u32,
    bystanders: Bystanders,
) -> Result<Report, Error> {
    let mut report = Report::new(format!("stalled, {readers} connections that do not read"));
    let mut writers = accounts::enter(target, WRITER..FIRST).await?;
    let narrow = Target { narrow: true, ..target.clone() };
    let mut people = accounts::enter(&narrow, FIRST..FIRST + readers).await?;
    let ids: Vec<Id> = people.iter().map(|person| person.session.id).collect();
    let mut watch = Watch::begin(target, bystanders).await?;
    let server = target.pid.map(Process::new);
    let memory = || server.map_or(Ok(0), |process| Ok::<_, Error>(process.usage()?.memory));

    tokio::select! {
        reading = read_on(&mut people) => reading?,
        wrote = async {
            tokio::try_join!(
                write(target, &mut writers, &ids, 0..messages),
                watch.pass_in_peace(target.seconds)
            )
        } => drop(wrote?),
    }
    let before = memory()?;
    let writing = write(target, &mut writers, &ids, messages..2 * messages);
    tokio::try_join!(writing, watch.pass(target.seconds))?;
    let growth = memory()?.saturating_sub(before) as f64 / 1_024.0;
    report.add("memory for each reader", growth / readers.max(1) as f64, "KiB");
    watch.end(&mut report).await?;
    let open = join_all(people.iter_mut().map(|person| is_open(&mut person.link))).await;
    report.add("readers still connected", open.iter().filter(|open| **open).count() as f64, "");
    drop(people);

    for number in 0..readers {
        let reader = accounts::log_in(target, FIRST + number).await?;
        let writer = writers[number / each(readers)].session.id;
        report.blame(look_back(target, &reader, writer, 2 * messages).await?);
    }
    Ok(report)
}

/// To how many each one writes.
fn each(readers: usize) -> usize {
    readers.div_ceil(WRITERS).max(1)
}

/// Reads whatever comes, without end.
async fn read_on(people: &mut [Person]) -> Result<(), Error> {
    let reading = people.iter_mut().map(|person| async {
        loop {
            person.link.next().await?;
        }
    });
    try_join_all(reading).await.map(|never: Vec<()>| drop(never))
}

/// Whether the server still writes on a connection, or has nothing to write.
async fn is_open(link: &mut Link) -> bool {
    let reading = async { while link.next().await.is_ok() {} };
    timeout(HUNG_UP, reading).await.is_err()
}

/// Writes the messages of these numbers to each of them by turns, in the time that is measured.
async fn write(
    target: &Target,
    writers: &mut [Person],
    ids: &[Id],
    numbers: Range<u32>,
) -> Result<(), Error> {
    let writing = writers.iter_mut().zip(ids.chunks(each(ids.len()))).map(async |(writer, ids)| {
        let readers = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let turns = numbers.start * readers..numbers.end * readers;
        let pace = Pace::Every(target.seconds / (turns.end - turns.start).max(1));
        let text = |turn: u32| format!("{:x<1$}", format!("{} ", turn / readers), target.habits.size.into());
        letters::write(writer, ids, pace, turns, text, |_| {}).await
    });
    try_join_all(writing).await.map(drop)
}

/// Reads the conversation back, as far as it was written now.
async fn look_back(target: &Target, reader: &Person, writer: Id, messages: u32) -> Result<Faults, Error> {
    let messages = messages as usize;
    let mut rest = Rest::connect(target).await?;
    let (mut numbers, mut from) = (Vec::new(), None);
    while numbers.len() < messages {
        let page = ListMessages {
            user_id: reader.session.id,
            client_address: reader.session.client_address.clone(),
            with_id: writer,
            from_messeage: from,
        };
        let page: <ListMessages as Request>::Answer = rest.ask(&page).await?;
        let older = page.messages.iter().filter(|row| Some(row.id) != from);
        let parsed = |content: &str| content.split(' ').next().and_then(|word| word.parse::<u64>().ok());
        numbers.extend(older.filter_map(|row| parsed(&row.content)));
        from = page.messages.last().map(|row| row.id);
        if page.all {
            break;
        }
    }
    numbers.truncate(messages);
    let mut ledger = Ledger::default();
    for _ in 0..messages {
        let number = ledger.send();
        ledger.echo(number);
    }
    for number in numbers.into_iter().rev() {
        ledger.deliver(number);
    }
    Ok(ledger.faults())
}
