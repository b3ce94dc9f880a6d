-- Times are milliseconds since 1970 in UTC. Folded columns hold the form in which names are compared.
CREATE TABLE users (
    id BIGINT NOT NULL,
    username VARCHAR(20) NOT NULL,
    username_folded VARCHAR(20) NOT NULL,
    email VARCHAR(254) NOT NULL,
    email_folded VARCHAR(254) NOT NULL,
    password VARCHAR(255) NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY users_username (username_folded),
    UNIQUE KEY users_email (email_folded)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Every run of three characters in a user's folded names, so that searching inside names is an index range.
CREATE TABLE name_parts (
    part VARCHAR(3) NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (part, user_id),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE registrations (
    id BIGINT NOT NULL,
    username VARCHAR(20) NOT NULL,
    username_folded VARCHAR(20) NOT NULL,
    email VARCHAR(254) NOT NULL,
    email_folded VARCHAR(254) NOT NULL,
    password VARCHAR(255) NOT NULL,
    token_digest BINARY(32) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY registrations_username (username_folded),
    UNIQUE KEY registrations_email (email_folded),
    KEY registrations_expiry (expires_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A forgotten password that its user may set anew.
CREATE TABLE resets (
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    token_digest BINARY(32) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY resets_user (user_id),
    KEY resets_expiry (expires_at),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A mail ends with the registration or the reset that it is about, whose id is its own.
CREATE TABLE mails (
    id BIGINT NOT NULL,
    registration_id BIGINT,
    reset_id BIGINT,
    recipient VARCHAR(254) NOT NULL,
    username VARCHAR(20) NOT NULL,
    token VARCHAR(255) NOT NULL,
    attempts BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY mails_registration (registration_id),
    UNIQUE KEY mails_reset (reset_id),
    KEY mails_due (next_attempt_at),
    FOREIGN KEY (registration_id) REFERENCES registrations (id) ON DELETE CASCADE,
    FOREIGN KEY (reset_id) REFERENCES resets (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE sessions (
    key_digest BINARY(32) NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    node SMALLINT NOT NULL,
    began_at BIGINT NOT NULL,
    PRIMARY KEY (key_digest),
    KEY sessions_user (user_id),
    KEY sessions_node (node),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE blocks (
    by_user BIGINT NOT NULL,
    blocked_user BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (by_user, blocked_user),
    FOREIGN KEY (by_user) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (blocked_user) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
