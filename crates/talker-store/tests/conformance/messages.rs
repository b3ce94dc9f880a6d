//! Messages, from sending to reading.

#[path = "messages/history.rs"]
mod history;
#[path = "messages/mark_notified.rs"]
mod mark_notified;
#[path = "messages/mark_read.rs"]
mod mark_read;
#[path = "messages/media.rs"]
mod media;
#[path = "messages/nonces.rs"]
mod nonces;
#[path = "messages/search.rs"]
mod search;
#[path = "messages/send.rs"]
mod send;
#[path = "messages/strangers.rs"]
mod strangers;
#[path = "messages/waiting.rs"]
mod waiting;

use talker_domain::UserId;
use talker_domain::messages::{CONTENT_PER_ANSWER, Content};

use crate::chat::{Chat, ask, file};

/// Sends so many texts in one batch: "1", "2", …
async fn count_to(chat: &Chat, from: UserId, to: UserId, last: usize) {
    chat.send_all((1..=last).map(|number| ask(from, to, &number.to_string())).collect()).await;
}

/// Two of these fit into one answer, three do not.
fn big_file() -> Content {
    file(vec![7; CONTENT_PER_ANSWER / 2])
}
