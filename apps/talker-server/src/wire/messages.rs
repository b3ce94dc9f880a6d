//! Messages.

use talker_domain::messages::{
    Content, Media, MediaKind, Message, Nonce, Text, history, mark_read, search, send,
};
use talker_domain::{MessageId, Timestamp, UserId};
use talker_proto::Bit;
use talker_proto::errors::Code;
use talker_proto::messages::{
    ContentType, FoundMessages, HaveRead, ListMessages, Message as Row, MessagePage, Notified, Read,
    ReadReceipt, SearchMessages, SendMessage, Stored,
};

use super::dates::date;
use super::faults::Refused;
use super::{data_uris, ids};

pub(crate) fn to_send(
    from: UserId,
    event: SendMessage,
    max_media_bytes: usize,
    max_unanswered: Option<u32>,
) -> Result<send::Ask, Code> {
    let to = ids::user(event.to_id)?;
    let content = content(event.content_type, event.content, max_media_bytes)?;
    let nonce = event.nonce.map(|nonce| Nonce::new(nonce).ok_or(Code::Malformed)).transpose()?;
    Ok(send::Ask { from, to, content, nonce, max_unanswered })
}

fn content(content_type: ContentType, text: String, limit: usize) -> Result<Content, Code> {
    let kind = match content_type {
        ContentType::Text => return Ok(Content::Text(Text::new(text).map_err(Refused::from)?)),
        ContentType::Video => MediaKind::Video,
        ContentType::Photo => MediaKind::Photo,
        ContentType::Audio => MediaKind::Audio,
        ContentType::File => MediaKind::File,
    };
    let (media_type, bytes) = data_uris::parse(&text).ok_or(Code::Malformed)?;
    let media = Media::new(kind, media_type, bytes, limit).map_err(Refused::from)?;
    Ok(Content::Media(media))
}

pub(crate) fn to_read(reader: UserId, event: Read) -> Result<mark_read::Ask, Code> {
    Ok(mark_read::Ask { reader, message: ids::message(event.messeage_id)? })
}

pub(crate) fn to_history(viewer: UserId, request: &ListMessages) -> Result<history::Ask, Code> {
    let from = request.from_messeage.map(ids::message).transpose()?;
    Ok(history::Ask { viewer, peer: ids::user(request.with_id)?, from })
}

pub(crate) fn to_search(viewer: UserId, request: &SearchMessages) -> Result<search::Ask, Code> {
    let from = request.from_messeage.map(ids::message).transpose()?;
    let needle = search::Needle::new(&request.text).ok_or(Code::Malformed)?;
    Ok(search::Ask { viewer, peer: ids::user(request.talker_id)?, needle, from })
}

/// The message as `viewer` may see it.
pub(crate) fn row(message: &Message, viewer: UserId) -> Row {
    let (content_type, content) = content_of(&message.content);
    Row {
        id: ids::from_message(message.id),
        from_user: ids::from_user(message.from),
        to_user: ids::from_user(message.to),
        content,
        content_type,
        init_date: date(message.sent_at),
        readen: message.read_at_for(viewer).map(date),
        notified: Bit(message.notified),
    }
}

/// What acknowledges a message to its sender.
pub(crate) fn stored(message: &Message) -> Stored {
    Stored { message: row(message, message.from) }
}

/// What acknowledges reading.
pub(crate) fn have_read(position: Option<mark_read::Position>) -> HaveRead {
    HaveRead {
        messeage_id: position.map(|position| ids::from_message(position.message)),
        date: position.map(|position| date(position.at)),
    }
}

pub(super) fn content_of(content: &Content) -> (ContentType, String) {
    match content {
        Content::Text(text) => (ContentType::Text, text.as_str().to_owned()),
        Content::Media(media) => {
            let content_type = match media.kind {
                MediaKind::Video => ContentType::Video,
                MediaKind::Photo => ContentType::Photo,
                MediaKind::Audio => ContentType::Audio,
                MediaKind::File => ContentType::File,
            };
            (content_type, data_uris::format(&media.media_type, &media.bytes))
        }
    }
}

pub(crate) fn page(page: &history::Page, viewer: UserId) -> MessagePage {
    MessagePage { messages: rows(&page.messages, viewer), all: page.all }
}

pub(crate) fn found(messages: &[Message], viewer: UserId) -> FoundMessages {
    FoundMessages { res: rows(messages, viewer) }
}

fn rows(messages: &[Message], viewer: UserId) -> Vec<Row> {
    messages.iter().map(|message| row(message, viewer)).collect()
}

pub(crate) fn notified(message: MessageId) -> Notified {
    Notified { messeage_id: ids::from_message(message) }
}

pub(crate) fn receipt(message: MessageId, at: Timestamp) -> ReadReceipt {
    ReadReceipt { messeage_id: ids::from_message(message), date: date(at) }
}
