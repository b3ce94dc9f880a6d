//! Accounts: whether a name is free, registering, confirming, finding people.

use talker_proto::sessions::Session;
use talker_proto::users::{
    ChangePassword, Confirm, Confirmed, IsEmailUsed, IsUsernameUsed, PasswordChanged, PasswordSet, Register,
    Registered, ResetPassword, SearchUsers, SetPassword, User,
};
use talker_proto::{Id, Secret};

use crate::{Error, Rest};

impl Rest {
    /// Asks whether an email is held by an account or by a registration that waits.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn is_email_used(&self, email: &str) -> Result<bool, Error> {
        Ok(self.call(&IsEmailUsed { email: email.to_owned() }).await?.res.0)
    }

    /// Asks whether a username is held by an account or by a registration that waits.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn is_username_used(&self, username: &str) -> Result<bool, Error> {
        Ok(self.call(&IsUsernameUsed { username: username.to_owned() }).await?.res.0)
    }

    /// Asks for an account. It waits for its confirmation by mail.
    ///
    /// # Errors
    /// As [`Rest::contacts`]. A name that is taken is an answer and not an error.
    pub async fn register(
        &self,
        email: &str,
        username: &str,
        hash: impl Into<Secret>,
    ) -> Result<Registered, Error> {
        let (email, username) = (email.to_owned(), username.to_owned());
        self.call(&Register { email, username, hash: hash.into() }).await
    }

    /// Opens the account that a registration asked for, by the id and the secret of its mail.
    ///
    /// # Errors
    /// As [`Rest::contacts`]. A link that is wrong, used or expired is an answer and not an error.
    pub async fn confirm(&self, id: Id, uuid: impl Into<Secret>) -> Result<Confirmed, Error> {
        self.call(&Confirm { id, uuid: uuid.into() }).await
    }

    /// Finds people by a part of their username or email: at most 20.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn search_users(&self, part: &str) -> Result<Vec<User>, Error> {
        self.call(&SearchUsers { user_name: part.to_owned() }).await
    }

    /// Changes my password. All my other sessions end.
    ///
    /// # Errors
    /// As [`Rest::contacts`]. A password that is not mine is an answer and not an error.
    pub async fn change_password(
        &self,
        session: &Session,
        hash: impl Into<Secret>,
        new_hash: impl Into<Secret>,
    ) -> Result<PasswordChanged, Error> {
        let Session { id, client_address } = session.clone();
        let (hash, new_hash) = (hash.into(), new_hash.into());
        self.call(&ChangePassword { user_id: id, client_address, hash, new_hash }).await
    }

    /// Asks for a mail with a link that sets a forgotten password anew. Whether there is such an account is not told.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn reset_password(&self, email: &str) -> Result<(), Error> {
        self.call(&ResetPassword { email: email.to_owned() }).await.map(drop)
    }

    /// Sets a forgotten password anew, by the two values of the link in the mail. All sessions of the account end.
    ///
    /// # Errors
    /// As [`Rest::contacts`]. A link that is not good is an answer and not an error.
    pub async fn set_password(
        &self,
        id: Id,
        uuid: impl Into<Secret>,
        hash: impl Into<Secret>,
    ) -> Result<PasswordSet, Error> {
        self.call(&SetPassword { id, uuid: uuid.into(), hash: hash.into() }).await
    }
}
