//! Everybody one has exchanged messages with.

use talker_proto::contacts::{Contact, ListContacts};
use talker_proto::sessions::Session;

use crate::{Error, Rest};

impl Rest {
    /// Lists my contacts, newest conversation first.
    ///
    /// # Errors
    /// [`Error::Rest`] if the server refuses: `unauthenticated` if the session has ended. [`Error::Http`],
    /// [`Error::Status`] or [`Error::Decode`] if there is no answer that could be used.
    pub async fn contacts(&self, session: &Session) -> Result<Vec<Contact>, Error> {
        let Session { id, client_address } = session.clone();
        self.call(&ListContacts { user_id: id, client_address }).await
    }
}
