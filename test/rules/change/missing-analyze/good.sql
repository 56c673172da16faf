UPDATE users SET active = true;
ANALYZE users;
