import type { Rule } from '../model.ts';
import type { Index } from '../../catalog/model.ts';
import { printName } from '../../catalog/identity.ts';

/** An index that another one begins with. */
export const redundantIndex: Rule = {
  id: 'redundant-index',
  group: 'habits',
  severity: 'info',
  finds: 'An index that another one begins with',
  because: 'the longer index answers the same questions; the shorter one costs every write',
  instead: 'Drop the shorter one, unless its size matters for a hot query.',
  find: ({ tables, quote }) =>
    tables.flatMap((table) =>
      table.indexes
        .filter(
          ({ unique, constraint, predicate, method, partOf, includes, keys }) =>
            !unique &&
            !partOf &&
            constraint === undefined &&
            predicate === undefined &&
            method === 'btree' &&
            includes.length === 0 &&
            keys.length > 0,
        )
        .flatMap((index) => {
          const longer = table.indexes.find(
            (other) =>
              other.valid &&
              other.method === 'btree' &&
              other.predicate === undefined &&
              other.keys.length > index.keys.length &&
              keysOf(other).startsWith(`${keysOf(index)}, `),
          );
          return longer
            ? [
                {
                  object: `${printName(table)} index ${index.name}`,
                  message: `${longer.name} begins with the keys of ${index.name}.`,
                  fix: `DROP INDEX CONCURRENTLY ${quote.name(index)}`,
                },
              ]
            : [];
        }),
    ),
};

/** Keys with their order and operator classes, as the definition writes them. */
function keysOf({ definition }: Index): string {
  return /USING btree \((.*)\)$/s.exec(definition.replace(/\) INCLUDE \(.*$/s, ')'))?.[1] ?? definition;
}
