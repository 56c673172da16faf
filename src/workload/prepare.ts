/** Makes named queries ready to run: positional parameters, values drawn on the twin, each tried once. */
import type { Catalog } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { ExcludedQuery, NamedQuery, PreparedQuery } from './model.ts';
import { drawValues } from './values.ts';

/** Queries that can run, and those that cannot with the reason; together they are all that were given. */
export interface Prepared {
  readonly queries: readonly PreparedQuery[];
  readonly excluded: readonly ExcludedQuery[];
}

/** Prepares queries on a filled database; `sets` parameter sets are drawn per query, equal seeds draw equal sets. */
export async function prepareQueries(
  engine: Engine,
  session: Session,
  catalog: Catalog,
  queries: readonly NamedQuery[],
  options: { readonly seed: number; readonly sets: number },
): Promise<Prepared> {
  await engine.grammar.ready();
  const prepared: PreparedQuery[] = [];
  const excluded: ExcludedQuery[] = [];
  for (const [i, query] of queries.entries()) {
    try {
      prepared.push(
        await prepare(engine, session, catalog, query, { seed: options.seed + i, sets: options.sets }),
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
  options: { readonly seed: number; readonly sets: number },
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
  const drawn = await drawValues({ engine, session, catalog, ...options }, query, shape, names, types);
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
