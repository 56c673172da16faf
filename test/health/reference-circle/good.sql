CREATE TABLE leaders (id bigint PRIMARY KEY, team_id bigint);
CREATE TABLE teams (id bigint PRIMARY KEY, leader_id bigint NOT NULL REFERENCES leaders, parent_id bigint NOT NULL REFERENCES teams);
ALTER TABLE leaders ADD CONSTRAINT leaders_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams;
