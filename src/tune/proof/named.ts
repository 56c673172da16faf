/** Names and statements of what is advised. */
import { slug } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import { habitsOf, namesIn } from '../../catalog/naming.ts';
import type { Engine } from '../../engine/model.ts';
import type { IndexCandidate, StatisticsCandidate } from '../advice/model.ts';

/** Gives new indexes names by the habits of the database, by candidate id; no two are alike, whatever their schema. */
export function indexNames(
  engine: Engine,
  catalog: Catalog,
  candidates: readonly IndexCandidate[],
): ReadonlyMap<string, Name> {
  const habits = habitsOf(catalog);
  const free = namesIn(catalog, engine.quote.maxBytes);
  const given = new Set<string>();
  return new Map(
    candidates.map((candidate) => {
      const { table } = candidate.wish;
      const columns = candidate.keys.map((key) => slug(key) || 'expression');
      const wanted = { schema: table.schema, name: habits.templates.index(table.name, columns) };
      let name = free(wanted);
      while (given.has(name)) name = free(wanted);
      given.add(name);
      return [candidate.id, { schema: table.schema, name }];
    }),
  );
}

/** The plain statement of an index. */
export function createIndex(engine: Engine, { wish }: IndexCandidate, name: Name): string {
  const { quote } = engine;
  return `CREATE ${wish.unique ? 'UNIQUE ' : ''}INDEX ${quote.identifier(name.name)} ON ${quote.name(wish.table)} ${wish.definition}`;
}

/** A name for statistics over columns that is not taken yet. */
export function statisticsName(engine: Engine, catalog: Catalog, one: StatisticsCandidate): Name {
  const taken = new Set(
    (catalog.others ?? []).filter(({ kind }) => kind === 'statistics').map(({ name }) => name),
  );
  const { table, columns } = one;
  const free = namesIn(catalog, engine.quote.maxBytes);
  for (;;) {
    const name = free({
      schema: table.schema,
      name: `${table.name}_${columns.map((column) => slug(column)).join('_')}_stat`,
    });
    if (!taken.has(keyOf({ schema: table.schema, name }))) return { schema: table.schema, name };
  }
}

/** What a statistics candidate is called where it has no name. */
export function statisticsId({ table, columns }: StatisticsCandidate): string {
  return `statistics on ${keyOf(table)} (${columns.join(', ')})`;
}
