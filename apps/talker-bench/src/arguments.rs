//! What the command line says.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::lines::Trust;
use crate::links::Door;

/// Loads a server that speaks Talker's contract, and measures it.
///
/// Every message is followed from its sender to its recipient: one that is lost, doubled or out of order makes the
/// program end with 1. What it cannot carry through ends it with 2.
#[derive(Debug, Parser)]
#[command(name = "talker-bench", version)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(subcommand)]
    pub(crate) load: Load,
}

/// Which server, and how it is spoken to.
#[derive(Debug, Clone, Args)]
pub(crate) struct Target {
    /// Where it listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", global = true)]
    pub(crate) server: SocketAddr,
    /// Speak TLS, and trust the certificate in this PEM file to be the server's
    #[arg(long = "tls-ca", value_name = "FILE", value_parser = trust, global = true)]
    pub(crate) trust: Option<Trust>,
    /// How connections come in
    #[arg(long, value_enum, default_value_t = Door::Plain, global = true)]
    pub(crate) door: Door,
    /// How the names of the accounts begin: 1 to 14 of A-Z a-z 0-9 _ .
    #[arg(long, default_value = "bench", global = true)]
    pub(crate) names: String,
    /// Where the server keeps mails that it does not send: accounts that are missing are opened by them
    #[arg(long, value_name = "FOLDER", global = true)]
    pub(crate) mails: Option<PathBuf>,
    /// The server's process, whose processor time and memory are measured too
    #[arg(long, value_name = "ID", global = true)]
    pub(crate) pid: Option<u32>,
    /// Print figures as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) habits: Habits,
    /// How long to measure, in seconds
    #[arg(long, default_value = "10", value_parser = seconds, global = true)]
    pub(crate) seconds: Duration,
    /// Whether connections hold next to nothing on their way, so that a server soon notices whom it cannot write to
    #[arg(skip)]
    pub(crate) narrow: bool,
    /// How long to let it run before, in seconds
    #[arg(long, default_value = "1", value_parser = seconds, global = true)]
    pub(crate) warm_up: Duration,
}

/// How people write.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Habits {
    /// Ask for an acknowledgement of each message
    #[arg(long, global = true)]
    pub(crate) acks: bool,
    /// Give each message a nonce
    #[arg(long, global = true)]
    pub(crate) nonces: bool,
    /// Follow the log
    #[arg(long, global = true)]
    pub(crate) follow: bool,
    /// How many characters a message has, 40 to 16384
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u16).range(40..=16_384), global = true)]
    pub(crate) size: u16,
}

/// What is measured.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Load {
    /// Pairs write to each other, each keeping some messages on their way: the most that the server can do
    Relay(Pairs),
    /// Pairs write at a fixed rate, however slow the server is; times count from when a message was due
    Rate {
        #[command(flatten)]
        pairs: Pairs,
        /// Messages a second, of all together
        #[arg(long, default_value_t = 5_000)]
        rate: u32,
    },
    /// People log in by password, again and again, while others chat
    Login(Storm),
    /// People lose their connection and resume, again and again, while others chat
    Resume(Storm),
    /// People are connected and do nothing: what a connection costs
    Idle {
        /// How many
        #[arg(long, default_value_t = 1_000)]
        connections: usize,
    },
    /// One reads what he wrote with many others
    History {
        /// How many others
        #[arg(long, default_value_t = 500)]
        peers: usize,
        /// How many messages there are to be before
        #[arg(long, default_value_t = 1_000_000)]
        messages: u32,
        /// How many questions
        #[arg(long, default_value_t = 2_000)]
        questions: u32,
    },
    /// Pairs tell each other that they are typing, as fast as it is acknowledged
    Typing(Pairs),
    /// Some connections are written to, first while they read, then while they do not, and others chat meanwhile
    Stalled {
        /// How many there are
        #[arg(long, default_value_t = 1_000)]
        readers: usize,
        /// How many messages each of them is sent, both times; as long as they are by --size, they must not fit into
        /// what the systems between hold
        #[arg(long, default_value_t = 25)]
        messages: u32,
        #[command(flatten)]
        bystanders: Bystanders,
    },
}

/// Who writes.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Pairs {
    /// How many pairs; both sides write
    #[arg(long, default_value_t = 50)]
    pub(crate) pairs: usize,
    /// How many of each one's messages are on their way at once
    #[arg(long, default_value_t = 16)]
    pub(crate) window: u64,
}

/// Many who do something expensive at once.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Storm {
    /// How many do it at once
    #[arg(long, default_value_t = 50)]
    pub(crate) people: usize,
    #[command(flatten)]
    pub(crate) bystanders: Bystanders,
}

/// Those who chat meanwhile, at an even pace.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Bystanders {
    /// How many messages a second others exchange meanwhile
    #[arg(long, default_value_t = 500)]
    pub(crate) bystander_rate: u32,
}

fn trust(file: &str) -> Result<Trust, String> {
    Trust::load(Path::new(file))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("{text:?} is no number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
