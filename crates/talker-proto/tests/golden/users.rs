//! Accounts, on the wire.

use talker_proto::Bit;
use talker_proto::users::{
    Confirm, ConfirmCode, Confirmed, IsEmailUsed, IsUsed, IsUsernameUsed, Register, RegisterCode, Registered,
    SearchUsers, User,
};

use super::{AVATAR, HASH, id};
use crate::{Golden, answer, request};

pub(crate) fn goldens() -> Vec<Golden> {
    vec![
        request(IsEmailUsed { email: "anna@example.org".into() }),
        answer::<IsEmailUsed>(IsUsed { res: Bit(true) }),
        request(IsUsernameUsed { username: "anna".into() }),
        answer::<IsUsernameUsed>(IsUsed { res: Bit(false) }),
        request(Register { email: "anna@example.org".into(), username: "anna".into(), hash: HASH.into() }),
        answer::<Register>(Registered {
            res: "Almost there: check your email.".into(),
            code: RegisterCode::Created,
        }),
        request(Confirm { id: id(3), uuid: "0b9f6d0e-52c1-4a57-9d6c-3f1f7a1f2c44".into() }),
        answer::<Confirm>(Confirmed {
            res: "Success: you can log in now.".into(),
            code: ConfirmCode::Confirmed,
        }),
        request(SearchUsers { user_name: "an%_".into() }),
        answer::<SearchUsers>(vec![User { id: id(5), avatar: AVATAR.into(), username: "anna".into() }]),
    ]
}

#[test]
fn what_becomes_of_a_registration_is_one_of_these_words() {
    for (code, word) in [
        (RegisterCode::Created, "created"),
        (RegisterCode::UsernameUsed, "username_used"),
        (RegisterCode::EmailUsed, "email_used"),
        (RegisterCode::Pending, "pending"),
    ] {
        assert_eq!(serde_json::to_value(code).expect("a word"), word);
    }
    for (code, word) in [(ConfirmCode::Confirmed, "confirmed"), (ConfirmCode::InvalidLink, "invalid_link")] {
        assert_eq!(serde_json::to_value(code).expect("a word"), word);
    }
}
