//! Settings of what one network, one account, one user and all together may do.

use clap::Args;

use super::RateLimits;

/// Limits; 0 is none.
#[derive(Debug, Clone, Args)]
pub struct Limits {
    /// Whether there are limits to what one network, one account and one user may do: `off` for load tests.
    #[arg(
        id = "rate_limits",
        long = "rate-limits",
        env = "TALKER_RATE_LIMITS",
        value_name = "ON|OFF",
        default_value = "on",
        value_enum
    )]
    pub rate: RateLimits,

    /// How many requests and new connections one network (an IPv4 address, an IPv6 /64) may make at once, and a minute; 0:
    /// any number.
    #[arg(
        id = "limit_requests",
        long = "limit-requests",
        env = "TALKER_LIMIT_REQUESTS",
        value_name = "NUMBER",
        default_value = "1200"
    )]
    pub requests: u32,

    /// How many connections one network may have; 0: any number.
    #[arg(
        id = "limit_connections",
        long = "limit-connections",
        env = "TALKER_LIMIT_CONNECTIONS",
        value_name = "NUMBER",
        default_value = "1000"
    )]
    pub connections: u32,

    /// How many searches, and questions whether a name is used, may come from one network at once, and a minute; 0: any
    /// number.
    #[arg(
        id = "limit_lookups",
        long = "limit-lookups",
        env = "TALKER_LIMIT_LOOKUPS",
        value_name = "NUMBER",
        default_value = "600"
    )]
    pub lookups: u32,

    /// How many registrations may come from one network at once, and an hour; 0: any number.
    #[arg(
        id = "limit_registrations",
        long = "limit-registrations",
        env = "TALKER_LIMIT_REGISTRATIONS",
        value_name = "NUMBER",
        default_value = "60"
    )]
    pub registrations: u32,

    /// How many passwords may come from one network, and for one name, at once, and a minute; 0: any number.
    #[arg(
        id = "limit_logins",
        long = "limit-logins",
        env = "TALKER_LIMIT_LOGINS",
        value_name = "NUMBER",
        default_value = "60"
    )]
    pub logins: u32,

    /// How many messages one user may send at once, and a minute; 0: any number.
    #[arg(
        id = "limit_messages",
        long = "limit-messages",
        env = "TALKER_LIMIT_MESSAGES",
        value_name = "NUMBER",
        default_value = "1200"
    )]
    pub messages: u32,

    /// How many messages one user may send to somebody who has never written to him, before he reads any; 0: any number.
    #[arg(
        id = "limit_unanswered",
        long = "limit-unanswered",
        env = "TALKER_LIMIT_UNANSWERED",
        value_name = "NUMBER",
        default_value = "1000"
    )]
    pub unanswered: u32,

    /// How often one user may begin to type to somebody, at once, and a minute; 0: any number.
    #[arg(
        id = "limit_typing",
        long = "limit-typing",
        env = "TALKER_LIMIT_TYPING",
        value_name = "NUMBER",
        default_value = "600"
    )]
    pub typing: u32,

    /// How many other events (`read`, `block_user` and the like) one user may send, and how many of any kind may come from one
    /// network before anybody logs in, at once, and a minute; 0: any number.
    #[arg(
        id = "limit_events",
        long = "limit-events",
        env = "TALKER_LIMIT_EVENTS",
        value_name = "NUMBER",
        default_value = "1200"
    )]
    pub events: u32,

    /// How many MiB of media and long texts one user may send, and one network before anybody logs in, at once, and a minute; 0:
    /// any number.
    #[arg(
        id = "limit_megabytes",
        long = "limit-megabytes",
        env = "TALKER_LIMIT_MEGABYTES",
        value_name = "NUMBER",
        default_value = "256",
        value_parser = clap::value_parser!(u32).range(0..=1_000_000)
    )]
    pub megabytes: u32,

    /// How many connections there may be in all; 0: as many as the system has file descriptors for.
    #[arg(
        id = "max_connections",
        long = "max-connections",
        env = "TALKER_MAX_CONNECTIONS",
        value_name = "NUMBER",
        default_value = "0"
    )]
    pub max_connections: u32,

    /// How many MiB may be on their way to clients who take them slowly, all together, before those who take nothing are let
    /// go; 0: any number.
    #[arg(
        id = "max_unsent_megabytes",
        long = "max-unsent-megabytes",
        env = "TALKER_MAX_UNSENT_MEGABYTES",
        value_name = "NUMBER",
        default_value = "256",
        value_parser = clap::value_parser!(u32).range(0..=1_000_000)
    )]
    pub max_unsent_megabytes: u32,

    /// How many MiB of large messages and requests may be on their way in, all together, before those who send nothing are let
    /// go and others wait; 0: any number.
    #[arg(
        id = "max_arriving_megabytes",
        long = "max-arriving-megabytes",
        env = "TALKER_MAX_ARRIVING_MEGABYTES",
        value_name = "NUMBER",
        default_value = "256",
        value_parser = clap::value_parser!(u32).range(0..=1_000_000)
    )]
    pub max_arriving_megabytes: u32,
}

impl Limits {
    /// What one network, account or user may do, by one of the numbers above; 0 if there are no limits.
    #[must_use]
    pub fn of_one(&self, number: u32) -> u32 {
        if self.rate == RateLimits::On { number } else { 0 }
    }
}
