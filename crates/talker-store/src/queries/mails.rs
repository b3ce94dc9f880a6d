//! Mails that wait.

use diesel::prelude::*;
use talker_domain::mails::{LEASE, Mail, Port, Subject};
use talker_domain::users::{Email, Username};
use talker_domain::{Timestamp, Token};

use super::Tx;
use crate::StoreError;
use crate::rows::{column, email, registration_id, reset_id, username};
use crate::schema::mails;

type MailRow = (i64, Option<i64>, String, String, String, i64);

impl Tx<'_> {
    /// Queues a mail that is due at once.
    pub(super) fn queue(
        &mut self,
        subject: Subject,
        (recipient, username): (&Email, &Username),
        token: &Token,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = column(subject.number());
        let (of_registration, of_reset) = match subject {
            Subject::Registration(_) => (Some(id), None),
            Subject::Reset(_) => (None, Some(id)),
        };
        diesel::insert_into(mails::table)
            .values((
                mails::id.eq(id),
                mails::registration_id.eq(of_registration),
                mails::reset_id.eq(of_reset),
                mails::recipient.eq(recipient.as_str()),
                mails::username.eq(username.as_str()),
                mails::token.eq(&token.0),
                mails::attempts.eq(0),
                mails::next_attempt_at.eq(now.0),
            ))
            .execute(self.0)?;
        Ok(())
    }
}

impl Port for Tx<'_> {
    fn take_due_mails(&mut self, now: Timestamp, limit: usize) -> Result<Vec<Mail>, StoreError> {
        let due: Vec<MailRow> = mails::table
            .filter(mails::next_attempt_at.le(now.0))
            .order(mails::next_attempt_at)
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select((
                mails::id,
                mails::reset_id,
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

    fn mail_sent(&mut self, subject: Subject) -> Result<(), StoreError> {
        diesel::delete(mails::table.find(column(subject.number()))).execute(self.0)?;
        Ok(())
    }

    fn mail_failed(&mut self, subject: Subject, next: Timestamp) -> Result<(), StoreError> {
        diesel::update(mails::table.find(column(subject.number())))
            .set((mails::attempts.eq(mails::attempts + 1), mails::next_attempt_at.eq(next.0)))
            .execute(self.0)?;
        Ok(())
    }
}

fn mail((id, reset, recipient, name, token, attempts): MailRow) -> Result<Mail, StoreError> {
    let subject = match reset {
        Some(reset) => Subject::Reset(reset_id(reset)?),
        None => Subject::Registration(registration_id(id)?),
    };
    Ok(Mail {
        subject,
        recipient: email(recipient)?,
        username: username(name)?,
        token: Token(token),
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
    })
}
