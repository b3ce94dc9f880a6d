//! What was sent in one direction of a conversation, and what became of it.

use std::collections::BTreeSet;
use std::ops::AddAssign;

/// Messages are numbered from 0 as they are sent.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    sent: u64,
    echoed: u64,
    refused: u64,
    /// Up to here, everything was delivered but what is missing.
    next: u64,
    missing: BTreeSet<u64>,
    doubled: u64,
    reordered: u64,
}

/// What a server must never do.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Messages that were neither refused nor delivered.
    pub(crate) lost: u64,
    /// Deliveries of what was delivered before.
    pub(crate) doubled: u64,
    /// Deliveries of what was sent before something that was already delivered.
    pub(crate) reordered: u64,
    /// Messages that were delivered although they were refused.
    pub(crate) contradicted: u64,
}

impl Ledger {
    /// The number of the next message.
    pub(crate) fn send(&mut self) -> u64 {
        self.sent += 1;
        self.sent - 1
    }

    /// The sender heard that a message is stored.
    pub(crate) fn echo(&mut self) {
        self.echoed += 1;
    }

    /// The sender heard that a message is not stored.
    pub(crate) fn refuse(&mut self) {
        self.refused += 1;
    }

    /// The recipient heard a message.
    pub(crate) fn deliver(&mut self, number: u64) {
        if number >= self.next {
            self.missing.extend(self.next..number);
            self.next = number + 1;
        } else if self.missing.remove(&number) {
            self.reordered += 1;
        } else {
            self.doubled += 1;
        }
    }

    /// Nothing more is to come.
    pub(crate) fn is_settled(&self) -> bool {
        self.echoed + self.refused >= self.sent && self.undelivered() <= self.refused
    }

    pub(crate) fn faults(&self) -> Faults {
        Faults {
            lost: self.undelivered().saturating_sub(self.refused),
            doubled: self.doubled,
            reordered: self.reordered,
            contradicted: self.refused.saturating_sub(self.undelivered()),
        }
    }

    fn undelivered(&self) -> u64 {
        self.missing.len() as u64 + self.sent.saturating_sub(self.next)
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
        for (sent, refused, delivered, faults) in [
            (3, 0, &[0, 1, 2][..], none),
            (3, 0, &[0, 2], Faults { lost: 1, ..none }),
            (3, 0, &[], Faults { lost: 3, ..none }),
            (3, 0, &[0, 1, 1, 2], Faults { doubled: 1, ..none }),
            (3, 0, &[0, 2, 1], Faults { reordered: 1, ..none }),
            (4, 0, &[3, 0, 0], Faults { lost: 2, doubled: 1, reordered: 1, ..none }),
            (3, 1, &[0, 2], none),
            (3, 3, &[], none),
            (3, 1, &[0, 1, 2], Faults { contradicted: 1, ..none }),
        ] {
            let mut ledger = Ledger::default();
            for number in 0..sent {
                assert_eq!(ledger.send(), number);
                if number < refused { ledger.refuse() } else { ledger.echo() }
            }
            for number in delivered {
                ledger.deliver(*number);
            }
            assert_eq!(ledger.faults(), faults, "{sent} sent, {refused} refused, delivered {delivered:?}");
            assert_eq!(
                ledger.is_settled(),
                faults.lost == 0,
                "{sent} sent, {refused} refused, {delivered:?}"
            );
        }
    }
}
