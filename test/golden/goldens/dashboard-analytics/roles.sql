-- Roles of KAN-29. An administrator runs this once before the change; it may run again.
-- Roles belong to the whole server, so they are not part of up/ and down/. grants.sql gives them their tables after the change.
-- Nobody signs in as these roles. Each program and person gets a role of its own that is a member of one:
--   CREATE ROLE app_server LOGIN PASSWORD '…' IN ROLE app;

-- app: application role, what the application reads and writes, and nothing else (assumed: the task does not name one)
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'app') THEN
    CREATE ROLE app NOLOGIN;
    COMMENT ON ROLE app IS 'Application role, made for KAN-29';
  END IF;
END
$do$;

-- app_readonly: read-only role, reads, writes nothing, and sees masks where it may not see values (assumed: the task does not name one)
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'app_readonly') THEN
    CREATE ROLE app_readonly NOLOGIN;
    COMMENT ON ROLE app_readonly IS 'Read-only role, made for KAN-29';
  END IF;
END
$do$;

-- app_migrator: migration role, changes the structure (assumed: the task does not name one)
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'app_migrator') THEN
    CREATE ROLE app_migrator NOLOGIN;
    COMMENT ON ROLE app_migrator IS 'Migration role, made for KAN-29';
  END IF;
END
$do$;

DO $do$
BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', pg_catalog.current_database(), 'app, app_readonly, app_migrator');
END
$do$;

-- app_migrator makes objects in public and changes tables of their owners; what it makes is called by nobody until grants.sql says so
GRANT USAGE, CREATE ON SCHEMA public TO app_migrator;
ALTER DEFAULT PRIVILEGES FOR ROLE app_migrator REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
DO $do$
DECLARE
  owner record;
BEGIN
  FOR owner IN
    SELECT DISTINCT r.rolname, r.rolsuper
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
    WHERE (n.nspname, c.relname) IN (('public', 'users'))
      AND NOT pg_catalog.pg_has_role('app_migrator', r.oid, 'USAGE')
  LOOP
    IF owner.rolsuper THEN
      RAISE WARNING '% owns tables that % has to change, and it is a superuser: give these tables to another owner', owner.rolname, 'app_migrator';
    ELSE
      EXECUTE format('GRANT %I TO %I', owner.rolname, 'app_migrator');
    END IF;
  END LOOP;
END
$do$;

-- Limits of a session. PostgreSQL takes them from the role that signs in and not from roles it is a member of:
-- login roles need the same statements. A role that was there before gets them too; leave out what does not suit it.
DO $do$
BEGIN
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = %L', 'app', pg_catalog.current_database(), '30000ms');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET lock_timeout = %L', 'app', pg_catalog.current_database(), '5s');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = %L', 'app', pg_catalog.current_database(), '60s');
END
$do$;
DO $do$
BEGIN
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET default_transaction_read_only = %L', 'app_readonly', pg_catalog.current_database(), 'on');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = %L', 'app_readonly', pg_catalog.current_database(), '300s');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = %L', 'app_readonly', pg_catalog.current_database(), '60s');
END
$do$;
DO $do$
BEGIN
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET lock_timeout = %L', 'app_migrator', pg_catalog.current_database(), '250ms');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = %L', 'app_migrator', pg_catalog.current_database(), '60s');
END
$do$;
