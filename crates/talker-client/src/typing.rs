//! Typing.

use talker_proto::Id;
use talker_proto::typing::Type;

use crate::{Error, Talker};

impl Talker {
    /// Says that I am typing to somebody. It stops by itself 1.5 s after the last one.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`], or as [`Self::emit`].
    pub async fn type_to(&self, user: Id) -> Result<(), Error> {
        self.emit(&Type { user_id: self.me()?, to_id: user }).await
    }
}
