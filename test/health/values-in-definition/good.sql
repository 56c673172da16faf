CREATE TABLE users (id bigint PRIMARY KEY, state text CHECK (state IN ('new', 'active', 'gone')));
