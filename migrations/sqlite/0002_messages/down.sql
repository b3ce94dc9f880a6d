DROP TABLE contacts;
DROP TABLE messages;
DROP TABLE blobs;
