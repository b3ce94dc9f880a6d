//! Sessions, on the wire.

use talker_proto::False;
use talker_proto::sessions::{Address, Login, LoginAnswer, Logout, NotLoggedIn, Resume, Session};

use super::{HASH, KEY, id, seq};
use crate::{Golden, client, server};

pub(crate) fn goldens() -> Vec<Golden> {
    vec![
        client(Login { login: "anna".into(), hash: HASH.into(), after: None }),
        client(Login { login: "anna".into(), hash: HASH.into(), after: Some(seq(0)) }).variant("after"),
        client(Resume { user_id: id(5), client_address: KEY.into(), after: Some(seq(17)) }),
        client(Logout {}),
        server(Address { address: KEY.into() }),
        server(LoginAnswer::In(Session { id: id(5), client_address: KEY.into() })),
        server(LoginAnswer::Refused(False)).variant("refused"),
        server(NotLoggedIn(False)),
    ]
}
