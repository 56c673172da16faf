import { plural } from '../base/text.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import { lateRows, withoutLate } from './load.ts';
import type { Seeds } from './model.ts';
import { groupsOf } from './order.ts';
import { seedable } from './reference.ts';

/** A statement that fills a table from others, run after the rows. */
export interface Afterwards {
  readonly about: string;
  readonly sql: string;
}

/** Rows that belong to the structure, as a script that may run any number of times; undefined when there are none. */
export function referenceSql(engine: Engine, seeds: Seeds, title: string): string | undefined {
  if (seeds.reference.length === 0) return undefined;
  return script(
    [
      `Reference data${title}: rows that the structure is made of.`,
      'May be loaded any number of times: rows that are there already are brought to these values.',
    ],
    seeds.reference.map((table) =>
      [engine.seed.upsert(table, table.key), ...engine.seed.advance(table.table)].join('\n'),
    ),
  );
}

/** Rows for development, as a script for a fresh database; undefined when there are none. */
export function developmentSql(
  engine: Engine,
  catalog: Catalog,
  seeds: Seeds,
  options: {
    readonly title: string;
    readonly afterwards: readonly Afterwards[];
    /** Without the guard that refuses tables with rows. */
    readonly append: boolean;
  },
): string | undefined {
  const { development } = seeds;
  if (development.length === 0) return undefined;
  const rows = development.reduce((sum, table) => sum + table.rows.length, 0);
  const tables = seedable(engine, catalog);
  const deferred = groupsOf(tables).some((group) => group.deferred);
  const opened = tables.map((table) => engine.seed.open(table));
  return script(
    [
      `Development data${options.title}: ${plural(rows, 'made-up row')} in ${plural(development.length, 'table')}.`,
      'People, addresses and accounts are of nobody. Load the reference data first, and only into a fresh database;',
      "one that says SET dbd.environment = 'production' (ALTER DATABASE … SET) refuses it.",
    ],
    [
      engine.seed.guard(
        options.append
          ? []
          : development.map(({ table }) => ({ table, rows: seeds.kept.get(keyOf(table)) ?? 0 })),
      ),
      deferred ? engine.seed.defer : '',
      opened.flatMap(({ before }) => before).join('\n'),
      ...development.map((table) =>
        [engine.seed.insert(withoutLate(table)), ...engine.seed.advance(table.table)].join('\n'),
      ),
      ...development.flatMap((table) => {
        const late = lateRows(table);
        return table.late.length > 0 && late.rows.length > 0 ? [engine.seed.update(late, table.key)] : [];
      }),
      ...development.flatMap(({ table, key, moved }) =>
        moved ? [engine.seed.update({ table, columns: [...key, moved.column], rows: moved.rows }, key)] : [],
      ),
      ...options.afterwards.map(({ about, sql }) => `-- ${about}\n${sql.replace(/;?\s*$/, ';')}`),
      opened.flatMap(({ after }) => after).join('\n'),
    ],
  );
}

function script(head: readonly string[], parts: readonly string[]): string {
  const comment = head.map((line) => `-- ${line.replaceAll(/[\r\n]+/g, ' ')}`).join('\n');
  return `${[comment, 'BEGIN;', ...parts.filter((part) => part !== ''), 'COMMIT;'].join('\n\n')}\n`;
}
