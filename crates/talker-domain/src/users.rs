//! Users and the registrations that become users: names, what may be one, and how they are looked up.

pub mod availability;
pub mod change_password;
pub mod confirm;
pub mod expire;
mod names;
pub mod register;
pub mod reset_password;
pub mod search;
pub mod set_password;

pub use names::{Email, InvalidName, Username};

use crate::UserId;

/// A confirmed account, as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who it is.
    pub id: UserId,
    /// The name, spelt as at registration.
    pub username: Username,
}

/// What is stored of a password: a salted, slow hash in whatever format its maker reads back.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PasswordHash(…)")
    }
}
