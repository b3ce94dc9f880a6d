//! What clients emit: each event to its handler, in the order in which one connection sent them.

mod blocks;
mod messages;
pub(crate) mod sessions;
mod sync;
mod typing;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use talker_domain::UserId;
use talker_domain::messages::send;
use talker_proto::acks::{Ack, Nothing};
use talker_proto::blocks::{BlockUser, UnblockUser};
use talker_proto::errors::{Code, EventError};
use talker_proto::messages::{Read, SendMessage};
use talker_proto::sessions::{Login, Logout, NotLoggedIn, Resume};
use talker_proto::sync::Sync;
use talker_proto::typing::Type;
use talker_proto::{ClientEvent, False, Id};

use crate::app::App;
use crate::connection::Connection;
use crate::limits::TooFast;
use crate::outgoing::{AckId, Outgoing};
use crate::wire;
use crate::wire::sentences;

/// How long to wait for a sign of somebody before another message to him.
const UNANSWERED_WAIT: Duration = Duration::from_mins(1);

/// An event as it arrived.
pub(crate) struct Inbound<'a> {
    pub(crate) event: Cow<'a, str>,
    pub(crate) data: Option<&'a RawValue>,
}

/// Why an event did nothing.
pub(crate) enum Rejection {
    /// Its `user_id` is not who is logged in on this connection.
    NotLoggedIn,
    /// There is no such user, the password is wrong, or the session cannot be resumed.
    LoginRefused,
    /// There were too many like it.
    TooFast(TooFast),
    /// Too many messages wait for a sign of somebody who has never written to the sender.
    Unanswered,
    /// Anything else.
    Error(Code),
}

impl Rejection {
    /// The code of an acknowledgement, and its sentence.
    fn reason(&self) -> (Code, &'static str) {
        match self {
            Self::NotLoggedIn => (Code::Unauthenticated, sentences::NOT_LOGGED_IN),
            Self::LoginRefused => (Code::Unauthenticated, sentences::LOGIN_REFUSED),
            Self::TooFast(_) => (Code::RateLimited, sentences::of_event(Code::RateLimited)),
            Self::Unanswered => (Code::RateLimited, sentences::UNANSWERED),
            Self::Error(code) => (*code, sentences::of_event(*code)),
        }
    }

    /// How long to wait before another try, where something better is known than what its code says.
    fn wait(&self) -> Option<Duration> {
        match self {
            Self::TooFast(TooFast(wait)) => Some(*wait + Duration::from_millis(1)),
            Self::Unanswered => Some(UNANSWERED_WAIT),
            Self::NotLoggedIn | Self::LoginRefused | Self::Error(_) => None,
        }
    }

    /// The event of base clients; some refusals have one of their own.
    pub(crate) fn event(&self) -> EventError {
        self.reason().0.into()
    }

    /// The acknowledgement.
    pub(crate) fn ack(&self) -> Ack<Nothing> {
        let (code, sentence) = self.reason();
        wire::acks::failed(code, sentence, self.wait())
    }
}

impl From<send::Refusal> for Rejection {
    fn from(refusal: send::Refusal) -> Self {
        match refusal {
            send::Refusal::UnknownRecipient => Code::NotFound.into(),
            send::Refusal::NonceReused => Code::Conflict.into(),
            send::Refusal::Unanswered => Self::Unanswered,
        }
    }
}

impl From<TooFast> for Rejection {
    fn from(too_fast: TooFast) -> Self {
        Self::TooFast(too_fast)
    }
}

impl From<Code> for Rejection {
    fn from(code: Code) -> Self {
        Self::Error(code)
    }
}

/// The connection that an event came on, and the number under which it wants to know what became of it.
struct Origin<'a> {
    app: &'a Arc<App>,
    connection: &'a Arc<Connection>,
    ack: Option<AckId>,
}

/// Takes one event to its end, or, for a message, to the writer's queue.
pub(crate) async fn handle(
    app: &Arc<App>,
    connection: &Arc<Connection>,
    ack: Option<AckId>,
    inbound: Result<Inbound<'_>, Code>,
) {
    let origin = Origin { app, connection, ack };
    let is_counted = inbound.as_ref().is_ok_and(|inbound| !origin.has_own_limit(&inbound.event));
    let result = match inbound {
        Ok(inbound) => dispatch(&origin, inbound).await,
        Err(code) => Err(code.into()),
    };
    let result = result.map_err(|rejection| if is_counted { rejection } else { origin.counted(rejection) });
    match result {
        Ok(Some(ack)) => drop(connection.send_patiently(&ack).await),
        Ok(None) => {}
        Err(rejection) => reject(&origin, rejection).await,
    }
}

/// Says no, once what came before is answered: base clients know their events by their order alone.
async fn reject(origin: &Origin<'_>, rejection: Rejection) {
    origin.connection.settle().await;
    say_no(origin.connection, origin.ack, rejection).await;
}

/// Says no at once to an event that was not even looked at.
pub(crate) async fn refuse(connection: &Connection, ack: Option<AckId>, code: Code) {
    say_no(connection, ack, code.into()).await;
}

/// Says no by the event that base clients know, and by the acknowledgement.
async fn say_no(connection: &Connection, ack: Option<AckId>, rejection: Rejection) {
    match rejection {
        Rejection::NotLoggedIn => connection.answer(&NotLoggedIn(False)).await,
        Rejection::LoginRefused => connection.answer(&wire::sessions::REFUSED).await,
        Rejection::TooFast(_) | Rejection::Unanswered | Rejection::Error(_) => {
            connection.answer(&rejection.event()).await;
        }
    }
    if let Some(ack) = ack {
        // A client that is gone needs no answer.
        let _ = connection.send_patiently(&Outgoing::ack(ack, &rejection.ack())).await;
    }
}

/// What acknowledges the event, if that was asked for and nobody else does it.
type Handled = Result<Option<Outgoing>, Rejection>;

async fn dispatch(origin: &Origin<'_>, Inbound { event, data }: Inbound<'_>) -> Handled {
    origin.within_limits(&event, data)?;
    if event == SendMessage::EVENT {
        return messages::send(origin, decode(data)?).await.map(|()| None);
    }
    // Only messages overtake each other's commits, and those the writer keeps in order; all else waits for them.
    origin.connection.settle().await;
    match &*event {
        Login::EVENT => origin.done(sessions::log_in(origin, decode(data)?).await),
        Resume::EVENT => origin.done(sessions::resume(origin, decode(data)?).await),
        Logout::EVENT => origin.done(sessions::log_out(origin).await),
        BlockUser::EVENT => origin.done(blocks::block(origin, decode(data)?).await),
        UnblockUser::EVENT => origin.done(blocks::unblock(origin, decode(data)?).await),
        Read::EVENT => origin.done(messages::read(origin, decode(data)?).await),
        Sync::EVENT => sync::answer(origin, decode(data)?).await,
        Type::EVENT => origin.done(typing::start(origin, decode(data)?).await),
        _ => Err(Code::Malformed.into()),
    }
}

impl Origin<'_> {
    fn done<R: Serialize>(&self, reply: Result<R, Rejection>) -> Handled {
        let reply = reply?;
        Ok(self.ack.map(|id| Outgoing::ack(id, &Ack::done(reply))))
    }

    /// Strangers of a network are counted together, but not as they log in or come back: one could keep out all others.
    fn within_limits(&self, event: &str, data: Option<&RawValue>) -> Result<(), TooFast> {
        if self.connection.user().is_none() {
            let bytes = data.map_or(0, |data| data.get().len());
            self.app.limits.bytes_of_stranger(self.connection.from(), bytes)?;
        }
        let comes_back = event == Resume::EVENT && self.connection.tries_first_time();
        if comes_back || self.has_own_limit(event) { Ok(()) } else { self.count() }
    }

    fn has_own_limit(&self, event: &str) -> bool {
        let is_users_own = [SendMessage::EVENT, Type::EVENT].contains(&event);
        event == Login::EVENT || (is_users_own && self.connection.user().is_some())
    }

    fn count(&self) -> Result<(), TooFast> {
        match self.connection.user() {
            Some(user) => self.app.limits.event(user),
            None => self.app.limits.stranger(self.connection.from()),
        }
    }

    /// What cannot be read, or was refused before its own limit was asked, counts as any other event.
    fn counted(&self, rejection: Rejection) -> Rejection {
        match rejection {
            Rejection::NotLoggedIn | Rejection::Error(Code::Malformed) => {
                self.count().err().map_or(rejection, Rejection::TooFast)
            }
            _ => rejection,
        }
    }

    /// The user who sent an event, if he is logged in on this connection.
    fn sender(&self, user_id: Id) -> Result<UserId, Rejection> {
        let claimed = wire::sessions::sender(user_id)?;
        self.connection.user().filter(|user| *user == claimed).ok_or(Rejection::NotLoggedIn)
    }
}

/// Decodes the data of an event: one JSON object. (Serde would take an array of its fields as well.)
fn decode<E: ClientEvent>(data: Option<&RawValue>) -> Result<E, Code> {
    let object = data.map(RawValue::get).filter(|json| json.starts_with('{')).ok_or(Code::Malformed)?;
    serde_json::from_str(object).map_err(|_| Code::Malformed)
}
