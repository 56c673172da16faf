/** Who can read a column: tried as a role without any right, and as each named role that exists. */
import { SqlError } from '../../../base/error.ts';
import type { Column, Table } from '../../../catalog/model.ts';
import type { Engine } from '../../../engine/model.ts';
import type { SandboxDatabase } from '../../../sandbox/model.ts';

/** Result of one role's attempt to read one column. */
export interface ReadAttempt {
  readonly role: string;
  readonly exists: boolean;
  readonly reads: boolean;
  readonly message?: string;
  /** It stands for every role that nobody gave rights to. */
  readonly stranger?: boolean;
  /** A role that exists and that the task does not name. */
  readonly unnamed?: boolean;
  /** View that shows the column. */
  readonly through?: string;
}

/** Reads the column as a stranger and as each named role; the sandbox is left as it was. */
export async function tryReaders(
  engine: Engine,
  database: SandboxDatabase,
  table: Table,
  column: Column,
  roles: readonly string[],
): Promise<readonly ReadAttempt[]> {
  const session = await engine.connect(database.adminUrl, { application: 'dbd readers' });
  const read = `SELECT ${engine.quote.identifier(column.name)} FROM ${engine.quote.name(table)} LIMIT 1`;
  const stranger = `dbd_stranger_${database.name}`.slice(0, engine.quote.maxBytes);
  try {
    await session.query('BEGIN');
    await session.query(`CREATE ROLE ${engine.quote.identifier(stranger)} NOLOGIN`);
    const attempts: ReadAttempt[] = [];
    for (const role of [stranger, ...roles]) {
      const known = await session.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      const name = role === stranger ? 'a role without rights' : role;
      const who = role === stranger ? { stranger: true } : {};
      if (known.count === 0) attempts.push({ role: name, exists: false, reads: false, ...who });
      else
        attempts.push({
          role: name,
          exists: true,
          ...who,
          ...(await readAs(session, engine.quote.identifier(role), read)),
        });
    }
    for (const view of await engine.probe.viewsOver(session, table, column.name)) {
      const seen = await session.query<{ reads: boolean }>(
        `SELECT has_table_privilege($1, $2, 'SELECT') AS reads`,
        [stranger, engine.quote.name(view)],
      );
      if (seen.rows[0]!.reads)
        attempts.push({
          role: 'a role without rights',
          exists: true,
          reads: true,
          stranger: true,
          through: view.name,
        });
    }
    const granted = [...table.grants, ...column.grants].filter(
      ({ to, privilege }) =>
        privilege === 'SELECT' && to !== 'PUBLIC' && to !== table.owner && !roles.includes(to),
    );
    if (roles.length > 0)
      for (const role of new Set(granted.map(({ to }) => to)))
        attempts.push({ role, exists: true, reads: true, unnamed: true });
    return attempts;
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
    await session.close();
  }
}

async function readAs(
  session: Awaited<ReturnType<Engine['connect']>>,
  role: string,
  read: string,
): Promise<{ reads: boolean; message?: string }> {
  await session.query('SAVEPOINT reader');
  try {
    await session.query(`SET LOCAL ROLE ${role}`);
    await session.query(read);
    return { reads: true };
  } catch (error) {
    if (error instanceof SqlError && error.fields.sqlstate === '42501')
      return { reads: false, message: error.message };
    throw error;
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT reader');
  }
}
