//! Connections that never read.

use talker_proto::messages::{ContentType, ListMessages, SendMessage};
use talker_proto::{Id, Request};

use crate::accounts::{self, Person};
use crate::arguments::{Bystanders, Target};
use crate::bystanders::Watch;
use crate::error::Error;
use crate::ledgers::{Faults, Ledger};
use crate::links::Heard;
use crate::processes::Process;
use crate::reports::Report;
use crate::requests::Rest;

/// How many of the connections are one user's.
const EACH: usize = 20;

/// Who writes to them, and where the numbers of their accounts begin: what waits for them is not to wait for others.
const WRITER: usize = 200_000;
const FIRST: usize = 200_001;

/// How many messages are on their way at once.
const WINDOW: u64 = 64;

/// Writes to users none of whose connections reads, and then looks whether each message is in their histories, once.
#[expect(clippy::cast_precision_loss, reason = "nobody counts that far")]
pub(super) async fn run(
    target: &Target,
    readers: usize,
    messages: u64,
    bystanders: Bystanders,
) -> Result<Report, Error> {
    let mut report = Report::new(format!("stalled, {readers} connections that never read"));
    let users = readers.div_ceil(EACH).max(1);
    let mut writer = accounts::enter(target, [WRITER]).await?.remove(0);
    let stalled = accounts::enter(target, (0..readers).map(|number| FIRST + number % users)).await?;
    let mut watch = Watch::begin(target, bystanders).await?;
    let server = target.pid.map(Process::new);
    let memory = || server.map_or(Ok(0), |process| Ok::<_, Error>(process.usage()?.memory));

    let before = memory()?;
    let ids: Vec<Id> = stalled.iter().take(users).map(|person| person.session.id).collect();
    let writing = write(target, &mut writer, &ids, messages);
    // As soon as all is written: a server may close after some seconds whoever reads nothing, and then has his memory back.
    let writing = async { writing.await.and_then(|()| memory()) };
    let (after, watched) = tokio::join!(writing, watch.pass(target.seconds));
    watched?;
    let growth = after?.saturating_sub(before) as f64 / 1_024.0;
    report.add("memory for each reader", growth / readers.max(1) as f64, "KiB");
    watch.end(&mut report).await?;
    drop(stalled);

    for number in FIRST..FIRST + users {
        let reader = accounts::log_in(target, number).await?;
        report.blame(read(target, &reader, writer.session.id, messages).await?);
    }
    Ok(report)
}

/// Writes so many messages to each, in turns, and numbers them.
async fn write(target: &Target, writer: &mut Person, readers: &[Id], messages: u64) -> Result<(), Error> {
    let all = messages * readers.len() as u64;
    let order = (0..messages).flat_map(|number| readers.iter().map(move |reader| (number, *reader)));
    let (mut order, mut stored, mut written) = (order, 0, 0);
    while stored < all {
        while written < stored + WINDOW
            && let Some((number, to_id)) = order.next()
        {
            let content = format!("{:x<1$}", format!("{number} "), usize::from(target.habits.size));
            let (user_id, content_type) = (writer.session.id, ContentType::Text);
            writer.link.emit(&SendMessage { user_id, to_id, content, content_type, nonce: None }, None)?;
            written += 1;
        }
        match writer.link.next_soon().await? {
            Heard::Message(_) => stored += 1,
            Heard::Error(number) => return Err(Error::Unexpected(format!("error {number}"))),
            _ => {}
        }
    }
    Ok(())
}

/// Reads the conversation back, as far as it was written now.
async fn read(target: &Target, reader: &Person, writer: Id, messages: u64) -> Result<Faults, Error> {
    let mut rest = Rest::connect(target.server).await?;
    let (mut numbers, mut from) = (Vec::new(), None);
    while (numbers.len() as u64) < messages {
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
    numbers.truncate(usize::try_from(messages).unwrap_or(usize::MAX));
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
