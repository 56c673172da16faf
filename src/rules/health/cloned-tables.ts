import { printName } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import { plural } from '../../base/text.ts';
import type { HealthRule } from './model.ts';

/** One table in many. */
export const clonedTables: HealthRule = {
  id: 'cloned-tables',
  group: 'tables',
  severity: 'info',
  finds: 'Tables that differ in a number only',
  because: 'queries over more than one of them are written by hand, and a change must be made in each',
  instead: 'Make one partitioned table of them.',
  threshold:
    'From 3 tables on with the same columns whose names are equal but for digits: two may be an old and a new one.',
  needs: [],
  find: ({ structure: { tables } }) => {
    const groups = new Map<string, Table[]>();
    for (const table of tables) {
      if (!/\d/.test(table.name) || table.inherits.length > 0) continue;
      const key = JSON.stringify([
        table.schema,
        table.name.replaceAll(/\d+/g, '#'),
        table.columns.map(({ name, type }) => [name, type]),
      ]);
      groups.set(key, [...(groups.get(key) ?? []), table]);
    }
    return [...groups.values()]
      .filter((group) => group.length >= 3)
      .map((group) => ({
        object: printName(group[0]!),
        message: `${plural(group.length, 'table')} have the same columns: ${group
          .slice(0, 4)
          .map(({ name }) => name)
          .join(', ')}${group.length > 4 ? ' …' : ''}.`,
      }));
  },
};
