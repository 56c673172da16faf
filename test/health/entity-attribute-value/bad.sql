-- finds: properties
CREATE TABLE things (id bigint PRIMARY KEY);
CREATE TABLE properties (id bigint PRIMARY KEY, thing_id bigint REFERENCES things, attribute text NOT NULL, value text);
