-- finds: 1
TRUNCATE orders CASCADE;
