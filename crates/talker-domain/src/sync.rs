//! The log of what happened to a user: numbered from 1, in order, without a gap.
//!
//! What is logged are the effects that somebody hears for good: [`note`] gives each its number, in the transaction that
//! stores what it tells of. Whoever was away reads on from the last number that he knows ([`page`]). Old entries are
//! pruned, and whoever is further behind than that is told so.

pub mod log;
pub mod page;
pub mod prune;

pub use log::{Entry, Logged, note};

use crate::LARGEST_ID;

/// A place in a log: the number of an entry, or 0, before the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(u64);

impl Seq {
    /// Before the first entry.
    pub const START: Self = Self(0);

    /// The place with this number, 0 to [`LARGEST_ID`].
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        if number > LARGEST_ID { None } else { Some(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The next place.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
