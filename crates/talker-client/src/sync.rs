//! Catching up: the numbered log of what happened to me.

use talker_proto::sessions::Session;
use talker_proto::sync::{ListEvents, Sync, SyncAnswer};
use talker_proto::{Id, Seq};

use crate::{Error, Rest, Talker};

impl Talker {
    /// Asks for what was logged after this number, at most `limit` entries of it: 1 to 500. From then on logged events
    /// arrive as [`Event::Logged`](crate::Event::Logged).
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`], or as [`Self::call`].
    pub async fn sync(&self, after: Seq, limit: Option<Id>) -> Result<SyncAnswer, Error> {
        self.call(&Sync { user_id: self.me()?, after, limit }).await
    }
}

impl Rest {
    /// Lists what was logged after this number, at most `limit` entries of it: 1 to 500.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn sync(&self, session: &Session, after: Seq, limit: Option<Id>) -> Result<SyncAnswer, Error> {
        let Session { id, client_address } = session.clone();
        self.call(&ListEvents { user_id: id, client_address, after, limit }).await
    }
}
