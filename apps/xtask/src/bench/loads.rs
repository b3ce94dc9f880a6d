//! What is measured, and which figures of it are shown.

/// One run of talker-bench.
pub(super) struct Load {
    pub(super) name: &'static str,
    pub(super) arguments: &'static [&'static str],
    /// The median of so many runs is shown.
    pub(super) rounds: u32,
    /// How fast, if that follows from what the server can do at the most.
    pub(super) pace: Option<Pace>,
    pub(super) figures: &'static [Figure],
}

/// One figure of a report.
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) key: &'static str,
    pub(super) unit: &'static str,
}

/// So many hundredths of what [`MOST`] delivered.
#[derive(Clone, Copy)]
pub(super) struct Pace(u32);

/// Which load says what the server can do at the most.
pub(super) const MOST: &str = "relay";

/// What the server is like before anybody comes.
pub(super) const FIRST_ANSWER: &str = "first_answer_ms";
pub(super) const MEMORY_AT_START: &str = "memory_at_start_mib";

/// If nothing was measured before.
const MODEST: f64 = 10_000.0;

impl Pace {
    pub(super) const KEY: &str = "delivered_a_second";

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is positive and small"
    )]
    pub(super) fn of(self, most: Option<f64>) -> u32 {
        (most.unwrap_or(MODEST) * f64::from(self.0) / 100.0) as u32
    }
}

const fn figure(name: &'static str, key: &'static str, unit: &'static str) -> Figure {
    Figure { name, key, unit }
}

const DELIVERED: Figure = figure("stored and delivered", Pace::KEY, "a second");
const PROCESSOR: Figure = figure("server's processor", "server_processor_for_each_us", "µs each");
const P99_RATIO: Figure = figure("p99 of others, to that in peace", "p99_meanwhile_by_p99_in_peace", "×");

pub(super) const LOADS: &[Load] = &[
    Load {
        name: "idle, plain",
        arguments: &["idle"],
        rounds: 1,
        pace: None,
        figures: &[
            figure("first answer after the start", FIRST_ANSWER, "ms"),
            figure("memory before anybody comes", MEMORY_AT_START, "MiB"),
            figure("memory of a connection", "for_each_connection_kib", "KiB"),
        ],
    },
    Load {
        name: "idle, Socket.IO",
        arguments: &["idle", "--door=socket-io"],
        rounds: 1,
        pace: None,
        figures: &[figure("memory of a connection", "for_each_connection_kib", "KiB")],
    },
    Load { name: MOST, arguments: &["relay"], rounds: 3, pace: None, figures: &[DELIVERED, PROCESSOR] },
    Load {
        name: "relay, Socket.IO",
        arguments: &["relay", "--door=socket-io"],
        rounds: 3,
        pace: None,
        figures: &[DELIVERED, PROCESSOR],
    },
    Load {
        name: "relay, acks and log",
        arguments: &["relay", "--acks", "--follow"],
        rounds: 3,
        pace: None,
        figures: &[DELIVERED, PROCESSOR],
    },
    Load {
        name: "relay, acks, log and nonces",
        arguments: &["relay", "--acks", "--follow", "--nonces"],
        rounds: 3,
        pace: None,
        figures: &[DELIVERED, PROCESSOR],
    },
    Load {
        name: "half of the most",
        arguments: &["rate"],
        rounds: 3,
        pace: Some(Pace(50)),
        figures: &[
            DELIVERED,
            figure("from due to delivered, p50", "delivered_p50_ms", "ms"),
            figure("from due to delivered, p99", "delivered_p99_ms", "ms"),
        ],
    },
    Load {
        name: "twice the most",
        arguments: &["rate", "--seconds=30"],
        rounds: 1,
        pace: Some(Pace(200)),
        figures: &[
            DELIVERED,
            figure("refused", "refused_a_second", "a second"),
            figure("server's memory", "server_memory_mib", "MiB"),
        ],
    },
    Load {
        name: "typing",
        arguments: &["typing"],
        rounds: 1,
        pace: None,
        figures: &[figure("acknowledged", "acknowledged_a_second", "a second")],
    },
    Load {
        name: "login by password",
        arguments: &["login"],
        rounds: 1,
        pace: None,
        figures: &[
            figure("logins", "done_a_second", "a second"),
            figure("to bare Argon2id", "logins_by_bare_argon2id", "×"),
            P99_RATIO,
        ],
    },
    Load {
        name: "resume",
        arguments: &["resume"],
        rounds: 1,
        pace: None,
        figures: &[figure("resumed", "done_a_second", "a second"), P99_RATIO],
    },
    Load {
        name: "1,000 stalled readers",
        arguments: &["stalled", "--size=8192"],
        rounds: 1,
        pace: None,
        figures: &[
            figure("memory of a reader", "memory_for_each_reader_kib", "KiB"),
            figure("still connected", "readers_still_connected", ""),
            figure("p99 of others, to that while they read", P99_RATIO.key, "×"),
        ],
    },
    Load {
        name: "history of 1,000,000",
        arguments: &["history"],
        rounds: 1,
        pace: None,
        figures: &[
            figure("a page, p50", "a_page_p50_ms", "ms"),
            figure("a page, p99", "a_page_p99_ms", "ms"),
            figure("500 contacts, p50", "all_contacts_p50_ms", "ms"),
            figure("500 contacts, p99", "all_contacts_p99_ms", "ms"),
        ],
    },
    Load {
        name: "relay beside 1,000,000",
        arguments: &["relay"],
        rounds: 3,
        pace: None,
        figures: &[DELIVERED, PROCESSOR],
    },
];
