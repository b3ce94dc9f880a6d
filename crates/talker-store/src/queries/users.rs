//! Accounts and registrations.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Bool;
use talker_domain::mails::Subject;
use talker_domain::users::{Email, User, Username, availability, confirm, expire, register, search};
use talker_domain::{RegistrationId, Timestamp};

use super::{Tx, lock_registration};
use crate::StoreError;
use crate::functions::instr;
use crate::rows::{RegistrationRow, UserRow, column};
use crate::schema::{name_parts, registrations, resets, users};

/// How many expired registrations are removed at once.
const SWEEP: i64 = 1_000;

/// A part that so many users have is worth no further count.
const MANY: i64 = 500;

/// A part that fewer users have than this is rare enough to search by.
const FEW: usize = 50;

/// How many users with the part are looked at together.
const CANDIDATES: i64 = 100;

/// Greater than every character that a name can go on with.
const LAST: char = char::MAX;

impl Tx<'_> {
    pub(crate) fn user_exists(&mut self, id: i64) -> Result<bool, StoreError> {
        let found: Option<i64> = users::table.find(id).select(users::id).get_result(self.0).optional()?;
        Ok(found.is_some())
    }
}

impl availability::Port for Tx<'_> {
    // Registrations are asked before accounts: a confirmation moves a name from the one to the other in one step, and
    // whoever looks in this order sees it in at least one place.
    fn username_used(&mut self, username: &Username, now: Timestamp) -> Result<bool, StoreError> {
        let folded = username.folded();
        let waiting = registrations::table.filter(registrations::username_folded.eq(&folded));
        let waiting = waiting.filter(registrations::expires_at.gt(now.0)).select(registrations::id);
        let account = users::table.filter(users::username_folded.eq(&folded)).select(users::id);
        let waiting: Option<i64> = waiting.get_result(self.0).optional()?;
        let account: Option<i64> = account.get_result(self.0).optional()?;
        Ok(waiting.or(account).is_some())
    }

    fn email_used(&mut self, email: &Email, now: Timestamp) -> Result<bool, StoreError> {
        let folded = email.folded();
        let waiting = registrations::table.filter(registrations::email_folded.eq(&folded));
        let waiting = waiting.filter(registrations::expires_at.gt(now.0)).select(registrations::id);
        let account = users::table.filter(users::email_folded.eq(&folded)).select(users::id);
        let waiting: Option<i64> = waiting.get_result(self.0).optional()?;
        let account: Option<i64> = account.get_result(self.0).optional()?;
        Ok(waiting.or(account).is_some())
    }
}

impl register::Port for Tx<'_> {
    fn register_facts(&mut self, ask: &register::Ask, now: Timestamp) -> Result<register::Facts, StoreError> {
        use availability::Port as _;
        let both = registrations::table
            .filter(registrations::username_folded.eq(ask.username.folded()))
            .filter(registrations::email_folded.eq(ask.email.folded()))
            .filter(registrations::expires_at.gt(now.0));
        let both: Option<i64> = both.select(registrations::id).get_result(self.0).optional()?;
        Ok(register::Facts {
            username_used: self.username_used(&ask.username, now)?,
            email_used: self.email_used(&ask.email, now)?,
            pending: both.is_some(),
        })
    }

    fn add_registration(&mut self, decision: &register::Decision) -> Result<(), StoreError> {
        let registration = &decision.registration;
        self.remove_expired_holders(registration, decision.now)?;
        let row = RegistrationRow::new(registration);
        diesel::insert_into(registrations::table).values(row).execute(self.0)?;
        let to = (&registration.email, &registration.username);
        self.queue(Subject::Registration(registration.id), to, &decision.token, decision.now)
    }
}

impl Tx<'_> {
    fn remove_expired_holders(
        &mut self,
        registration: &register::Registration,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expired = registrations::table.filter(registrations::expires_at.le(now.0));
        let same_name = registrations::username_folded.eq(registration.username.folded());
        diesel::delete(expired.filter(same_name)).execute(self.0)?;
        let same_email = registrations::email_folded.eq(registration.email.folded());
        diesel::delete(expired.filter(same_email)).execute(self.0)?;
        Ok(())
    }
}

impl confirm::Port for Tx<'_> {
    fn registration(&mut self, id: RegistrationId) -> Result<Option<register::Registration>, StoreError> {
        let row = lock_registration(self.0, column(id.get()))?;
        row.map(RegistrationRow::into_registration).transpose()
    }

    fn open_account(&mut self, decision: &confirm::Decision) -> Result<(), StoreError> {
        let waiting = registrations::table.find(column(decision.registration.get()));
        diesel::delete(waiting).execute(self.0)?;
        let (username, email) = (decision.username.folded(), decision.email.folded());
        let user = column(decision.user.get());
        let row = (
            users::id.eq(user),
            users::username.eq(decision.username.as_str()),
            users::username_folded.eq(&username),
            users::email.eq(decision.email.as_str()),
            users::email_folded.eq(&email),
            users::password.eq(&decision.password.0),
            users::created_at.eq(decision.now.0),
        );
        diesel::insert_into(users::table).values(row).execute(self.0)?;
        for part in parts(&username).into_iter().chain(parts(&email)).collect::<BTreeSet<_>>() {
            let row = (name_parts::part.eq(part), name_parts::user_id.eq(user));
            diesel::insert_or_ignore_into(name_parts::table).values(row).execute(self.0)?;
        }
        Ok(())
    }
}

impl expire::Port for Tx<'_> {
    fn remove_expired_registrations(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let expired = registrations::table.filter(registrations::expires_at.le(now.0));
        let expired: Vec<i64> = expired.select(registrations::id).limit(SWEEP).load(self.0)?;
        let gone = registrations::table.filter(registrations::id.eq_any(&expired));
        Ok(diesel::delete(gone).execute(self.0)?)
    }

    fn remove_expired_resets(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let expired = resets::table.filter(resets::expires_at.le(now.0));
        let expired: Vec<i64> = expired.select(resets::id).limit(SWEEP).load(self.0)?;
        let gone = resets::table.filter(resets::id.eq_any(&expired));
        Ok(diesel::delete(gone).execute(self.0)?)
    }
}

// MariaDB compares without the spaces at the end, hence `instr` beside `=` and `>=`.
impl search::Port for Tx<'_> {
    fn users_named(
        &mut self,
        needle: &search::Needle,
        emails: search::Emails,
    ) -> Result<Vec<User>, StoreError> {
        let (name, email, needle) = (users::username_folded, users::email_folded, needle.as_str());
        let by_name = users::table.filter(name.eq(needle).and(instr(name, needle).gt(0)));
        let by_email = users::table.filter(email.eq(needle).and(instr(email, needle).gt(0)));
        let mut found: Vec<UserRow> = by_name.select(UserRow::as_select()).load(self.0)?;
        if emails != search::Emails::Never {
            found.extend(by_email.select(UserRow::as_select()).load(self.0)?);
        }
        different(found)
    }

    fn users_beginning_with(
        &mut self,
        needle: &search::Needle,
        emails: search::Emails,
        limit: usize,
    ) -> Result<Vec<User>, StoreError> {
        let (first, last) = (needle.as_str(), format!("{}{LAST}", needle.as_str()));
        let rows = i64::try_from(limit).unwrap_or(i64::MAX);
        let (name, email) = (users::username_folded, users::email_folded);
        let by_name = users::table
            .filter(name.ge(first).and(name.lt(&last)).and(instr(name, first).gt(0)))
            .order(name)
            .limit(rows);
        let by_email = users::table
            .filter(email.ge(first).and(email.lt(&last)).and(instr(email, first).gt(0)))
            .order(email)
            .limit(rows);
        let mut found: Vec<UserRow> = by_name.select(UserRow::as_select()).load(self.0)?;
        if emails == search::Emails::InPart {
            found.extend(by_email.select(UserRow::as_select()).load(self.0)?);
        }
        let mut users = different(found)?;
        users.truncate(limit);
        Ok(users)
    }

    fn users_containing(
        &mut self,
        needle: &search::Needle,
        emails: search::Emails,
        limit: usize,
    ) -> Result<Vec<User>, StoreError> {
        let Some(part) = self.rarest(parts(needle.as_str()))? else { return Ok(vec![]) };
        let (mut found, mut after) = (Vec::new(), 0);
        while found.len() < limit {
            let candidates = self.having(&part, after, CANDIDATES)?;
            let Some(last) = candidates.last() else { break };
            after = *last;
            found.extend(self.containing(needle.as_str(), emails, &candidates)?);
        }
        let mut users = different(found)?;
        users.truncate(limit);
        Ok(users)
    }
}

impl Tx<'_> {
    /// The part that the fewest users have, as far as the first of them tell. By another one a search would look at
    /// everybody whose email ends like the needle.
    fn rarest(&mut self, parts: BTreeSet<String>) -> Result<Option<String>, StoreError> {
        let mut rarest: Option<(usize, String)> = None;
        for part in parts {
            let count = self.having(&part, 0, MANY)?.len();
            if rarest.as_ref().is_none_or(|(fewest, _)| count < *fewest) {
                rarest = Some((count, part));
            }
            if count < FEW {
                break;
            }
        }
        Ok(rarest.map(|(_, part)| part))
    }
}

impl Tx<'_> {
    /// Users beyond `after` that have this part in their names, in the order of their ids.
    fn having(&mut self, part: &str, after: i64, limit: i64) -> Result<Vec<i64>, StoreError> {
        let having = name_parts::table.filter(name_parts::part.eq(part).and(name_parts::user_id.gt(after)));
        Ok(having.order(name_parts::user_id).limit(limit).select(name_parts::user_id).load(self.0)?)
    }

    /// Those of the candidates whose names contain the needle. A join with their parts instead of a list of their ids
    /// would have MariaDB read all users where most have the part.
    fn containing(
        &mut self,
        needle: &str,
        emails: search::Emails,
        candidates: &[i64],
    ) -> Result<Vec<UserRow>, StoreError> {
        let (in_name, in_email) = (instr(users::username_folded, needle), instr(users::email_folded, needle));
        let in_part = emails == search::Emails::InPart;
        let found = users::table.filter(users::id.eq_any(candidates));
        let found = found.filter(in_name.gt(0).or(in_email.gt(0).and(in_part.into_sql::<Bool>())));
        Ok(found.select(UserRow::as_select()).load(self.0)?)
    }
}

/// Every run of three characters.
fn parts(folded: &str) -> BTreeSet<String> {
    let characters: Vec<char> = folded.chars().collect();
    characters.windows(3).map(|part| part.iter().collect()).collect()
}

/// The users of the rows, each once, in the order in which they come first.
fn different(rows: Vec<UserRow>) -> Result<Vec<User>, StoreError> {
    let mut seen = BTreeSet::new();
    rows.into_iter().filter(|row| seen.insert(row.id)).map(UserRow::into_user).collect()
}
