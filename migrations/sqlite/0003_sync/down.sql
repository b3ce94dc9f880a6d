DROP TABLE log_runs;
DROP TABLE logs;
DROP TABLE nonces;
DROP INDEX sessions_end;
ALTER TABLE sessions DROP COLUMN ends_at;
