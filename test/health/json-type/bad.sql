-- finds: posts.body
CREATE TABLE posts (id bigint PRIMARY KEY, body json);
