-- finds: leaders constraint leaders_team_id_fkey
CREATE TABLE leaders (id bigint PRIMARY KEY, team_id bigint NOT NULL);
CREATE TABLE teams (id bigint PRIMARY KEY, leader_id bigint NOT NULL REFERENCES leaders);
ALTER TABLE leaders ADD CONSTRAINT leaders_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams;
