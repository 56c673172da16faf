import type { Rule } from '../model.ts';
import { printName } from '../../catalog/identity.ts';
import { slug } from '../../base/text.ts';

/** A word that the team's list says to write out. */
export const abbreviation: Rule = {
  id: 'abbreviation',
  group: 'naming',
  severity: 'warning',
  finds: "A word that the team's list says to write out",
  because: 'one word for one thing: an abbreviation is found by nobody who searches for the word',
  instead: 'Write the word out.',
  find: ({ tables, standards }) => {
    const known = new Map(
      Object.entries(standards.abbreviations).map(([word, full]) => [word.toLowerCase(), full]),
    );
    if (known.size === 0) return [];
    const words = (name: string): readonly string[] => slug(name).split('_');
    return tables.flatMap((table) =>
      [
        { object: printName(table), name: table.name },
        ...table.columns.map(({ name }) => ({ object: `${printName(table)}.${name}`, name })),
      ].flatMap(({ object, name }) => {
        const short = words(name).find((word) => known.has(word));
        return short === undefined
          ? []
          : [{ object, message: `${name}: write ${known.get(short)!} for ${short}.` }];
      }),
    );
  },
};
