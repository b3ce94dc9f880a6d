-- When a session ends; null while it has a connection.
ALTER TABLE sessions ADD COLUMN ends_at BIGINT, ADD KEY sessions_end (ends_at);

-- What a sender calls his messages. Binary, because here texts would be compared without the spaces at their end.
CREATE TABLE nonces (
    from_user BIGINT NOT NULL,
    nonce VARBINARY(256) NOT NULL,
    message_id BIGINT NOT NULL,
    PRIMARY KEY (from_user, nonce)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How far each user's log reaches: the numbers of its newest entry and of the newest one that was pruned.
CREATE TABLE logs (
    user_id BIGINT NOT NULL,
    head INT NOT NULL,
    pruned INT NOT NULL,
    PRIMARY KEY (user_id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Entries of logs: up to a hundred that one transaction added to one log in one second share a row, because there are
-- several for each message. seq is the number of the first of them, so that of two transactions that add to the same log
-- at once one fails; logged_at is in seconds since 2026. Each entry takes eight bytes of entries, a number with its highest
-- byte first: eight times the message or the user that it is about, and 0 for a message, 1 for notified, 2 for read, 3 for
-- blocked and 4 for unblocked.
CREATE TABLE log_runs (
    user_id BIGINT NOT NULL,
    seq INT NOT NULL,
    logged_at INT NOT NULL,
    entries VARBINARY(800) NOT NULL,
    PRIMARY KEY (user_id, seq)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
