/** The tables in which runners note what they did. */
import { fail, SqlError } from '../../../base/error.ts';
import type { Session } from '../../../engine/model.ts';
import { quote } from '../quote.ts';

/** Number of this layout, kept in the schema's comment. */
const layout = 'dbd history 1';

/** Name of one of the tables. */
export function tableOf(schema: string, name: 'history' | 'progress' | 'observed'): string {
  return quote.full({ schema, name });
}

const tablesSql = (schema: string): string => `
CREATE TABLE IF NOT EXISTS ${tableOf(schema, 'history')} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run text NOT NULL,
  kind text NOT NULL,
  change text NOT NULL,
  hash text NOT NULL,
  phase text,
  step text,
  step_hash text,
  attempts integer,
  ms double precision,
  note text,
  structure jsonb,
  host text NOT NULL,
  dbd text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  role text NOT NULL DEFAULT session_user,
  pid integer NOT NULL DEFAULT pg_catalog.pg_backend_pid(),
  transaction bigint NOT NULL DEFAULT pg_catalog.txid_current(),
  server text NOT NULL DEFAULT pg_catalog.current_setting('server_version')
);
CREATE TABLE IF NOT EXISTS ${tableOf(schema, 'progress')} (
  change text NOT NULL,
  step text NOT NULL,
  step_hash text NOT NULL,
  watermark jsonb,
  last_key jsonb,
  rows bigint NOT NULL,
  batches bigint NOT NULL,
  size integer NOT NULL,
  again jsonb NOT NULL,
  done boolean NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  PRIMARY KEY (change, step)
);
CREATE TABLE IF NOT EXISTS ${tableOf(schema, 'observed')} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  change text NOT NULL,
  seen jsonb NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON SCHEMA ${quote.identifier(schema)} IS ${quote.literal(layout)};`;

const FOUND = `
  SELECT count(*)::int AS tables, count(*) FILTER (WHERE NOT pg_has_role(c.relowner, 'MEMBER'))::int AS foreign_tables,
    min(pg_get_userbyid(c.relowner)) AS owner
  FROM pg_catalog.pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
    AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND c.relname IN ('history', 'progress', 'observed')`;

/** How many of the tables are there; throws `runner.rights` when one belongs to a role that this one is not a member of. */
export async function tablesFound(session: Session, schema: string): Promise<number> {
  const { rows } = await session.query<{ tables: number; foreign_tables: number; owner: string | null }>(
    FOUND,
    [schema],
  );
  const { tables, foreign_tables: foreign, owner } = rows[0]!;
  if (foreign > 0)
    fail(
      'runner.rights',
      `The history in schema \`${schema}\` belongs to the role \`${owner ?? ''}\`, of which this role is not a member.`,
      {
        hint: `Connect as \`${owner ?? ''}\` or a member of it, or name that role with \`role:\` of the target in dbd.config.yaml.`,
      },
    );
  return tables;
}

/** Makes schema and tables in one transaction where they are missing. */
export async function install(session: Session, schema: string): Promise<void> {
  if ((await tablesFound(session, schema)) === 3) return;
  const { rows } = await session.query('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema]);
  try {
    await session.run(
      `BEGIN; ${rows.length === 0 ? `CREATE SCHEMA ${quote.identifier(schema)};` : ''} ${tablesSql(schema)} COMMIT`,
    );
  } catch (error) {
    await session.run('ROLLBACK').catch(() => undefined);
    if (!(error instanceof SqlError) || error.fields.sqlstate !== '42501') throw error;
    const who = (
      await session.query<{ role: string; database: string }>(
        'SELECT current_user AS role, current_database() AS database',
      )
    ).rows[0]!;
    fail('runner.rights', `The role \`${who.role}\` may not make the schema \`${schema}\` for the history.`, {
      cause: error,
      hint: `As the database's owner: CREATE SCHEMA ${quote.identifier(schema)} AUTHORIZATION ${quote.identifier(who.role)};`,
    });
  }
}
