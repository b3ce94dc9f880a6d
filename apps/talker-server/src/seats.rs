//! How many may be here at once: in all, and from one network.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::limits::Network;

/// So many seats.
pub(crate) struct Seats {
    in_all: usize,
    of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    in_all: usize,
    by: HashMap<Network, usize>,
}

/// One of them. It is free again when this is dropped.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    from: Option<Network>,
}

/// There is none left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Full {
    /// For anybody.
    #[error("the server has as many connections as it can serve; try again later")]
    InAll,
    /// For this network.
    #[error("your network has as many connections as it may have; close some, or try again later")]
    OfOne,
}

impl Seats {
    /// So many in all, and so many of them for one network; 0: any number.
    pub(crate) fn new(in_all: usize, of_one: usize) -> Arc<Self> {
        let any = |number| if number == 0 { usize::MAX } else { number };
        Arc::new(Self { in_all: any(in_all), of_one: any(of_one), taken: Mutex::default() })
    }

    /// Takes one for somebody in this network; this machine itself counts for none.
    ///
    /// # Errors
    /// [`Full`]
    pub(crate) fn take(self: &Arc<Self>, from: Option<Network>) -> Result<Seat, Full> {
        let mut taken = self.taken();
        if taken.in_all >= self.in_all {
            return Err(Full::InAll);
        }
        if let Some(network) = from {
            let of_one = taken.by.entry(network).or_default();
            if *of_one >= self.of_one {
                return Err(Full::OfOne);
            }
            *of_one += 1;
        }
        taken.in_all += 1;
        Ok(Seat { seats: self.clone(), from })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Where its holder came from; none for this machine.
    pub(crate) fn from(&self) -> Option<Network> {
        self.from
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.in_all -= 1;
        let Some(network) = self.from else { return };
        if let Some(of_one) = taken.by.get_mut(&network) {
            *of_one -= 1;
            if *of_one == 0 {
                taken.by.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(address: &str) -> Option<Network> {
        Network::of(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_has_its_share_and_all_have_the_rest() {
        let seats = Seats::new(4, 2);
        let (one, another) = (network("203.0.113.7"), network("198.51.100.1"));
        let mut taken: Vec<Seat> = (0..2).map(|_| seats.take(one).expect("a seat")).collect();
        assert_eq!(seats.take(one).err(), Some(Full::OfOne));
        taken.push(seats.take(another).expect("a seat"));
        taken.push(seats.take(None).expect("a seat"));
        assert_eq!(seats.take(None).err(), Some(Full::InAll));
        taken.remove(0);
        taken.push(seats.take(one).expect("the one that is free"));
        assert_eq!(seats.take(another).err(), Some(Full::InAll));
        drop(taken);
        let taken = seats.taken();
        assert_eq!((taken.in_all, taken.by.len()), (0, 0), "nothing is remembered");
    }

    #[test]
    fn no_number_is_no_limit() {
        let seats = Seats::new(0, 0);
        let taken: Vec<_> = (0..10_000).map(|_| seats.take(network("203.0.113.7"))).collect();
        assert!(taken.iter().all(Result::is_ok));
    }
}
