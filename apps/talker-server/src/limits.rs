//! How often one network, one account and one user may do what costs the server something.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use talker_domain::{Digest, UserId};

use crate::settings;

/// How many keys one limit remembers. One for which more than that are to be remembered at once begins anew.
const KEYS: usize = 262_144;

/// A network that its users share, as one household does: an IPv4 address, or 64 bits of an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Network(IpAddr);

impl Network {
    /// The network of an address; none for this machine's own, on which a proxy may stand for everybody.
    pub(crate) fn of(address: IpAddr) -> Option<Self> {
        let address = address.to_canonical();
        let network = match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        };
        (!address.is_loopback()).then_some(Self(network))
    }
}

/// It is too soon. After so long another try may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooFast(pub(crate) Duration);

/// All limits of a server.
pub(crate) struct Limits {
    requests: Limit<Network>,
    calls: Limit<Digest>,
    registrations: Limit<Network>,
    lookups: Limit<Network>,
    logins: Limit<Network>,
    guesses: Limit<Digest>,
    changes: Limit<UserId>,
    messages: Limit<UserId>,
    kibibytes: Limit<UserId>,
    typing: Limit<UserId>,
    events: Limit<UserId>,
    strangers: Limit<Network>,
    strangers_kibibytes: Limit<Network>,
    /// How many messages may wait for a sign of somebody who has never written to their sender; none: any number.
    pub(crate) max_unanswered: Option<u32>,
}

impl Limits {
    /// As the settings say.
    pub(crate) fn new(settings: &settings::Limits) -> Self {
        let of = |number| settings.of_one(number);
        let logins = of(settings.logins);
        Self {
            requests: Limit::new(of(settings.requests), Quota::per_minute),
            calls: Limit::new(of(settings.requests), Quota::per_minute),
            registrations: Limit::new(of(settings.registrations), Quota::per_hour),
            lookups: Limit::new(of(settings.lookups), Quota::per_minute),
            logins: Limit::new(logins, Quota::per_minute),
            guesses: Limit::new(logins, Quota::per_minute),
            changes: Limit::new(logins, Quota::per_minute),
            messages: Limit::new(of(settings.messages), Quota::per_minute),
            kibibytes: Limit::new(of(settings.megabytes) * 1_024, Quota::per_minute),
            typing: Limit::new(of(settings.typing), Quota::per_minute),
            events: Limit::new(of(settings.events), Quota::per_minute),
            strangers: Limit::new(of(settings.events), Quota::per_minute),
            strangers_kibibytes: Limit::new(of(settings.megabytes) * 1_024, Quota::per_minute),
            max_unanswered: Some(of(settings.unanswered)).filter(|most| *most > 0),
        }
    }

    /// A request, or a connection that begins.
    pub(crate) fn request(&self, from: Option<Network>) -> Result<(), TooFast> {
        from.map_or(Ok(()), |from| self.requests.check(&from))
    }

    /// A request with this session key, whosever it is. By the user it would be others who use up what is his.
    pub(crate) fn call(&self, key: Digest) -> Result<(), TooFast> {
        self.calls.check(&key)
    }

    /// Somebody wants an account.
    pub(crate) fn registration(&self, from: Option<Network>) -> Result<(), TooFast> {
        from.map_or(Ok(()), |from| self.registrations.check(&from))
    }

    /// Somebody shows a password for the account of this name, whether there is one or not.
    pub(crate) fn login(&self, from: Option<Network>, name: Digest) -> Result<(), TooFast> {
        from.map_or(Ok(()), |from| self.logins.check(&from))?;
        self.guesses.check(&name)
    }

    /// Somebody who is logged in shows his password.
    pub(crate) fn password(&self, of: UserId) -> Result<(), TooFast> {
        self.changes.check(&of)
    }

    /// Somebody looks for people or in messages, or asks whether a name is used.
    pub(crate) fn lookup(&self, from: Option<Network>) -> Result<(), TooFast> {
        from.map_or(Ok(()), |from| self.lookups.check(&from))
    }

    /// A user sends a message of so many bytes. Those under a kibibyte count as messages alone.
    pub(crate) fn message(&self, from: UserId, bytes: usize) -> Result<(), TooFast> {
        self.messages.check(&from)?;
        self.kibibytes.check_bytes(&from, bytes)
    }

    /// A user sends an event that no other limit is about.
    pub(crate) fn event(&self, from: UserId) -> Result<(), TooFast> {
        self.events.check(&from)
    }

    /// Somebody who is not logged in sends an event.
    pub(crate) fn stranger(&self, from: Option<Network>) -> Result<(), TooFast> {
        from.map_or(Ok(()), |from| self.strangers.check(&from))
    }

    /// So many bytes come with an event of somebody who is not logged in. Those under a kibibyte do not count.
    pub(crate) fn bytes_of_stranger(&self, from: Option<Network>, bytes: usize) -> Result<(), TooFast> {
        from.map_or(Ok(()), |from| self.strangers_kibibytes.check_bytes(&from, bytes))
    }

    /// A user begins to type.
    pub(crate) fn typing(&self, typer: UserId) -> Result<(), TooFast> {
        self.typing.check(&typer)
    }

    /// Forgets who has done nothing for so long that he may do everything again.
    pub(crate) fn tidy(&self) {
        self.requests.tidy();
        self.calls.tidy();
        self.registrations.tidy();
        self.logins.tidy();
        self.guesses.tidy();
        self.changes.tidy();
        self.messages.tidy();
        self.kibibytes.tidy();
        self.lookups.tidy();
        self.typing.tidy();
        self.events.tidy();
        self.strangers.tidy();
        self.strangers_kibibytes.tidy();
    }
}

/// So many at once, and as many again in each stretch of time.
struct Limit<K: Hash + Eq + Clone> {
    quota: Option<Quota>,
    limiter: RwLock<DefaultKeyedRateLimiter<K>>,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    /// None if the number is 0.
    fn new(number: u32, quota: fn(NonZeroU32) -> Quota) -> Self {
        let quota = NonZeroU32::new(number).map(quota);
        let limiter = RateLimiter::keyed(quota.unwrap_or(Quota::per_second(NonZeroU32::MIN)));
        Self { quota, limiter: RwLock::new(limiter) }
    }

    fn check(&self, key: &K) -> Result<(), TooFast> {
        self.check_many(key, NonZeroU32::MIN)
    }

    /// The whole kibibytes of it.
    fn check_bytes(&self, key: &K, bytes: usize) -> Result<(), TooFast> {
        let kibibytes = NonZeroU32::new(u32::try_from(bytes / 1_024).unwrap_or(u32::MAX));
        kibibytes.map_or(Ok(()), |kibibytes| self.check_many(key, kibibytes))
    }

    /// So many at once, or none of them.
    fn check_many(&self, key: &K, count: NonZeroU32) -> Result<(), TooFast> {
        let Some(quota) = self.quota else { return Ok(()) };
        let limiter = self.limiter.read().unwrap_or_else(PoisonError::into_inner);
        let checked = limiter.check_key_n(key, count);
        let full = limiter.len() > KEYS;
        drop(limiter);
        if full {
            self.make_room(quota);
        }
        match checked {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_until)) => Err(TooFast(not_until.wait_time_from(DefaultClock::default().now()))),
            // It is more than there ever may be at once.
            Err(_) => Err(TooFast(quota.burst_size_replenished_in())),
        }
    }

    /// Forgets whose turn has come again, and everybody only where that is not enough: who makes names up, each for one try,
    /// does not have others begin anew.
    fn make_room(&self, quota: Quota) {
        let mut limiter = self.limiter.write().unwrap_or_else(PoisonError::into_inner);
        limiter.retain_recent();
        if limiter.len() > KEYS {
            *limiter = RateLimiter::keyed(quota);
        }
    }

    fn tidy(&self) {
        let limiter = self.limiter.read().unwrap_or_else(PoisonError::into_inner);
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_networks_are_one() {
        let network = |address: &str| Network::of(address.parse().expect("an address"));
        assert_eq!(network("203.0.113.7"), network("::ffff:203.0.113.7"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("2001:db8:1:2::3"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::3"), network("2001:db8:1:3::3"));
        for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(network(own), None, "{own}");
        }
    }

    #[test]
    fn so_many_at_once_and_then_one_in_its_time() {
        let limit = Limit::new(3, Quota::per_hour);
        assert_eq!([(); 3].map(|()| limit.check(&"one")), [Ok(()); 3]);
        let Err(TooFast(wait)) = limit.check(&"one") else { panic!("a fourth") };
        assert!((Duration::from_mins(19)..=Duration::from_mins(20)).contains(&wait), "{wait:?}");
        assert_eq!(limit.check(&"another"), Ok(()));
        limit.tidy();
        assert!(limit.check(&"one").is_err(), "it is too soon to forget");
    }

    #[test]
    fn many_at_once_are_taken_or_refused_together() {
        let limit = Limit::new(10, Quota::per_hour);
        let many = |count| NonZeroU32::new(count).expect("positive");
        assert_eq!(limit.check_many(&"one", many(7)), Ok(()));
        assert!(limit.check_many(&"one", many(4)).is_err());
        assert_eq!(limit.check_many(&"one", many(3)), Ok(()), "what was refused took nothing");
        assert!(limit.check_many(&"another", many(11)).is_err());
        assert_eq!(limit.check_many(&"another", many(10)), Ok(()));
    }

    #[test]
    fn no_number_is_no_limit() {
        let limit = Limit::new(0, Quota::per_hour);
        assert!((0..10_000).all(|_| limit.check(&0) == Ok(())));
    }

    #[test]
    fn who_has_had_his_turn_is_not_forgotten_for_names_that_are_made_up() {
        let limit = Limit::new(60_000, Quota::per_minute);
        let all = NonZeroU32::new(60_000).expect("positive");
        assert_eq!(limit.check_many(&0, all), Ok(()));
        for made_up in 1..=2 * KEYS {
            assert_eq!(limit.check(&made_up), Ok(()));
        }
        assert!(limit.check_many(&0, all).is_err());
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let limit = Limit::new(1, Quota::per_hour);
        for key in 0..3 * KEYS {
            assert_eq!(limit.check(&key), Ok(()));
        }
        let limiter = limit.limiter.read().expect("no panic");
        assert!(limiter.len() <= KEYS);
    }
}
