import type { Name } from '../../../catalog/model.ts';
import type { Rights } from '../../../engine/rights/model.ts';
import { quote } from '../quote.ts';
import { review } from './review.ts';

/** Roles and rights of PostgreSQL, as text that psql runs and that may run again. */
export const rights: Rights = {
  ensureRole: (role, note) =>
    block(`BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quote.literal(role)}) THEN
    CREATE ROLE ${quote.identifier(role)} NOLOGIN;
    COMMENT ON ROLE ${quote.identifier(role)} IS ${quote.literal(note)};
  END IF;
END`),

  connect: (roles) =>
    block(`BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', pg_catalog.current_database(), ${quote.literal(roles.map((role) => quote.identifier(role)).join(', '))});
END`),

  install: (role) =>
    block(`BEGIN
  EXECUTE format('GRANT CREATE ON DATABASE %I TO %s', pg_catalog.current_database(), ${quote.literal(quote.identifier(role))});
END`),

  changeTables: (role, tables) =>
    block(`DECLARE
  owner record;
BEGIN
  FOR owner IN
    SELECT DISTINCT r.rolname, r.rolsuper
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
    WHERE (n.nspname, c.relname) IN (${pairs(tables)})
      AND NOT pg_catalog.pg_has_role(${quote.literal(role)}, r.oid, 'USAGE')
  LOOP
    IF owner.rolsuper THEN
      RAISE WARNING '% owns tables that % has to change, and it is a superuser: give these tables to another owner', owner.rolname, ${quote.literal(role)};
    ELSE
      EXECUTE format('GRANT %I TO %I', owner.rolname, ${quote.literal(role)});
    END IF;
  END LOOP;
END`),

  settings: (role, settings) =>
    block(
      `BEGIN\n${Object.entries(settings)
        .map(
          ([name, value]) =>
            `  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET ${name} = %L', ${quote.literal(role)}, pg_catalog.current_database(), ${quote.literal(value)});`,
        )
        .join('\n')}\nEND`,
    ),

  forget: (roles) =>
    block(`DECLARE
  made name;
BEGIN
  FOR made IN
    SELECT rolname FROM pg_catalog.pg_roles
    WHERE (rolname, pg_catalog.shobj_description(oid, 'pg_authid')) IN (
      ${roles.map(({ name, note }) => `(${quote.literal(name)}, ${quote.literal(note)})`).join(',\n      ')}
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
END`),

  schemasNoted: (note) =>
    `SELECT nspname::text AS name FROM pg_catalog.pg_namespace WHERE pg_catalog.obj_description(oid, 'pg_namespace') = ${quote.literal(note)} ORDER BY 1`,

  review,
};

/** A DO statement whose quotes the body cannot close. */
function block(body: string): string {
  let tag = '$do$';
  for (let n = 1; body.includes(tag); n++) tag = `$do${n}$`;
  return `DO ${tag}\n${body}\n${tag}`;
}

function pairs(tables: readonly Name[]): string {
  return tables.map(({ schema, name }) => `(${quote.literal(schema)}, ${quote.literal(name)})`).join(', ');
}
