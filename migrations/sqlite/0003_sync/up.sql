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

-- Entries of logs: up to a hundred that one transaction added to one log in one second share a row, because there are
-- several for each message. seq is the number of the first of them, so that of two transactions that add to the same log
-- at once one fails; logged_at is in seconds since 2026. Each entry takes eight bytes of entries, a number with its highest
-- byte first: eight times the message or the user that it is about, and 0 for a message, 1 for notified, 2 for read, 3 for
-- blocked and 4 for unblocked. Rows stand in the order in which they are added: with those of each log together, a commit
-- would change a page or two for each, instead of one of the smaller index.
CREATE TABLE log_runs (
    user_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    logged_at INTEGER NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (user_id, seq)
);
