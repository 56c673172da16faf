/** Statistics that production's planner has and the snapshot does not, by table, column, index and object. */
import type { Catalog, Table } from '../../../catalog/model.ts';
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { indexesOf, keyOf } from './indexes.ts';

/** Types without statistics of their ranges before version 17. */
const ranges = /range$/;

/** What was not seen although the table has been analysed with rows in it. */
export function unseenStatistics(snapshot: Snapshot): readonly NotExact[] {
  const { catalog, relations, columns, extended, source } = snapshot;
  // Nothing is hidden from a superuser: what is not there does not exist in production either.
  if (source.role.superuser) return [];
  const analysed = new Set(relations.filter(hasStatistics).map(keyOf));
  const seen = new Map<string, Map<string, boolean>>();
  for (const one of columns) {
    const key = keyOf({ schema: one.schema, name: one.relation });
    const names = seen.get(key) ?? new Map<string, boolean>();
    seen.set(key, names.set(one.column, names.get(one.column) === true || one.rangeBounds !== undefined));
  }
  return [
    ...catalog.tables
      .filter((table) => analysed.has(keyOf(table)))
      .flatMap((table) => ofTable(table, seen.get(keyOf(table)), source.versionNumber)),
    ...ofExpressions(catalog, analysed, relations, seen),
    ...ofObjects(catalog, new Set(extended.map(keyOf))),
  ];
}

function hasStatistics({ kind, rows }: RelationFigures): boolean {
  return rows > 0 && kind !== 'index' && kind !== 'partitioned index';
}

function ofTable(
  table: Table,
  seen: ReadonlyMap<string, boolean> | undefined,
  version: number,
): readonly NotExact[] {
  const title = `${table.schema}.${table.name}`;
  if (!seen)
    return [
      {
        what: `table ${title}`,
        why: 'Its statistics were not seen; the planner guesses all of its columns.',
      },
    ];
  return table.columns
    .filter(({ generated }) => generated?.kind !== 'virtual')
    .flatMap(({ name, type }) =>
      !seen.has(name)
        ? [{ what: `column ${title}.${name}`, why: 'Its statistics were not seen; the planner guesses.' }]
        : version < 170_000 && ranges.test(type) && !seen.get(name)
          ? [
              {
                what: `column ${title}.${name}`,
                why: 'Statistics of ranges were not seen, which the server shows to a superuser only before version 17; the planner guesses.',
              },
            ]
          : [],
    );
}

function ofExpressions(
  catalog: Catalog,
  analysed: ReadonlySet<string>,
  relations: readonly RelationFigures[],
  seen: ReadonlyMap<string, unknown>,
): readonly NotExact[] {
  const columns = new Map(
    catalog.tables.map((table) => [keyOf(table), new Set(table.columns.map(({ name }) => name))]),
  );
  const indexes = indexesOf(catalog);
  return relations
    .filter(({ kind, table }) => kind === 'index' && table && analysed.has(keyOf(table)))
    .filter((one) => {
      const names = columns.get(keyOf(one.table!));
      const keys = indexes.get(keyOf(one))?.keys ?? [];
      return names !== undefined && keys.some((key) => !names.has(key)) && !seen.has(keyOf(one));
    })
    .map(({ schema, name }) => ({
      what: `index ${schema}.${name}`,
      why: 'Statistics of its expressions were not seen; the planner guesses.',
    }));
}

function ofObjects({ others = [] }: Catalog, seen: ReadonlySet<string>): readonly NotExact[] {
  const names = new Set([...seen].map((key) => (JSON.parse(key) as [string, string]).join('.')));
  return others
    .filter(({ kind, name }) => kind === 'statistics' && !names.has(name) && !names.has(unquoted(name)))
    .map(({ name }) => ({
      what: `statistics ${name}`,
      why: 'Its figures were not seen; the planner takes its columns as independent.',
    }));
}

/** A name whose parts are quoted only where they must be. */
function unquoted(name: string): string {
  return name.replaceAll(/"((?:[^"]|"")*)"/g, (_, text: string) => text.replaceAll('""', '"'));
}
