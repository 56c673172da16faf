import { fail } from '../base/error.ts';
import type { TableDraft } from './draft.ts';

/** A column of a table on the board, drafted or there already. */
export interface PlainColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default?: string;
}

/** One column by its name; throws `task.unknown-reference` when there is none. */
export function columnIn(table: TableDraft, name: string): PlainColumn {
  const column =
    table.columns.find((each) => each.name === name) ??
    table.existing?.columns.find((each) => each.name === name);
  if (!column) return fail('task.unknown-reference', `The table ${table.name.name} has no column ${name}.`);
  return {
    name,
    type: column.type,
    notNull: column.notNull || table.key.includes(name),
    ...(column.default === undefined ? {} : { default: column.default }),
  };
}

/** Columns that a writer gives values to: none that the server fills or that a pattern keeps, and no key that has a default. */
export function writableColumns(table: TableDraft, on: readonly string[]): readonly PlainColumn[] {
  const given = (name: string, value: string | undefined): boolean =>
    on.includes(name) || !(table.key.includes(name) && value !== undefined);
  const existing = (table.existing?.columns ?? []).filter(
    (column) =>
      !column.generated &&
      !column.identity &&
      !(column.default ?? '').startsWith('nextval(') &&
      given(column.name, column.default),
  );
  const drafted = table.columns.filter(
    (column) =>
      column.generated === undefined &&
      column.type !== 'bigserial' &&
      (column.rank < 3 || (column.notNull && column.default === undefined)) &&
      given(column.name, column.default),
  );
  const order = drafted.toSorted((a, b) => a.rank - b.rank);
  return [...existing, ...order].map(({ name }) => columnIn(table, name));
}

/** A tag for dollar quotes that does not occur in the text. */
export function dollarTag(word: string, text: string): string {
  for (let n = 1; ; n++) {
    const tag = `$${word}${n === 1 ? '' : n}$`;
    if (!text.includes(tag)) return tag;
  }
}

/** A text with every line moved to the right. */
export function shifted(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => (line.trim() === '' ? line.trim() : `${' '.repeat(by)}${line}`))
    .join('\n');
}
