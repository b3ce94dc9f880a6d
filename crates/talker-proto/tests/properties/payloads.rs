//! Everything that a client may send, for whoever tries all of it: properties, and the fuzzer.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use talker_proto::{ClientEvent, Request};
use talker_proto::{blocks, contacts, messages, sessions, sync, typing, users};

/// Reads the JSON as each event and each request: what is understood means the same when it is written and read again.
/// Returns the names of all that was tried.
pub(crate) fn read_as_each(json: &[u8]) -> [&'static str; 24] {
    [
        event::<sessions::Login>(json),
        event::<sessions::Resume>(json),
        event::<sessions::Logout>(json),
        event::<messages::SendMessage>(json),
        event::<messages::Read>(json),
        event::<typing::Type>(json),
        event::<sync::Sync>(json),
        event::<blocks::BlockUser>(json),
        event::<blocks::UnblockUser>(json),
        request::<users::IsEmailUsed>(json),
        request::<users::IsUsernameUsed>(json),
        request::<users::Register>(json),
        request::<users::Confirm>(json),
        request::<users::SearchUsers>(json),
        request::<users::ChangePassword>(json),
        request::<users::ResetPassword>(json),
        request::<users::SetPassword>(json),
        request::<sessions::ListSessions>(json),
        request::<sessions::RevokeSessions>(json),
        request::<messages::ListMessages>(json),
        request::<messages::SearchMessages>(json),
        request::<sync::ListEvents>(json),
        request::<blocks::ListBlocked>(json),
        request::<contacts::ListContacts>(json),
    ]
}

fn event<E: ClientEvent>(json: &[u8]) -> &'static str {
    round::<E>(json);
    E::EVENT
}

fn request<R: Request>(json: &[u8]) -> &'static str {
    round::<R>(json);
    R::PATH
}

fn round<T: Serialize + DeserializeOwned>(json: &[u8]) {
    let Ok(payload) = serde_json::from_slice::<T>(json) else { return };
    let written: Value = serde_json::to_value(&payload).expect("it can be written");
    let again: T = serde_json::from_value(written.clone()).expect("what was written can be read");
    assert_eq!(serde_json::to_value(&again).expect("it can be written"), written);
}
