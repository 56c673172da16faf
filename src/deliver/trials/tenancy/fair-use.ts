/** Whether limits of a tenant bite: rows under concurrent writers, connections, time of a statement. */
import { SqlError } from '../../../base/error.ts';
import { findTable } from '../../../catalog/find.ts';
import type { DesignedTenancy } from '../../../design/model.ts';
import type { Session } from '../../../engine/model.ts';
import type { SandboxDatabase } from '../../../sandbox/model.ts';
import type { Tenancy } from '../../../task/model.ts';
import { makeInserts } from '../../../twin/fill/insert.ts';
import type { Stage } from '../../deliverables/model.ts';
import { saying } from '../roles/role-cast.ts';
import { tenantCheck, untried, type TenantCheck } from './tenant-scene.ts';

const writers = 4;
/** Rows that are made, of which those of one tenant are tried. */
const made = 400;
const mostRows = 24;
/** Connections beyond which a limit is not reached. */
const mostConnections = 60;
/** Milliseconds beyond which a limit is read back by the tenant, and a shorter one reached in its place. */
const longestMs = 3000;
const shorterMs = 300;

/** Writes up to each limit from several sessions, and one row further. */
export async function tryQuotas(
  stage: Stage,
  tenancy: DesignedTenancy,
  database: SandboxDatabase,
): Promise<readonly TenantCheck[]> {
  const { engine } = stage;
  const checks: TenantCheck[] = [];
  for (const quota of tenancy.quotas) {
    const sessions: Session[] = [];
    try {
      for (let n = 0; n < writers; n++)
        sessions.push(
          await engine.connect(database.ownerUrl, { application: 'dbd quota', statementTimeoutMs: 30_000 }),
        );
      checks.push(await tryQuota(stage, tenancy, quota, sessions));
    } finally {
      for (const session of sessions) await session.close();
    }
  }
  return checks;
}

async function tryQuota(
  { engine, planned, twin, seed }: Stage,
  tenancy: DesignedTenancy,
  { table, most, rule }: DesignedTenancy['quotas'][number],
  sessions: readonly Session[],
): Promise<TenantCheck> {
  const { quote } = engine;
  const attempt = `${writers} writers at a limit of ${most} rows in ${table.name}`;
  const column = tenancy.tables.find(
    (one) => one.table.name === table.name && one.table.schema === table.schema,
  )?.column;
  const [session] = sessions;
  if (column === undefined || !session || !tenancy.usage || !findTable(planned.after, table))
    return untried(attempt, 'kept', 'It is no table of tenants.');
  const inserts = await makeInserts({
    engine,
    session,
    catalog: planned.after,
    volumes: twin.volumes,
    hints: twin.hints,
    seed,
    table,
    rows: made,
  });
  const names = /\(([^)]*)\)/.exec(inserts.sql)?.[1]?.split(', ') ?? [];
  const at = names.indexOf(quote.identifier(column));
  const byTenant = new Map<string, (readonly (string | null)[])[]>();
  for (const row of inserts.values) {
    const tenant = row[at];
    if (typeof tenant === 'string') byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), row]);
  }
  const [tenant, all = []] = [...byTenant].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const rows = all.slice(0, mostRows);
  const free = Math.min(most, Math.floor(rows.length / 2));
  if (tenant === undefined || free === 0)
    return untried(attempt, 'kept', 'Too few new rows of one tenant could be made.');
  const type = findTable(planned.after, table)!.columns.find(({ name }) => name === column)!.type;
  const counter = quote.identifier(column);
  await session.query(
    `INSERT INTO ${quote.name(tenancy.usage)} (${counter}, counted, kept) VALUES ($1::text::${type}, $2, $3)
     ON CONFLICT (${counter}, counted) DO UPDATE SET kept = excluded.kept`,
    [tenant, table.name, most - free],
  );
  let [accepted, refused] = [0, 0];
  const others: string[] = [];
  const waiting = [...rows];
  const write = async (one: Session): Promise<void> => {
    for (let row = waiting.pop(); row; row = waiting.pop()) {
      try {
        await one.query(inserts.sql, row);
        accepted += 1;
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        if (error.fields.constraint === rule) refused += 1;
        else others.push(error.message);
      }
    }
  };
  await Promise.all(sessions.map(write));
  const kept = await session.query<{ kept: string }>(
    `SELECT kept::text FROM ${quote.name(tenancy.usage)} WHERE ${counter} = $1::text::${type} AND counted = $2`,
    [tenant, table.name],
  );
  return tenantCheck(
    `${attempt}, ${free} places left, ${rows.length} rows offered`,
    `${free} accepted, ${rows.length - free} refused, ${most} counted`,
    `${accepted} accepted, ${refused} refused, ${kept.rows[0]?.kept ?? 'none'} counted${others.length > 0 ? `; ${others[0]}` : ''}`,
  );
}

/** Limits that hold for the role by which a tenant signs in. */
export async function tryRoleLimits(
  { engine, sandbox }: Stage,
  { connections, timeoutMs }: Tenancy,
  database: SandboxDatabase,
): Promise<readonly TenantCheck[]> {
  if (connections === undefined && timeoutMs === undefined) return [];
  const role = await sandbox.createRole();
  const admin = await engine.connect(database.adminUrl, { application: 'dbd limits' });
  const sessions: Session[] = [];
  const checks: TenantCheck[] = [];
  const open = (): Promise<Session> => engine.connect(role.url(database), { application: 'dbd tenant' });
  try {
    const name = engine.quote.identifier(role.name);
    if (timeoutMs !== undefined) {
      await admin.run(`ALTER ROLE ${name} SET statement_timeout = '${timeoutMs}ms'`);
      const session = await open();
      sessions.push(session);
      const short = timeoutMs > longestMs;
      if (short) {
        checks.push(
          tenantCheck(
            'the time that a statement of a tenant may take, asked at sign-in',
            `${timeoutMs} ms`,
            `${await timeoutOf(session)} ms`,
          ),
        );
        await admin.run(`ALTER ROLE ${name} SET statement_timeout = '${shorterMs}ms'`);
      }
      const limit = short ? shorterMs : timeoutMs;
      const acting = short ? await open() : session;
      if (acting !== session) sessions.push(acting);
      checks.push(
        tenantCheck(
          !short
            ? `a statement of a tenant that would take longer than ${timeoutMs} ms`
            : `a statement of a tenant that would take longer than its role’s limit, set to ${limit} ms in place of ${timeoutMs} ms`,
          'cancelled',
          await acting.query(`SELECT pg_sleep(${limit / 1000 + 5})`).then(
            () => 'it ended',
            (error: unknown) =>
              error instanceof SqlError && error.fields.sqlstate === '57014' ? 'cancelled' : saying(error),
          ),
        ),
      );
    }
    if (connections !== undefined) {
      await admin.run(`ALTER ROLE ${name} CONNECTION LIMIT ${connections}`);
      const attempt = `connection ${connections + 1} of a tenant`;
      if (connections > mostConnections)
        checks.push(untried(attempt, 'refused', `${connections} connections are not opened in a trial`));
      else {
        while (sessions.length < connections) sessions.push(await open());
        checks.push(
          tenantCheck(
            attempt,
            'refused',
            await open().then(
              (session) => {
                sessions.push(session);
                return 'it was let in';
              },
              () => 'refused',
            ),
          ),
        );
      }
    }
    return checks;
  } finally {
    for (const session of [...sessions, admin]) await session.close();
    await sandbox.dropRole(role);
  }
}

/** The limit that a session got, in milliseconds. */
async function timeoutOf(session: Session): Promise<number> {
  const { rows } = await session.query<{ ms: string }>(
    `SELECT round(extract(epoch FROM current_setting('statement_timeout')::interval) * 1000)::text AS ms`,
  );
  return Number(rows[0]!.ms);
}
