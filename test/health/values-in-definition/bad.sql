-- finds: users constraint users_country
CREATE TABLE users (id bigint PRIMARY KEY, country text CONSTRAINT users_country CHECK (country IN ('at', 'be', 'ch', 'de', 'dk', 'es', 'fi', 'fr', 'gb', 'ie', 'it', 'nl', 'no')));
