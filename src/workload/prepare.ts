/** Makes named queries ready to run: positional parameters, values drawn on the twin, each tried once. */
import type { Catalog } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type {
  ExcludedQuery,
  NamedQuery,
  NamedTransaction,
  PreparedQuery,
  PreparedStatement,
} from './model.ts';
import { drawValues } from './values.ts';

/** Queries that can run, and those that cannot with the reason; together they are all that were given. */
export interface Prepared {
  readonly queries: readonly PreparedQuery[];
  readonly excluded: readonly ExcludedQuery[];
}

interface Drawing {
  readonly seed: number;
  readonly sets: number;
}

/** Prepares queries on a filled database; `sets` parameter sets are drawn per query, equal seeds draw equal sets. */
export async function prepareQueries(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  queries: readonly (NamedQuery | NamedTransaction)[],
  options: Drawing,
): Promise<Prepared> {
  await engine.grammar.ready();
  const prepared: PreparedQuery[] = [];
  const excluded: ExcludedQuery[] = [];
  for (const [i, query] of queries.entries()) {
    try {
      const drawing = { seed: options.seed + i, sets: options.sets };
      prepared.push(
        'sql' in query
          ? await prepare(engine, session, catalog, query, drawing)
          : await prepareTransaction(engine, session, catalog, query, drawing),
      );
    } catch (error) {
      excluded.push({ name: query.name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { queries: prepared, excluded };
}

async function prepare(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  query: NamedQuery,
  options: Drawing,
  before: ReadonlyMap<string, readonly unknown[]> = new Map(),
): Promise<PreparedQuery> {
  const { grammar, probe, stats } = engine;
  const statements = grammar.split(grammar.parameters(query.sql).sql);
  if (statements.length !== 1)
    throw new Error(`it holds ${statements.length} statements; a named query is one`);
  const refused = grammar.refusal(statements[0]!);
  if (refused) throw new Error(refused);

  const { names } = grammar.parameters(query.sql);
  const { sql } = statements[0]!;
  const shape = grammar.shape(query.sql);
  const types = await probe.parameterTypes(session, sql);
  const drawn = await drawValues(
    { engine, session, catalog, ...options },
    query,
    shape,
    names,
    types,
    before,
  );
  const values = Array.from({ length: names.length === 0 ? 1 : options.sets }, (_, set) =>
    names.map((name) => drawn.get(name)![set]),
  );
  // A plan with real values finds what preparing cannot: a value of the wrong form, a missing privilege.
  await stats.explain(session, sql, values[0]!, false);
  return {
    name: query.name,
    sql,
    values,
    rate: query.rate,
    kind: shape.kind === 'read' ? 'read' : 'write',
    tables: [...new Set(shape.tables.map((one) => one.table))],
  };
}

/** Values are drawn statement by statement: a name that came before keeps its value. */
async function prepareTransaction(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  { statements: texts, ...query }: NamedTransaction,
  { seed, sets }: Drawing,
): Promise<PreparedQuery> {
  const names: string[] = [];
  const statements: PreparedStatement[] = [];
  const drawn = new Map<string, readonly unknown[]>();
  for (const [at, text] of texts.entries()) {
    const own = engine.grammar.parameters(text).names;
    const one = await prepare(
      engine,
      session,
      catalog,
      { ...query, sql: text },
      // Two statements on one table are about two rows, unless they share a name.
      { seed: seed + at * 104_729, sets },
      drawn,
    ).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`statement ${at + 1}: ${reason}`, { cause: error });
    });
    for (const [position, name] of own.entries()) {
      if (drawn.has(name)) continue;
      names.push(name);
      drawn.set(
        name,
        Array.from({ length: sets }, (_, set) => one.values[set % one.values.length]![position]),
      );
    }
    statements.push({
      sql: one.sql,
      kind: one.kind,
      tables: one.tables,
      takes: own.map((name) => names.indexOf(name)),
    });
  }
  const write = statements.some(({ kind }) => kind === 'write');
  return {
    name: query.name,
    sql: statements.map(({ sql }) => sql).join(';\n'),
    statements,
    values: Array.from({ length: names.length === 0 && !write ? 1 : sets }, (_, set) =>
      names.map((name) => drawn.get(name)![set]),
    ),
    rate: query.rate,
    kind: write ? 'write' : 'read',
    tables: [...new Set(statements.flatMap(({ tables }) => tables))],
  };
}
