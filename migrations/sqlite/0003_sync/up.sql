-- When a session ends; null while it has a connection.
ALTER TABLE sessions ADD COLUMN ends_at BIGINT;
CREATE INDEX sessions_end ON sessions (ends_at) WHERE ends_at IS NOT NULL;

-- What a sender calls his messages.
CREATE TABLE nonces (
    from_user BIGINT NOT NULL,
    nonce BLOB NOT NULL,
    message_id BIGINT NOT NULL,
    PRIMARY KEY (from_user, nonce)
) WITHOUT ROWID;

-- How far each user's log reaches: the numbers of its newest entry and of the newest one that was pruned.
CREATE TABLE logs (
    user_id INTEGER PRIMARY KEY NOT NULL,
    head INTEGER NOT NULL,
    pruned INTEGER NOT NULL
);

-- There are several for each message, so they are small. what is eight times the message or the user that it is about,
-- and 0 for a message, 1 for notified, 2 for read, 3 for blocked and 4 for unblocked; logged_at is in seconds since 2026.
CREATE TABLE log_entries (
    user_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    what BIGINT NOT NULL,
    logged_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, seq)
) WITHOUT ROWID;
