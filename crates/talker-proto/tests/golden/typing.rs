//! Typing, on the wire.

use talker_proto::typing::{Type, Typing};

use super::id;
use crate::{Golden, client, server};

pub(crate) fn goldens() -> Vec<Golden> {
    vec![
        client(Type { user_id: id(5), to_id: id(7) }),
        server(Typing { typer: id(5), typing: true }),
        server(Typing { typer: id(5), typing: false }).variant("ended"),
    ]
}
