//! Logs.

use talker_domain::messages::CONTENT_PER_ANSWER;
use talker_domain::sync::Seq;
use talker_domain::sync::page::{Answer, Ask, LARGEST_PAGE, Page};
use talker_domain::{Effect, Event, UserId};
use talker_proto::errors::Code;
use talker_proto::sync::{Logged, LoggedEvent, SyncAnswer, SyncGap, SyncPage};
use talker_proto::{Id, Seq as Place, True};

use super::{blocks, messages};

pub(crate) fn to_ask(user: UserId, after: Place, limit: Option<Id>) -> Result<Ask, Code> {
    Ok(Ask { user, after: to_seq(after)?, limit: to_limit(limit)?, bytes: CONTENT_PER_ANSWER })
}

/// At most [`LARGEST_PAGE`]; more is malformed.
pub(crate) fn to_limit(limit: Option<Id>) -> Result<usize, Code> {
    let Some(limit) = limit else { return Ok(LARGEST_PAGE) };
    let limit = usize::try_from(limit.get()).map_err(|_| Code::Malformed)?;
    if limit <= LARGEST_PAGE { Ok(limit) } else { Err(Code::Malformed) }
}

pub(crate) fn to_seq(place: Place) -> Result<Seq, Code> {
    Seq::new(place.get()).ok_or(Code::Malformed)
}

pub(crate) fn answer(answer: Answer) -> SyncAnswer {
    match answer {
        Answer::Gap { head } => gap(head),
        Answer::Page(page) => SyncAnswer::Page(self::page(page)),
    }
}

fn page(Page { effects, head, all }: Page) -> SyncPage {
    SyncPage { events: effects.iter().filter_map(entry).collect(), head: place(head), all }
}

/// The log does not serve that; it goes on after `head`.
pub(crate) fn gap(head: Seq) -> SyncAnswer {
    SyncAnswer::Gap(SyncGap { gap: True, head: place(head) })
}

fn entry(effect: &Effect) -> Option<LoggedEvent> {
    let event = match &effect.event {
        Event::Echo(message) => Logged::Message(messages::row(message, message.from)),
        Event::Delivery(message) => Logged::Message(messages::row(message, message.to)),
        Event::Notified(message) => Logged::Notified(messages::notified(*message)),
        Event::Read { message, at } => Logged::Read(messages::receipt(*message, *at)),
        Event::Blocked(user) => Logged::Blocked(blocks::began(*user)),
        Event::Unblocked(user) => Logged::Unblocked(blocks::ended(*user)),
        Event::Typing { .. } => return None,
    };
    Some(LoggedEvent { seq: place(effect.seq?), event })
}

fn place(seq: Seq) -> Place {
    Place::new(seq.get()).expect("the domain's places have the wire's range")
}
