-- finds: jobs.routine
CREATE TABLE jobs (id bigint PRIMARY KEY, routine regprocedure NOT NULL);
INSERT INTO jobs VALUES (1, 'lower(text)'::regprocedure);
