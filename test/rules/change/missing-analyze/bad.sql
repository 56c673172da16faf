-- finds: 1
UPDATE users SET active = true;
