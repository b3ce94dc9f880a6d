//! An attack again and again, so that whatever it leaves behind adds up, while two chat.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::bystanders::Bystanders;
use super::cost::Cost;
use super::measured::{MIB, Measured, Usage};
use crate::site::PATIENCE;

/// How often, after a first time that makes what is made once.
pub(super) const ROUNDS: usize = 3;

/// How many descriptors may: connections to the database come and go.
const DESCRIPTORS: usize = 16;

/// What an attack may cost, in MiB: at the most, and left over by all rounds together, which is what an allocator keeps for
/// later. Allocations of a megabyte are kept by the dozen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) most: usize,
    pub(super) left: usize,
}

impl Bounds {
    /// For so many connections at once, each of which may take 64 KiB. glibc keeps 11 KiB of each for later, and gives it
    /// back if asked by `malloc_trim(3)`.
    pub(super) fn of_crowd(size: usize) -> Self {
        Self { most: 96 + size / 16, left: 12 + size / 64 }
    }
}

/// Attacks a server. The attack is given the number of its round.
pub(super) async fn besiege(server: &Measured, bounds: Bounds, attack: impl AsyncFn(usize)) {
    let bystanders = Bystanders::arrive(server).await;
    let mut cost = Cost::begin(server);
    let before = server.usage();
    let chatting = bystanders.keep_chatting();
    attack(0).await;
    let calm = settled(server, Usage { memory: 0, ..before }).await;
    cost.calm(calm);
    for round in 1..=ROUNDS {
        attack(round).await;
    }
    let (_bystanders, slowest) = chatting.stop().await;
    cost.notice(slowest);
    let after = settled(server, Usage { memory: calm.memory + bounds.left * MIB, ..before }).await;
    cost.tell(server);
    let most = cost.at_most(server);
    assert!(most < bounds.most * MIB, "{} MiB more at the most", most / MIB);
    let left = after.memory.saturating_sub(calm.memory);
    assert!(left < bounds.left * MIB, "{} MiB are left over", left / MIB);
    let open = after.descriptors.saturating_sub(before.descriptors);
    assert!(open < DESCRIPTORS, "{open} descriptors are left over");
}

/// What it holds once it holds no more than that, or will not let go: connections end a little later than they are left.
async fn settled(server: &Measured, expected: Usage) -> Usage {
    let begun = Instant::now();
    loop {
        let usage = server.usage();
        let is_settled = usage.descriptors < expected.descriptors + DESCRIPTORS;
        let is_lean = expected.memory == 0 || usage.memory < expected.memory;
        if (is_settled && is_lean) || begun.elapsed() > PATIENCE {
            return usage;
        }
        sleep(Duration::from_millis(50)).await;
    }
}
