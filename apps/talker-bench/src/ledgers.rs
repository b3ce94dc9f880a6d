//! What was sent in one direction of a conversation, and what became of it.

use std::collections::BTreeSet;
use std::ops::AddAssign;

/// Messages are numbered from 0 as they are sent.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    sent: u64,
    refused: u64,
    echoes: Arrivals,
    deliveries: Arrivals,
}

/// Which messages came, in one of the two ways in which they do.
#[derive(Debug, Default)]
struct Arrivals {
    /// All before this one came, but for those that are missing.
    next: u64,
    missing: BTreeSet<u64>,
    doubled: u64,
    reordered: u64,
}

/// What a server must never do.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Messages that were echoed and not delivered, or of which nothing was heard.
    pub(crate) lost: u64,
    /// Echoes and deliveries of what was echoed or delivered before.
    pub(crate) doubled: u64,
    /// Echoes and deliveries of what was sent before something that had come already.
    pub(crate) reordered: u64,
    /// Messages that were delivered and never echoed.
    pub(crate) contradicted: u64,
}

impl Ledger {
    /// The number of the next message.
    pub(crate) fn send(&mut self) -> u64 {
        self.sent += 1;
        self.sent - 1
    }

    /// The sender heard that a message is stored.
    pub(crate) fn echo(&mut self, number: u64) {
        self.echoes.come(number);
    }

    /// The sender heard that one of his messages is not stored. Base clients do not hear which one.
    pub(crate) fn refuse(&mut self) {
        self.refused += 1;
    }

    /// The recipient heard a message.
    pub(crate) fn deliver(&mut self, number: u64) {
        self.deliveries.come(number);
    }

    /// Nothing more is to come.
    pub(crate) fn is_settled(&self) -> bool {
        self.faults().lost == 0
    }

    pub(crate) fn faults(&self) -> Faults {
        let unanswered = self.sent.saturating_sub(self.echoes.count() + self.refused);
        Faults {
            lost: self.echoes.count_without(&self.deliveries) + unanswered,
            doubled: self.echoes.doubled + self.deliveries.doubled,
            reordered: self.echoes.reordered + self.deliveries.reordered,
            contradicted: self.deliveries.count_without(&self.echoes),
        }
    }
}

impl Arrivals {
    fn come(&mut self, number: u64) {
        if number >= self.next {
            self.missing.extend(self.next..number);
            self.next = number + 1;
        } else if self.missing.remove(&number) {
            self.reordered += 1;
        } else {
            self.doubled += 1;
        }
    }

    fn count(&self) -> u64 {
        self.next - self.missing.len() as u64
    }

    fn has(&self, number: u64) -> bool {
        number < self.next && !self.missing.contains(&number)
    }

    /// How many came here that did not come there.
    fn count_without(&self, there: &Self) -> u64 {
        let behind = (there.next..self.next).filter(|number| self.has(*number));
        (there.missing.iter().filter(|number| self.has(**number)).count() + behind.count()) as u64
    }
}

impl Faults {
    pub(crate) fn any(self) -> bool {
        self != Self::default()
    }
}

impl AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.reordered += other.reordered;
        self.contradicted += other.contradicted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_counted_as_what_it_is() {
        let none = Faults::default();
        for (sent, echoed, refused, delivered, faults) in [
            (3, &[0, 1, 2][..], 0, &[0, 1, 2][..], none),
            (3, &[0, 1, 2], 0, &[0, 2], Faults { lost: 1, ..none }),
            (3, &[0, 1, 2], 0, &[], Faults { lost: 3, ..none }),
            (3, &[0, 2], 0, &[0, 2], Faults { lost: 1, ..none }),
            (3, &[0, 1, 2], 0, &[0, 1, 1, 2], Faults { doubled: 1, ..none }),
            (3, &[0, 1, 1, 2], 0, &[0, 1, 2], Faults { doubled: 1, ..none }),
            (3, &[0, 1, 2], 0, &[0, 2, 1], Faults { reordered: 1, ..none }),
            (4, &[0, 1, 2, 3], 0, &[3, 0, 0], Faults { lost: 2, doubled: 1, reordered: 1, ..none }),
            (3, &[0, 2], 1, &[0, 2], none),
            (3, &[], 3, &[], none),
            (3, &[0, 2], 1, &[0, 1, 2], Faults { contradicted: 1, ..none }),
            (3, &[0, 2], 1, &[1, 2], Faults { lost: 1, contradicted: 1, ..none }),
        ] {
            let mut ledger = Ledger::default();
            (0..sent).for_each(|number| assert_eq!(ledger.send(), number));
            (0..refused).for_each(|_| ledger.refuse());
            for number in echoed {
                ledger.echo(*number);
            }
            for number in delivered {
                ledger.deliver(*number);
            }
            assert_eq!(ledger.faults(), faults, "{sent}, {echoed:?}, {refused} refused, {delivered:?}");
        }
    }
}
