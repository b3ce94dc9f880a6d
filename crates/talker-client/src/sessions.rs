//! Logging in and out.

use talker_proto::sessions::{
    ListSessions, ListedSession, Login, LoginAnswer, Logout, Resume, RevokeSessions, Session,
};
use talker_proto::{ClientEvent, Id, Secret, Seq};

use crate::{Error, Event, Rest, Talker};

impl Talker {
    /// Logs in, and waits for the answer. `login` is a username or an email.
    ///
    /// The answer is the first `login` or `error` event that arrives from now on, so events that were emitted before
    /// should have had theirs.
    ///
    /// # Errors
    /// [`Error::LoginRefused`] for an unknown user or a wrong hash, [`Error::Answered`] if the server could not even
    /// try, [`Error::TimedOut`] if it does not answer, or as [`Self::emit`].
    pub async fn log_in(&mut self, login: &str, hash: impl Into<Secret>) -> Result<Session, Error> {
        self.enter(&Login { login: login.to_owned(), hash: hash.into(), after: None }).await
    }

    /// Logs in, and asks for everything that was logged after this number, in place of the messages that wait. Logged
    /// events then arrive as [`Event::Logged`].
    ///
    /// # Errors
    /// As [`Self::log_in`].
    pub async fn log_in_after(
        &mut self,
        login: &str,
        hash: impl Into<Secret>,
        after: Seq,
    ) -> Result<Session, Error> {
        self.enter(&Login { login: login.to_owned(), hash: hash.into(), after: Some(after) }).await
    }

    /// Moves a session to this connection, without a password. Its key is dead afterwards: the answer has a fresh one.
    /// `after` asks for everything that was logged since, as in [`Self::log_in_after`].
    ///
    /// # Errors
    /// As [`Self::log_in`]; [`Error::LoginRefused`] if the session has ended.
    pub async fn resume(&mut self, session: &Session, after: Option<Seq>) -> Result<Session, Error> {
        let Session { id, client_address } = session.clone();
        self.enter(&Resume { user_id: id, client_address, after }).await
    }

    /// Logs out. The connection stays.
    ///
    /// # Errors
    /// As [`Self::emit`].
    pub async fn log_out(&mut self) -> Result<(), Error> {
        self.emit(&Logout {}).await?;
        self.session = None;
        Ok(())
    }

    async fn enter<E: ClientEvent>(&mut self, entry: &E) -> Result<Session, Error> {
        self.inbox.set_aside();
        self.emit(entry).await?;
        self.hear_login().await
    }

    /// Waits for the answer to a login.
    pub(crate) async fn hear_login(&mut self) -> Result<Session, Error> {
        let answer = self.inbox.take_arrival(|event| match event {
            Event::Login(LoginAnswer::In(session)) => Ok(Ok(session)),
            Event::Login(LoginAnswer::Refused(_)) => Ok(Err(Error::LoginRefused)),
            Event::Error(number) => Ok(Err(Error::Answered(number))),
            other => Err(other),
        });
        let session = answer.await??;
        self.session = Some(session.clone());
        Ok(session)
    }
}

impl Rest {
    /// Lists where I am logged in.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn sessions(&self, session: &Session) -> Result<Vec<ListedSession>, Error> {
        let Session { id, client_address } = session.clone();
        Ok(self.call(&ListSessions { user_id: id, client_address }).await?.sessions)
    }

    /// Ends one of my sessions, or all but this one, and returns how many ended.
    ///
    /// # Errors
    /// As [`Rest::contacts`]; [`Error::Rest`] with `not_found` if I have no such session.
    pub async fn revoke_sessions(&self, session: &Session, which: Option<Id>) -> Result<usize, Error> {
        let Session { id, client_address } = session.clone();
        Ok(self.call(&RevokeSessions { user_id: id, client_address, id: which }).await?.ended)
    }
}
