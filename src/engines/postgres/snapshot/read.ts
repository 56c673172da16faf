import { DbdError, SqlError } from '../../../base/error.ts';
import { step } from '../../../base/event.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { CaptureOptions } from '../../../engine/snapshot/model.ts';
import { definitionSettings, refuseOld } from '../inspect/inspect.ts';
import { quote } from '../quote.ts';
import { allSections } from './all-sections.ts';
import type { Places, Recording, Row, Section } from './model.ts';
import { ANSWERS } from './probes/answers.ts';
import { askProbes } from './probes/ask.ts';
import { probeList } from './probes/list.ts';
import type { ListedProbe } from './probes/model.ts';
import { PLACES } from './sections/places.ts';
import { SETTINGS } from './sections/settings.ts';

/** Milliseconds that a definition may wait for a table that somebody has locked for himself. */
const lockMs = 2000;
/** Milliseconds after which the server ends a transaction of ours that does nothing. */
const idleMs = 60_000;

/** Marks our own statements, which are no part of the workload. */
export const ours = '/* dbd snapshot */';

/** A row as JSON in one line; line breaks in JSON stand between values only. */
export function asJson(sql: string): string {
  return `SELECT ${ours} pg_catalog.replace(pg_catalog.row_to_json(q)::pg_catalog.text, pg_catalog.chr(10), ' ') AS row FROM (\n${sql.trim()}\n) q`;
}

/** Reads all sections in one read-only transaction that sees one moment, with time limits. */
export async function readSections(session: Session, options: CaptureOptions): Promise<Recording> {
  refuseOld(session.serverVersion);
  const rows = new Map<string, readonly Row[]>();
  const failed = new Map<string, string>();
  let places: Places = {};
  const cancel = (): void => void session.cancel();
  options.signal.addEventListener('abort', cancel, { once: true });
  const read = async (section: Section): Promise<void> => {
    if (section.when !== undefined && places[section.when] !== true) return;
    options.signal.throwIfAborted();
    const sql = section
      .sql({ version: session.serverVersion, statements: options.statements })
      .replaceAll(/:"(\w+)"/g, (_, name: string) => quote.identifier(String(places[name])));
    if (section.optional) await session.query('SAVEPOINT section');
    try {
      rows.set(section.name, await jsonRows(session, sql));
    } catch (error) {
      if (!section.optional || !(error instanceof SqlError)) throw await explained(session, error, section);
      await session.query('ROLLBACK TO SAVEPOINT section');
      failed.set(section.name, error.message);
    }
    if (section === PLACES) places = (rows.get(PLACES.name)?.[0] ?? {}) as Places;
  };
  try {
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      await read(SETTINGS);
      await session.query(limits(options.statementMs));
      await inStages(options, allSections, read);
      if (options.probes.length > 0)
        await step(options.emit, ANSWERS.stage, async () => {
          const list = probeList(options.probes, options.statementMs);
          await read(list);
          const listed = (rows.get(list.name) ?? []) as readonly unknown[] as readonly ListedProbe[];
          rows.set(ANSWERS.name, await askProbes(session, listed, options.signal));
        });
    } finally {
      // A connection that is gone has ended its transaction by itself.
      await session.query('ROLLBACK').catch(() => undefined);
    }
  } finally {
    options.signal.removeEventListener('abort', cancel);
  }
  return { how: 'connection', rows, failed };
}

async function jsonRows(session: Session, sql: string): Promise<readonly Row[]> {
  const { rows } = await session.query<{ row: string }>(asJson(sql));
  return rows.map(({ row }) => JSON.parse(row) as Row);
}

async function inStages(
  { emit }: CaptureOptions,
  sections: readonly Section[],
  read: (section: Section) => Promise<void>,
): Promise<void> {
  for (const stage of new Set(sections.map((section) => section.stage)))
    await step(emit, stage, async () => {
      for (const section of sections.filter((one) => one.stage === stage)) await read(section);
    });
}

/** Settings of the transaction by name: limits in milliseconds, and forms of texts that are the same everywhere. */
export function transactionSettings(
  statementMs: number,
): readonly (readonly [name: string, value: string])[] {
  return Object.entries({
    ...definitionSettings,
    standard_conforming_strings: 'on',
    statement_timeout: String(Math.ceil(statementMs)),
    lock_timeout: String(lockMs),
    idle_in_transaction_session_timeout: String(idleMs),
  });
}

function limits(statementMs: number): string {
  const sets = transactionSettings(statementMs).map(
    ([name, value]) => `set_config('${name}', '${value}', true)`,
  );
  return `SELECT ${ours} ${sets.join(', ')}`;
}

/** SQLSTATE of a lock that was not got in time. */
const lockNotAvailable = '55P03';

/** The error with what the user can do about it; throws nothing. */
async function explained(session: Session, error: unknown, section: Section): Promise<unknown> {
  if (!(error instanceof SqlError)) return error;
  if (error.code === 'sql.timeout')
    return new DbdError('sql.timeout', `Reading "${section.name}" took longer than its limit.`, {
      hint: 'Give it more time with --timeout 2min.',
      cause: error,
    });
  if (error.fields.sqlstate === lockNotAvailable) {
    const held = await lockedTables(session).catch(() => []);
    return new DbdError(
      'sql.timeout',
      `Reading "${section.name}" waited for ${held.length === 0 ? 'a table' : held.join(', ')}, which another session has locked.`,
      { hint: 'Take the snapshot when no table is being altered.', cause: error },
    );
  }
  return error;
}

async function lockedTables(session: Session): Promise<readonly string[]> {
  await session.query('ROLLBACK');
  const { rows } = await session.query<{ name: string }>(`
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
      FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
      JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE d.datname = current_database() AND l.mode = 'AccessExclusiveLock' AND c.relkind IN ('r', 'p', 'm') ORDER BY 1 LIMIT 5`);
  return rows.map(({ name }) => name);
}
