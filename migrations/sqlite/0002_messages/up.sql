CREATE TABLE blobs (
    digest BLOB PRIMARY KEY NOT NULL,
    bytes BLOB NOT NULL
);

-- lower_user and higher_user are the two of the conversation in the order of their ids: one index serves both.
-- hidden_from is 0, or the recipient if the message was sent while he blocked the sender.
-- content is the text, or the media type of the blob; content_folded is null where folding changes nothing.
-- waiting_for is the recipient until one of his connections has taken the message; null for a hidden one.
CREATE TABLE messages (
    id INTEGER PRIMARY KEY NOT NULL,
    lower_user BIGINT NOT NULL,
    higher_user BIGINT NOT NULL,
    from_user BIGINT NOT NULL,
    to_user BIGINT NOT NULL,
    hidden_from BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    content TEXT NOT NULL,
    content_folded TEXT,
    blob_digest BLOB REFERENCES blobs (digest),
    sent_at BIGINT NOT NULL,
    read_at BIGINT,
    receipt_hidden BOOLEAN NOT NULL,
    notified BOOLEAN NOT NULL,
    waiting_for BIGINT
);
CREATE INDEX messages_conversation ON messages (lower_user, higher_user, hidden_from, id);
CREATE INDEX messages_waiting ON messages (waiting_for, id) WHERE waiting_for IS NOT NULL;

-- One row per user and peer; last_message_id is the last message that the owner may see, read_up_to the newest one of
-- the peer's that he has read, 0 if none. unanswered counts what the owner has sent since he last saw that the peer read.
CREATE TABLE contacts (
    owner BIGINT NOT NULL,
    peer BIGINT NOT NULL,
    last_message_id BIGINT NOT NULL,
    unread BIGINT NOT NULL,
    unanswered BIGINT NOT NULL,
    read_up_to BIGINT NOT NULL,
    PRIMARY KEY (owner, peer)
) WITHOUT ROWID;
