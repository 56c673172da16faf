import { partitionColumns } from './partition.ts';
import type { Pattern } from './pattern.ts';

/** Key columns of new tables: an identity or a uuid; keys of fields and relations are closed when those have columns. */
export const key: Pattern = {
  name: 'key',
  apply(draft) {
    const { habits, catalog } = draft;
    for (const table of draft.tables) {
      const { entity, existing } = table;
      if (!entity || existing || entity.key.kind === 'fields') continue;
      const claims = [entity.id];
      const column = { name: 'id', of: 'id', notNull: true, rank: 0 as const, claims };
      if (entity.key.kind === 'uuid') {
        const value =
          habits.uuid ?? (Number.parseInt(catalog.version, 10) >= 18 ? 'uuidv7()' : 'gen_random_uuid()');
        table.columns.push({ ...column, type: 'uuid', default: value });
        draft.choose(
          `${table.name.name}.id`,
          `uuid DEFAULT ${value}`,
          habits.uuid
            ? 'the uuid keys of the current database are made like this'
            : value === 'uuidv7()'
              ? 'values grow with time, so that the key index is written at one end only'
              : 'the server makes them itself',
          claims,
        );
      } else if (habits.identity === 'serial') {
        table.columns.push({ ...column, type: 'bigserial' });
        draft.choose(
          `${table.name.name}.id`,
          'bigserial',
          'the current database numbers its rows with serial columns; eight bytes never run out',
          claims,
        );
      } else {
        table.columns.push({
          ...column,
          type: 'bigint',
          generated: `GENERATED ${habits.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`,
        });
        draft.choose(
          `${table.name.name}.id`,
          'bigint identity',
          'eight bytes never run out and cost nothing next to a row',
          claims,
        );
      }
      table.key = ['id', ...partitionColumns(draft, table)];
    }
  },
};
