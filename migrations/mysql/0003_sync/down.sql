DROP TABLE log_runs;
DROP TABLE logs;
DROP TABLE nonces;
ALTER TABLE sessions DROP KEY sessions_end, DROP COLUMN ends_at;
