import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';

/** A type that the team does not use. */
export const forbiddenType: Rule = {
  id: 'forbidden-type',
  group: 'types',
  severity: 'error',
  finds: 'A type that the team does not use',
  because: 'the team agreed not to use it',
  instead: 'Use another type.',
  find: ({ tables, standards }) => {
    const plain = (type: string): string =>
      type
        .replace(/\(.*?\)/, '')
        .trim()
        .toLowerCase();
    const forbidden = new Set(standards.forbiddenTypes.map(plain));
    return tables.flatMap((table) =>
      table.columns
        .filter(({ type }) => forbidden.has(plain(type)))
        .map(({ name, type }) => ({ object: `${printName(table)}.${name}`, message: `${name} is ${type}.` })),
    );
  },
};
