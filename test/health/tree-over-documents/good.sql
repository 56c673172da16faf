CREATE TABLE posts (id bigint PRIMARY KEY, tags text[] NOT NULL, body jsonb NOT NULL);
CREATE INDEX posts_tags_idx ON posts USING gin (tags);
CREATE INDEX posts_author_idx ON posts ((body ->> 'author'));
