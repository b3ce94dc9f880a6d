//! New passwords, by those who know the old one and by those who forgot it.

use diesel::prelude::*;
use talker_domain::mails::Subject;
use talker_domain::users::reset_password::{self, Reset};
use talker_domain::users::{Email, PasswordHash, change_password, set_password};
use talker_domain::{ResetId, Timestamp, UserId};

use super::{Tx, lock_reset, lock_user};
use crate::StoreError;
use crate::rows::{column, digest, email, reset_id, user_id, username};
use crate::schema::{resets, users};

impl change_password::Port for Tx<'_> {
    fn set_password(&mut self, user: UserId, password: &PasswordHash) -> Result<(), StoreError> {
        let user = column(user.get());
        diesel::delete(resets::table.filter(resets::user_id.eq(user))).execute(self.0)?;
        let user = users::table.find(user);
        diesel::update(user).set(users::password.eq(&password.0)).execute(self.0)?;
        Ok(())
    }
}

impl reset_password::Port for Tx<'_> {
    fn reset_facts(&mut self, of: &Email) -> Result<Option<reset_password::Facts>, StoreError> {
        let named = users::table.filter(users::email_folded.eq(of.folded()));
        let found = named.select((users::id, users::username, users::email));
        let found: Option<(i64, String, String)> = found.get_result(self.0).optional()?;
        let Some((user, name, address)) = found else { return Ok(None) };
        lock_user(self.0, user)?;
        let last = resets::table.filter(resets::user_id.eq(user)).select(resets::expires_at);
        let last: Option<i64> = last.get_result(self.0).optional()?;
        let facts = reset_password::Facts {
            user: user_id(user)?,
            username: username(name)?,
            email: email(address)?,
            last_expires_at: last.map(Timestamp),
        };
        Ok(Some(facts))
    }

    fn add_reset(&mut self, decision: &reset_password::Decision) -> Result<(), StoreError> {
        let Reset { id, user, token, expires_at } = decision.reset;
        let user = column(user.get());
        diesel::delete(resets::table.filter(resets::user_id.eq(user))).execute(self.0)?;
        let row = (
            resets::id.eq(column(id.get())),
            resets::user_id.eq(user),
            resets::token_digest.eq(token.0.as_slice()),
            resets::expires_at.eq(expires_at.0),
        );
        diesel::insert_into(resets::table).values(row).execute(self.0)?;
        let to = (&decision.email, &decision.username);
        self.queue(Subject::Reset(id), to, &decision.token, decision.now)
    }
}

impl set_password::Port for Tx<'_> {
    fn reset(&mut self, id: ResetId) -> Result<Option<Reset>, StoreError> {
        let row = lock_reset(self.0, column(id.get()))?;
        let reset = |(id, user, token, expires_at): (i64, i64, Vec<u8>, i64)| {
            let (id, user) = (reset_id(id)?, user_id(user)?);
            Ok(Reset { id, user, token: digest(&token)?, expires_at: Timestamp(expires_at) })
        };
        row.map(reset).transpose()
    }
}
