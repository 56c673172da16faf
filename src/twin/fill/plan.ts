import { fail } from '../../base/error.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { Engine, FillFact, FillFacts, Make, Session } from '../../engine/model.ts';
import { conditionsOf, type Condition } from './conditions.ts';
import type { FillHint, TableVolume } from '../model.ts';
import type { Block, Portion } from './parents.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Lets } from '../sampled/lets.ts';
import type { KeyMaker, Known } from '../sampled/model.ts';

/** What planning the rows of one table needs to know. */
export interface PlanContext {
  readonly engine: Engine;
  readonly session: Session;
  readonly catalog: Catalog;
  readonly facts: ReadonlyMap<string, FillFacts>;
  readonly volumes: ReadonlyMap<string, TableVolume>;
  /** Plans made so far, by `schema.name`; foreign keys use the keys of these before any row exists. */
  readonly plans: Map<string, TablePlan>;
  readonly hints: readonly FillHint[];
  readonly portion: Portion;
  /** End of the time window, ISO text. */
  readonly until: string;
  readonly seed: number;
  /** The rows are to stand beside all that are there, of whatever portions those were made. */
  readonly beside?: boolean;
  /** Numbers that keys must lie above since they are taken elsewhere: `schema.table.column` → the greatest. */
  readonly taken?: ReadonlyMap<string, number>;
  /** What is known of the rows that these stand for. */
  readonly known?: Known;
  /** SQL over `n`, the row's number from 1, that the configuration gives for columns, by `schema.table.column`. */
  readonly generators?: ReadonlyMap<string, string>;
  /** Checks and keys of the tables are not there yet. */
  readonly bare?: boolean;
  readonly lets: Lets;
  /** Tables that need each other through foreign keys, `schema.name`, each with those of its circle. */
  readonly circles?: ReadonlyMap<string, ReadonlySet<string>>;
  /** The last of those that decide keys of circles, one after the other. */
  readonly turn?: { last: Promise<void> | Promise<undefined> };
}

/** How one table gets its rows. */
export interface TablePlan {
  readonly table: Table;
  readonly key: string;
  readonly volume: TableVolume;
  /** Rows of the table that were there before and stay. */
  readonly kept: number;
  /** Rows that are made in all portions together; less than the volume where a key has no room. */
  rows: number;
  block: Block;
  readonly columns: ColumnPlan[];
  /** First day, ISO text, that kept rows have in a date column: made rows of a key stand before it. */
  readonly earliest: ReadonlyMap<string, string>;
  /** Statements a session runs once before the rows. */
  readonly before: string[];
  /** Whether its keys and values are decided; `now` while it is at it. */
  linked: 'no' | 'now' | 'yes';
  /** Tables, `schema.name`, whose rows stand beside its own with equal numbers. */
  readonly inStep: Set<string>;
  /** Names of expressions that the columns share. */
  readonly lets: Lets;
  /** Keys whose values follow from their rank, by column. */
  readonly keys: Map<string, KeyMaker>;
  /** Values in the parent's row by foreign key, where they follow from the row's number. */
  readonly parents: Map<string, (column: string, n: string) => string | undefined>;
  readonly conditions: Condition[];
  readonly limits: string[];
}

export interface ColumnPlan {
  readonly name: string;
  readonly fact: FillFact;
  readonly nullable: boolean;
  /** Ways to make the value, best first; a way may use the other columns of its row. */
  candidates: readonly RowMake[];
  /** The ways as they were before conditions over several columns were looked at. */
  plain?: readonly RowMake[];
  chosen: number;
  /** Decided by a key: only a null may replace it. */
  fixed: boolean;
}

/** Makes a column's expression from the row's number and the expressions of the row's other columns. */
export type RowMake = (n: string, other: (column: string) => string) => string;

/** Starts the plan of a table: rows still to make, its columns without values, and the conditions on them. */
export async function startPlan(table: Table, context: PlanContext): Promise<TablePlan> {
  const { engine, session, catalog, portion } = context;
  const key = keyOf(table);
  const facts = context.facts.get(key);
  const volume = context.volumes.get(key);
  if (!facts || !volume) fail('twin.fill', `Table ${key} is not in the database or has no volume.`);
  const { rows: counted } = await session.query<{ rows: string }>(
    `SELECT count(*)::text AS rows FROM ${engine.quote.name(table)}`,
  );
  const existing = Number(counted[0]!.rows);
  const earlier = Math.floor(volume.rows * portion.from);
  const kept = existing >= earlier ? existing - earlier : existing;
  // Rows that came with the schema are reference data; only a declared volume says that there are more.
  const rows = kept > 0 && volume.basis === 'assumed' ? 0 : Math.max(0, volume.rows - kept);
  const columns = table.columns
    .filter((column) => !column.generated)
    .flatMap((column): readonly ColumnPlan[] => {
      const fact = facts.columns.find((candidate) => candidate.name === column.name);
      return fact
        ? [
            {
              name: column.name,
              fact,
              nullable: !column.notNull && fact.notNull !== true,
              candidates: [],
              chosen: 0,
              fixed: false,
            },
          ]
        : [];
    });
  return {
    table,
    key,
    volume,
    kept,
    rows,
    block: blockOf(rows, portion),
    columns,
    before: [],
    linked: 'no',
    inStep: new Set(),
    lets: context.lets,
    keys: new Map(),
    parents: new Map(),
    earliest: kept > 0 ? await earliestOf(table, columns, context) : new Map(),
    conditions: [...conditionsOf(table, facts, catalog.tables, engine.quote)],
    limits: [],
  };
}

async function earliestOf(
  table: Table,
  columns: readonly ColumnPlan[],
  context: PlanContext,
): Promise<ReadonlyMap<string, string>> {
  const { quote } = context.engine;
  const earliest = new Map<string, string>();
  for (const column of columns.filter((candidate) => candidate.fact.family === 'date')) {
    const { rows } = await context.session.query<{ first: string | null }>(
      `SELECT min(${quote.identifier(column.name)})::text AS first FROM ${quote.name(table)}`,
    );
    if (rows[0]!.first !== null) earliest.set(column.name, rows[0]!.first);
  }
  return earliest;
}

/** Numbers of the rows that a portion makes. */
export function blockOf(rows: number, portion: Portion): Block {
  const start = Math.floor(rows * portion.from);
  return { start, size: Math.floor(rows * portion.to) - start, portion };
}

/** Lowers a plan's rows to what a key has room for, and says so. */
export function capRows(plan: TablePlan, room: number, why: string): void {
  if (plan.rows <= room) return;
  plan.limits.push(`${plan.key} gets ${room} rows instead of ${plan.rows}: ${why}.`);
  plan.rows = room;
  plan.block = blockOf(room, plan.block.portion);
}

/** The expression of a column in the row with number `n`, as chosen; undefined when the column is left to its default. */
export function expressionOf(
  plan: TablePlan,
  column: string,
  n: string,
  path: readonly string[] = [],
): string | undefined {
  const own = plan.columns.find((candidate) => candidate.name === column);
  const make = own?.candidates[own.chosen];
  if (!make) return undefined;
  // Two columns that wait for each other can have no value; the caller tries other ways.
  if (path.includes(column)) throw new CircularColumns();
  return make(n, (name) => expressionOf(plan, name, n, [...path, column]) ?? 'NULL');
}

/** Columns of a row depend on each other. */
export class CircularColumns extends Error {}

/** Turns a maker that knows the row's number only into one of a row. */
export function alone(make: Make): RowMake {
  return (n) => make(n);
}
