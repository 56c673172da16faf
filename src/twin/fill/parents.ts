import { fail } from '../../base/error.ts';
import { hash } from '../../base/hash.ts';
import type { Constraint, Name } from '../../catalog/model.ts';
import type { Engine, Make, Session } from '../../engine/model.ts';
import { stride } from './keys.ts';
import type { TableVolume } from '../model.ts';
import type { KnownLink } from '../sampled/link.ts';

/** Shares of a table's rows, in [0, 1]. */
export interface Portion {
  readonly from: number;
  readonly to: number;
}

/** Keys of a parent by number: `key(column)` over a number from 0 up to `count`. */
export interface ParentKeys {
  readonly count: number;
  /** Statements that a session runs once before it uses the keys. */
  readonly before: readonly string[];
  key(column: string): Make;
}

/** Reads the keys of rows that are there already, of those only that are empty in the column `living` where one is named: by arithmetic when they are dense integers, else through a numbered copy. */
export async function existingKeys(
  engine: Engine,
  session: Session,
  table: Name,
  columns: readonly string[],
  living?: string,
  among?: { readonly columns: readonly string[]; readonly predicates: readonly string[] },
): Promise<ParentKeys> {
  const quote = engine.quote;
  const from =
    living === undefined
      ? among && among.predicates.length > 0
        ? narrowed(engine, table, columns, among)
        : quote.name(table)
      : `(SELECT * FROM ${quote.name(table)} WHERE ${quote.identifier(living)} IS NULL) AS living`;
  const names = columns.map((column) => quote.identifier(column));
  if (columns.length === 1) {
    const dense = await session
      .query<{ low: string; rows: string }>(
        `SELECT min(${names[0]})::bigint::text AS low, count(*)::text AS rows FROM ${from} HAVING max(${names[0]})::bigint - min(${names[0]})::bigint + 1 = count(*)`,
      )
      .catch(() => undefined);
    const row = dense?.rows[0];
    if (row) return { count: Number(row.rows), before: [], key: () => (m) => `(${row.low} + (${m}))` };
  }
  const { rows } = await session.query<{ rows: string }>(
    `SELECT count(*)::text AS rows FROM ${from} WHERE ${names.map((name) => `${name} IS NOT NULL`).join(' AND ')}`,
  );
  const map = `dbd_keys_${hash(`${from} ${columns.join(' ')}`).slice(0, 16)}`;
  return {
    count: Number(rows[0]!.rows),
    before: [
      `CREATE TEMPORARY TABLE IF NOT EXISTS ${map} AS SELECT row_number() OVER (ORDER BY ${names.join(', ')}) - 1 AS dbd_number, ${names.join(', ')} FROM ${from} WHERE ${names.map((name) => `${name} IS NOT NULL`).join(' AND ')}`,
      `CREATE UNIQUE INDEX IF NOT EXISTS ${map}_n ON ${map} (dbd_number)`,
      `ANALYZE ${map}`,
    ],
    key: (column) => (m) => `(SELECT k.${quote.identifier(column)} FROM ${map} k WHERE k.dbd_number = ${m})`,
  };
}

/** Rows of a table whose key satisfies conditions over the columns that refer to it. */
function narrowed(
  { quote }: Engine,
  table: Name,
  columns: readonly string[],
  among: { readonly columns: readonly string[]; readonly predicates: readonly string[] },
): string {
  const names = columns.map((column) => quote.identifier(column));
  const aside = names.map((name, i) => `${name} AS dbd_${i}`);
  const own = among.columns.map((column, i) => `dbd_${i} AS ${quote.identifier(column)}`);
  const back = names.map((name, i) => `dbd_${i} AS ${name}`);
  return `(SELECT ${back.join(', ')} FROM (SELECT ${aside.join(', ')} FROM ${quote.name(table)}) AS dbd_r CROSS JOIN LATERAL (SELECT ${own.join(', ')}) AS dbd_c WHERE ${among.predicates.join(' AND ')}) AS narrowed`;
}

/** Keys of several foreign keys that share columns or conditions: numbered rows of the parents that agree in what is shared, few per row of the first. */
export async function jointKeys(
  { engine, session }: { readonly engine: Engine; readonly session: Session },
  child: Name,
  constraints: readonly Constraint[],
  rows: number,
  predicates: readonly string[] = [],
): Promise<ParentKeys> {
  const { quote } = engine;
  const first = constraints[0]!;
  const { rows: counted } = await session.query<{ rows: string }>(
    `SELECT greatest(count(*), 1)::text AS rows FROM ${quote.name(first.references!)}`,
  );
  const each = Math.ceil(rows / Number(counted[0]!.rows)) * 2 + 4;
  const place = new Map<string, string>();
  const parts = constraints.map((constraint, i) => {
    const pairs = constraint.columns.map((column, k) => ({
      column,
      referenced: quote.identifier(constraint.references!.columns[k]!),
    }));
    const shared = pairs
      .filter((pair) => place.has(pair.column))
      .map((pair) => `p.${pair.referenced} = ${place.get(pair.column)!}`);
    for (const pair of pairs) if (!place.has(pair.column)) place.set(pair.column, `t${i}.${pair.referenced}`);
    if (i === 0) return `${quote.name(constraint.references!)} t0`;
    const names = pairs.map((pair) => `p.${pair.referenced}`).join(', ');
    const known = [
      ...[...place]
        .map(([column, from]) => [column, from] as const)
        .filter(([column]) => !pairs.some((pair) => pair.column === column)),
      ...pairs.map((pair) => [pair.column, `p.${pair.referenced}`] as const),
    ];
    const last = i === constraints.length - 1 && predicates.length > 0;
    const scope = last
      ? ` CROSS JOIN LATERAL (SELECT ${known.map(([column, from]) => `${from} AS ${quote.identifier(column)}`).join(', ')}) AS dbd_c`
      : '';
    const where = [...shared, ...(last ? predicates : []), 'true'].join(' AND ');
    return `CROSS JOIN LATERAL (SELECT ${names}, row_number() OVER (ORDER BY ${names}) AS dbd_turn FROM ${quote.name(constraint.references!)} p${scope} WHERE ${where} ORDER BY ${names} LIMIT ${each}) t${i}`;
  });
  const map = `dbd_joint_${hash([child.schema, child.name, ...constraints.map(({ name }) => name)].join(' ')).slice(0, 16)}`;
  const columns = [...place].map(([column, from]) => `${from} AS ${quote.identifier(column)}`).join(', ');
  const turns = constraints.slice(1).map((_, i) => `t${i + 1}.dbd_turn`);
  const order = [
    ...turns,
    ...first.references!.columns.map((column) => `t0.${quote.identifier(column)}`),
  ].join(', ');
  const before = [
    `CREATE TEMPORARY TABLE IF NOT EXISTS ${map} AS SELECT row_number() OVER (ORDER BY ${order}) - 1 AS dbd_number, ${columns} FROM ${parts.join(' ')}`,
    `CREATE UNIQUE INDEX IF NOT EXISTS ${map}_n ON ${map} (dbd_number)`,
    `ANALYZE ${map}`,
  ];
  for (const sql of before) await session.query(sql);
  const { rows: made } = await session.query<{ rows: string }>(`SELECT count(*)::text AS rows FROM ${map}`);
  return {
    count: Number(made[0]!.rows),
    before,
    key: (column) => (m) => `(SELECT k.${quote.identifier(column)} FROM ${map} k WHERE k.dbd_number = ${m})`,
  };
}

/** Rows of one call: numbers `start + 1 … start + size` of `rows`. */
export interface Block {
  readonly start: number;
  readonly size: number;
  readonly portion: Portion;
}

/** How children are spread over parents. */
export interface Spread {
  readonly engine: Engine;
  readonly seed: number;
  readonly parents: number;
  readonly child: TableVolume;
  readonly parent: TableVolume | undefined;
  readonly exponent: number | undefined;
  readonly portion: Portion;
  /** The parents of later portions are not there yet. */
  readonly parentGrows: boolean;
}

/** A foreign key of a table that is being planned, with the keys it may take. */
export interface Link {
  readonly constraint: Constraint;
  readonly columns: readonly string[];
  /** `schema.name` of the referenced table. */
  readonly to: string;
  readonly count: number;
  readonly spread: Spread;
  /** How children find their parents where the rows that they stand for tell it. */
  readonly known?: KnownLink;
  /** Value of another of the parent's columns for its number from 0, where that is known before the row is there. */
  readonly beside?: (column: string, parent: string) => string | undefined;
  /** Value of one of the columns for a parent's number from 0. */
  value(column: string, parent: string): string;
}

/** Parents that carry children, as places in the list of all parents. */
export interface Slice {
  readonly size: number;
  /** Parent's number from a place in [0, size). */
  readonly parent: Make;
}

/** The slice of parents that belongs to this portion: each gets its full depth, the others none, so that access by key meets true depth. */
export function sliceOf(spread: Spread, all = false): Slice {
  const { parents, portion, child, parent } = spread;
  if (parents < 1) fail('twin.fill', `Table ${child.table.name} needs rows of a table that has none.`);
  const share = all ? 1 : Math.min(1, child.scale / Math.max(parent?.scale ?? 1, Number.MIN_VALUE));
  const total = Math.max(1, Math.min(parents, Math.round(parents * share)));
  const low = Math.min(total - 1, Math.floor(total * portion.from));
  const size = Math.max(1, Math.floor(total * portion.to) - low);
  const step = spread.parentGrows ? 1 : stride(parents);
  return {
    size,
    parent: (place) => {
      const spot =
        total === parents ? `(${place} + ${low})` : `((${place} + ${low}) * ${parents} / ${total})`;
      return step === 1 ? spot : `(${spot} * ${step} % ${parents})`;
    },
  };
}

/** Parent's number for a row: uniform, or by rank when the task declares a skew; a sliced rank stands for the mean depth of the ranks it replaces. */
export function parentNumber(spread: Spread): Make {
  const slice = sliceOf(spread);
  const { engine, seed, exponent, parents } = spread;
  if (exponent === undefined) return (n) => slice.parent(engine.fill.spread(n, seed, slice.size));
  const rank: Make = (n) => engine.fill.zipf(n, seed, parents, exponent);
  return (n) => slice.parent(parents === slice.size ? rank(n) : `(${rank(n)} * ${slice.size} / ${parents})`);
}
