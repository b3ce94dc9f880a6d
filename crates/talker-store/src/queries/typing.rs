//! Who may see that somebody types.

use talker_domain::typing::{Ask, Facts, Port};

use super::Tx;
use crate::StoreError;
use crate::rows::column;

impl Port for Tx<'_> {
    fn typing_facts(&mut self, ask: Ask) -> Result<Facts, StoreError> {
        let (typer, to) = (column(ask.typer.get()), column(ask.to.get()));
        Ok(Facts { exists: self.user_exists(to)?, blocked: self.blocked_either_way(typer, to)? })
    }
}
