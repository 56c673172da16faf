import { keyOf, printName, sameName } from '../../catalog/identity.ts';
import { leadingIndex } from '../../catalog/find.ts';
import { deeds, isFresh, placeOf } from './looking.ts';
import type { ChangeRule } from './model.ts';

/** A new foreign key without an index on its columns. */
export const foreignKeyWithoutIndex: ChangeRule = {
  id: 'foreign-key-without-index',
  group: 'habits',
  severity: 'info',
  finds: 'A new foreign key without an index on its columns',
  because: 'every delete and key change of the parent reads this table in full',
  instead: 'Build an index that begins with these columns, concurrently.',
  check: (at) =>
    deeds(at, 'add constraint', 'foreign key').flatMap((deed) => {
      const columns = deed.columns ?? [];
      const same = (keys: readonly string[] | undefined): boolean =>
        columns.length > 0 &&
        columns.every((column) => (keys ?? []).slice(0, columns.length).includes(column));
      const all = [...at.earlier, at, ...at.later]
        .flatMap((told) => told.deeds)
        .filter(({ table }) => table && deed.table && sameName(table, deed.table));
      const indexed = all.some(
        (other) =>
          (other.kind === 'create index' ||
            (other.kind === 'add constraint' &&
              ['primary key', 'unique'].some((word) => other.words.includes(word)))) &&
          !other.words.includes('partial') &&
          same(other.columns),
      );
      const table = at.before.catalog?.tables.find((one) => deed.table && sameName(one, deed.table));
      const unsure =
        !isFresh(at, deed.table) &&
        deeds(at, 'create table').length === 0 &&
        (table === undefined || at.before.partial?.has(keyOf(table)) === true) &&
        !deed.words.includes('inline');
      return indexed || unsure || (table && leadingIndex(table, columns))
        ? []
        : [
            {
              message: `No index begins with ${columns.join(', ')}: deletes of ${deed.other ? printName(deed.other) : 'the parent'} read all of ${deed.table ? printName(deed.table) : 'the table'}.`,
              object: placeOf({ ...deed, name: columns[0] ?? '' }),
            },
          ];
    }),
};
