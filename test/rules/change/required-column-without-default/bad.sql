-- finds: 1
ALTER TABLE users ADD COLUMN team_id bigint NOT NULL;
