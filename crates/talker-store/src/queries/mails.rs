//! Mails that wait.

use diesel::prelude::*;
use talker_domain::mails::{LEASE, Mail, Port};
use talker_domain::{RegistrationId, Timestamp, Token};

use super::Tx;
use crate::StoreError;
use crate::rows::{column, email, registration_id, username};
use crate::schema::mails;

type MailRow = (i64, String, String, String, i64);

impl Port for Tx<'_> {
    fn take_due_mails(&mut self, now: Timestamp, limit: usize) -> Result<Vec<Mail>, StoreError> {
        let due: Vec<MailRow> = mails::table
            .filter(mails::next_attempt_at.le(now.0))
            .order(mails::next_attempt_at)
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select((
                mails::registration_id,
                mails::recipient,
                mails::username,
                mails::token,
                mails::attempts,
            ))
            .load(self.0)?;
        let mut taken = Vec::with_capacity(due.len());
        for row in due {
            // Another node may look at the same mail: whoever finds it due still has it.
            let still_due = mails::table.find(row.0).filter(mails::next_attempt_at.le(now.0));
            let leased = mails::next_attempt_at.eq(now.plus(LEASE).0);
            if diesel::update(still_due).set(leased).execute(self.0)? > 0 {
                taken.push(mail(row)?);
            }
        }
        Ok(taken)
    }

    fn mail_sent(&mut self, registration: RegistrationId) -> Result<(), StoreError> {
        diesel::delete(mails::table.find(column(registration.get()))).execute(self.0)?;
        Ok(())
    }

    fn mail_failed(&mut self, registration: RegistrationId, next: Timestamp) -> Result<(), StoreError> {
        diesel::update(mails::table.find(column(registration.get())))
            .set((mails::attempts.eq(mails::attempts + 1), mails::next_attempt_at.eq(next.0)))
            .execute(self.0)?;
        Ok(())
    }
}

fn mail((registration, recipient, name, token, attempts): MailRow) -> Result<Mail, StoreError> {
    Ok(Mail {
        registration: registration_id(registration)?,
        recipient: email(recipient)?,
        username: username(name)?,
        token: Token(token),
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
    })
}
