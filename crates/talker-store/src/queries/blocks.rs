//! Blocks.

use diesel::prelude::*;
use talker_domain::UserId;
use talker_domain::blocks::{Port, block, unblock};
use talker_domain::users::User;

use super::{Tx, lock_user};
use crate::StoreError;
use crate::rows::{UserRow, column, pair};
use crate::schema::{blocks, users};

impl Tx<'_> {
    /// Whether `by` blocks `blocked`.
    pub(crate) fn block_stands(&mut self, by: i64, blocked: i64) -> Result<bool, StoreError> {
        let block = blocks::table.find((by, blocked)).select(blocks::by_user);
        let found: Option<i64> = block.get_result(self.0).optional()?;
        Ok(found.is_some())
    }

    fn facts_of_block(&mut self, ask: block::Ask) -> Result<block::Facts, StoreError> {
        let (by, blocked) = (column(ask.by.get()), column(ask.blocked.get()));
        Ok(block::Facts { exists: self.user_exists(blocked)?, stands: self.block_stands(by, blocked)? })
    }

    /// Whether one of the two blocks the other.
    pub(super) fn blocked_either_way(&mut self, one: i64, other: i64) -> Result<bool, StoreError> {
        Ok(self.block_stands(one, other)? || self.block_stands(other, one)?)
    }
}

impl Port for Tx<'_> {
    fn blocked_users(&mut self, by: UserId) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = blocks::table
            .inner_join(users::table.on(users::id.eq(blocks::blocked_user)))
            .filter(blocks::by_user.eq(column(by.get())))
            .order((blocks::created_at, blocks::blocked_user))
            .select(UserRow::as_select())
            .load(self.0)?;
        rows.into_iter().map(UserRow::into_user).collect()
    }
}

impl block::Port for Tx<'_> {
    // The row refers to both users, so storing it locks both: in the order in which everybody locks users.
    fn block_facts(&mut self, ask: block::Ask) -> Result<block::Facts, StoreError> {
        let (lower, higher) = pair(ask.by, ask.blocked);
        lock_user(self.0, lower)?;
        lock_user(self.0, higher)?;
        self.facts_of_block(ask)
    }

    fn add_block(&mut self, block: block::Block) -> Result<(), StoreError> {
        let row = (
            blocks::by_user.eq(column(block.by.get())),
            blocks::blocked_user.eq(column(block.blocked.get())),
            blocks::created_at.eq(block.now.0),
        );
        diesel::insert_into(blocks::table).values(row).execute(self.0)?;
        Ok(())
    }
}

impl unblock::Port for Tx<'_> {
    fn unblock_facts(&mut self, ask: block::Ask) -> Result<block::Facts, StoreError> {
        lock_user(self.0, column(ask.by.get()))?;
        self.facts_of_block(ask)
    }

    fn remove_block(&mut self, ask: block::Ask) -> Result<(), StoreError> {
        let block = blocks::table.find((column(ask.by.get()), column(ask.blocked.get())));
        diesel::delete(block).execute(self.0)?;
        Ok(())
    }
}
