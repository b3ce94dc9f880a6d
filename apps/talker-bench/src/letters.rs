//! One who writes to many others by turns.

use talker_proto::Id;
use talker_proto::messages::{ContentType, SendMessage};
use tokio::time::{Instant, sleep_until};

use crate::accounts::Person;
use crate::error::Error;
use crate::links::{Heard, Message};
use crate::talks::Pace;

/// Writes so many messages and waits until they are stored. `content` gives the text of each by its number; `stored` is
/// shown each of them.
pub(crate) async fn write(
    writer: &mut Person,
    others: &[Id],
    pace: Pace,
    numbers: std::ops::Range<u32>,
    content: impl Fn(u32) -> String,
    mut stored: impl FnMut(&Message),
) -> Result<(), Error> {
    let user_id = writer.session.id;
    let start = Instant::now();
    let (mut others, mut numbers) = (others.iter().cycle(), numbers.peekable());
    let (mut written, mut echoed) = (0, 0);
    while numbers.peek().is_some() || echoed < written {
        let due = numbers.peek().and_then(|_| pace.due(start, written, echoed));
        if due.is_some_and(|due| due <= Instant::now())
            && let (Some(&to_id), Some(number)) = (others.next(), numbers.next())
        {
            let (content, content_type) = (content(number), ContentType::Text);
            writer.link.emit(&SendMessage { user_id, to_id, content, content_type, nonce: None }, None)?;
            written += 1;
            continue;
        }
        tokio::select! {
            heard = writer.link.next_soon() => match heard? {
                Heard::Message(message) if message.from_user == user_id.get() => {
                    stored(&message);
                    echoed += 1;
                }
                Heard::Error(number) => return Err(Error::Unexpected(format!("error {number}"))),
                _ => {}
            },
            () = sleep_until(due.unwrap_or(start)), if due.is_some() => {}
        }
    }
    Ok(())
}
