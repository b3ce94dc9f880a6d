//! Messages: sending, receiving, reading, looking back.

use serde::{Deserialize, Serialize};

use crate::fields::given;
use crate::{Bit, ClientEvent, Id, Request, Secret, ServerEvent};

/// What a message's content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub enum ContentType {
    /// Just text: 1 to 16,384 characters.
    #[default]
    Text,
    /// The data URI of a video.
    Video,
    /// The data URI of a photo.
    Photo,
    /// The data URI of a sound.
    Audio,
    /// The data URI of a file.
    File,
}

/// Only the plain word: serde's own reading of an enum takes `{"photo": null}` as well.
impl TryFrom<String> for ContentType {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        match word.as_str() {
            "text" => Ok(Self::Text),
            "video" => Ok(Self::Video),
            "photo" => Ok(Self::Photo),
            "audio" => Ok(Self::Audio),
            "file" => Ok(Self::File),
            _ => Err("a content_type is one of text, video, photo, audio, file"),
        }
    }
}

/// Sends a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    /// Me.
    pub user_id: Id,
    /// To whom.
    pub to_id: Id,
    /// What it says.
    pub content: String,
    /// What that is.
    #[serde(default)]
    pub content_type: ContentType,
    /// 1 to 64 characters of my choice that name this message: sent again, it is stored once all the same.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

impl ClientEvent for SendMessage {
    const EVENT: &'static str = "messeage";
    type Reply = Stored;
}

/// The message is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// As it is stored.
    #[serde(rename = "messeage")]
    pub message: Message,
}

/// A message as it is stored: to the sender as an echo, to the recipient as a delivery, in history as a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Which one. Within a conversation the later message has the greater id.
    pub id: Id,
    /// Who sent it.
    pub from_user: Id,
    /// To whom.
    pub to_user: Id,
    /// What it says: a text or a data URI.
    pub content: String,
    /// What that is.
    pub content_type: ContentType,
    /// When it was stored, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub init_date: String,
    /// When it was read, in the same form.
    pub readen: Option<String>,
    /// Whether it was handed to its recipient.
    pub notified: Bit,
}

impl ServerEvent for Message {
    const EVENT: &'static str = "messeage";
}

/// My message was handed to its recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notified {
    /// Which one.
    pub messeage_id: Id,
}

impl ServerEvent for Notified {
    const EVENT: &'static str = "notified";
}

/// I have read every message of this conversation that was sent to me, up to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Me.
    pub user_id: Id,
    /// Up to which message.
    pub messeage_id: Id,
}

impl ClientEvent for Read {
    const EVENT: &'static str = "read";
    type Reply = HaveRead;
}

/// How far I have read the conversation now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaveRead {
    /// The newest message to me that I have read; none if there is none in this conversation.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub messeage_id: Option<Id>,
    /// When I read it, `YYYY-MM-DD HH:MM:SS` in UTC.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// Messages of a conversation were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadReceipt {
    /// The newest one that was.
    pub messeage_id: Id,
    /// When, `YYYY-MM-DD HH:MM:SS` in UTC.
    pub date: String,
}

impl ServerEvent for ReadReceipt {
    const EVENT: &'static str = "read";
}

/// Looks at a conversation, newest message first, at most 20.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListMessages {
    /// Me.
    pub user_id: Id,
    /// My session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
    /// With whom.
    pub with_id: Id,
    /// The newest message wanted, this one included.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub from_messeage: Option<Id>,
}

impl Request for ListMessages {
    const PATH: &'static str = "/messeages";
    type Answer = MessagePage;
}

/// A page of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagePage {
    /// The messages, newest first.
    #[serde(rename = "messeages")]
    pub messages: Vec<Message>,
    /// Whether nothing older is left.
    pub all: bool,
}

/// Finds text messages of a conversation, newest first, at most 50.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchMessages {
    /// Me.
    pub user_id: Id,
    /// My session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
    /// With whom.
    pub talker_id: Id,
    /// A part of the text.
    #[serde(rename = "messeage")]
    pub text: String,
    /// The newest message wanted, this one included.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub from_messeage: Option<Id>,
}

impl Request for SearchMessages {
    const PATH: &'static str = "/search/messeages";
    type Answer = FoundMessages;
}

/// Messages that were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMessages {
    /// The messages, newest first.
    pub res: Vec<Message>,
}
