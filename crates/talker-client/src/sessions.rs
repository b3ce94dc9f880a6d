//! Logging in and out.

use talker_proto::Secret;
use talker_proto::sessions::{Login, LoginAnswer, Logout, Session};

use crate::{Error, Event, Talker};

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
        let login = Login { login: login.to_owned(), hash: hash.into() };
        self.inbox.set_aside();
        self.emit(&login).await?;
        self.hear_login().await
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
