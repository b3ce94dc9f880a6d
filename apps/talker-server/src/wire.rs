//! Between the wire and the domain: plain functions, one file a noun. Neither side knows the other.

pub(crate) mod acks;
pub(crate) mod avatars;
pub(crate) mod blocks;
pub(crate) mod contacts;
mod data_uris;
mod dates;
pub(crate) mod faults;
pub(crate) mod fields;
mod ids;
pub(crate) mod messages;
pub(crate) mod passwords;
pub(crate) mod sentences;
pub(crate) mod sessions;
pub(crate) mod sync;
pub(crate) mod typing;
pub(crate) mod users;
