CREATE DOMAIN word AS text;
ALTER TABLE users ADD COLUMN nick word;
