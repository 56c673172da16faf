import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A name that must be written in quotes. */
export const quotedName: Rule = {
  id: 'quoted-name',
  group: 'naming',
  severity: 'warning',
  finds: 'A name that must be written in quotes',
  because: 'whoever forgets the quotes gets an error, or another object',
  instead: 'Rename it with letters, digits and underscores.',
  find: ({ tables, habits, standards, quote }) => {
    const camel = (standards.case ?? (habits.camel ? 'camel' : 'snake')) !== 'snake';
    const odd = (name: string): boolean =>
      camel ? /[^\p{L}\p{N}_]/u.test(name) : !/^[a-z_][a-z0-9_]*$/.test(name);
    return tables.flatMap((table) =>
      [
        ...(odd(table.name) ? [{ object: printName(table), name: table.name }] : []),
        ...table.columns
          .filter(({ name }) => odd(name))
          .map(({ name }) => ({ object: `${printName(table)}.${name}`, name })),
      ].map(({ object, name }) => ({
        object,
        message: `${name} needs quotes in every statement: ${quote.identifier(name)}.`,
      })),
    );
  },
};
