//! Moments by chance, which a seed repeats.

use std::time::{SystemTime, UNIX_EPOCH};

/// An endless row of them.
pub(crate) struct Moments {
    pub(crate) seed: u64,
    state: u64,
}

impl Moments {
    /// Begins with a seed of this instant.
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock past 1970");
        let seed = u64::from(now.subsec_nanos());
        Self { seed, state: seed }
    }

    /// The next one, between 0 and 1. The generator is `splitmix64`.
    pub(crate) fn fraction(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let thousandths = u16::try_from((mixed ^ (mixed >> 31)) % 1_000).expect("a small number");
        f64::from(thousandths) / 1_000.0
    }
}
