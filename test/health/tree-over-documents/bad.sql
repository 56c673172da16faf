-- finds: posts index posts_tags_idx
-- finds: posts index posts_body_idx
CREATE TABLE posts (id bigint PRIMARY KEY, tags text[] NOT NULL, body jsonb NOT NULL);
CREATE INDEX posts_tags_idx ON posts (tags);
CREATE INDEX posts_body_idx ON posts (body) WHERE id > 0;
