/** What an index costs those who write: batches with it and without it in turns, each taken back. */
import { DbdError, SqlError } from '../../base/error.ts';
import { keyOf } from '../../catalog/identity.ts';
import { findTable } from '../../catalog/find.ts';
import type { Session, Written } from '../../engine/model.ts';
import { makeInserts } from '../../twin/fill/insert.ts';
import { percentile } from '../../workload/percentile.ts';
import type { TableWrites } from '../advice/model.ts';
import type { Sides, WriteCost, WriteTurns } from './model.ts';
import type { ProveOptions } from './options.ts';
import { fewestRounds, ratioOf } from './rounds.ts';
import type { Stage } from './stage.ts';
import type { IndexPiece } from './standing.ts';
import { updatesOf, type Updates } from './updates.ts';

/** Rows of one batch unless another number is given. */
export const usualBatchRows = 1000;

/** Measures the cost of writing on a copy of its own, whose tables get room for updates. */
export async function measureWrites(
  options: ProveOptions,
  stage: Stage,
  pieces: readonly IndexPiece[],
): Promise<ReadonlyMap<string, WriteCost | string>> {
  const found = new Map<string, WriteCost | string>();
  if (options.batchRows === 0 || pieces.length === 0) return found;
  const { engine, sandbox, signal } = options;
  const database = await stage.fork();
  const rest = engine.fill.rest(sandbox.owner, database.name);
  const admin = await engine.connect(database.adminUrl, { application: 'dbd tune' });
  let writer: Session | undefined;
  try {
    await admin.run(rest.on);
    writer = await engine
      .connect(database.ownerUrl, { application: 'dbd tune' })
      .finally(() => admin.run(rest.off));
    const inserts = new Map<string, readonly string[] | string>();
    for (const piece of pieces) {
      signal.throwIfAborted();
      const key = keyOf(piece.table);
      if (!inserts.has(key)) inserts.set(key, await insertsOf(options, writer, piece));
      found.set(piece.id, await measured(options, admin, writer, piece, inserts.get(key)!));
    }
    return found;
  } finally {
    await Promise.all([admin.close(), writer?.close()]);
  }
}

interface Batches {
  readonly rows: number;
  readonly insert?: readonly string[];
  readonly updates?: Updates;
}

/** Statements that insert new rows into a table, which gets room for updates before; a sentence tells why there are none. */
async function insertsOf(
  options: ProveOptions,
  session: Session,
  piece: IndexPiece,
): Promise<readonly string[] | string> {
  const { engine, catalog, volumes, hints, seed } = options;
  const rows = options.batchRows ?? usualBatchRows;
  const table = findTable(catalog, piece.table);
  if (!table) return 'Nobody writes to a materialised view row by row.';
  const made = await tried(async () => {
    await engine.trials.makeRoom(session, table);
    return makeInserts({ engine, session, catalog, volumes, ...(hints ? { hints } : {}), seed, table, rows });
  });
  return typeof made === 'string' ? `No rows to insert could be made: ${made}` : made.batch;
}

async function measured(
  options: ProveOptions,
  admin: Session,
  session: Session,
  piece: IndexPiece,
  insert: readonly string[] | string,
): Promise<WriteCost | string> {
  const table = findTable(options.catalog, piece.table);
  const rows = options.batchRows ?? usualBatchRows;
  const day = options.writes.find((one) => keyOf(one.table) === keyOf(piece.table));
  const updates =
    table && (await tried(() => updatesOf(options, session, table, ownColumns(piece), day, rows)));
  if (typeof insert === 'string' && typeof updates !== 'object') return insert;
  return costOf(options, admin, session, piece, {
    rows,
    ...(typeof insert === 'string' ? {} : { insert }),
    ...(typeof updates === 'object' ? { updates } : {}),
  });
}

async function tried<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DbdError) || error.code === 'interrupted') throw error;
    return error.message;
  }
}

/** Columns of the index itself: where no statement is known to set any, updating them is the worst that can be. */
function ownColumns({ candidate }: IndexPiece): readonly string[] {
  return [...candidate.keys, ...candidate.includes].map((key) =>
    key.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"'),
  );
}

interface Turn extends Written {
  readonly hot: number;
}

async function costOf(
  options: ProveOptions,
  admin: Session,
  session: Session,
  piece: IndexPiece,
  batches: Batches,
): Promise<WriteCost | string> {
  const { engine, signal } = options;
  const turn = async (without: boolean, statements: readonly Statement[]): Promise<Turn> => {
    signal.throwIfAborted();
    await engine.trials.checkpoint(admin);
    await session.query('BEGIN');
    try {
      if (without) await session.query(piece.undo);
      const first = await engine.trials.updates(session, piece.table);
      let sum: Written = { ms: 0, walBytes: 0, fullPageImages: 0 };
      for (const { sql, values } of statements) {
        const one = await engine.trials.written(session, sql, values);
        sum = {
          ms: sum.ms + one.ms,
          walBytes: sum.walBytes + one.walBytes,
          fullPageImages: sum.fullPageImages + one.fullPageImages,
        };
      }
      const last = await engine.trials.updates(session, piece.table);
      const all = last.all - first.all;
      return { ...sum, hot: all === 0 ? 0 : (last.hot - first.hot) / all };
    } finally {
      await session.query('ROLLBACK');
    }
  };
  try {
    const insert =
      batches.insert &&
      (await turns(
        turn,
        batches.insert.map((sql) => ({ sql, values: [] })),
      ));
    const update = batches.updates && (await turns(turn, batches.updates.statements));
    const day = options.writes.find((one) => keyOf(one.table) === keyOf(piece.table));
    const cost: WriteCost = {
      rows: batches.rows,
      ...(insert ? { insert: figures(insert) } : {}),
      ...(update && batches.updates
        ? {
            update: {
              ...figures(update),
              columns: batches.updates.columns,
              basis: batches.updates.basis,
              hot: sides(update, ({ hot }) => hot),
            },
          }
        : {}),
    };
    return day ? { ...cost, there: there(cost, day) } : cost;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return `Its batch was refused: ${error.message}`;
  }
}

interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

interface Turns {
  readonly before: readonly Turn[];
  readonly after: readonly Turn[];
}

/** One turn that nobody counts, then pairs; the side that begins changes from pair to pair. */
async function turns(
  turn: (without: boolean, statements: readonly Statement[]) => Promise<Turn>,
  statements: readonly Statement[],
): Promise<Turns> {
  await turn(false, statements);
  const [before, after]: [Turn[], Turn[]] = [[], []];
  for (let pair = 0; pair < fewestRounds; pair += 1)
    for (const without of pair % 2 === 0 ? [true, false] : [false, true])
      (without ? before : after).push(await turn(without, statements));
  return { before, after };
}

function figures(seen: Turns): WriteTurns {
  return {
    ms: sides(seen, ({ ms }) => ms),
    ratio: ratioOf(seen.after.map(({ ms }, i) => ms / seen.before[i]!.ms)),
    walBytes: sides(seen, ({ walBytes }) => walBytes),
    fullPageImages: sides(seen, ({ fullPageImages }) => fullPageImages),
  };
}

function sides({ before, after }: Turns, figure: (turn: Turn) => number): Sides {
  const median = (all: readonly Turn[]): number => percentile(all.map(figure), 0.5)!.value;
  return { before: median(before), after: median(after) };
}

/** Carried to production by rows written: what each one costs more here, times how many there are a day. */
function there(cost: WriteCost, day: TableWrites): NonNullable<WriteCost['there']> {
  const { rows, insert, update } = cost;
  const extra = (turn: WriteTurns | undefined, figure: (turn: WriteTurns) => Sides): number =>
    turn ? Math.max(0, figure(turn).after - figure(turn).before) / rows : 0;
  const perDay = (figure: (turn: WriteTurns) => Sides): number =>
    day.inserted * extra(insert, figure) + day.updated * extra(update, figure);
  return {
    basis: 'derived',
    msPerDay: perDay(({ ms }) => ms),
    walBytesPerDay: perDay(({ walBytes }) => walBytes),
    hotLostPerDay: update ? Math.max(0, update.hot.before - update.hot.after) * day.updated : 0,
  };
}
