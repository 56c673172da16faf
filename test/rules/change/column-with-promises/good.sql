ALTER TABLE users ADD COLUMN age int;
ALTER TABLE users ADD COLUMN team_id int REFERENCES teams;
