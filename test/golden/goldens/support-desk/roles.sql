-- Roles of DESK-12. An administrator runs this once before the change; it may run again.
-- Roles belong to the whole server, so they are not part of up/ and down/. grants.sql gives them their tables after the change.
-- Nobody signs in as these roles. Each program and person gets a role of its own that is a member of one:
--   CREATE ROLE app_server LOGIN PASSWORD '…' IN ROLE desk_app;

-- desk_app: application role, what the application reads and writes, and nothing else
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'desk_app') THEN
    CREATE ROLE desk_app NOLOGIN;
    COMMENT ON ROLE desk_app IS 'Application role, made for DESK-12';
  END IF;
END
$do$;

-- desk_analyst: read-only role, reads, writes nothing, and sees masks where it may not see values
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'desk_analyst') THEN
    CREATE ROLE desk_analyst NOLOGIN;
    COMMENT ON ROLE desk_analyst IS 'Read-only role, made for DESK-12';
  END IF;
END
$do$;

-- desk_migrator: migration role, changes the structure
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'desk_migrator') THEN
    CREATE ROLE desk_migrator NOLOGIN;
    COMMENT ON ROLE desk_migrator IS 'Migration role, made for DESK-12';
  END IF;
END
$do$;

DO $do$
BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', pg_catalog.current_database(), 'desk_app, desk_analyst, desk_migrator');
END
$do$;

-- desk_migrator makes objects in public and changes tables of their owners; what it makes is called by nobody until grants.sql says so
GRANT USAGE, CREATE ON SCHEMA public TO desk_migrator;
ALTER DEFAULT PRIVILEGES FOR ROLE desk_migrator REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- Purges, backfills and dumps are about all tenants: row security would hide every row from them. It is no right that members inherit: SET ROLE desk_migrator first
ALTER ROLE desk_migrator BYPASSRLS;
DO $do$
DECLARE
  owner record;
BEGIN
  FOR owner IN
    SELECT DISTINCT r.rolname, r.rolsuper
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
    WHERE (n.nspname, c.relname) IN (('public', 'accounts'), ('public', 'members'))
      AND NOT pg_catalog.pg_has_role('desk_migrator', r.oid, 'USAGE')
  LOOP
    IF owner.rolsuper THEN
      RAISE WARNING '% owns tables that % has to change, and it is a superuser: give these tables to another owner', owner.rolname, 'desk_migrator';
    ELSE
      EXECUTE format('GRANT %I TO %I', owner.rolname, 'desk_migrator');
    END IF;
  END LOOP;
END
$do$;

-- Limits of a session. PostgreSQL takes them from the role that signs in and not from roles it is a member of:
-- login roles need the same statements. A role that was there before gets them too; leave out what does not suit it.
DO $do$
BEGIN
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = %L', 'desk_app', pg_catalog.current_database(), '30000ms');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET lock_timeout = %L', 'desk_app', pg_catalog.current_database(), '5s');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = %L', 'desk_app', pg_catalog.current_database(), '60s');
END
$do$;
DO $do$
BEGIN
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET default_transaction_read_only = %L', 'desk_analyst', pg_catalog.current_database(), 'on');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = %L', 'desk_analyst', pg_catalog.current_database(), '300s');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = %L', 'desk_analyst', pg_catalog.current_database(), '60s');
END
$do$;
DO $do$
BEGIN
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET lock_timeout = %L', 'desk_migrator', pg_catalog.current_database(), '250ms');
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = %L', 'desk_migrator', pg_catalog.current_database(), '60s');
END
$do$;
