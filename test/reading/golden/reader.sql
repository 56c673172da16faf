-- A role that reads the columns below and can do nothing else, for `dbd query`.
-- Run it connected to shop, as a superuser or a role with CREATEROLE that may grant on these tables. It may run again.

BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;

DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'shop_reader') THEN
    CREATE ROLE shop_reader;
  END IF;
END
$do$;

ALTER ROLE shop_reader LOGIN NOINHERIT CONNECTION LIMIT 5;

-- It has no password yet. Give it one without leaving it in a log or a history:
--   \password shop_reader

-- A session may change these; they hold back what was not meant, and `dbd query` sets them for each call again.
ALTER ROLE shop_reader IN DATABASE shop SET default_transaction_read_only = on;
ALTER ROLE shop_reader IN DATABASE shop SET statement_timeout = '5000ms';
ALTER ROLE shop_reader IN DATABASE shop SET lock_timeout = '1000ms';
ALTER ROLE shop_reader IN DATABASE shop SET idle_in_transaction_session_timeout = '10000ms';
ALTER ROLE shop_reader IN DATABASE shop SET row_security = on;
ALTER ROLE shop_reader IN DATABASE shop SET search_path = shop, public;
DO $do$
BEGIN
  IF current_setting('server_version_num')::int >= 170000 THEN
    ALTER ROLE shop_reader IN DATABASE shop SET transaction_timeout = '10000ms';
  END IF;
END
$do$;

GRANT CONNECT ON DATABASE shop TO shop_reader;
GRANT USAGE ON SCHEMA shop TO shop_reader;

-- What was granted before and is not listed below ends here. A new column is read by nobody until this script names it.
REVOKE ALL ON ALL TABLES IN SCHEMA shop FROM shop_reader;

GRANT SELECT (id) ON shop.customers TO shop_reader;
GRANT SELECT (id, customer_id, status, note) ON shop.orders TO shop_reader;
GRANT SELECT (id) ON shop.mailing TO shop_reader;

COMMIT;

-- Left as it is, since it is PUBLIC's and others may need it. Each line closes one thing for everybody:
--   REVOKE TEMPORARY ON DATABASE shop FROM PUBLIC;
--   REVOKE CREATE ON SCHEMA public FROM PUBLIC;  -- already so in databases made by PostgreSQL 15 and later
-- EXECUTE on functions is PUBLIC's too. What a statement would call is judged for each call; functions with SECURITY DEFINER never pass.
-- A right to write that PUBLIC has on any table makes `dbd query` refuse the role, and names the table.
