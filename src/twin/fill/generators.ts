/** Generators of the configuration: SQL over `n` by `schema.table.column`, looked at before any row is made with it. */
import { SqlError, fail } from '../../base/error.ts';
import { nearest } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { FillFacts, Session } from '../../engine/model.ts';

export type Generators = Readonly<Record<string, string>>;

/** Refuses generators of tables and columns that no structure has; throws `config.invalid` with the nearest name. */
export function checkGenerators(generators: Generators | undefined, catalogs: readonly Catalog[]): void {
  const unknown = unknownGenerators(generators, catalogs);
  if (unknown.length === 0) return;
  const [{ key, near }] = unknown as readonly [{ readonly key: string; readonly near?: string }];
  fail('config.invalid', `generators names ${key}, which is no column of the structure.`, {
    hint:
      near === undefined
        ? 'Name it as schema.table.column, or remove it from dbd.config.yaml.'
        : `Did you mean ${near}?`,
    details: { key },
  });
}

/** Generators of tables and columns that no structure has, each with the nearest name. */
export function unknownGenerators(
  generators: Generators | undefined,
  catalogs: readonly Catalog[],
): readonly { readonly key: string; readonly near?: string }[] {
  const names = new Set(
    catalogs.flatMap(({ tables }) =>
      tables.flatMap((table) => table.columns.map((column) => `${keyOf(table)}.${column.name}`)),
    ),
  );
  return Object.keys(generators ?? {})
    .filter((key) => !names.has(key))
    .map((key) => {
      const near = nearest(key, names);
      return { key, ...(near === undefined ? {} : { near }) };
    });
}

/** Makes the first value of every generator of these tables; throws `twin.fill` naming the first whose SQL the server refuses. */
export async function tryGenerators(
  generators: Generators | undefined,
  session: Session,
  tables: readonly Table[],
  facts: ReadonlyMap<string, FillFacts>,
): Promise<void> {
  if (!generators) return;
  for (const table of tables)
    for (const { name, type } of facts.get(keyOf(table))?.columns ?? []) {
      const key = `${keyOf(table)}.${name}`;
      const sql = generators[key];
      if (sql === undefined) continue;
      try {
        await session.query(`SELECT (${sql})::${type} AS v FROM (SELECT 1::bigint AS n) AS g`);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        fail('twin.fill', `The generator of ${key} makes no value: ${error.message}`, {
          hint: 'Write SQL over n, the row number from 1, that gives one value of the column: generators in dbd.config.yaml.',
          cause: error,
          details: { key },
        });
      }
    }
}
