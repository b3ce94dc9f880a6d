//! The typed Rust client: a [`Talker`] is one connection to a Talker server, [`Rest`] its REST routes.
//!
//! ```no_run
//! # async fn example() -> Result<(), talker_client::Error> {
//! use talker_client::{Message, Talker};
//!
//! let mut client = Talker::connect("http://127.0.0.1:8080").await?;
//! let session = client.log_in("alice", "what she registered as hash").await?;
//! for contact in client.rest().contacts(&session).await? {
//!     client.send(contact.id, "Hello!").await?;
//!     let echo: Message = client.receive().await?;
//!     println!("{} got message {}", contact.username, echo.id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What a server sends arrives as one stream of [`Event`]s, in the order in which it was sent:
//! [`Talker::next_event`] takes the next one, [`Talker::wait_for`] and [`Talker::receive`] take the next one that fits
//! and leave the others where they are.

mod account;
mod acks;
mod blocks;
mod builder;
mod connection;
mod contacts;
mod error;
mod events;
mod inbox;
mod messages;
mod rest;
mod sessions;
mod sync;
mod talker;
mod typing;
mod users;

pub use account::{Account, AccountBuilder, AccountEvent, Checkpoint};
pub use builder::{Builder, Transport};
pub use error::Error;
pub use events::Event;
pub use messages::Content;
pub use rest::Rest;
pub use talker::Talker;

pub use talker_proto::acks::Failed;
pub use talker_proto::blocks::{Blocked, BlockedUser, UnblockedUser};
pub use talker_proto::contacts::Contact;
pub use talker_proto::errors::{Code, ErrorBody};
pub use talker_proto::messages::{ContentType, HaveRead, Message, MessagePage, Notified, ReadReceipt};
pub use talker_proto::sessions::{Address, LoginAnswer, Session};
pub use talker_proto::sync::{Logged, LoggedEvent, SyncAnswer, SyncGap, SyncPage};
pub use talker_proto::typing::Typing;
pub use talker_proto::users::{ConfirmCode, Confirmed, RegisterCode, Registered, User};
pub use talker_proto::{Bit, Id, Secret, Seq};
