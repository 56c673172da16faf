import { fail } from '../../base/error.ts';
import { columnsOf, type Draft, type TableDraft } from '../draft.ts';
import { keyOf } from './relation.ts';
import { refuseUnique } from './partition.ts';
import type { Pattern } from './pattern.ts';
import { uniqueAmong } from './among.ts';
import { isTemporal, keepsApart, period, periodKey } from './temporal.ts';

/** Primary keys of fields and relations, and uniques; a unique equal to the key adds nothing. */
export const unique: Pattern = {
  name: 'unique',
  apply(draft) {
    for (const table of draft.tables) {
      const { entity } = table;
      if (!table.existing && entity?.key.kind === 'fields') {
        const named = entity.key.names.flatMap((name) => columnsOf(table, name));
        refuseUnique(draft, table, named, entity.id);
        table.key = named;
        const optional = table.columns.find(
          ({ name, notNull, of }) =>
            table.key.includes(name) && !notNull && !entity.fields.some((field) => field.name === of),
        );
        if (optional)
          fail(
            'task.wrong-value',
            `The relation ${optional.of} is part of the key of ${entity.id} and must be required.`,
          );
      }
      if (!table.existing) closeKey(draft, table);
      for (const field of entity?.fields ?? [])
        if (field.unique) addUnique(draft, table, [field.name], [entity!.id]);
      for (const names of entity?.unique ?? []) addUnique(draft, table, names, [entity!.id]);
    }
  },
};

function closeKey(draft: Draft, table: TableDraft): void {
  const columns = table.key.length > 0 ? table.key : keyOf(draft, table).map(({ name }) => name);
  if (columns.length === 0) return;
  const name = draft.take({
    schema: table.name.schema,
    name: draft.habits.templates.primary(table.name.name, columns),
  });
  if (isTemporal(table)) {
    table.constraints.unshift(...periodKey(draft, table, columns, 'primary', name, table.claims.slice(0, 1)));
    return;
  }
  table.constraints.unshift({
    name,
    kind: 'primary',
    columns,
    definition: `PRIMARY KEY (${draft.list(columns)})`,
    claims: table.claims.slice(0, 1),
  });
}

/** Adds a unique constraint and returns its name; live rows only when the entity is deleted softly. An equal key or unique is reused. */
export function addUnique(
  draft: Draft,
  table: TableDraft,
  names: readonly string[],
  claims: readonly string[],
  named?: { readonly name: string; readonly says: string },
): string {
  const columns = names.flatMap((name) => columnsOf(table, name));
  const whole = isTemporal(table) ? [...columns, period] : columns;
  const equal = [...table.constraints, ...(table.existing?.constraints ?? [])].find(
    (constraint) =>
      (isTemporal(table)
        ? keepsApart(constraint)
        : constraint.kind === 'primary' || constraint.kind === 'unique') &&
      constraint.columns.length === whole.length &&
      whole.every((column) => constraint.columns.includes(column)),
  );
  if (equal) {
    draft.choose(
      `${table.name.name} (${columns.join(', ')})`,
      `enforced by ${equal.name}`,
      'a second index over the same columns would only cost writes',
      claims,
    );
    return equal.name;
  }
  refuseUnique(draft, table, columns, claims[0] ?? table.of);
  const name = draft.take({
    schema: table.name.schema,
    name: named?.name ?? draft.habits.templates.unique(table.name.name, columns),
  });
  uniqueAmong(draft, table, columns, { name, claims, ...(named ? { says: named.says } : {}) });
  return name;
}
