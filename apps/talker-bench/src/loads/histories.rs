//! Looking back at many messages with many people.

use hdrhistogram::Histogram;
use talker_proto::contacts::ListContacts;
use talker_proto::messages::ListMessages;
use talker_proto::sessions::Session;
use talker_proto::{Id, Request};
use tokio::time::Instant;

use crate::accounts::{self, Person};
use crate::arguments::Target;
use crate::error::Error;
use crate::letters;
use crate::links::Message;
use crate::progress::Bar;
use crate::reports::{Report, microseconds, times};
use crate::requests::Rest;
use crate::talks::Pace;

/// How many messages are on their way while they are put in.
const WINDOW: u64 = 512;

/// Where the numbers of their accounts begin: what waits for them is not to wait for others.
const FIRST: usize = 300_000;

/// One message in so many is remembered as a place to look back from.
const EVERY: usize = 97;

/// Writes the messages to the others by turns, and then asks for pages from places all over them, and for all contacts.
pub(super) async fn run(
    target: &Target,
    peers: usize,
    messages: u32,
    questions: u32,
) -> Result<Report, Error> {
    let mut report = Report::new(format!("history, {messages} messages with {peers} people"));
    let mut people = accounts::enter(target, FIRST..=FIRST + peers).await?;
    let ids: Vec<Id> = people[1..].iter().map(|person| person.session.id).collect();
    // The others are away; what is written to them waits.
    let mut me = people.swap_remove(0);
    drop(people);
    let places = write(target, &mut me, &ids, messages).await?;

    let mut rest = Rest::connect(target).await?;
    let Session { id: user_id, client_address } = me.session;
    let (mut pages, mut lists) = (times(), times());
    for question in 0..questions as usize {
        // Steps that share nothing with the number of places go everywhere.
        let (with_id, from) = places[question * 7_919 % places.len()];
        let client_address = client_address.clone();
        let page = ListMessages { user_id, client_address, with_id, from_messeage: Some(from) };
        time(&mut rest, &page, &mut pages).await?;
    }
    for _ in 0..questions.div_ceil(4) {
        let list = ListContacts { user_id, client_address: client_address.clone() };
        time(&mut rest, &list, &mut lists).await?;
    }
    report.add_times(["a page p50", "a page p99", "a page p99.9"], &pages);
    report.add_times(["all contacts p50", "all contacts p99", "all contacts p99.9"], &lists);
    Ok(report)
}

async fn time(rest: &mut Rest, request: &impl Request, times: &mut Histogram<u64>) -> Result<(), Error> {
    let start = Instant::now();
    rest.ask_only(request).await?;
    times.saturating_record(microseconds(start.elapsed()));
    Ok(())
}

/// Returns places in the conversations: with whom, and which message.
async fn write(
    target: &Target,
    me: &mut Person,
    peers: &[Id],
    messages: u32,
) -> Result<Vec<(Id, Id)>, Error> {
    let bar = Bar::new("writing messages", messages as usize);
    let (mut stored, mut places) = (0, Vec::new());
    let content = |_| "x".repeat(target.habits.size.into());
    let note = |message: &Message| {
        stored += 1;
        if stored % EVERY == 0 {
            places.extend(Id::new(message.to_user).zip(Id::new(message.id)));
            bar.reach(stored);
        }
    };
    letters::write(me, peers, Pace::Window(WINDOW), 0..messages, content, note).await?;
    if places.is_empty() {
        Err(Error::Unexpected("too few messages to look back at".into()))
    } else {
        Ok(places)
    }
}
