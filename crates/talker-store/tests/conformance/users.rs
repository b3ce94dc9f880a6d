//! Registrations, and the accounts that they become.

#[path = "users/confirm.rs"]
mod confirm;
#[path = "users/register.rs"]
mod register;
#[path = "users/search.rs"]
mod search;

use talker_domain::users::{Email, Username, register as registering};
use talker_domain::{Failure, Timestamp};
use talker_store::StoreError;

use crate::chat::{Chat, registration};

/// Somebody wants these two names.
async fn sign_up(
    chat: &Chat,
    username: &str,
    email: &str,
    now: Timestamp,
) -> Result<registering::Registration, Failure<registering::Refusal, StoreError>> {
    let ask = registration(username, email);
    let registered = chat.write(move |tx, ids| registering::run(tx, &ask, now, ids.registration(now))).await;
    registered.map(|decision| decision.registration)
}

/// Whether the username and the email are used.
async fn used(chat: &Chat, username: &str, email: &str, now: Timestamp) -> (bool, bool) {
    let username = Username::new(username).expect("a username");
    let email = Email::new(email).expect("an email");
    chat.ask(move |tx| Ok((tx.username_used(&username, now)?, tx.email_used(&email, now)?))).await
}
