/** Runs a change on several sizes of the twin, on a server whose memory the largest one exceeds. */
import { step, type Emit } from '../../base/event.ts';
import { formatBytes, formatCount } from '../../base/units.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox, SandboxCopy, SandboxDatabase } from '../../sandbox/model.ts';
import type { StatementRun } from '../model.ts';
import { bestFit, extrapolate } from './fit.ts';
import type { ScaledFigure, ScaledStatement, Scales } from './model.ts';

/** Shares of the twin's rows, ascending. */
const shares = [1 / 27, 1 / 9, 1 / 3, 1] as const;
/** The cache is this share of the largest table, so that the largest size exceeds it and the others fit. */
const cacheShare = 0.5;
/** Smallest cache a server starts with that holds our own sessions, bytes. */
const smallestCache = 1024 * 1024;
/** Runs of one size; noise only adds, so the lower figure counts. */
const runs = 2;

/** A change that runs on a copy of a size; it gives the statements with their figures. */
export type RunOnce = (sandbox: Sandbox, database: SandboxDatabase) => Promise<readonly StatementRun[]>;

export interface ScalesOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** The structure without rows, and with all rows; nobody is connected to either. */
  readonly empty: SandboxDatabase;
  readonly full: SandboxDatabase;
  /** Rows of the full one. */
  readonly rows: number;
  /** Fills a copy of the structure with about so many rows. */
  readonly fill: (sandbox: Sandbox, database: SandboxDatabase, rows: number) => Promise<void>;
  readonly run: RunOnce;
  /** Whether a statement's figures grow with a table. */
  readonly grows: (run: StatementRun) => boolean;
  /** Rows of a table in production. */
  readonly rowsThere: (table: string) => number | undefined;
  /** Sizes are given up that would begin after this, milliseconds. */
  readonly boxMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

interface Measured {
  readonly rows: number;
  /** Rows and bytes, indexes included, of each table before the change. */
  readonly tables: ReadonlyMap<string, { readonly rows: number; readonly bytes: number }>;
  readonly statements: readonly StatementRun[];
}

/** Measures the statements that grow on at least four sizes, as far as the time reaches; the smallest first. */
export async function rehearseScales(options: ScalesOptions): Promise<Scales> {
  const { engine, sandbox, full, emit, signal } = options;
  const largestBytes = Math.max(0, ...[...(await tablesOf(engine, full)).values()].map(({ bytes }) => bytes));
  const cacheBytes = Math.max(smallestCache, Math.floor(largestBytes * cacheShare));
  const empty: Scales = { sizes: [], cacheBytes, largestBytes, runs, statements: [] };
  if (!sandbox.copy)
    return { ...empty, because: 'the memory of a server that was named by its address cannot be changed' };
  const began = performance.now();
  const copy = await sandbox.copy({
    settings: { shared_buffers: `${Math.floor(cacheBytes / 1024)}kB` },
    signal,
  });
  const measured: Measured[] = [];
  let because: string | undefined;
  try {
    for (const share of shares) {
      signal.throwIfAborted();
      if (measured.length > 0 && performance.now() - began > options.boxMs) {
        because = `the time for it was over after ${measured.length} of ${shares.length} sizes`;
        break;
      }
      const rows = Math.floor(options.rows * share);
      const one = await step(
        emit,
        `the change on ${formatCount(rows)} rows`,
        () => oneSize(options, copy, rows, share === 1),
        () => `server's memory ${formatBytes(cacheBytes)}`,
      );
      measured.push(one);
    }
  } finally {
    await copy.stop();
  }
  return {
    ...empty,
    sizes: measured.map(({ rows }) => rows),
    statements: scaled(options, measured),
    ...(because === undefined ? {} : { because }),
  };
}

async function oneSize(
  options: ScalesOptions,
  copy: SandboxCopy,
  rows: number,
  whole: boolean,
): Promise<Measured> {
  const { engine } = options;
  const base = whole
    ? copy.counterpart(options.full)
    : await copy.createDatabase({ from: copy.counterpart(options.empty) });
  if (!whole) await options.fill(copy, base, rows);
  const tables = await tablesOf(engine, base);
  let best: readonly StatementRun[] = [];
  for (let i = 0; i < runs; i += 1) {
    const database = await copy.createDatabase({ from: base });
    // As durable as production; and what creating the copy left to write must not be written while the change runs.
    await copy.durable(true);
    const seen = await options.run(copy, database).finally(() => copy.durable(false));
    await copy.dropDatabase(database);
    best = best.length === 0 ? seen : best.map((run, at) => lower(run, seen[at]));
  }
  if (!whole) await copy.dropDatabase(base);
  return { rows, tables, statements: best };
}

function lower(one: StatementRun, other: StatementRun | undefined): StatementRun {
  return other && other.ms < one.ms ? { ...one, ms: other.ms } : one;
}

async function tablesOf(engine: Engine, database: SandboxDatabase): Promise<Measured['tables']> {
  const session = await engine.connect(database.adminUrl, { application: 'dbd scales' });
  try {
    const tables = new Map<string, { rows: number; bytes: number }>();
    for (const { name, kind, table, bytes, rows } of await engine.stats.sizes(session)) {
      const key = `${name.schema}.${table}`;
      const known = tables.get(key) ?? { rows: 0, bytes: 0 };
      tables.set(key, {
        rows: kind === 'table' ? rows : known.rows,
        bytes: known.bytes + bytes,
      });
    }
    return tables;
  } finally {
    await session.close();
  }
}

function scaled(options: ScalesOptions, measured: readonly Measured[]): readonly ScaledStatement[] {
  const largest = measured.at(-1);
  if (!largest) return [];
  return largest.statements.flatMap((run, at) => {
    if (!options.grows(run)) return [];
    const table = subjectOf(run, largest);
    if (table === undefined) return [];
    const rows = measured.map((one) => one.tables.get(table)?.rows ?? 0);
    const there = options.rowsThere(table);
    const figure = (name: ScaledFigure['figure'], values: readonly number[]): ScaledFigure => {
      const fit = bestFit(rows, values);
      const far = there === undefined ? undefined : extrapolate(rows, values, there);
      return {
        figure: name,
        measured: values,
        ...(fit ? { fit } : {}),
        ...(far ? { there: far } : {}),
      };
    };
    const of = (pick: (one: StatementRun) => number): readonly number[] =>
      measured.map((one) => (one.statements[at] ? pick(one.statements[at]) : 0));
    return [
      {
        sql: run.sql,
        table,
        rows,
        figures: [
          figure(
            'time',
            of((one) => one.ms),
          ),
          figure(
            'log',
            of((one) => one.walBytes),
          ),
          figure(
            'bytes',
            measured.map((one) => one.tables.get(table)?.bytes ?? 0),
          ),
        ],
      },
    ];
  });
}

/** The table with most rows among those that the statement locks or writes anew. */
function subjectOf(run: StatementRun, { tables }: Measured): string | undefined {
  return [...run.rewrites, ...run.locks.map(({ relation }) => relation)]
    .filter((name) => (tables.get(name)?.rows ?? 0) > 0)
    .toSorted((a, b) => tables.get(b)!.rows - tables.get(a)!.rows)[0];
}
