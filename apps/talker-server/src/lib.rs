//! The Talker server: the domain on a store, behind Socket.IO, plain WebSocket and REST on one port.
//!
//! A request is decoded by `talker-proto`, converted (`wire`), decided by `talker-domain` inside a transaction of
//! `talker-store`, and what others must hear of it is told by `emit`, after the commit.

mod admin;
pub mod allocator;
mod app;
mod backlog;
mod certificates;
mod clock;
mod connection;
pub mod descriptors;
mod emit;
mod events;
mod folder;
mod follower;
mod http;
mod hub;
mod keys;
mod limits;
mod listener;
pub mod logging;
#[doc(hidden)]
pub mod mail;
mod outgoing;
mod pages;
mod passwords;
mod queues;
mod room;
mod seats;
mod server;
pub mod settings;
mod socket;
mod sweeper;
mod trust;
mod typing;
mod wire;
mod writer;
mod ws;

pub use server::{Server, StartError};
pub use settings::Settings;
