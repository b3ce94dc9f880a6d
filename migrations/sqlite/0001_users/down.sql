DROP TABLE blocks;
DROP TABLE sessions;
DROP TABLE mails;
DROP TABLE registrations;
DROP TABLE name_parts;
DROP TABLE users;
