/** Events, progress and observations as rows. */
import type {
  HistoryEvent,
  KeyRange,
  Progress,
  Session,
  StoredEvent,
  StoredProgress,
  StoredUsage,
  Usage,
} from '../../../engine/model.ts';
import { tableOf, tablesFound } from './tables.ts';

const iso = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

type Row = Readonly<Record<string, unknown>>;

/** A row without what is null in it. */
function filled(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

/** All events, oldest first; undefined where there are no tables. */
export async function read(session: Session, schema: string): Promise<readonly StoredEvent[] | undefined> {
  if ((await tablesFound(session, schema)) < 3) return undefined;
  // Older fingerprints are as large as the newest and are never looked at.
  const { rows } = await session.query(
    `SELECT id, run, kind, change, hash, phase, step, step_hash AS "stepHash", attempts, ms, note,
       CASE WHEN id = (SELECT max(id) FROM ${tableOf(schema, 'history')} WHERE kind = 'structure') THEN structure END AS structure,
       host, dbd, role, pid, server, ${iso('at')} AS at
     FROM ${tableOf(schema, 'history')} ORDER BY id`,
  );
  return rows.map((row) => filled(row) as unknown as StoredEvent);
}

/** Notes one event. */
export async function add(session: Session, schema: string, event: HistoryEvent): Promise<void> {
  await session.query(
    `INSERT INTO ${tableOf(schema, 'history')} (run, kind, change, hash, phase, step, step_hash, attempts, ms, note, structure, host, dbd)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13)`,
    [
      event.run,
      event.kind,
      event.change,
      event.hash,
      event.phase ?? null,
      event.step ?? null,
      event.stepHash ?? null,
      event.attempts ?? null,
      event.ms ?? null,
      event.note ?? null,
      event.structure === undefined ? null : JSON.stringify(event.structure),
      event.host,
      event.dbd,
    ],
  );
}

/** Writes over what was noted of the same step. */
export async function saveProgress(session: Session, schema: string, progress: Progress): Promise<void> {
  await session.query(
    `INSERT INTO ${tableOf(schema, 'progress')} AS p (change, step, step_hash, watermark, last_key, rows, batches, size, again, done)
     VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8, $9::jsonb, $10)
     ON CONFLICT (change, step) DO UPDATE SET step_hash = excluded.step_hash, watermark = excluded.watermark, last_key = excluded.last_key,
       rows = excluded.rows, batches = excluded.batches, size = excluded.size, again = excluded.again, done = excluded.done,
       at = pg_catalog.clock_timestamp()`,
    [
      progress.change,
      progress.step,
      progress.stepHash,
      progress.watermark === undefined ? null : JSON.stringify(progress.watermark),
      progress.end === undefined ? null : JSON.stringify(progress.end),
      progress.rows,
      progress.batches,
      progress.size,
      JSON.stringify(progress.again),
      progress.done,
    ],
  );
}

/** How far every backfill has come. */
export async function progress(session: Session, schema: string): Promise<readonly StoredProgress[]> {
  if ((await tablesFound(session, schema)) < 3) return [];
  const { rows } = await session.query(
    `SELECT change, step, step_hash AS "stepHash", watermark, last_key AS "end", rows, batches, size, again, done, ${iso('at')} AS at
     FROM ${tableOf(schema, 'progress')} ORDER BY change, step`,
  );
  return rows.map((row) => ({
    ...(filled(row) as unknown as StoredProgress),
    again: (row['again'] as readonly KeyRange[] | null) ?? [],
  }));
}

/** Keeps what was observed of the use of old shapes. */
export async function saveUsage(
  session: Session,
  schema: string,
  change: string,
  usage: Usage,
): Promise<void> {
  await session.query(`INSERT INTO ${tableOf(schema, 'observed')} (change, seen) VALUES ($1, $2::jsonb)`, [
    change,
    JSON.stringify(usage),
  ]);
}

/** What was observed for a change, oldest first. */
export async function usages(
  session: Session,
  schema: string,
  change: string,
): Promise<readonly StoredUsage[]> {
  if ((await tablesFound(session, schema)) < 3) return [];
  const { rows } = await session.query<{ at: string; seen: Usage }>(
    `SELECT ${iso('at')} AS at, seen FROM ${tableOf(schema, 'observed')} WHERE change = $1 ORDER BY id`,
    [change],
  );
  return rows.map(({ at, seen }) => ({ ...seen, at }));
}
