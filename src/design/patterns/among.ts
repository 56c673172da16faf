import type { Draft, TableDraft } from '../draft.ts';
import { isTemporal, periodKey } from './temporal.ts';

/** Adds a unique over columns among the rows that count: those that are not deleted, or those that are true at the same time. */
export function uniqueAmong(
  draft: Draft,
  table: TableDraft,
  columns: readonly string[],
  made: { readonly name: string; readonly claims: readonly string[]; readonly says?: string },
): void {
  const { name, claims, says } = made;
  if (table.entity?.history === 'soft-delete') {
    table.indexes.push({
      name,
      unique: true,
      columns,
      definition: `(${draft.list(columns)}) WHERE ${draft.engine.quote.identifier('deleted_at')} IS NULL`,
      claims,
      reason: says ?? 'Unique among the rows that are not deleted',
      support: false,
    });
    draft.choose(
      `${table.name.name} (${columns.join(', ')})`,
      'unique among rows that are not deleted',
      'a deleted row must not block a new one',
      claims,
    );
    return;
  }
  const comment = says === undefined ? {} : { comment: says };
  if (isTemporal(table)) {
    const made_ = periodKey(draft, table, columns, 'unique', name, claims);
    table.constraints.push(...made_.map((one) => ({ ...one, ...comment })));
    draft.choose(
      `${table.name.name} (${columns.join(', ')})`,
      'unique at every moment',
      'what was true once may be true again, but of one thing at a time',
      claims,
    );
    return;
  }
  table.constraints.push({
    name,
    kind: 'unique',
    columns,
    definition: `UNIQUE (${draft.list(columns)})`,
    claims,
    ...comment,
  });
}
