DROP TABLE log_entries;
DROP TABLE logs;
DROP TABLE nonces;
DROP INDEX sessions_end;
ALTER TABLE sessions DROP COLUMN ends_at;
