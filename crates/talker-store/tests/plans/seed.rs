//! Thousands of rows in every table, as after some months of use.

use std::collections::BTreeSet;

use talker_store::Location;

use crate::databases::execute;
use crate::scenario::NOW;

/// The id of the first user; those of the others follow.
pub(crate) const FIRST_USER: u64 = 1_000_001;

/// Everybody talks with the next five.
pub(crate) const USERS: u64 = 2_000;

/// Messages of each conversation.
const MESSAGES: u64 = 3;

/// The first two users talk more than others.
pub(crate) const MESSAGES_OF_THE_FIRST_TWO: u64 = 600;

pub(crate) const BLOCKS_OF_EACH: u64 = 10;

/// What everybody calls his messages: this character and those after it.
const FIRST_NONCE: u64 = 0x61;

const NONCES_OF_EACH: u64 = 3;

/// The number of the newest entry of each log that was pruned.
pub(crate) const PRUNED: u64 = 5;

pub(crate) const ENTRIES_OF_THE_FIRST: u64 = 1_500;

const ENTRIES_OF_OTHERS: u64 = 15;

/// In seconds since 2026.
const LOGGED_AT: i64 = NOW.0 / 1_000 - 1_767_225_600;

const REGISTRATIONS: u64 = 2_000;
const RESETS: u64 = 1_000;
const NODES: u64 = 20;
const ROWS_AT_ONCE: usize = 1_000;

pub(crate) async fn fill(location: &Location) {
    let columns = "id, username, username_folded, email, email_folded, password, created_at";
    insert(location, "users", columns, (0..USERS).map(user)).await;
    insert(location, "name_parts", "part, user_id", (0..USERS).flat_map(name_parts)).await;
    let columns = "id, username, username_folded, email, email_folded, password, token_digest, expires_at";
    insert(location, "registrations", columns, (0..REGISTRATIONS).map(registration)).await;
    let columns = "id, registration_id, recipient, username, token, attempts, next_attempt_at";
    insert(location, "mails", columns, (0..REGISTRATIONS).map(mail)).await;
    insert(location, "resets", "id, user_id, token_digest, expires_at", (1..RESETS).map(reset)).await;
    let columns = "key_digest, id, user_id, node, began_at, ends_at";
    insert(location, "sessions", columns, (0..USERS).map(session)).await;
    insert(location, "blocks", "by_user, blocked_user, created_at", (0..USERS).flat_map(blocks)).await;
    insert(location, "blobs", "digest, bytes", (0..USERS).map(blob)).await;
    talk(location).await;
    insert(location, "nonces", "from_user, nonce, message_id", (0..USERS).flat_map(nonces)).await;
    insert(location, "logs", "user_id, head, pruned", (0..USERS).map(log)).await;
    let columns = "user_id, seq, logged_at, entries";
    insert(location, "log_runs", columns, (0..USERS).flat_map(log_runs)).await;
}

async fn insert(location: &Location, table: &str, columns: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.collect();
    for rows in rows.chunks(ROWS_AT_ONCE) {
        execute(location, &format!("INSERT INTO {table} ({columns}) VALUES {}", rows.join(", "))).await;
    }
}

pub(crate) fn name(number: u64) -> String {
    format!("{}ser{number}", initial(number))
}

pub(crate) fn email(number: u64) -> String {
    format!("{}{number}@mail{}.example.org", initial(number), number % 50)
}

/// Every letter comes first for some.
fn initial(number: u64) -> char {
    char::from(b"abcdefghijklmnopqrstuvwxyz"[usize::try_from(number % 26).unwrap_or(0)])
}

fn user(number: u64) -> String {
    let (id, name, email) = (FIRST_USER + number, name(number), email(number));
    format!("({id}, '{name}', '{name}', '{email}', '{email}', 'hash', 0)")
}

fn name_parts(number: u64) -> BTreeSet<String> {
    let names = [name(number), email(number)];
    let part = |part: &[u8]| format!("('{}', {})", String::from_utf8_lossy(part), FIRST_USER + number);
    names.iter().flat_map(|name| name.as_bytes().windows(3).map(part)).collect()
}

/// One in ten has expired.
fn registration(number: u64) -> String {
    let (name, email) = (format!("new{number}"), format!("n{number}@example.org"));
    let expiry = NOW.plus(shifted(number, REGISTRATIONS / 10) * 1_000).0;
    format!(
        "({}, '{name}', '{name}', '{email}', '{email}', 'hash', {}, {expiry})",
        number + 1,
        digest(number)
    )
}

/// One in ten is due.
fn mail(number: u64) -> String {
    let due = NOW.plus(shifted(number, REGISTRATIONS / 10) * 1_000).0;
    let id = number + 1;
    format!("({id}, {id}, 'n{number}@example.org', 'new{number}', 'token', 0, {due})")
}

/// One in a hundred has ended.
fn reset(number: u64) -> String {
    let expires_at = if number.is_multiple_of(100) { NOW.plus(-1_000) } else { NOW.plus(1_000) };
    format!("({number}, {}, {}, {})", FIRST_USER + number, digest(number), expires_at.0)
}

/// One in a hundred has ended, and as many will.
fn session(number: u64) -> String {
    let ends_at = match number % 100 {
        98 => NOW.plus(-1_000).0.to_string(),
        99 => NOW.plus(1_000).0.to_string(),
        _ => "NULL".into(),
    };
    format!("({}, {}, {}, {}, 0, {ends_at})", digest(number), number + 1, FIRST_USER + number, number % NODES)
}

/// Everybody blocks those after the five he talks with.
fn blocks(number: u64) -> impl Iterator<Item = String> {
    let block = move |step| format!("({}, {}, 0)", FIRST_USER + number, FIRST_USER + (number + step) % USERS);
    (6..6 + BLOCKS_OF_EACH).map(block)
}

fn blob(number: u64) -> String {
    format!("({}, x'{number:08x}')", digest(number))
}

/// Conversation by conversation, message by message in turn. One in fifty is hidden and one in ten of the others waits.
async fn talk(location: &Location) {
    let (mut messages, mut contacts, mut id) = (Vec::new(), Vec::new(), 0);
    for one in 0..USERS - 5 {
        for other in one + 1..one + 6 {
            let count = if (one, other) == (0, 1) { MESSAGES_OF_THE_FIRST_TWO } else { MESSAGES };
            messages.extend((id..id + count).map(|number| message(one, other, number)));
            id += count;
            contacts.push(contact(one, other, id));
            contacts.push(contact(other, one, id));
        }
    }
    let columns = "id, lower_user, higher_user, from_user, to_user, hidden_from, kind, content, blob_digest, \
                   sent_at, receipt_hidden, notified, waiting_for";
    insert(location, "messages", columns, messages.into_iter()).await;
    let columns = "owner, peer, last_message_id, unread, unanswered, read_up_to";
    insert(location, "contacts", columns, contacts.into_iter()).await;
}

/// Its id is the number and one.
fn message(one: u64, other: u64, number: u64) -> String {
    let (lower, higher) = (FIRST_USER + one, FIRST_USER + other);
    let (from, to) = if number.is_multiple_of(2) { (lower, higher) } else { (higher, lower) };
    let hidden = if number % 50 == 49 { to } else { 0 };
    let waiting = if hidden == 0 && number % 10 == 3 { to.to_string() } else { "NULL".into() };
    let (kind, blob) = if number % 20 == 5 { (2, digest(number % USERS)) } else { (0, "NULL".into()) };
    format!(
        "({}, {lower}, {higher}, {from}, {to}, {hidden}, {kind}, 'hello', {blob}, 0, false, {}, {waiting})",
        number + 1,
        waiting == "NULL"
    )
}

fn contact(owner: u64, peer: u64, last: u64) -> String {
    let (owner, peer) = (FIRST_USER + owner, FIRST_USER + peer);
    format!("({owner}, {peer}, {last}, 3, 2, {})", last.saturating_sub(MESSAGES))
}

/// Everybody's messages have names, and everybody's names are the same.
fn nonces(number: u64) -> impl Iterator<Item = String> {
    let named = move |count| {
        format!(
            "({}, x'{:02x}', {})",
            FIRST_USER + number,
            FIRST_NONCE + count,
            number * NONCES_OF_EACH + count + 1
        )
    };
    (0..NONCES_OF_EACH).map(named)
}

/// The first user has more to tell than others. What is old enough to be pruned was pruned, but for one in a hundred.
fn log(number: u64) -> String {
    format!("({}, {}, {PRUNED})", FIRST_USER + number, PRUNED + entries_of(number))
}

/// Of every kind, in turn, each by itself.
fn log_runs(number: u64) -> impl Iterator<Item = String> {
    let old = number.is_multiple_of(100);
    let entry = move |count| {
        let (kind, logged_at) = (count % 5, if old && count < 5 { 0 } else { LOGGED_AT });
        let subject = if kind < 3 { number * 10 + count + 1 } else { FIRST_USER + (number + count) % USERS };
        let what = subject * 8 + kind;
        format!("({}, {}, {logged_at}, X'{what:016x}')", FIRST_USER + number, PRUNED + count + 1)
    };
    (0..entries_of(number)).map(entry)
}

fn entries_of(number: u64) -> u64 {
    if number == 0 { ENTRIES_OF_THE_FIRST } else { ENTRIES_OF_OTHERS }
}

fn digest(number: u64) -> String {
    format!("x'{number:0>64}'")
}

fn shifted(number: u64, back: u64) -> i64 {
    number.cast_signed() - back.cast_signed()
}
