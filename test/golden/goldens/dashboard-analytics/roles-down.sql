-- The way back of roles.sql and grants.sql: roles that were made for KAN-29 lose their rights in this database and are dropped.
-- Roles that were there before keep theirs. Tables and rows stay; what app_migrator owns goes to who runs this.

DO $do$
DECLARE
  made name;
BEGIN
  FOR made IN
    SELECT rolname FROM pg_catalog.pg_roles
    WHERE (rolname, pg_catalog.shobj_description(oid, 'pg_authid')) IN (
      ('app', 'Application role, made for KAN-29'),
      ('app_readonly', 'Read-only role, made for KAN-29'),
      ('app_migrator', 'Migration role, made for KAN-29')
    )
  LOOP
    -- Objects are kept: only rights are left to drop afterwards.
    EXECUTE format('REASSIGN OWNED BY %I TO CURRENT_USER', made);
    EXECUTE format('DROP OWNED BY %I', made);
    BEGIN
      EXECUTE format('DROP ROLE %I', made);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      RAISE NOTICE 'The role % stays: another database still needs it', made;
    END;
  END LOOP;
END
$do$;
