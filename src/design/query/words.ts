/** A sentence as words, and the tables, columns and values of a catalog that they name. */
import { slug } from '../../base/text.ts';
import { foreignKeysFrom } from '../../catalog/find.ts';
import type { Catalog, Column, Table } from '../../catalog/model.ts';
import type { ColumnMention, Mention, Word } from './model.ts';

/** Units of time that a query can count by. */
export const units: ReadonlySet<string> = new Set([
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
]);

/** The words of a sentence in lower case. */
export function wordsOf(sentence: string): readonly Word[] {
  return [
    ...sentence
      .slice(0, 500)
      .toLowerCase()
      .matchAll(/[\p{L}\p{N}_]+(?:[’'](?=s\b)s)?|[<>]=?/gu),
  ].map(([raw]) => {
    const possessive = /[’']s$/.test(raw);
    const text = raw.replace(/[’']s$/, '');
    return { text, singular: singular(text), possessive, used: false };
  });
}

/** One of many: `categories` → `category`. */
export function singular(word: string): string {
  if (/(?:ss|us|is)$/.test(word)) return word;
  return word
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/s$/, '');
}

function partsOf(name: string): readonly string[] {
  return slug(name)
    .split('_')
    .filter((part) => part !== '')
    .map(singular);
}

/** Tables that the sentence names, in its order: by their whole name, or by its last word where no other table ends so. */
export function mentionsIn(words: readonly Word[], catalog: Catalog): readonly Mention[] {
  const tables = catalog.tables.filter(({ partitionOf }) => partitionOf === undefined);
  const lasts = new Map<string, number>();
  for (const { name } of tables) {
    const last = partsOf(name).at(-1) ?? '';
    lasts.set(last, (lasts.get(last) ?? 0) + 1);
  }
  const forms = tables
    .flatMap((table) => {
      const parts = partsOf(table.name);
      const last = parts.at(-1);
      const whole = parts.length > 0 ? [{ table, parts }] : [];
      return parts.length > 1 && lasts.get(last!) === 1 ? [...whole, { table, parts: [last!] }] : whole;
    })
    .sort((a, b) => b.parts.length - a.parts.length);
  const found: Mention[] = [];
  for (let at = 0; at < words.length; at++) {
    const form = forms.find(({ parts }) =>
      parts.every((part, index) => words[at + index]?.singular === part),
    );
    if (!form) continue;
    const to = at + form.parts.length - 1;
    const last = words[to]!;
    found.push({
      table: form.table,
      from: at,
      to,
      plural: last.text !== last.singular,
      possessive: last.possessive,
    });
    at = to;
  }
  return found;
}

/** Columns of these tables that the sentence names at a place; the longest name wins, the first table before the others. */
export function columnAt(
  words: readonly Word[],
  at: number,
  tables: readonly Table[],
): ColumnMention | undefined {
  let best: ColumnMention | undefined;
  for (const table of tables)
    for (const column of table.columns) {
      const whole = partsOf(column.name);
      const bare = whole.filter((part) => !['at', 'on', 'is', 'has', 'id'].includes(part));
      for (const parts of [whole, bare]) {
        if (parts.length === 0 || !parts.every((part, index) => words[at + index]?.singular === part))
          continue;
        if (!best || parts.length > best.to - best.from + 1)
          best = { table, column, from: at, to: at + parts.length - 1 };
      }
    }
  return best;
}

/** The table itself and those that its foreign keys lead to, directly. */
export function around(catalog: Catalog, table: Table): readonly Table[] {
  return [table, ...foreignKeysFrom(catalog, table).flatMap(({ to }) => (to && to !== table ? [to] : []))];
}

/** Values that a column may hold by its type or a check. */
export function valuesOf(catalog: Catalog, table: Table, column: Column): readonly string[] {
  const type = catalog.types.find(
    ({ kind, name, schema }) => kind === 'enum' && [name, `${schema}.${name}`].includes(column.type),
  );
  if (type) return type.labels;
  return table.constraints
    .filter(
      ({ kind, definition, columns }) =>
        kind === 'check' &&
        columns.length === 1 &&
        columns[0] === column.name &&
        /=\s*ANY|\bIN\s*\(|=\s*'/.test(definition),
    )
    .flatMap(({ definition }) =>
      [...definition.matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!.replaceAll("''", "'")),
    );
}

/** Whether sums of a column make sense. */
export function isNumeric({ type, name }: Column, table: Table): boolean {
  const isKey = table.constraints.some(
    ({ kind, columns }) => (kind === 'primary' || kind === 'foreign') && columns.includes(name),
  );
  return !isKey && /^(?:smallint|integer|bigint|numeric|real|double precision|money)/.test(type);
}

/** The column that says when a row came to be; the usual names first. */
export function timeColumn(table: Table): Column | undefined {
  const times = table.columns.filter(
    ({ type, name }) =>
      /^(?:timestamp|date)/.test(type) && !/^(?:deleted|updated|valid_(?:to|until)|expires)/.test(name),
  );
  return (
    times.find(({ name }) =>
      /^(?:created|placed|occurred|happened|recorded|measured|ordered|sent|paid|received|started|logged)/.test(
        name,
      ),
    ) ?? times[0]
  );
}

/** The column by which a person knows a row. */
export function labelColumn(table: Table): Column | undefined {
  return ['name', 'title', 'label', 'full_name', 'email', 'code', 'number', 'slug']
    .flatMap((wanted) => table.columns.filter(({ name }) => name === wanted))
    .at(0);
}

/** The only table that has columns of the names in the sentence; undefined when there is none, or several. */
export function tableOfColumns(words: readonly Word[], catalog: Catalog): Table | undefined {
  const common = /^(?:id|name|title|created_at|updated_at|status|state|type)$/;
  const found = new Set<Table>();
  for (const table of catalog.tables)
    for (const at of words.keys()) {
      const mention = columnAt(words, at, [table]);
      if (mention && !common.test(mention.column.name)) found.add(table);
    }
  return found.size === 1 ? [...found][0] : undefined;
}

/** Marks words as taken. */
export function use(words: readonly Word[], from: number, to: number): void {
  for (let at = from; at <= to; at++) words[at]!.used = true;
}
