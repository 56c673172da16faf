import type { Name } from '../../catalog/model.ts';
import type { Lifecycle } from '../../task/model.ts';
import { printDays } from '../../task/units.ts';
import type { Draft, TableDraft } from '../draft.ts';
import { cased } from '../naming.ts';
import { keyOf } from './relation.ts';

/** A table of the same columns that takes rows whose time has come; without foreign keys, since what they point at may go later. */
export function archiveOf(
  draft: Draft,
  each: Lifecycle,
  table: TableDraft,
): { readonly name: Name; readonly columns: readonly string[] } {
  const { habits } = draft;
  const { schema } = table.name;
  const claims = [each.id];
  const name = draft.take({ schema, name: cased(`${table.name.name}_archive`, habits) });
  const columns = [
    ...(table.existing?.columns ?? []).map(({ name: one, type, notNull }) => ({ name: one, type, notNull })),
    ...table.columns
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ name: one, type, notNull, generated }) => ({
        name: one,
        type: type === 'bigserial' ? 'bigint' : type,
        notNull: notNull && (!generated || generated.endsWith('IDENTITY')),
      })),
  ];
  // Of a row with versions, the archive takes more than one.
  const versions = [...table.constraints, ...(table.existing?.constraints ?? [])].find(
    ({ kind }) => kind === 'primary',
  );
  const key =
    table.entity?.history === 'temporal' && versions
      ? versions.columns
      : table.key.length > 0
        ? table.key
        : keyOf(draft, table).map((part) => part.name);
  const archivedAt = ['archived_at', 'archived_at_', 'dbd_archived_at'].find(
    (word) => !columns.some((column) => column.name === word),
  )!;
  const archive: TableDraft = {
    of: `${each.id} archive`,
    name: { schema, name },
    columns: [
      ...columns.map((column) => ({ ...column, of: column.name, rank: 2 as const, claims })),
      {
        name: archivedAt,
        type: 'timestamptz',
        notNull: true,
        default: 'now()',
        of: archivedAt,
        rank: 3,
        claims,
      },
    ],
    key,
    constraints: [
      {
        name: draft.take({ schema, name: habits.templates.primary(name, key) }),
        kind: 'primary',
        columns: key,
        definition: `PRIMARY KEY (${draft.list(key)})`,
        claims,
      },
    ],
    indexes: [],
    after: [],
    claims,
    comment: `Rows of ${table.name.name} that were older than ${printDays(each.keepDays)}`,
  };
  draft.tables.push(archive);
  draft.upkeep.push({ table: archive.name, sql: '', kind: 'exact' });
  return { name: archive.name, columns: columns.map((column) => column.name) };
}
