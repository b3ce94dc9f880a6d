//! Rows, and how they become what the domain knows and back.

mod contacts;
mod sync;

pub(crate) use contacts::{Standing, Touch, touched};
pub(crate) use sync::{LARGEST_RUN, LogRun, log_number, log_place, log_time};

use diesel::prelude::{Insertable, Queryable, Selectable};
use sha2::{Digest as _, Sha256};
use talker_domain::messages::{Content, Media, MediaKind, Message, Text, search};
use talker_domain::users::{Email, PasswordHash, User, Username, register};
use talker_domain::{Digest, LARGEST_ID, MessageId, RegistrationId, ResetId, SessionId, Timestamp, UserId};

use crate::StoreError;
use crate::schema::{messages, registrations, users};

/// The number of an id as a column holds it.
pub(crate) fn column(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

pub(crate) fn user_id(number: i64) -> Result<UserId, StoreError> {
    u64::try_from(number).ok().and_then(UserId::new).ok_or(StoreError::Corrupt("user id"))
}

pub(crate) fn message_id(number: i64) -> Result<MessageId, StoreError> {
    u64::try_from(number).ok().and_then(MessageId::new).ok_or(StoreError::Corrupt("message id"))
}

pub(crate) fn session_id(number: i64) -> Result<SessionId, StoreError> {
    u64::try_from(number).ok().and_then(SessionId::new).ok_or(StoreError::Corrupt("session id"))
}

pub(crate) fn reset_id(number: i64) -> Result<ResetId, StoreError> {
    u64::try_from(number).ok().and_then(ResetId::new).ok_or(StoreError::Corrupt("reset id"))
}

pub(crate) fn registration_id(number: i64) -> Result<RegistrationId, StoreError> {
    u64::try_from(number).ok().and_then(RegistrationId::new).ok_or(StoreError::Corrupt("registration id"))
}

pub(crate) fn digest(bytes: &[u8]) -> Result<Digest, StoreError> {
    bytes.try_into().map(Digest).map_err(|_| StoreError::Corrupt("digest"))
}

pub(crate) fn username(text: String) -> Result<Username, StoreError> {
    Username::new(text).map_err(|_| StoreError::Corrupt("username"))
}

pub(crate) fn email(text: String) -> Result<Email, StoreError> {
    Email::new(text).map_err(|_| StoreError::Corrupt("email"))
}

/// Greater than every id: where a page begins that begins nowhere in particular.
pub(crate) fn up_to(from: Option<MessageId>) -> i64 {
    column(from.map_or(LARGEST_ID, MessageId::get))
}

/// The two of a conversation in the order of their ids.
pub(crate) fn pair(one: UserId, other: UserId) -> (i64, i64) {
    let (one, other) = (column(one.get()), column(other.get()));
    (one.min(other), one.max(other))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserRow {
    pub(crate) id: i64,
    pub(crate) username: String,
}

impl UserRow {
    pub(crate) fn into_user(self) -> Result<User, StoreError> {
        Ok(User { id: user_id(self.id)?, username: username(self.username)? })
    }
}

/// A session: its id, whose, when it began, and when it ends.
pub(crate) type SessionRow = (i64, i64, i64, Option<i64>);

/// A reset: its id, whose, the digest of its token, and when it ends.
pub(crate) type ResetRow = (i64, i64, Vec<u8>, i64);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = registrations)]
pub(crate) struct RegistrationRow {
    id: i64,
    username: String,
    username_folded: String,
    email: String,
    email_folded: String,
    password: String,
    token_digest: Vec<u8>,
    expires_at: i64,
}

impl RegistrationRow {
    pub(crate) fn new(registration: &register::Registration) -> Self {
        Self {
            id: column(registration.id.get()),
            username: registration.username.as_str().to_owned(),
            username_folded: registration.username.folded(),
            email: registration.email.as_str().to_owned(),
            email_folded: registration.email.folded(),
            password: registration.password.0.clone(),
            token_digest: registration.token.0.to_vec(),
            expires_at: registration.expires_at.0,
        }
    }

    pub(crate) fn into_registration(self) -> Result<register::Registration, StoreError> {
        Ok(register::Registration {
            id: registration_id(self.id)?,
            username: username(self.username)?,
            email: email(self.email)?,
            password: PasswordHash(self.password),
            token: digest(&self.token_digest)?,
            expires_at: Timestamp(self.expires_at),
        })
    }
}

/// The digest under which a blob is kept.
pub(crate) fn blob_digest(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// The value of `hidden_from` where a message is hidden from nobody.
pub(crate) const NOBODY: i64 = 0;

/// The value of `kind` of a text.
pub(crate) const TEXT: i16 = 0;

fn kind(content: &Content) -> i16 {
    match content {
        Content::Text(_) => TEXT,
        Content::Media(media) => match media.kind {
            MediaKind::Video => 1,
            MediaKind::Photo => 2,
            MediaKind::Audio => 3,
            MediaKind::File => 4,
        },
    }
}

fn media_kind(kind: i16) -> Result<MediaKind, StoreError> {
    match kind {
        1 => Ok(MediaKind::Video),
        2 => Ok(MediaKind::Photo),
        3 => Ok(MediaKind::Audio),
        4 => Ok(MediaKind::File),
        _ => Err(StoreError::Corrupt("kind of message")),
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
pub(crate) struct MessageRow {
    id: i64,
    from_user: i64,
    to_user: i64,
    hidden_from: i64,
    kind: i16,
    content: String,
    /// Names the media, where there are any.
    pub(crate) blob_digest: Option<Vec<u8>>,
    sent_at: i64,
    read_at: Option<i64>,
    receipt_hidden: bool,
    notified: bool,
}

impl MessageRow {
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// How long it is as a text; 0 for media.
    pub(crate) fn text_bytes(&self) -> usize {
        if self.kind == TEXT { self.content.len() } else { 0 }
    }

    /// The message. `bytes` are its media, if it has any.
    pub(crate) fn into_message(self, bytes: Vec<u8>) -> Result<Message, StoreError> {
        let content = if self.kind == TEXT {
            Content::Text(Text::new(self.content).map_err(|_| StoreError::Corrupt("text"))?)
        } else {
            Content::Media(Media { kind: media_kind(self.kind)?, media_type: self.content, bytes })
        };
        Ok(Message {
            id: message_id(self.id)?,
            from: user_id(self.from_user)?,
            to: user_id(self.to_user)?,
            content,
            sent_at: Timestamp(self.sent_at),
            read_at: self.read_at.map(Timestamp),
            notified: self.notified,
            hidden: self.hidden_from != NOBODY,
            receipt_hidden: self.receipt_hidden,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub(crate) struct NewMessageRow<'a> {
    pub(crate) id: i64,
    pub(crate) lower_user: i64,
    pub(crate) higher_user: i64,
    pub(crate) from_user: i64,
    pub(crate) to_user: i64,
    pub(crate) hidden_from: i64,
    pub(crate) kind: i16,
    pub(crate) content: &'a str,
    pub(crate) content_folded: Option<String>,
    /// Names the media, where there are any.
    pub(crate) blob_digest: Option<Vec<u8>>,
    pub(crate) sent_at: i64,
    pub(crate) read_at: Option<i64>,
    pub(crate) receipt_hidden: bool,
    pub(crate) notified: bool,
    pub(crate) waiting_for: Option<i64>,
}

impl<'a> NewMessageRow<'a> {
    pub(crate) fn new(message: &'a Message) -> Self {
        let (lower_user, higher_user) = pair(message.from, message.to);
        let to_user = column(message.to.get());
        let (content, content_folded, blob_digest) = match &message.content {
            Content::Text(text) => (text.as_str(), folded(text.as_str()), None),
            Content::Media(media) => (media.media_type.as_str(), None, Some(blob_digest(&media.bytes))),
        };
        Self {
            id: column(message.id.get()),
            lower_user,
            higher_user,
            from_user: column(message.from.get()),
            to_user,
            hidden_from: if message.hidden { to_user } else { NOBODY },
            kind: kind(&message.content),
            content,
            content_folded,
            blob_digest,
            sent_at: message.sent_at.0,
            read_at: message.read_at.map(|at| at.0),
            receipt_hidden: message.receipt_hidden,
            notified: message.notified,
            waiting_for: (!message.hidden).then_some(to_user),
        }
    }
}

fn folded(text: &str) -> Option<String> {
    Some(search::fold(text)).filter(|folded| folded != text)
}
