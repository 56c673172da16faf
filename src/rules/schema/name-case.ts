import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';
import { cased } from '../../catalog/naming.ts';

const snake = /^[\p{Ll}_][\p{Ll}\p{Lo}\p{N}_]*$/u;

/** A name in another case than the rest. */
export const nameCase: Rule = {
  id: 'name-case',
  group: 'naming',
  severity: 'warning',
  finds: 'A name in another case than the rest',
  because: 'one case for all names lets people write queries without looking them up, and without quotes',
  instead: 'Rename it in the case of the house.',
  find: ({ tables, habits, standards, quote }) => {
    const wanted = standards.case ?? (habits.camel ? 'camel' : 'snake');
    if (wanted === 'any') return [];
    // Table names in camel case are written with a capital in some houses.
    const table = wanted === 'snake' ? snake : /^\p{L}[\p{L}\p{N}]*$/u;
    const column = wanted === 'snake' ? snake : /^\p{Ll}[\p{L}\p{N}]*$/u;
    const better = (name: string): string =>
      cased(name, { camel: wanted === 'camel', maxBytes: quote.maxBytes });
    return tables.flatMap((each) => [
      ...(table.test(each.name)
        ? []
        : [
            {
              object: printName(each),
              message: `The name ${each.name} is not in ${wanted} case.`,
              fix: `ALTER TABLE ${quote.name(each)} RENAME TO ${quote.identifier(better(each.name))}`,
            },
          ]),
      ...each.columns
        .filter(({ name }) => !column.test(name))
        .map(({ name }) => ({
          object: `${printName(each)}.${name}`,
          message: `The name ${name} is not in ${wanted} case.`,
          fix: `ALTER TABLE ${quote.name(each)} RENAME COLUMN ${quote.identifier(name)} TO ${quote.identifier(better(name))}`,
        })),
    ]);
  },
};
