//! The task behind an account: one connection after the other.

use std::time::Duration;

use talker_proto::sessions::Session;
use talker_proto::typing::Type;
use talker_proto::{Id, Secret};
use tokio::select;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::AccountEvent;
use super::backoff::Backoff;
use super::caller::{Caller, is_passing};
use super::claim::Claim;
use super::feed::Feed;
use super::listener::Listener;
use super::outbox::Outbox;
use crate::{Builder, Error, Talker};

/// A login and its hash.
pub(crate) type Credentials = (String, Secret);

/// Gets connections and works on each as long as it lasts.
pub(crate) struct Keeper {
    /// How to connect, but for who and after what.
    pub(crate) builder: Builder,
    pub(crate) credentials: Option<Credentials>,
    /// The last session that there was, and what may open it.
    pub(crate) claim: watch::Sender<Option<Claim>>,
    pub(crate) feed: Feed,
    pub(crate) outbox: Outbox,
    /// To whom I am typing. It is told at once or never.
    pub(crate) typing: mpsc::Receiver<Id>,
    pub(crate) patience: Duration,
}

impl Keeper {
    /// Keeps the account connected for as long as the server lets it in, and returns why that is over.
    pub(crate) async fn keep(mut self) -> Error {
        let mut backoff = Backoff::default();
        loop {
            match self.get_in().await {
                Ok((talker, session)) => {
                    // A connection that the server had no use for is no sign that the next one is better.
                    if !matches!(self.use_up(talker, session).await, Error::Refused(_) | Error::NotLoggedIn) {
                        backoff = Backoff::default();
                    }
                }
                Err(error) if is_final(&error) => return error,
                Err(_) => {}
            }
            sleep(backoff.next()).await;
        }
    }

    /// Resumes the session if there is one, and logs in if that has ended.
    async fn get_in(&mut self) -> Result<(Talker, Session), Error> {
        if self.claim.borrow().is_some() {
            match self.resume().await {
                Err(Error::LoginRefused) => self.claim.send_replace(None),
                other => return other,
            };
        }
        let (login, hash) = self.credentials.clone().ok_or(Error::LoginRefused)?;
        let builder = self.builder.clone().log_in(&login, hash).after(self.feed.last());
        let talker = builder.connect().await?;
        let session = talker.session().cloned().ok_or(Error::NotLoggedIn)?;
        Ok((talker, session))
    }

    /// Moves the session to a new connection. That is not left to the handshake: only who knows the connection's key
    /// before can go on when the connection breaks before the answer.
    async fn resume(&mut self) -> Result<(Talker, Session), Error> {
        let mut talker = self.builder.clone().connect().await?;
        let own = talker.address().clone();
        self.claim.send_modify(|claim| claim.iter_mut().for_each(|claim| claim.expect(&own)));
        let claim = self.claim.borrow().clone().ok_or(Error::LoginRefused)?;
        for key in claim.keys(&own) {
            let session = Session { client_address: key, ..claim.session.clone() };
            match talker.resume(&session, Some(self.feed.last())).await {
                Ok(session) => return Ok((talker, session)),
                Err(Error::LoginRefused) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::LoginRefused)
    }

    /// Works on a connection until it ends or is of no use, and returns why.
    async fn use_up(&mut self, talker: Talker, session: Session) -> Error {
        let Talker { connection, mut inbox, .. } = talker;
        let caller = Caller { connection: &connection, me: session.id, patience: self.patience };
        self.claim.send_replace(Some(Claim::new(session.clone())));
        self.feed.notice(AccountEvent::Connected(session));
        while self.typing.try_recv().is_ok() {}
        let listener = Listener { feed: &mut self.feed, inbox: &mut inbox, caller };
        // What was acknowledged just before the end is settled first.
        let end = select! {
            biased;
            end = self.outbox.work_off(caller) => end,
            end = listener.listen() => end,
            end = tell_typing(&mut self.typing, caller) => end,
        };
        self.feed.notice(AccountEvent::Disconnected);
        end
    }
}

/// Says to whom I am typing, until the account is dropped.
async fn tell_typing(typing: &mut mpsc::Receiver<Id>, caller: Caller<'_>) -> Error {
    while let Some(user) = typing.recv().await {
        caller.whisper(&Type { user_id: caller.me, to_id: user }).await;
    }
    Error::Disconnected
}

/// Whether another try cannot help.
fn is_final(error: &Error) -> bool {
    match error {
        Error::LoginRefused | Error::Address(_) | Error::Encode(_) => true,
        Error::Answered(number) => !is_passing(*number),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_time_does_not_mend_is_final() {
        for (error, ends) in [
            (Error::LoginRefused, true),
            (Error::Answered(400), true),
            (Error::Answered(429), false),
            (Error::Answered(500), false),
            (Error::Answered(503), false),
            (Error::Rejected("full".into()), false),
            (Error::Disconnected, false),
            (Error::TimedOut, false),
        ] {
            assert_eq!(is_final(&error), ends, "{error}");
        }
    }
}
