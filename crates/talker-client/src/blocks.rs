//! Blocking, unblocking, and whom one blocks.

use talker_proto::Id;
use talker_proto::blocks::{BlockUser, Blocked, ListBlocked, UnblockUser};
use talker_proto::sessions::Session;

use crate::{Error, Rest, Talker};

impl Talker {
    /// Blocks somebody. Twice is fine.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`], or as [`Self::emit`].
    pub async fn block(&self, user: Id) -> Result<(), Error> {
        self.emit(&BlockUser { user_id: self.me()?, blocked_id: user }).await
    }

    /// Unblocks somebody. Never blocked is fine.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`], or as [`Self::emit`].
    pub async fn unblock(&self, user: Id) -> Result<(), Error> {
        self.emit(&UnblockUser { user_id: self.me()?, blocked_id: user }).await
    }
}

impl Rest {
    /// Lists whom I block.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn blocked_users(&self, session: &Session) -> Result<Vec<Blocked>, Error> {
        let Session { id, client_address } = session.clone();
        self.call(&ListBlocked { user_id: id, client_address }).await
    }
}
