-- The role of one tenant of DESK-12, by an administrator; give it a password with \password:
--   psql -v ON_ERROR_STOP=1 -v tenant=42 -v role=tenant_42 -f tenant-role.sql
-- A session may set its own statement_timeout: the limit stops mistakes, not malice. The connection limit cannot be passed.
CREATE ROLE :"role" LOGIN CONNECTION LIMIT 20;
GRANT desk_app TO :"role";
ALTER ROLE :"role" SET statement_timeout = '5000ms';
ALTER ROLE :"role" SET app.tenant = :'tenant';
