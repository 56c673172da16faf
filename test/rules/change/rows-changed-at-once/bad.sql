-- finds: 3
UPDATE users SET active = true;
UPDATE users SET kind = 'x' WHERE kind IS NULL;
DELETE FROM orders;
