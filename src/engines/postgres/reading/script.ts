import type { Reading, ReaderScript } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

/** Sessions of the role at once: each call has one of its own. */
const connections = 5;
/** A lock that is not there at once is not waited for: somebody is changing the table. */
const lockMs = 1000;

/**
 * A script for psql, as a superuser or a role that may make roles and grant on these tables; it may run again, and then takes back what is
 * no longer listed. Rights of PUBLIC are left alone and told in comments.
 */
export const readerScript: Reading['readerScript'] = (options) => {
  const { database } = options;
  const role = quote.identifier(options.role);
  const readable = options.tables.filter(({ columns }) => columns.length > 0);
  const schemas = [...new Set(readable.map(({ schema }) => schema))].map((name) => quote.identifier(name));
  return `-- A role that reads the columns below and can do nothing else, for \`dbd query\`.
-- Run it connected to ${line(database)}, as a superuser or a role with CREATEROLE that may grant on these tables. It may run again.

BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;

${makeRole(options.role)}

ALTER ROLE ${role} LOGIN NOINHERIT CONNECTION LIMIT ${connections};

-- It has no password yet. Give it one without leaving it in a log or a history:
--   \\password ${line(role)}

-- A session may change these; they hold back what was not meant, and \`dbd query\` sets them for each call again.
${settings(options, role)}

GRANT CONNECT ON DATABASE ${quote.identifier(database)} TO ${role};
${
  schemas.length === 0
    ? '\n-- There is no column that it may read.\n'
    : `GRANT USAGE ON SCHEMA ${schemas.join(', ')} TO ${role};

-- What was granted before and is not listed below ends here. A new column is read by nobody until this script names it.
${schemas.map((schema) => `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${role};`).join('\n')}

${readable.map((table) => grant(table, role)).join('\n')}
`
}
COMMIT;

-- Left as it is, since it is PUBLIC's and others may need it. Each line closes one thing for everybody:
--   REVOKE TEMPORARY ON DATABASE ${line(quote.identifier(database))} FROM PUBLIC;
--   REVOKE CREATE ON SCHEMA public FROM PUBLIC;  -- already so in databases made by PostgreSQL 15 and later
-- EXECUTE on functions is PUBLIC's too. What a statement would call is judged for each call; functions with SECURITY DEFINER never pass.
-- A right to write that PUBLIC has on any table makes \`dbd query\` refuse the role, and names the table.
`;
};

function makeRole(role: string): string {
  const name = quote.identifier(role);
  const body = `BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quote.literal(role)}) THEN
    CREATE ROLE ${name};
  END IF;
END`;
  const tag = tagFor(body);
  return `DO ${tag}\n${body}\n${tag};`;
}

function settings({ database, tables, timeMs }: ReaderScript, role: string): string {
  // Extensions stand in `public` as a rule, and their operators are found by the path alone.
  const path = [...new Set([...tables.map(({ schema }) => schema), 'public'])]
    .map((name) => quote.identifier(name))
    .join(', ');
  const place = `ALTER ROLE ${role} IN DATABASE ${quote.identifier(database)} SET`;
  const newest = `BEGIN
  IF current_setting('server_version_num')::int >= 170000 THEN
    ${place} transaction_timeout = '${2 * timeMs}ms';
  END IF;
END`;
  const tag = tagFor(newest);
  return [
    `${place} default_transaction_read_only = on;`,
    `${place} statement_timeout = '${timeMs}ms';`,
    `${place} lock_timeout = '${Math.min(lockMs, timeMs)}ms';`,
    `${place} idle_in_transaction_session_timeout = '${2 * timeMs}ms';`,
    `${place} row_security = on;`,
    `${place} search_path = ${path};`,
    `DO ${tag}\n${newest}\n${tag};`,
  ].join('\n');
}

function grant({ schema, name, columns }: ReaderScript['tables'][number], role: string): string {
  const table = quote.full({ schema, name });
  const listed = columns.map((name) => quote.identifier(name));
  const short = `GRANT SELECT (${listed.join(', ')}) ON ${table} TO ${role};`;
  return short.length <= 120 ? short : `GRANT SELECT (\n${wrapped(listed)}\n) ON ${table} TO ${role};`;
}

/** Names in lines of a readable length. */
function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > 100) lines.push(`  ${name}`);
    else lines[lines.length - 1] = `${last}, ${name}`;
  }
  return lines.join(',\n');
}

/** A name inside a comment cannot end it. */
function line(name: string): string {
  return name.replaceAll(/[\r\n]/g, ' ');
}

function tagFor(body: string): string {
  let tag = '$do$';
  for (let n = 1; body.includes(tag); n++) tag = `$do${n}$`;
  return tag;
}
