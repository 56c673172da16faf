import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

const at = /(?:_at|[a-z]At)$/;
/** Fewest columns that make a habit. */
const fewest = 3;

/** A date or an instant that is named otherwise than the rest. */
export const timeName: Rule = {
  id: 'time-name',
  group: 'naming',
  severity: 'info',
  finds: 'A date or an instant that is named otherwise than the rest',
  because: 'where instants end in _at and dates in _on or _date, the name tells what a comparison needs',
  instead: 'End it as the others end.',
  find: ({ catalog, tables, types }) => {
    const instants = catalog.tables.flatMap(({ columns }) =>
      columns.filter(({ type }) => types.family(type) === 'instant'),
    );
    const ending = instants.filter(({ name }) => at.test(name));
    if (ending.length < fewest || ending.length * 3 < instants.length * 2) return [];
    return tables.flatMap((table) =>
      table.columns.flatMap(({ name, type }) => {
        const family = types.family(type);
        const object = `${printName(table)}.${name}`;
        if (family === 'instant' && !at.test(name))
          return [{ object, message: `${name} is an instant; most others end in _at.` }];
        return family === 'date' && at.test(name)
          ? [{ object, message: `${name} is a date; its ending promises an instant.` }]
          : [];
      }),
    );
  },
};
