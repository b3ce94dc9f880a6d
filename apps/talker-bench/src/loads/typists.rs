//! Pairs who tell each other that they are typing.

use std::cell::Cell;
use std::rc::Rc;

use talker_proto::Id;
use talker_proto::typing::Type;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::accounts::{self, Person};
use crate::arguments::{Pairs, Target};
use crate::error::Error;
use crate::links::Heard;
use crate::reports::Report;
use crate::spans::Span;

/// Each keeps a window of them on their way, and counts what is acknowledged.
pub(super) async fn run(target: &Target, pairs: Pairs) -> Result<Report, Error> {
    let mut report = Report::new(format!("typing, {} pairs, window {}", pairs.pairs, pairs.window));
    let people = accounts::enter(target, 0..2 * pairs.pairs).await?;
    let ids: Vec<Id> = people.iter().map(|person| person.session.id).collect();
    let (count, mut typing) = (Rc::new(Cell::new(0)), JoinSet::new());
    for (place, person) in people.into_iter().enumerate() {
        typing.spawn_local(type_on(person, ids[place ^ 1], pairs.window, count.clone()));
    }
    sleep(target.warm_up).await;
    let (before, span) = (count.get(), Span::begin(target)?);
    sleep(target.seconds).await;
    if let Some(Ok(ended)) = typing.try_join_next() {
        ended?;
    }
    let done = count.get() - before;
    report.add("acknowledged", span.rate(done), "a second");
    span.report(&mut report, done)?;
    Ok(report)
}

async fn type_on(mut person: Person, to_id: Id, window: u64, count: Rc<Cell<u64>>) -> Result<(), Error> {
    let typing = Type { user_id: person.session.id, to_id };
    for number in 0..window {
        person.link.emit(&typing, Some(number))?;
    }
    loop {
        match person.link.next().await? {
            Heard::Ack(number, true) => {
                count.set(count.get() + 1);
                person.link.emit(&typing, Some(number))?;
            }
            Heard::Ack(_, false) | Heard::Error(_) => return Err(Error::Unexpected("typing refused".into())),
            _ => {}
        }
    }
}
