//! Sessions and credentials.

use diesel::prelude::*;
use talker_domain::sessions::log_in::{Credentials, Login};
use talker_domain::sessions::{Session, authenticate, log_in, log_out};
use talker_domain::users::PasswordHash;
use talker_domain::{Digest, UserId};

use super::Tx;
use crate::StoreError;
use crate::rows::{column, user_id};
use crate::schema::{sessions, users};

impl log_in::Port for Tx<'_> {
    fn credentials(&mut self, login: &Login) -> Result<Option<Credentials>, StoreError> {
        let columns = (users::id, users::password);
        let found: Option<(i64, String)> = match login {
            Login::Username(username) => {
                let named = users::table.filter(users::username_folded.eq(username.folded()));
                named.select(columns).first(self.0).optional()?
            }
            Login::Email(email) => {
                let named = users::table.filter(users::email_folded.eq(email.folded()));
                named.select(columns).first(self.0).optional()?
            }
        };
        let credentials =
            |(id, password)| Ok(Credentials { user: user_id(id)?, password: PasswordHash(password) });
        found.map(credentials).transpose()
    }

    fn begin_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let row = (
            sessions::key_digest.eq(session.key.0.as_slice()),
            sessions::user_id.eq(column(session.user.get())),
            sessions::node.eq(i16::from(session.node)),
            sessions::began_at.eq(session.began_at.0),
        );
        diesel::replace_into(sessions::table).values(row).execute(self.0)?;
        Ok(())
    }
}

impl log_out::Port for Tx<'_> {
    fn end_session(&mut self, key: Digest) -> Result<(), StoreError> {
        diesel::delete(sessions::table.find(key.0.as_slice())).execute(self.0)?;
        Ok(())
    }

    fn end_sessions_of_node(&mut self, node: u8) -> Result<usize, StoreError> {
        let of_node = sessions::table.filter(sessions::node.eq(i16::from(node)));
        Ok(diesel::delete(of_node).execute(self.0)?)
    }
}

impl authenticate::Port for Tx<'_> {
    fn session_user(&mut self, key: Digest) -> Result<Option<UserId>, StoreError> {
        let user = sessions::table.find(key.0.as_slice()).select(sessions::user_id);
        let user: Option<i64> = user.first(self.0).optional()?;
        user.map(user_id).transpose()
    }
}
