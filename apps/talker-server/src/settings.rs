//! Settings: flags, `TALKER_…` variables and a TOML file, in this order of precedence, read once at the start.

mod acme;
mod complaints;
mod file;
mod limits;
mod log_filters;
mod origins;
mod samples;
mod values;

pub use acme::Acme;
pub use limits::Limits;
pub use origins::AllowedOrigins;
pub use samples::Sample;
pub use values::{DatabaseUrl, LogFormat, RateLimits, SearchEmail};

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{CommandFactory as _, Parser};
use ipnet::IpNet;
use talker_store::Location;

use crate::mail::{Links, SmtpUrl};

/// A self-hosted one-to-one chat server: Socket.IO, plain WebSocket and REST on one port.
///
/// Every setting is a flag, an environment variable, and, under the flag's name with underscores, a key of the TOML file
/// named by `--config`. Flags win over variables, variables over the file.
#[derive(Debug, Clone, Parser)]
#[command(name = "talker-server", version)]
pub struct Settings {
    /// A TOML file with settings.
    #[arg(long, env = "TALKER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Where clients connect.
    #[arg(long, env = "TALKER_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080",
          value_parser = values::address)]
    pub listen: SocketAddr,

    /// Where health is asked for; keep it apart from the public.
    #[arg(long, env = "TALKER_ADMIN_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9080",
          value_parser = values::address)]
    pub admin_listen: SocketAddr,

    /// Where the database file and everything else is kept.
    #[arg(long, env = "TALKER_DATA_DIR", value_name = "FOLDER", default_value = "./talker-data")]
    pub data_dir: PathBuf,

    /// `sqlite://PATH` or `mysql://USER:PASSWORD@HOST:PORT/DATABASE` [default: talker.db in the data folder]
    #[arg(long, env = "TALKER_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<DatabaseUrl>,

    /// How many database queries may run at once, 3 to 1000.
    #[arg(long, env = "TALKER_DATABASE_CONNECTIONS", value_name = "NUMBER", default_value = "8",
          value_parser = clap::value_parser!(u32).range(3..=1_000))]
    pub database_connections: u32,

    /// `smtp://USER:PASSWORD@HOST:587`, with STARTTLS if offered, `?tls=required` or `?tls=none`; or `smtps://…:465`.
    /// Without it mail is printed in the log and kept in the data folder, for trying out.
    #[arg(long, env = "TALKER_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<SmtpUrl>,

    /// A PEM file with certificates to trust as the mail server's, besides the public ones.
    #[arg(long, env = "TALKER_SMTP_CA", value_name = "FILE")]
    pub smtp_ca: Option<PathBuf>,

    /// The sender of mail.
    #[arg(long, env = "TALKER_MAIL_FROM", value_name = "ADDRESS", default_value = "talker@localhost",
          value_parser = values::email)]
    pub mail_from: String,

    /// A PEM file with the certificate to show, and those that vouch for it: clients then connect by TLS.
    #[arg(long, env = "TALKER_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,

    /// A PEM file with the certificate's private key.
    #[arg(long, env = "TALKER_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// Whom to ask for a certificate in place of these files.
    #[command(flatten)]
    pub acme: Acme,

    /// Where people reach this server, for links in mail [default: https:// and the first of `--acme-names`; else http:// or
    /// https://, and the listen address]
    #[arg(long, env = "TALKER_PUBLIC_URL", value_name = "URL", value_parser = values::public_url)]
    pub public_url: Option<String>,

    /// The confirmation link in mail.
    #[arg(long, env = "TALKER_CONFIRM_LINK", value_name = "TEMPLATE", value_parser = values::confirm_link,
          default_value = "{public_url}/register/confirm?id={id}&uuid={uuid}")]
    pub confirm_link: String,

    /// The link in mail that sets a forgotten password anew.
    #[arg(long, env = "TALKER_RESET_LINK", value_name = "TEMPLATE", value_parser = values::confirm_link,
          default_value = "{public_url}/password/reset/confirm?id={id}&uuid={uuid}")]
    pub reset_link: String,

    /// Which web pages may talk to this server: `*`, or origins like `https://chat.example.org`, with commas between.
    #[arg(long, env = "TALKER_ALLOWED_ORIGINS", value_name = "ORIGINS", default_value = "*")]
    pub allowed_origins: AllowedOrigins,

    /// Proxies whose `X-Forwarded-For` is believed: addresses and networks like `10.0.0.0/8`, with commas between.
    #[arg(long, env = "TALKER_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',',
          value_parser = values::network)]
    pub trusted_proxies: Vec<IpNet>,

    /// What one network, one account, one user and all together may do.
    #[command(flatten)]
    pub limits: Limits,

    /// The largest photo, video, sound or file, in bytes after decoding.
    #[arg(long, env = "TALKER_MAX_MEDIA_BYTES", value_name = "BYTES", default_value = "8388608",
          value_parser = values::media_bytes)]
    pub max_media_bytes: usize,

    /// Whether people are found by a part of their email, only by the whole, or not at all.
    #[arg(long, env = "TALKER_SEARCH_EMAIL", value_name = "HOW", default_value = "part", value_enum)]
    pub search_email: SearchEmail,

    /// How long a session outlives its connection, in seconds, 0 to 86400; 0: not at all.
    #[arg(long, env = "TALKER_SESSION_GRACE", value_name = "SECONDS", default_value = "120",
          value_parser = clap::value_parser!(u32).range(0..=86_400))]
    pub session_grace: u32,

    /// For how many days clients can read on in what happened, 1 to 3650.
    #[arg(long, env = "TALKER_SYNC_DAYS", value_name = "DAYS", default_value = "30",
          value_parser = clap::value_parser!(u16).range(1..=3_650))]
    pub sync_days: u16,

    /// This server's number, 0 to 63, which the ids that it gives carry. Run one server on a database: several do not hear
    /// of each other's messages yet.
    #[arg(long, env = "TALKER_NODE", value_name = "NUMBER", default_value = "0",
          value_parser = clap::value_parser!(u8).range(0..=i64::from(talker_domain::NODES) - 1))]
    pub node: u8,

    /// What is logged: `off`, `error`, `warn`, `info`, `debug`, `trace`, or a filter like `talker_server=debug,warn`.
    #[arg(long, env = "TALKER_LOG", value_name = "FILTER", default_value = "info", value_parser = log_filters::parse)]
    pub log: String,

    /// How it is logged.
    #[arg(long, env = "TALKER_LOG_FORMAT", value_name = "FORMAT", default_value = "text", value_enum)]
    pub log_format: LogFormat,
}

impl Settings {
    /// Reads flags, variables and the file; ends the program with a sentence if one of them is wrong.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::from_arguments(std::env::args_os().collect::<Vec<_>>()).unwrap_or_else(|error| error.exit())
    }

    /// The variables that are named like settings of this server and are none.
    #[must_use]
    pub fn unknown_variables() -> Vec<String> {
        let command = Self::command();
        let known: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_env).collect();
        let set = std::env::vars_os().map(|(name, _)| name).filter(|name| !known.contains(&name.as_os_str()));
        let names = set.filter_map(|name| name.into_string().ok()).filter(|name| name.starts_with("TALKER_"));
        // Kubernetes sets those for a service that is called `talker`.
        let is_of_a_service =
            |name: &str| name.starts_with("TALKER_SERVICE_") || name.starts_with("TALKER_PORT");
        names.filter(|name| !is_of_a_service(name)).collect()
    }

    /// Sees that no setting is still the sample that a manual shows, where others than this machine connect.
    ///
    /// # Errors
    /// The first one that is.
    pub fn without_samples(&self) -> Result<(), Sample> {
        if self.listen.ip().is_loopback() { Ok(()) } else { samples::check(self) }
    }

    /// Where the data are.
    #[must_use]
    pub fn location(&self) -> Location {
        match &self.database_url {
            Some(url) => url.location(),
            None => Location::Sqlite(self.data_dir.join("talker.db")),
        }
    }

    /// How links in mail are made, for a server that listens on `address`.
    #[must_use]
    pub fn links(&self, address: SocketAddr) -> Links {
        let public_url = self.public_url.clone().unwrap_or_else(|| self.own_url(address));
        Links { public_url, confirm_link: self.confirm_link.clone(), reset_link: self.reset_link.clone() }
    }

    /// An authority looks for the name at the port that URLs leave out.
    fn own_url(&self, address: SocketAddr) -> String {
        match self.acme.names.first() {
            Some(name) => format!("https://{name}"),
            None if self.tls_cert.is_some() => format!("https://{address}"),
            None => format!("http://{address}"),
        }
    }

    /// How long a session outlives its connection, in milliseconds.
    #[must_use]
    pub fn session_grace_ms(&self) -> i64 {
        i64::from(self.session_grace) * 1_000
    }

    /// For how long clients can read on in what happened, in milliseconds.
    #[must_use]
    pub fn sync_window_ms(&self) -> i64 {
        i64::from(self.sync_days) * 24 * 60 * 60 * 1_000
    }

    /// The largest frame that a client may send, in bytes: the largest media as base64, and room for the rest.
    #[must_use]
    pub fn max_frame_bytes(&self) -> usize {
        self.max_media_bytes / 3 * 4 + FRAME_ALLOWANCE
    }
}

/// What a frame may hold besides media: the longest text, every character escaped as JSON does at worst, and its fields.
const FRAME_ALLOWANCE: usize = 16_384 * 12 + 65_536;
