-- finds: 2
REINDEX INDEX users_email_idx;
REINDEX TABLE users;
