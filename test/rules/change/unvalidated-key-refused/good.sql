-- major: 18
-- current
CREATE TABLE events (at date NOT NULL, user_id int) PARTITION BY RANGE (at);
CREATE TABLE users (id int PRIMARY KEY);
-- change
ALTER TABLE events ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users NOT VALID;
