//! A transaction, as the domain sees it: every port at once.

use talker_domain::{Storage, blocks, contacts, mails, messages, sessions, sync, typing, users};

use crate::StoreError;

/// Every port of the domain, on one connection.
pub trait Transaction:
    Storage<Fault = StoreError>
    + users::availability::Port
    + users::register::Port
    + users::confirm::Port
    + users::expire::Port
    + users::search::Port
    + users::change_password::Port
    + users::reset_password::Port
    + users::set_password::Port
    + sessions::log_in::Port
    + sessions::log_out::Port
    + sessions::resume::Port
    + sessions::list::Port
    + sessions::revoke::Port
    + sessions::authenticate::Port
    + contacts::Port
    + blocks::Port
    + blocks::block::Port
    + blocks::unblock::Port
    + messages::send::Port
    + messages::mark_read::Port
    + messages::mark_notified::Port
    + messages::waiting::Port
    + messages::history::Port
    + messages::search::Port
    + sync::log::Port
    + sync::page::Port
    + sync::prune::Port
    + typing::Port
    + mails::Port
{
    /// Asks the database for nothing, to see whether it answers.
    ///
    /// # Errors
    /// What it says instead.
    fn ping(&mut self) -> Result<(), StoreError>;
}
