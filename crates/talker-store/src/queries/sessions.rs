//! Sessions and credentials.

use diesel::prelude::*;
use talker_domain::sessions::log_in::{Credentials, Login};
use talker_domain::sessions::{Session, authenticate, list, log_in, log_out, resume, revoke};
use talker_domain::users::PasswordHash;
use talker_domain::{Digest, Timestamp, UserId};

use super::{Move, Suspension, Tx, lock_user};
use crate::StoreError;
use crate::rows::{SessionRow, column, digest, session_id, user_id};
use crate::schema::{sessions, users};

impl log_in::Port for Tx<'_> {
    fn credentials(&mut self, login: &Login) -> Result<Option<Credentials>, StoreError> {
        let columns = (users::id, users::password);
        let found: Option<(i64, String)> = match login {
            Login::Username(username) => {
                let named = users::table.filter(users::username_folded.eq(username.folded()));
                named.select(columns).get_result(self.0).optional()?
            }
            Login::Email(email) => {
                let named = users::table.filter(users::email_folded.eq(email.folded()));
                named.select(columns).get_result(self.0).optional()?
            }
        };
        let credentials =
            |(id, password)| Ok(Credentials { user: user_id(id)?, password: PasswordHash(password) });
        found.map(credentials).transpose()
    }

    fn begin_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let row = (
            sessions::key_digest.eq(session.key.0.as_slice()),
            sessions::id.eq(column(session.id.get())),
            sessions::user_id.eq(column(session.user.get())),
            sessions::node.eq(i16::from(session.node)),
            sessions::began_at.eq(session.began_at.0),
        );
        diesel::replace_into(sessions::table).values(row).execute(self.sessions()?)?;
        Ok(())
    }

    fn password_of(&mut self, user: UserId) -> Result<Option<PasswordHash>, StoreError> {
        let password = users::table.find(column(user.get())).select(users::password);
        Ok(password.get_result(self.0).optional()?.map(PasswordHash))
    }
}

impl list::Port for Tx<'_> {
    fn sessions_of(&mut self, user: UserId, now: Timestamp) -> Result<Vec<list::Listed>, StoreError> {
        let of_user = sessions::table.filter(sessions::user_id.eq(column(user.get())));
        let lasting = of_user.filter(sessions::ends_at.is_null().or(sessions::ends_at.gt(now.0)));
        let columns = (sessions::id, sessions::key_digest, sessions::began_at, sessions::ends_at);
        let rows: Vec<(i64, Vec<u8>, i64, Option<i64>)> = lasting.select(columns).load(self.sessions()?)?;
        let mut listed = rows.into_iter().map(listed).collect::<Result<Vec<_>, _>>()?;
        listed.sort_by_key(|session| session.id);
        Ok(listed)
    }
}

fn listed(
    (id, key, began_at, ends_at): (i64, Vec<u8>, i64, Option<i64>),
) -> Result<list::Listed, StoreError> {
    Ok(list::Listed {
        id: session_id(id)?,
        key: digest(&key)?,
        began_at: Timestamp(began_at),
        ends_at: ends_at.map(Timestamp),
    })
}

impl revoke::Port for Tx<'_> {
    // Whoever begins or moves a session waits as well: its row refers to the user's.
    fn lock_sessions_of(&mut self, user: UserId) -> Result<(), StoreError> {
        lock_user(self.0, column(user.get()))
    }
}

impl resume::Port for Tx<'_> {
    fn session(&mut self, key: Digest) -> Result<Option<resume::Facts>, StoreError> {
        let facts = |(id, user, began_at, ends_at): SessionRow| {
            let (id, user) = (session_id(id)?, user_id(user)?);
            Ok(resume::Facts { id, user, began_at: Timestamp(began_at), ends_at: ends_at.map(Timestamp) })
        };
        self.settle(key)?;
        self.lock_session(key)?.map(facts).transpose()
    }

    fn move_session(&mut self, key: Digest, to: &Session) -> Result<(), StoreError> {
        self.change_key(Move { key, to: to.key, node: to.node })
    }
}

impl log_out::Port for Tx<'_> {
    fn end_session(&mut self, key: Digest) -> Result<(), StoreError> {
        self.settle(key)?;
        diesel::delete(sessions::table.find(key.0.as_slice())).execute(self.0)?;
        Ok(())
    }

    fn suspend_session(&mut self, key: Digest, ends_at: Timestamp) -> Result<(), StoreError> {
        self.give_end(Suspension { key, ends_at })
    }

    fn suspend_sessions_of_node(&mut self, node: u8, ends_at: Timestamp) -> Result<usize, StoreError> {
        let connected = sessions::table.filter(sessions::node.eq(i16::from(node)));
        let connected = connected.filter(sessions::ends_at.is_null());
        Ok(diesel::update(connected).set(sessions::ends_at.eq(Some(ends_at.0))).execute(self.sessions()?)?)
    }

    fn remove_ended_sessions(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let ended = sessions::table.filter(sessions::ends_at.le(now.0));
        Ok(diesel::delete(ended).execute(self.sessions()?)?)
    }
}

impl authenticate::Port for Tx<'_> {
    fn session_user(&mut self, key: Digest, now: Timestamp) -> Result<Option<UserId>, StoreError> {
        let user = sessions::table.find(key.0.as_slice()).select(sessions::user_id);
        let user = user.filter(sessions::ends_at.is_null().or(sessions::ends_at.gt(now.0)));
        let user: Option<i64> = user.get_result(self.sessions()?).optional()?;
        user.map(user_id).transpose()
    }
}
