import { printName } from '../../catalog/identity.ts';
import type { HealthRule } from './model.ts';

/** A long list of values in a constraint. */
export const valuesInDefinition: HealthRule = {
  id: 'values-in-definition',
  group: 'types',
  severity: 'info',
  finds: 'A long list of values in a constraint',
  because: 'each new value is a migration that reads the whole table, and nobody can ask for the list',
  instead: 'Keep the values in a table of their own with a foreign key.',
  threshold: 'From 12 values on: a handful of states belongs to the definition.',
  needs: [],
  find: ({ structure: { tables } }) =>
    tables.flatMap((table) =>
      table.constraints.flatMap(({ kind, name, definition }) => {
        const list = kind === 'check' ? /= ANY \(\(?ARRAY\[([\s\S]*?)\]/.exec(definition)?.[1] : undefined;
        const values = list === undefined ? 0 : [...list.matchAll(/'(?:[^']|'')*'/g)].length;
        return values >= 12
          ? [{ object: `${printName(table)} constraint ${name}`, message: `${name} lists ${values} values.` }]
          : [];
      }),
    ),
};
