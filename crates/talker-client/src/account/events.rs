//! What an account's stream is made of.

use talker_proto::Seq;
use talker_proto::sessions::Session;
use talker_proto::sync::LoggedEvent;
use talker_proto::typing::Typing;

/// Something that happened to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountEvent {
    /// An entry of the account's log. Each comes once, and in the order of the log.
    Logged(LoggedEvent),
    /// The log does not hold what came before: it was pruned, or the server has lost it. Contacts and messages are to be
    /// read anew; the stream goes on after `head`.
    Gap {
        /// The number of the newest entry that will not come.
        head: Seq,
    },
    /// Somebody starts or stops typing to me. Whoever types when the connection is lost no longer does.
    Typing(Typing),
    /// There is a connection, and this is its session, for use with [`Account::rest`](crate::Account::rest). Its key is
    /// another one each time.
    Connected(Session),
    /// The connection is lost. The account tries to get another one.
    Disconnected,
}
