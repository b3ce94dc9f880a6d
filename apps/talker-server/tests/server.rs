//! The server, end to end over real sockets, on SQLite and on MariaDB.

#[path = "abuse/abuse.rs"]
mod abuse;
#[path = "server/acks.rs"]
mod acks;
#[path = "server/acme.rs"]
mod acme;
#[path = "server/blocks.rs"]
mod blocks;
#[path = "server/breaks.rs"]
mod breaks;
#[path = "server/bursts.rs"]
mod bursts;
#[path = "server/confirmations.rs"]
mod confirmations;
#[path = "server/contacts.rs"]
mod contacts;
#[path = "server/conversation.rs"]
mod conversation;
#[path = "server/crashes.rs"]
mod crashes;
#[path = "server/crowds.rs"]
mod crowds;
#[path = "server/databases.rs"]
mod databases;
#[path = "server/devices.rs"]
mod devices;
#[path = "server/doors.rs"]
mod doors;
#[path = "server/faults.rs"]
mod faults;
#[path = "server/flags.rs"]
mod flags;
#[path = "server/harness.rs"]
mod harness;
#[path = "server/history.rs"]
mod history;
#[path = "server/inbox.rs"]
mod inbox;
#[path = "server/javascript.rs"]
mod javascript;
#[path = "server/keys.rs"]
mod keys;
#[path = "server/limits.rs"]
mod limits;
#[path = "server/logs.rs"]
mod logs;
#[path = "server/media.rs"]
mod media;
#[path = "server/messages.rs"]
mod messages;
#[path = "server/moments.rs"]
mod moments;
#[path = "server/nonces.rs"]
mod nonces;
#[path = "server/origins.rs"]
mod origins;
#[path = "server/outages.rs"]
mod outages;
#[path = "server/page.rs"]
mod page;
#[path = "server/passwords.rs"]
mod passwords;
#[path = "server/people.rs"]
mod people;
#[path = "server/plain.rs"]
mod plain;
#[path = "server/process.rs"]
mod process;
#[path = "server/program.rs"]
mod program;
#[path = "server/proxy.rs"]
mod proxy;
#[path = "server/races.rs"]
mod races;
#[path = "server/receipts.rs"]
mod receipts;
#[path = "server/rest.rs"]
mod rest;
#[path = "server/resume.rs"]
mod resume;
#[path = "server/sessions.rs"]
mod sessions;
#[path = "server/site.rs"]
mod site;
#[path = "server/sync.rs"]
mod sync;
#[path = "server/tables.rs"]
mod tables;
#[path = "server/tls.rs"]
mod tls;
#[path = "server/typing.rs"]
mod typing;
#[path = "server/users.rs"]
mod users;
