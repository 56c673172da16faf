UPDATE users SET active = true WHERE id BETWEEN 1 AND 5000;
CREATE TABLE t (a int);
UPDATE t SET a = 1;
