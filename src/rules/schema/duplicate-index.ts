import type { Rule } from '../model.ts';
import type { Index } from '../../catalog/model.ts';
import { printName } from '../../catalog/identity.ts';

/** Two indexes that are the same. */
export const duplicateIndex: Rule = {
  id: 'duplicate-index',
  group: 'habits',
  severity: 'warning',
  finds: 'Two indexes that are the same',
  because: 'each costs every write and takes space; one of them does all the work',
  instead: 'Drop the one that no constraint needs.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.indexes.flatMap((index, place) => {
        const twin = table.indexes.find(
          (other, at) =>
            other !== index &&
            same(index, other) &&
            (spare(index, other) || (!spare(other, index) && at < place)),
        );
        return twin && index.constraint === undefined && !index.partOf
          ? [
              {
                object: `${printName(table)} index ${index.name}`,
                message: `${index.name} is the same as ${twin.name}.`,
                fix: `DROP INDEX CONCURRENTLY ${quote.name(index)}`,
              },
            ]
          : [];
      }),
    ),
};

function same(a: Index, b: Index): boolean {
  return shape(a) === shape(b);
}

/** What follows the table in the definition: method, keys with their order and operator classes, columns kept along, predicate. */
function shape({ definition }: Index): string {
  return definition.slice(definition.indexOf(' USING '));
}

/** The other does more: it holds a constraint, or makes values differ. */
function spare(index: Index, other: Index): boolean {
  return (
    (other.constraint !== undefined && index.constraint === undefined) || (other.unique && !index.unique)
  );
}
