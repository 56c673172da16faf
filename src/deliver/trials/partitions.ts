/** Runs the maintenance of partitioned tables on a filled copy: twice, from several sessions at once, beside a reader, and with rows that are due. */
import { DbdError } from '../../base/error.ts';
import type { Table } from '../../catalog/model.ts';
import type { PartedTable } from '../../design/model.ts';
import { daysBefore, spans } from '../../design/spans.ts';
import type { Engine, HeldLock, Session } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';

/** Sessions that call at once. */
const callers = 4;
/** The made-old partition lies this many days before what is kept: farther back than any generated row. */
const farBack = 4200;
/** Partitions asked for beyond the usual ones, so that there is something to make. */
const more = 3;

/** What the maintenance of one table did. */
export interface PartitionRun {
  /** Partitions that concurrent callers made together, and those that were missing. */
  readonly together: { readonly callers: number; readonly made: number; readonly missing: number };
  /** Partitions that a call right after found to do. */
  readonly again: number;
  readonly expired?: ExpiredRun;
  /** Why the server stopped it. */
  readonly failed?: string;
}

export interface ExpiredRun {
  readonly act: 'drop' | 'detach' | 'empty';
  /** Rows that were made old enough to be due, so that there was something to take away. */
  readonly moved: number;
  /** All rows that were due: those, and what was old enough before any call. */
  readonly due: number;
  readonly before: number;
  readonly after: number;
  /** What the call said of the expired partition. */
  readonly done: string;
  readonly ms: number;
  readonly locks: readonly HeldLock[];
  /** What the call said while another session was reading the table. */
  readonly besideReader: string;
  /** Rows that are older than what is kept and one period, and still there. */
  readonly left: number;
  /** Tables derived from it, and whether any of their values changed. */
  readonly derived: readonly { readonly table: string; readonly rows: number; readonly same: boolean }[];
}

interface Told extends Record<string, unknown> {
  readonly partition: string;
  readonly done: string;
}

/** Tries one table on a copy, which is left as the trial left it. */
export async function runPartitions(
  engine: Engine,
  sandbox: Sandbox,
  database: SandboxDatabase,
  parted: PartedTable,
  derived: readonly Table[],
): Promise<PartitionRun> {
  const session = await engine.connect(database.ownerUrl, {
    application: 'dbd partitions',
    statementTimeoutMs: 30_000,
  });
  let together = { callers, made: 0, missing: more };
  let again = 0;
  try {
    const before = await rowsIn(engine, session, parted);
    const overdue = parted.expired ? await rowsIn(engine, session, parted, tooOld(engine, parted)) : 0;
    together = await callTogether(engine, database, parted);
    again = (await session.query(callOf(engine, parted, more))).count;
    const expired = parted.expired
      ? await expire({
          engine,
          sandbox,
          database,
          parted,
          derived,
          session,
          before,
          overdue,
          act: parted.expired.act,
        })
      : undefined;
    return { together, again, ...(expired ? { expired } : {}) };
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    return { together, again, failed: error.message };
  } finally {
    await session.close();
  }
}

function callOf(engine: Engine, { routine, ahead }: PartedTable, beyond = 0): string {
  return `SELECT partition, done FROM ${engine.quote.name(routine)}(${ahead + beyond})`;
}

async function callTogether(
  engine: Engine,
  database: SandboxDatabase,
  parted: PartedTable,
): Promise<PartitionRun['together']> {
  const sessions = await Promise.all(
    Array.from({ length: callers }, () =>
      engine.connect(database.ownerUrl, { application: 'dbd partitions', statementTimeoutMs: 30_000 }),
    ),
  );
  try {
    const told = await Promise.all(sessions.map((each) => each.query<Told>(callOf(engine, parted, more))));
    const made = told.flatMap(({ rows }) => rows.filter(({ done }) => done === 'made'));
    return { callers, made: made.length, missing: more };
  } finally {
    await Promise.all(sessions.map((each) => each.close()));
  }
}

interface Expiring {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly parted: PartedTable;
  readonly derived: readonly Table[];
  readonly session: Session;
  /** Rows before the maintenance was called at all. */
  readonly before: number;
  /** Rows that were old enough then. */
  readonly overdue: number;
  readonly act: ExpiredRun['act'];
}

async function expire(work: Expiring): Promise<ExpiredRun> {
  const { engine, parted, derived, session, before, overdue, act } = work;
  const moved = await makeDue(work);
  const marks = await prints(work);
  const besideReader = await callBesideReader(work);
  const { told, ms, locks } = await callWatched(work);
  const after = await rowsIn(engine, session, parted);
  const marksAfter = await prints(work);
  return {
    act,
    moved,
    due: act === 'empty' ? moved : overdue + moved,
    before,
    after,
    done: told[0]?.done ?? 'nothing',
    ms,
    locks,
    besideReader,
    left: await rowsIn(engine, session, parted, tooOld(engine, parted)),
    derived: derived.map((table, i) => ({
      table: engine.quote.name(table),
      rows: marksAfter[i]!.rows,
      same: marks[i]!.hash === marksAfter[i]!.hash,
    })),
  };
}

/** Condition of rows whose whole partition is older than what is kept. */
function tooOld({ quote }: Engine, { column, every, expired }: PartedTable): string {
  return `${quote.identifier(column)} < date_trunc('${every}', (now() - interval '${Number(expired!.keepDays)} days') AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;
}

async function rowsIn(
  engine: Engine,
  session: Session,
  { table }: PartedTable,
  condition = 'true',
): Promise<number> {
  const sql = `SELECT count(*) AS n FROM ${engine.quote.name(table)} WHERE ${condition}`;
  return Number((await session.query<{ n: string }>(sql)).rows[0]!.n);
}

/** A partition far in the past, with the rows of the oldest day. */
async function makeDue({ engine, parted, session, act }: Expiring): Promise<number> {
  const name = engine.quote.name(parted.table);
  const column = engine.quote.identifier(parted.column);
  const { keepDays } = parted.expired!;
  const old = daysBefore(new Date(), keepDays + farBack);
  const [span] = spans(parted.every, old, old);
  await session.query(engine.partitions.create(parted, span!));
  // Rows that others refer to cannot be moved; then the empty partition shows the rest.
  if (act === 'empty') return 0;
  const begin = `'${span!.from.toISOString()}'::timestamptz${parted.type === 'instant' ? '' : " AT TIME ZONE 'UTC'"}`;
  const moved =
    parted.type === 'date'
      ? `(${begin})::date`
      : `${begin} + (${column} - (SELECT min(${column}) FROM ${name}))`;
  const first =
    parted.type === 'date'
      ? `(SELECT min(${column}) FROM ${name})`
      : `(SELECT min(${column}) + interval '23 hours' FROM ${name})`;
  const { count } = await session.query(
    `UPDATE ${name} SET ${column} = ${moved} WHERE ${column} <= ${first}`,
  );
  return count;
}

async function prints({
  engine,
  session,
  derived,
}: Expiring): Promise<readonly { rows: number; hash: string }[]> {
  const found: { rows: number; hash: string }[] = [];
  for (const table of derived)
    found.push(
      await engine.probe.fingerprint(
        session,
        table,
        table.columns.map((column) => column.name),
      ),
    );
  return found;
}

/** One call while somebody else's transaction has read the table. */
async function callBesideReader({ engine, database, parted, session }: Expiring): Promise<string> {
  const reader = await engine.connect(database.ownerUrl, { application: 'dbd reader' });
  try {
    await reader.run('BEGIN');
    await reader.query(`SELECT FROM ${engine.quote.name(parted.table)} LIMIT 1`);
    const { rows } = await session.query<Told>(callOf(engine, parted));
    return rows[0]?.done ?? 'nothing';
  } finally {
    await reader.close();
  }
}

async function callWatched({ engine, sandbox, database, parted, session }: Expiring): Promise<{
  readonly told: readonly Told[];
  readonly ms: number;
  readonly locks: readonly HeldLock[];
}> {
  const watcher = await engine.watch.open(database.adminUrl, sandbox.log);
  try {
    await session.run('BEGIN');
    const mark = await watcher.before(session.pid);
    const begin = performance.now();
    const { rows } = await session.query<Told>(callOf(engine, parted));
    const ms = performance.now() - begin;
    const { locks } = await watcher.after(session.pid, mark);
    await session.run('COMMIT');
    return { told: rows, ms, locks };
  } finally {
    await watcher.close();
  }
}
