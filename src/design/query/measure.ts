/** What rows are counted, summed or ranked by. */
import { foreignKeysTo } from '../../catalog/find.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import { numberWords } from '../../task/number-words.ts';
import type { ColumnMention, Intent, Measure, Mention, Word } from './model.ts';
import { around, columnAt, isNumeric, timeColumn, units, use } from './words.ts';

const newest = /^(?:latest|newest|recent|last)$/;
const oldest = /^(?:oldest|earliest|first)$/;
const best = /^(?:best|top|biggest|largest|highest|busiest|strongest|most)$/;
const worst = /^(?:worst|lowest|smallest|least|fewest)$/;

/** Whether a word ranks rows: `best`, `fewest`. */
export function isRank(text: string): boolean {
  return best.test(text) || worst.test(text);
}

/** `total amount`, `average price`, `number of orders`, `revenue`. */
export function measureIn(
  words: readonly Word[],
  mentions: readonly Mention[],
  catalog: Catalog,
  subject: Table,
): Measure | undefined {
  const tables = [
    ...new Set([
      subject,
      ...mentions.map(({ table }) => table),
      ...foreignKeysTo(catalog, subject).map(({ from }) => from),
    ]),
  ];
  const kinds: readonly (readonly [RegExp, 'sum' | 'avg' | 'max' | 'min'])[] = [
    [/^(?:sum|total|totals)$/, 'sum'],
    [/^(?:average|mean)$/, 'avg'],
    [/^(?:maximum|highest|peak)$/, 'max'],
    [/^(?:minimum|lowest)$/, 'min'],
  ];
  for (const [at, word] of words.entries()) {
    if (/^(?:revenue|turnover|sales)$/.test(word.text)) {
      const money = moneyIn(tables);
      if (!money) continue;
      word.used = true;
      return { kind: 'sum', column: { ...money, from: at, to: at } };
    }
    const kind = kinds.find(([pattern]) => pattern.test(word.text))?.[1];
    // "orders with a total above 100" speaks of a column of each row.
    const ofRow =
      /^an?$/.test(words[at - 1]?.text ?? '') ||
      /^(?:sort|order)/.test(words[at - 2]?.text ?? '') ||
      /^(?:above|over|below|under|of at|more|less|greater|<|>|<=|>=)$/.test(words[at + 1]?.text ?? '');
    if (kind && !ofRow) {
      let next = at + 1;
      while (/^(?:of|the|all|their|its)$/.test(words[next]?.text ?? '')) next += 1;
      const column = [next, ...(kind === 'sum' ? [at] : [])]
        .map((place) => columnAt(words, place, tables))
        .find((each) => each && isNumeric(each.column, each.table));
      if (column) {
        use(words, at, Math.max(at, column.to));
        return { kind, column };
      }
    }
    if (/^(?:number|count|counts|many)$/.test(word.text)) {
      word.used = true;
      if (words[at - 1]?.text === 'how') words[at - 1]!.used = true;
      return { kind: 'count' };
    }
  }
  return undefined;
}

function moneyIn(tables: readonly Table[]): Pick<ColumnMention, 'table' | 'column'> | undefined {
  for (const table of tables) {
    const column = table.columns.find(
      (each) =>
        isNumeric(each, table) &&
        /^(?:total|amount|price|value|sum|revenue|grand_total|cost)/.test(each.name),
    );
    if (column) return { table, column };
  }
  return undefined;
}

/** The table whose rows are counted in `number of orders`. */
export function countedIn(words: readonly Word[], mentions: readonly Mention[]): Table | undefined {
  const at = words.findIndex(({ text }) => /^(?:number|count|many)$/.test(text));
  return mentions.find(({ from }) => from > at && from <= at + 3)?.table;
}

/** `ten best`, `latest 20`, `top 5`, `the newest`. */
export function topIn(
  words: readonly Word[],
  mentions: readonly Mention[],
  catalog: Catalog,
  subject: Table,
): Intent['top'] {
  for (const [at, word] of words.entries()) {
    const ranked = best.test(word.text) || worst.test(word.text);
    const timed = newest.test(word.text) || oldest.test(word.text);
    if (!ranked && !timed) continue;
    // "the last 30 days" is a span of time.
    const after = words[at + 1];
    if (
      timed &&
      after &&
      (units.has(after.singular) ||
        (numberOf(after.text) !== undefined && units.has(words[at + 2]?.singular ?? '')))
    )
      continue;
    // "highest temperature" is a measure unless rows are ranked.
    if (/^(?:highest|lowest)$/.test(word.text) && word.used) continue;
    const named = mentions.find(({ table }) => table === subject);
    const near = [at - 1, at + 1, (named?.from ?? 0) - 1].find(
      (position) => numberOf(words[position]?.text ?? '') !== undefined,
    );
    const many = mentions.some(({ table, plural }) => table === subject && plural);
    const column = ranked ? orderColumn(words, at, catalog, subject) : undefined;
    word.used = true;
    if (near !== undefined) words[near]!.used = true;
    if (column) use(words, column.from, column.to);
    return {
      count: near === undefined ? (many ? usualTop : 1) : numberOf(words[near]!.text)!,
      by: timed ? 'time' : column ? 'column' : 'measure',
      descending: newest.test(word.text) || best.test(word.text),
      ...(column ? { column } : {}),
    };
  }
  return undefined;
}

/** Rows that "the latest events" gives when nobody says how many. */
export const usualTop = 50;

/** `most expensive`, `highest price`, `largest total`: the column of the subject that is named next. */
function orderColumn(
  words: readonly Word[],
  at: number,
  catalog: Catalog,
  subject: Table,
): ColumnMention | undefined {
  if (/^(?:expensive|costly)$/.test(words[at + 1]?.text ?? '')) {
    const money = moneyIn([subject]);
    if (money) return { ...money, from: at + 1, to: at + 1 };
  }
  for (let next = at + 1; next <= at + 3 && next < words.length; next++) {
    const column = columnAt(words, next, [subject]);
    if (column && (isNumeric(column.column, subject) || column.column === timeColumn(subject))) return column;
  }
  const by = words.findIndex(({ text }, index) => index > at && text === 'by');
  const column = by < 0 ? undefined : columnAt(words, by + 1, [subject, ...around(catalog, subject)]);
  return column && isNumeric(column.column, column.table) && column.table === subject
    ? { ...column, from: by }
    : undefined;
}

function numberOf(text: string): number | undefined {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : numberWords[text];
  return value !== undefined && value > 0 ? value : undefined;
}

/** What ranks the rows of a table: a column that stands behind "by", else a named table, else the only one below it that holds money, else the only one below it. */
export function rankedBy(
  words: readonly Word[],
  catalog: Catalog,
  subject: Table,
  given: readonly Mention[],
): { readonly table: Table; readonly measure: Measure } | undefined {
  const below = [...new Set(foreignKeysTo(catalog, subject).map(({ from }) => from))].filter(
    (table) => table !== subject,
  );
  const named = [...new Set(given.filter(({ plural }) => plural).map(({ table }) => table))];
  const by = words.findIndex(({ text }) => text === 'by');
  const column = by < 0 ? undefined : columnAt(words, by + 1, [...named, ...below]);
  if (column && isNumeric(column.column, column.table)) {
    use(words, by, column.to);
    return { table: column.table, measure: { kind: 'sum', column } };
  }
  const pick = (
    tables: readonly Table[],
  ): { readonly table: Table; readonly measure: Measure } | undefined => {
    const paid = tables.flatMap((table) => {
      const money = moneyIn([table]);
      return money
        ? [{ table, measure: { kind: 'sum' as const, column: { ...money, from: -1, to: -1 } } }]
        : [];
    });
    if (paid.length === 1) return paid[0];
    return tables.length === 1 ? { table: tables[0]!, measure: { kind: 'count' } } : undefined;
  };
  return named.length > 0 ? pick(named) : pick(below);
}
