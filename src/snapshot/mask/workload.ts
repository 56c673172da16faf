/** Statements and their sampled parameters, with the constants that meet masked columns translated as the columns are. */
import { findTable } from '../../catalog/find.ts';
import type { CapturedStatement, Engine, QueryShape, Snapshot } from '../../engine/model.ts';
import { columnKeyOf } from './columns.ts';
import type { Domain, Leaves } from './domain.ts';
import { telling } from './leaves.ts';
import { constant, maskSql, stranger, type SqlScope } from './sql.ts';
import { looksPrivate } from './private-values.ts';

export interface WorkloadContext {
  readonly snapshot: Snapshot;
  readonly engine: Engine;
  readonly domain: (key: string) => Domain | undefined;
  readonly leaves: Leaves;
  readonly known: (text: string) => boolean;
  /** Whether a text stands in the file in any case. */
  readonly open: (text: string) => boolean;
}

/** Where a parameter's values go. */
interface Target {
  readonly key: string | undefined;
  readonly like: boolean;
}

/** A constant that begins somewhere inside a text: no order tells which values have it. */
const within = /^[%_].*[^%_]/s;

/** Replaces what is private in every statement. */
export function maskWorkload(context: WorkloadContext): Snapshot['workload'] {
  const { workload } = context.snapshot;
  return { ...workload, statements: workload.statements.map((one) => maskStatement(one, context)) };
}

/** Masked columns that some statement searches for a part of their texts, with the id of one: such a constant selects other values than before. */
export function searchedWithin({
  snapshot,
  engine,
  domain,
}: Pick<WorkloadContext, 'snapshot' | 'engine' | 'domain'>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, sql, samples } of snapshot.workload.statements) {
    const shape = shapeOf(sql, engine);
    const tables = new Map(shape?.tables.map(({ alias, table }) => [alias, table]));
    for (const { alias, column, parameter, constant: text } of shape?.predicates ?? []) {
      const values = parameter === undefined ? [text] : samples.map((row) => row[Number(parameter) - 1]);
      const key = columnKeyOf(snapshot.catalog, tables.get(alias) ?? '', column);
      if (key !== undefined && domain(key) && values.some((value) => within.test(value ?? '')))
        found.set(key, id);
    }
  }
  return found;
}

function maskStatement(one: CapturedStatement, context: WorkloadContext): CapturedStatement {
  const { snapshot, domain, leaves, known, open } = context;
  const shape = shapeOf(one.sql, context.engine);
  const scope = scopeOf(one.sql, shape, context);
  const touches = [...scope.values()].some((each) => each !== undefined);
  // The server replaces constants of queries; in any other statement they stand as they were sent.
  const utility = shape === undefined || shape.kind === 'other';
  const targets = shape ? targetsOf(shape, snapshot) : new Map<number, Target>();
  return {
    ...one,
    sql: maskSql(one.sql, scope, leaves, {
      scan: context.engine.grammar.scan,
      known,
      open,
      strangers: touches || utility ? 'replace' : 'keep',
      comments: 'drop',
    }),
    samples: one.samples.map((values) =>
      values.map((value, at) => {
        if (value === null) return null;
        const target = targets.get(at + 1);
        const of = target?.key === undefined ? undefined : domain(target.key);
        if (of) return constant(of, value, leaves, target!.like) ?? leaves.text(value);
        if (looksPrivate([value])) return leaves.text(value);
        if (target?.key !== undefined) return value;
        const plain = /^(?:-?\d{1,18}(?:\.\d+)?|t|f|true|false|\d{4}-\d\d-\d\d.*)$/.test(value);
        return (value.length >= telling && known(value)) || (touches && !plain)
          ? stranger(value, leaves)
          : value;
      }),
    ),
  };
}

function shapeOf(sql: string, engine: Engine): QueryShape | undefined {
  try {
    return engine.grammar.shape(sql);
  } catch {
    return undefined;
  }
}

/** Columns of the tables that a statement names; of all tables when it cannot be parsed. */
function scopeOf(
  sql: string,
  shape: QueryShape | undefined,
  { snapshot, domain }: WorkloadContext,
): SqlScope {
  const { catalog } = snapshot;
  const named = shape?.tables.flatMap(
    ({ table }) => findTable(catalog, table) ?? catalog.views.find(({ name }) => table.endsWith(name)) ?? [],
  );
  const words =
    named && named.length > 0 ? undefined : new Set(sql.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_$]*/gu));
  const relations = words
    ? [...catalog.tables, ...catalog.views].filter(({ name }) => words.has(name.toLowerCase()))
    : named!;
  return scopeOfRelations(relations, domain);
}

/** Bare column names of relations; a name that is private in one of them is private. */
export function scopeOfRelations(
  relations: readonly {
    readonly schema: string;
    readonly name: string;
    readonly columns: readonly { readonly name: string }[];
  }[],
  domain: (key: string) => Domain | undefined,
): SqlScope {
  const scope = new Map<string, Domain | undefined>();
  for (const { schema, name: relation, columns } of relations)
    for (const { name: column } of columns) {
      const own = domain(JSON.stringify([schema, relation, column]));
      if (own || !scope.has(column)) scope.set(column, own);
    }
  return scope;
}

function targetsOf(shape: QueryShape, { catalog }: Snapshot): ReadonlyMap<number, Target> {
  const tables = new Map(shape.tables.map(({ alias, table }) => [alias, table]));
  const targets = new Map<number, Target>();
  for (const { alias, column, parameter, operator } of [
    ...shape.predicates,
    ...(shape.sets ?? []).map((one) => ({ ...one, operator: 'equal' as const })),
  ]) {
    const table = tables.get(alias);
    const key = table === undefined ? undefined : columnKeyOf(catalog, table, column);
    if (parameter !== undefined && key !== undefined && !targets.has(Number(parameter)))
      targets.set(Number(parameter), { key, like: operator === 'like' || operator === 'other' });
  }
  return targets;
}
