/** Access patterns of a task as queries that can be run on a twin. */
import { DbdError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import { findTable } from '../catalog/find.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog, Name } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import type { Rate } from '../task/model.ts';
import { makeInserts } from '../twin/fill/insert.ts';
import type { FillHint, TableVolume } from '../twin/model.ts';
import type { ParameterSource, PreparedQuery } from '../workload/model.ts';
import { prepareQueries } from '../workload/prepare.ts';
import { whatThereIs } from './missing.ts';
import { wantedSamples } from './samples.ts';

/** Sets of values per query. */
const parameterSets = 100;
/** Share by which a load may send more calls than its rate says: arrivals are drawn. */
const moreCalls = 1.5;
const mostInserts = 5000;

/** One access pattern of a task. */
export interface Pattern {
  readonly claim: string;
  /** Text with `:name` parameters. */
  readonly sql?: string;
  /** Texts with `:name` parameters that are called as one transaction. */
  readonly transaction?: readonly string[];
  /** Table that gets rows one by one. */
  readonly insert?: Name;
  readonly rate: Rate;
  /** Target of the 95th percentile, milliseconds. */
  readonly p95?: number;
  readonly params?: Readonly<Record<string, ParameterSource>>;
}

export interface AccessOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Databases with growing shares of the rows, smallest first; each is written to. */
  readonly sizes: readonly { readonly database: SandboxDatabase }[];
  readonly catalog: Catalog;
  readonly patterns: readonly Pattern[];
  readonly volumes: readonly TableVolume[];
  readonly hints?: readonly FillHint[];
  readonly seed: number;
  /** Length of the open-loop load on the largest twin. */
  readonly durationMs: number;
  /** Time that every call gets before it is cut off, milliseconds; more where a target asks for it. */
  readonly timeoutMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** What a pattern reads (or is inserted into) without any claim about how much of it there will be. */
export function undeclared(pattern: Pattern, { catalog, volumes, engine }: AccessOptions): readonly string[] {
  return tablesOf(pattern, engine).flatMap((name) => {
    const table = findTable(catalog, name);
    const declared =
      table && volumes.some((volume) => keyOf(volume.table) === keyOf(table) && volume.claim !== undefined);
    return declared ? [] : [typeof name === 'string' ? name : name.name];
  });
}

/** The table whose twin is smallest against its declared rows: it decides how far figures are carried. */
export function governing(pattern: Pattern, options: AccessOptions): TableVolume | undefined {
  const { catalog, volumes, engine } = options;
  const tables = tablesOf(pattern, engine).flatMap((name) => findTable(catalog, name) ?? []);
  return tables
    .flatMap((table) => volumes.find((volume) => keyOf(volume.table) === keyOf(table)) ?? [])
    .toSorted((a, b) => a.scale - b.scale || b.horizon - a.horizon)[0];
}

/** Texts of a pattern that is not an insert, in order. */
export function textsOf({ sql, transaction }: Pattern): readonly string[] {
  return transaction ?? (sql === undefined ? [] : [sql]);
}

function tablesOf(pattern: Pattern, engine: Engine): readonly (string | Name)[] {
  return pattern.insert
    ? [pattern.insert]
    : [
        ...new Set(
          textsOf(pattern).flatMap((sql) => engine.grammar.shape(sql).tables.map((one) => one.table)),
        ),
      ];
}

/** Patterns with their values on one database; why others cannot run goes into `unable`. */
export async function preparePatterns(
  options: AccessOptions,
  session: Session,
  unable: Map<string, string>,
): Promise<readonly PreparedQuery[]> {
  const { engine, catalog, seed } = options;
  const asked = options.patterns.filter((pattern) => textsOf(pattern).length > 0);
  const prepared = await prepareQueries(
    engine,
    session,
    catalog,
    asked.map(({ claim, sql, transaction, rate, params = {} }) => {
      const common = { name: claim, rate, params };
      return transaction ? { ...common, statements: transaction } : { ...common, sql: sql! };
    }),
    { seed, sets: parameterSets },
  );
  for (const { name, reason } of prepared.excluded) {
    const texts = textsOf(asked.find((pattern) => pattern.claim === name)!);
    unable.set(name, `${reason}${whatThereIs(reason, texts.join('\n'), catalog)}`);
  }
  const inserts: PreparedQuery[] = [];
  for (const pattern of options.patterns) {
    if (pattern.insert === undefined) continue;
    try {
      const { hints, volumes } = options;
      const made = await makeInserts({
        engine,
        session,
        catalog,
        volumes,
        ...(hints ? { hints } : {}),
        seed,
        table: pattern.insert,
        rows: Math.min(
          mostInserts,
          Math.ceil((pattern.rate.peakPerSecond * options.durationMs * moreCalls) / 1000) + 2 * wantedSamples,
        ),
      });
      inserts.push({
        name: pattern.claim,
        sql: made.sql,
        values: made.values,
        rate: pattern.rate,
        kind: 'write',
        tables: [keyOf(pattern.insert)],
      });
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      unable.set(pattern.claim, error.message);
    }
  }
  return [...prepared.queries, ...inserts];
}

/** Rows of the table that grows, on one database. */
export async function rowsOf(options: AccessOptions, session: Session, pattern: Pattern): Promise<number> {
  const volume = governing(pattern, options);
  if (!volume) return 0;
  const { rows } = await session.query<{ rows: string }>(
    `SELECT count(*)::text AS rows FROM ${options.engine.quote.name(volume.table)}`,
  );
  return Number(rows[0]!.rows);
}
