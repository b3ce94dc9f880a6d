//! Sending, reading and looking back.

use talker_proto::Id;
use talker_proto::messages::{
    ContentType, ListMessages, Message, MessagePage, Read, SearchMessages, SendMessage,
};
use talker_proto::sessions::Session;

use crate::{Error, Rest, Talker};

/// What a message says. A `&str` or a `String` is a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Just text: 1 to 16,384 characters.
    Text(String),
    /// The data URI of a video.
    Video(String),
    /// The data URI of a photo.
    Photo(String),
    /// The data URI of a sound.
    Audio(String),
    /// The data URI of a file.
    File(String),
}

impl Content {
    pub(crate) fn into_parts(self) -> (ContentType, String) {
        match self {
            Self::Text(text) => (ContentType::Text, text),
            Self::Video(uri) => (ContentType::Video, uri),
            Self::Photo(uri) => (ContentType::Photo, uri),
            Self::Audio(uri) => (ContentType::Audio, uri),
            Self::File(uri) => (ContentType::File, uri),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Talker {
    /// Sends a message. Its echo, a [`Message`], says that it is stored.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`], or as [`Self::emit`].
    pub async fn send(&self, to: Id, content: impl Into<Content>) -> Result<(), Error> {
        let (content_type, content) = content.into().into_parts();
        let nonce = None;
        self.emit(&SendMessage { user_id: self.me()?, to_id: to, content, content_type, nonce }).await
    }

    /// Sends a message under a name of my choice, 1 to 64 characters, and waits until it is stored. Sent again under the
    /// same name, on any connection, it is stored once all the same.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`], or as [`Self::call`]: `conflict` if the name stands for another message.
    pub async fn send_with_nonce(
        &self,
        to: Id,
        content: impl Into<Content>,
        nonce: &str,
    ) -> Result<Message, Error> {
        let (content_type, content) = content.into().into_parts();
        let nonce = Some(nonce.to_owned());
        let message = SendMessage { user_id: self.me()?, to_id: to, content, content_type, nonce };
        Ok(self.call(&message).await?.message)
    }

    /// Says that I have read every message of a conversation that was sent to me, up to this one.
    ///
    /// # Errors
    /// [`Error::NotLoggedIn`], or as [`Self::emit`].
    pub async fn read(&self, message: Id) -> Result<(), Error> {
        self.emit(&Read { user_id: self.me()?, messeage_id: message }).await
    }
}

impl Rest {
    /// Looks at a conversation: at most 20 messages, newest first, from the message `from` on if it is given.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn messages(
        &self,
        session: &Session,
        with: Id,
        from: Option<Id>,
    ) -> Result<MessagePage, Error> {
        let Session { id, client_address } = session.clone();
        let request = ListMessages { user_id: id, client_address, with_id: with, from_messeage: from };
        self.call(&request).await
    }

    /// Finds the text messages of a conversation that contain `text`: at most 50, newest first, from the message `from`
    /// on if it is given.
    ///
    /// # Errors
    /// As [`Rest::contacts`].
    pub async fn search_messages(
        &self,
        session: &Session,
        with: Id,
        text: &str,
        from: Option<Id>,
    ) -> Result<Vec<Message>, Error> {
        let Session { id, client_address } = session.clone();
        let (text, talker_id) = (text.to_owned(), with);
        let request = SearchMessages { user_id: id, client_address, talker_id, text, from_messeage: from };
        Ok(self.call(&request).await?.res)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_knows_its_type() {
        let uri = || "data:,".to_owned();
        for (content, content_type) in [
            (Content::from("data:,"), ContentType::Text),
            (Content::from(uri()), ContentType::Text),
            (Content::Video(uri()), ContentType::Video),
            (Content::Photo(uri()), ContentType::Photo),
            (Content::Audio(uri()), ContentType::Audio),
            (Content::File(uri()), ContentType::File),
        ] {
            assert_eq!(content.into_parts(), (content_type, uri()));
        }
    }
}
