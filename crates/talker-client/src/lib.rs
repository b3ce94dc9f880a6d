//! The typed Rust client of a Talker server. There are three ways in:
//!
//! * an [`Account`] stays connected over a bad network, sends each message once and shows what happens in order: what
//!   an app wants;
//! * a [`Talker`] is a single connection, for tools and tests, and for whoever wants to see each event as it comes;
//! * [`Rest`] is the REST routes, which both of them carry along.
//!
//! # An account
//!
//! ```no_run
//! # async fn example() -> Result<(), talker_client::Error> {
//! use talker_client::{Account, AccountEvent, Logged};
//!
//! let account = Account::builder("http://127.0.0.1:8080").log_in("alice", "what she registered as hash").open()?;
//! loop {
//!     // An error is the end: the server no longer lets alice in.
//!     match account.next_event().await? {
//!         AccountEvent::Logged(entry) => match entry.event {
//!             Logged::Message(message) => println!("{}: {}", message.from_user, message.content),
//!             other => println!("{other:?}"),
//!         },
//!         AccountEvent::Connected(session) => println!("{:?}", account.rest().contacts(&session).await?),
//!         AccountEvent::Gap { .. } => println!("read contacts and messages anew"),
//!         other => println!("{other:?}"),
//!     }
//!     // Kept like a password, this is where the next start goes on.
//!     let _checkpoint = account.checkpoint();
//! }
//! # }
//! ```
//!
//! Meanwhile `account.send(whom, "Hello!").await?`, in another task or a `select!`, returns the message as it is stored.
//! `examples/steady_chat.rs` does both, and goes on where it left off when it is started again.
//!
//! # A connection
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
//! and leave the others where they are. [`Talker::call`] waits for the acknowledgement of an event instead.

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
