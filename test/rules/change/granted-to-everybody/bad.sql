-- finds: 1
GRANT SELECT ON users TO PUBLIC;
