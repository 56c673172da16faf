import type { Lifecycle } from '../../task/model.ts';
import { columnsOf, type Draft, type TableDraft } from '../draft.ts';
import { cased } from '../naming.ts';
import { keyOf } from './relation.ts';

/** Column that says when a row was anonymised; made when the table has none. */
export function markerOf(draft: Draft, each: Lifecycle, table: TableDraft): string {
  const marker = cased('anonymised_at', draft.habits);
  const there =
    table.columns.some(({ name }) => name === marker) ||
    table.existing?.columns.some(({ name }) => name === marker);
  if (!there)
    table.columns.push({
      name: marker,
      type: 'timestamptz',
      notNull: false,
      of: marker,
      rank: 3,
      claims: [each.id],
      comment: 'When what tells who the row is about was replaced; empty before',
    });
  // Made-up rows are as people wrote them: none of them was anonymised.
  const quoted = draft.engine.quote.identifier(marker);
  draft.upkeep.push({
    table: table.name,
    kind: 'settle',
    sql: `UPDATE ${draft.engine.quote.name(table.name)} SET ${quoted} = NULL WHERE ${quoted} IS NOT NULL`,
  });
  return marker;
}

/** Columns of the table that a privacy claim names, each with what takes the place of its value. */
export function maskedColumns(
  draft: Draft,
  each: Lifecycle,
  table: TableDraft,
): readonly { readonly column: string; readonly value: string }[] {
  const { privacy } = draft.task.requirements;
  const own = privacy.filter(({ of }) => {
    const owner = of.slice(0, of.lastIndexOf('.'));
    return owner === each.of || owner === table.of || owner === table.name.name;
  });
  const all = [...(table.existing?.columns ?? []), ...table.columns];
  return own.flatMap(({ of, mask }) =>
    columnsOf(table, of.slice(of.lastIndexOf('.') + 1)).flatMap((name) => {
      const column = all.find((one) => one.name === name);
      if (!column || table.key.includes(name)) return [];
      return [{ column: name, value: column.notNull ? substitute(draft, table, column, mask) : 'NULL' }];
    }),
  );
}

/** A value that says nothing of the old one: made from the row's key, so that unique columns stay unique. */
function substitute(
  draft: Draft,
  table: TableDraft,
  column: { readonly name: string; readonly type: string },
  mask: string | undefined,
): string {
  const { quote, types } = draft.engine;
  const key = keyOf(draft, table)
    .map(({ name }) => quote.identifier(name))
    .join(` || '-' || `);
  const field = table.entity?.fields.find(({ name }) => name === column.name);
  switch (types.family(column.type)) {
    case 'text':
      if (mask === 'email' || field?.type.kind === 'email')
        return `'anonymous-' || ${key} || '@example.invalid'`;
      if (field?.type.kind === 'url') return `'https://example.invalid/' || ${key}`;
      return `'anonymous ' || ${key}`;
    case 'integer':
    case 'number':
      return '0';
    case 'boolean':
      return 'false';
    case 'date':
      return "date '1900-01-01'";
    case 'instant':
      return "timestamptz '1900-01-01 00:00Z'";
    case 'json':
      return "'{}'";
    case 'array':
      return "'{}'";
    case 'uuid':
      return 'gen_random_uuid()';
    case 'bytes':
      return "''";
    default:
      return 'DEFAULT';
  }
}
