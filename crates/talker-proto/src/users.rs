//! Accounts: whether a name is free, registering, confirming, finding people.

use serde::{Deserialize, Serialize};

use crate::{Bit, Id, Request, Secret};

/// Asks whether an email is held by an account or by a registration that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsEmailUsed {
    /// The email in question.
    pub email: String,
}

impl Request for IsEmailUsed {
    const PATH: &'static str = "/isUsed/email";
    type Answer = IsUsed;
}

/// Asks whether a username is held by an account or by a registration that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsUsernameUsed {
    /// The username in question.
    pub username: String,
}

impl Request for IsUsernameUsed {
    const PATH: &'static str = "/isUsed/username";
    type Answer = IsUsed;
}

/// Whether a name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsUsed {
    /// `1` if it is.
    pub res: Bit,
}

/// Asks for an account. It waits for its confirmation by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Where the confirmation goes: at most 254 bytes.
    pub email: String,
    /// The name to be known by: 4 to 20 of `A-Z a-z 0-9 _ .`.
    pub username: String,
    /// The password, or whatever the client made of it: 1 to 255 characters.
    pub hash: Secret,
}

impl Request for Register {
    const PATH: &'static str = "/register";
    type Answer = Registered;
}

/// What became of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// For people.
    pub res: String,
    /// For programs.
    pub code: RegisterCode,
}

/// What became of a registration, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterCode {
    /// It waits; a mail is on its way.
    Created,
    /// Somebody holds the username.
    UsernameUsed,
    /// Somebody holds the email.
    EmailUsed,
    /// The same registration waits already.
    Pending,
}

/// Opens the account that a registration asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirm {
    /// The registration.
    pub id: Id,
    /// The secret from its mail.
    pub uuid: Secret,
}

impl Request for Confirm {
    const PATH: &'static str = "/register/confirm";
    type Answer = Confirmed;
}

/// What became of a confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// For people.
    pub res: String,
    /// For programs.
    pub code: ConfirmCode,
}

/// What became of a confirmation, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmCode {
    /// The account is open.
    Confirmed,
    /// The link is wrong, used or expired.
    InvalidLink,
}

/// Finds people by a part of their username or email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchUsers {
    /// The part: 1 to 254 bytes.
    pub user_name: String,
}

impl Request for SearchUsers {
    const PATH: &'static str = "/search/users";
    type Answer = Vec<User>;
}

/// A user, as others see him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Who it is.
    pub id: Id,
    /// A picture, as a data URI.
    pub avatar: String,
    /// The name.
    pub username: String,
}

/// Changes my password. All my other sessions end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangePassword {
    /// Me.
    pub user_id: Id,
    /// My session key.
    #[serde(rename = "clientAddress")]
    pub client_address: Secret,
    /// The password as it is, or whatever the client made of it.
    pub hash: Secret,
    /// The one to be: 1 to 255 characters.
    pub new_hash: Secret,
}

impl Request for ChangePassword {
    const PATH: &'static str = "/password/change";
    type Answer = PasswordChanged;
}

/// What became of a change of password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordChanged {
    /// For people.
    pub res: String,
    /// For programs.
    pub code: PasswordCode,
}

/// What became of a change of password, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordCode {
    /// The new password is good from now on, and no other.
    Changed,
    /// The password shown is not the user's.
    WrongPassword,
}

/// Asks for a mail with a link that sets a forgotten password anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetPassword {
    /// The email of the account.
    pub email: String,
}

impl Request for ResetPassword {
    const PATH: &'static str = "/password/reset";
    type Answer = ResetAsked;
}

/// What became of it. Whether there is such an account is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetAsked {
    /// For people.
    pub res: String,
    /// For programs.
    pub code: ResetCode,
}

/// What became of it, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResetCode {
    /// If there is such an account, a mail is on its way.
    Asked,
}

/// Sets a forgotten password anew. All sessions of the account end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPassword {
    /// The reset.
    pub id: Id,
    /// The secret from its mail.
    pub uuid: Secret,
    /// The password to be, or whatever the client made of it: 1 to 255 characters.
    pub hash: Secret,
}

impl Request for SetPassword {
    const PATH: &'static str = "/password/reset/confirm";
    type Answer = PasswordSet;
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordSet {
    /// For people.
    pub res: String,
    /// For programs.
    pub code: SetCode,
}

/// What became of it, as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetCode {
    /// The new password is good from now on, and no other.
    Changed,
    /// The link is wrong, used or expired.
    InvalidLink,
}
