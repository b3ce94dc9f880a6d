//! Reading on in one's log.

use talker_domain::messages::mark_notified::Handed;
use talker_domain::sync::Seq;
use talker_domain::sync::page::{self, Answer, Ask};
use talker_domain::{Event, UserId};
use talker_proto::acks::Ack;
use talker_proto::errors::Code;
use talker_proto::sync::Sync;
use talker_store::StoreError;

use super::{Handled, Origin};
use crate::outgoing::Outgoing;
use crate::pages::Asker;
use crate::room::{LARGE, Share};
use crate::{follower, wire};

/// Answers by the acknowledgement, and without one by the event `sync`. What happens after what the answer knows comes by
/// itself from then on, with its number.
pub(super) async fn answer(origin: &Origin<'_>, event: Sync) -> Handled {
    let user = origin.sender(event.user_id)?;
    let ask = wire::sync::to_ask(user, event.after, event.limit)?;
    let (head, handed, outgoing, mut room) = read(origin, user, ask).await?;
    // Before the answer, so that nothing without a number comes after it; the follower then begins with what comes next.
    let followed = origin.connection.follow(user, head);
    if origin.connection.send_in(&outgoing, &mut room).await.is_ok() {
        origin.app.writer.handed(handed);
    }
    if let Some(login) = followed {
        let (app, connection) = (origin.app.clone(), origin.connection.clone());
        tokio::spawn(follower::go_on(app, connection, user, login));
    }
    Ok(None)
}

/// What an answer knows of the log, what it hands over, the answer itself, and room for it.
type Prepared = (Seq, Vec<Handed>, Outgoing, Option<Share>);

/// Makes the answer. One that is large is not kept while it waits for room: it is made again.
async fn read(origin: &Origin<'_>, user: UserId, ask: Ask) -> Result<Prepared, Code> {
    let mut room = None;
    loop {
        let place = origin.app.pages.place(Asker::User(user)).await;
        let answer = origin.app.store.read(move |transaction| page::run(transaction, ask)).await;
        let answer = answer.map_err(|fault: StoreError| wire::faults::of_store(&fault))?;
        let (head, handed) = (answer.head(), deliveries(&answer));
        let outgoing = outgoing(origin, answer);
        let bytes = outgoing.bytes();
        if room.as_ref().is_some_and(|room: &Share| room.is_enough(bytes)) {
            return Ok((head, handed, outgoing, room));
        }
        match origin.connection.take_room(bytes) {
            Ok(taken) => return Ok((head, handed, outgoing, taken)),
            // What is small waits where it is.
            Err(_) if bytes < LARGE => return Ok((head, handed, outgoing, None)),
            Err(_) => drop((outgoing, place)),
        }
        // Nobody hears of it where the client is gone.
        room = origin.connection.room(bytes).await.map_err(|_| Code::Busy)?;
    }
}

fn outgoing(origin: &Origin<'_>, answer: Answer) -> Outgoing {
    let answer = wire::sync::answer(answer);
    match origin.ack {
        Some(id) => Outgoing::ack(id, &Ack::done(answer)),
        None => Outgoing::new(&answer),
    }
}

/// The messages that come to the user by this answer and not before.
fn deliveries(answer: &Answer) -> Vec<Handed> {
    let Answer::Page(page) = answer else { return vec![] };
    let waiting = page.effects.iter().filter_map(|effect| match &effect.event {
        Event::Delivery(message) if !message.notified => Some(Handed::from(&**message)),
        _ => None,
    });
    waiting.collect()
}
