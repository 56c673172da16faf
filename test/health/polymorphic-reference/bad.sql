-- finds: comments.target_id
CREATE TABLE comments (id bigint PRIMARY KEY, target_id bigint NOT NULL, target_type text NOT NULL);
