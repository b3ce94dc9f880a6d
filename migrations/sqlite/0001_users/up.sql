-- Times are milliseconds since 1970 in UTC. Folded columns hold the form in which names are compared.
CREATE TABLE users (
    id INTEGER PRIMARY KEY NOT NULL,
    username TEXT NOT NULL,
    username_folded TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Every run of three characters in a user's folded names, so that searching inside names is an index range.
CREATE TABLE name_parts (
    part TEXT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (part, user_id)
) WITHOUT ROWID;

CREATE TABLE registrations (
    id INTEGER PRIMARY KEY NOT NULL,
    username TEXT NOT NULL,
    username_folded TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_folded TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    token_digest BLOB NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX registrations_expiry ON registrations (expires_at);

-- A forgotten password that its user may set anew.
CREATE TABLE resets (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    token_digest BLOB NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX resets_expiry ON resets (expires_at);

-- A mail ends with the registration or the reset that it is about, whose id is its own.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY NOT NULL,
    registration_id BIGINT UNIQUE REFERENCES registrations (id) ON DELETE CASCADE,
    reset_id BIGINT UNIQUE REFERENCES resets (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    username TEXT NOT NULL,
    token TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL
);
CREATE INDEX mails_due ON mails (next_attempt_at);

CREATE TABLE sessions (
    key_digest BLOB PRIMARY KEY NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    node SMALLINT NOT NULL,
    began_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_node ON sessions (node);

CREATE TABLE blocks (
    by_user BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    blocked_user BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (by_user, blocked_user)
) WITHOUT ROWID;
