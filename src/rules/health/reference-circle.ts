import { foreignKeysFrom } from '../../catalog/find.ts';
import { keyOf, printName } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import type { HealthRule } from './model.ts';

/** Tables that need each other. */
export const referenceCircle: HealthRule = {
  id: 'reference-circle',
  group: 'tables',
  severity: 'info',
  finds: 'Tables of which each needs a row of the other first',
  because:
    'no first row can be written, loaded or restored without switching a foreign key off or waiting for the commit',
  instead: 'Let one of the columns be empty, or make one of the foreign keys deferrable.',
  threshold: 'Circles of foreign keys over NOT NULL columns of which none is deferrable.',
  needs: [],
  find: ({ structure: { tables, catalog, quote } }) => {
    const demands = (table: Table) =>
      foreignKeysFrom(catalog, table).filter(
        ({ constraint, to }) =>
          to !== undefined &&
          keyOf(to) !== keyOf(table) &&
          !constraint.deferrable &&
          constraint.columns.every((name) => table.columns.find((one) => one.name === name)?.notNull),
      );
    return tables.flatMap((table) => {
      const seen = new Set<string>();
      const open = demands(table).map(({ to, constraint }) => ({
        at: to!,
        first: constraint,
        way: [table.name, to!.name],
      }));
      for (const { at, first, way } of open) {
        if (keyOf(at) === keyOf(table))
          return [...seen].every((key) => keyOf(table) <= key)
            ? [
                {
                  object: `${printName(table)} constraint ${first.name}`,
                  message: `Each row needs another one first: ${way.join(' → ')}.`,
                  fix: `ALTER TABLE ${quote.name(table)} ALTER CONSTRAINT ${quote.identifier(first.name)} DEFERRABLE INITIALLY DEFERRED`,
                },
              ]
            : [];
        if (seen.has(keyOf(at)) || way.length > 20) continue;
        seen.add(keyOf(at));
        open.push(...demands(at).map(({ to }) => ({ at: to!, first, way: [...way, to!.name] })));
      }
      return [];
    });
  },
};
