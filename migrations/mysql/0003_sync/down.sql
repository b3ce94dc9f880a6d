DROP TABLE log_entries;
DROP TABLE logs;
DROP TABLE nonces;
ALTER TABLE sessions DROP KEY sessions_end, DROP COLUMN ends_at;
