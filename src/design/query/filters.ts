import { foreignKeysTo } from '../../catalog/find.ts';
import type { Catalog, Column, Table } from '../../catalog/model.ts';
import { numberWords } from '../../task/number-words.ts';
import type { Filter, Mention, Word } from './model.ts';
import { around, columnAt, isNumeric, timeColumn, units, valuesOf } from './words.ts';

/** What filters are read from. */
interface Asked {
  readonly words: readonly Word[];
  readonly catalog: Catalog;
  /** Table whose rows are read. */
  readonly fact: Table;
  readonly subject: Table;
  /** Named tables that are neither read nor a group. */
  readonly given: readonly Mention[];
  readonly mentions: readonly Mention[];
  readonly taken: string[];
}

/** Conditions that the words state; marks the words. */
export function filtersIn(asked: Asked): readonly Filter[] {
  return [
    ...without(asked),
    ...keys(asked),
    ...times(asked),
    ...values(asked),
    ...numbers(asked),
    ...columnsGiven(asked),
    ...alive(asked),
  ];
}

/** `of an order`, `a user's`: the row is given by its key. */
function keys({ words, given, catalog, fact, subject }: Asked): readonly Filter[] {
  const seen = new Set<Table>();
  return given.flatMap((mention): readonly Filter[] => {
    const before = words[mention.from - 1]?.text ?? '';
    const one =
      mention.possessive ||
      (!mention.plural && /^(?:a|an|one|the|this|that|given|certain|single|of|for|in|his|her)$/.test(before));
    if (!one || seen.has(mention.table) || mention.table === fact || mention.table === subject) return [];
    // "find a user by email": the column says which one.
    if (columnsAfterBy(words, [mention.table]).length > 0) return [];
    seen.add(mention.table);
    return reaches(catalog, fact, mention.table) ? [{ kind: 'given', table: mention.table }] : [];
  });
}

function reaches(catalog: Catalog, from: Table, to: Table): boolean {
  return catalog.tables.includes(to) && catalog.tables.includes(from);
}

/** `customers without orders`. */
function without({ words, mentions, catalog, subject }: Asked): readonly Filter[] {
  return mentions.flatMap((mention): readonly Filter[] => {
    const before = words.slice(Math.max(0, mention.from - 3), mention.from);
    const at = before.findLastIndex(({ text }) => /^(?:without|no|never)$/.test(text));
    if (at < 0 || mention.table === subject) return [];
    if (!foreignKeysTo(catalog, subject).some(({ from }) => from === mention.table)) return [];
    before[at]!.used = true;
    return [{ kind: 'without', table: mention.table, of: subject }];
  });
}

/** `last 30 days`, `this month`, `today`, `older than a year`. */
function times({ words, fact, taken }: Asked): readonly Filter[] {
  const column = timeColumn(fact);
  const found: Filter[] = [];
  for (const [at, word] of words.entries()) {
    const span = spanAt(words, at + 1);
    const bounded = (operator: '>=' | '<', moment: string, to: number): void => {
      if (!column) return;
      found.push({ kind: 'time', operator, moment });
      for (let each = at; each <= to; each++) words[each]!.used = true;
    };
    if (/^(?:last|past|previous)$/.test(word.text) && span)
      bounded('>=', `now() - interval '${span.text}'`, span.to);
    else if (
      /^(?:than|before)$/.test(word.text) &&
      span &&
      /^(?:older|earlier|more)$/.test(words[at - 1]?.text ?? '')
    ) {
      bounded('<', `now() - interval '${span.text}'`, span.to);
      words[at - 1]!.used = true;
    } else if (/^(?:this|current)$/.test(word.text) && units.has(words[at + 1]?.text ?? ''))
      bounded('>=', `date_trunc('${words[at + 1]!.text}', now())`, at + 1);
    else if (word.text === 'today') bounded('>=', "date_trunc('day', now())", at);
    else if (word.text === 'yesterday') {
      bounded('>=', "date_trunc('day', now()) - interval '1 day'", at);
      bounded('<', "date_trunc('day', now())", at);
    }
  }
  if (found.length > 0) taken.push(`The time is ${fact.name}.${column!.name}.`);
  return found;
}

function spanAt(
  words: readonly Word[],
  at: number,
): { readonly text: string; readonly to: number } | undefined {
  const first = words[at];
  if (!first) return undefined;
  if (units.has(first.singular)) return { text: spanText(1, first.singular), to: at };
  const count = /^\d{1,5}$/.test(first.text)
    ? Number(first.text)
    : /^an?$/.test(first.text)
      ? 1
      : numberWords[first.text];
  const unit = words[at + 1]?.singular ?? '';
  return count !== undefined && units.has(unit) ? { text: spanText(count, unit), to: at + 1 } : undefined;
}

function spanText(count: number, unit: string): string {
  const [many, word] = unit === 'quarter' ? [count * 3, 'month'] : [count, unit];
  return `${many} ${word}${many === 1 ? '' : 's'}`;
}

/** `open orders`, `active users`: words that are values of a column, or the name of a yes-or-no column. */
function values({ words, catalog, fact, taken }: Asked): readonly Filter[] {
  return around(catalog, fact).flatMap((table) =>
    table.columns.flatMap((column): readonly Filter[] => {
      const allowed = valuesOf(catalog, table, column);
      const meant = allowed.filter((each) =>
        words.some(({ text, used }) => !used && text === each.toLowerCase()),
      );
      if (meant.length > 0) {
        const negated = meant.some((value) => denied(words, value.toLowerCase()));
        for (const value of meant) mark(words, value.toLowerCase());
        if (meant.length > 1) mark(words, 'or');
        taken.push(
          `${meant.map((value) => `“${value.slice(0, 40)}”`).join(' and ')} ${meant.length === 1 ? 'is a value' : 'are values'} of ${table.name}.${column.name}.`,
        );
        return [{ kind: 'value', table, column, value: meant, negated }];
      }
      const word = column.type === 'boolean' ? column.name.replace(/^(?:is|has|can)_/, '') : undefined;
      const said = words.find(
        ({ text, used }) => !used && word !== undefined && [word, `in${word}`, `un${word}`].includes(text),
      );
      if (word === undefined || !said) return [];
      const negated = denied(words, said.text);
      mark(words, said.text);
      return [{ kind: 'value', table, column, value: said.text === word, negated }];
    }),
  );
}

/** `total above 100`, `more than 5 points`. */
function numbers({ words, catalog, fact }: Asked): readonly Filter[] {
  return words.flatMap((word, at): readonly Filter[] => {
    if (word.used || !/^\d+(?:\.\d+)?$/.test(word.text)) return [];
    const sign = words
      .slice(Math.max(0, at - 2), at)
      .map(({ text }) => text)
      .join(' ');
    const operator = /(?:more|greater|higher|larger) than$|(?:above|over|>)$/.test(sign)
      ? '>'
      : /(?:less|fewer|lower|smaller) than$|(?:below|under|<)$/.test(sign)
        ? '<'
        : /at least$|>=$/.test(sign)
          ? '>='
          : /at most$|<=$/.test(sign)
            ? '<='
            : undefined;
    if (!operator) return [];
    const tables = around(catalog, fact);
    const places = [at + 1, at - 2, at - 3, at - 4].filter((place) => place >= 0);
    const column = places
      .map((place) => columnAt(words, place, tables))
      .find((each) => each && isNumeric(each.column, each.table));
    if (!column) return [];
    for (let each = Math.min(column.from, at - 2); each <= Math.max(column.to, at); each++)
      if (words[each]) words[each]!.used = true;
    return [{ kind: 'than', table: column.table, column: column.column, operator, number: word.text }];
  });
}

/** `by email`, `with this code`, `for a given status`: the column's value is given. */
function columnsGiven({ words, catalog, fact }: Asked): readonly Filter[] {
  return columnsAfterBy(words, around(catalog, fact)).flatMap(
    ({ table, column, from, to }): readonly Filter[] => {
      if (words.slice(from, to + 1).some(({ used }) => used)) return [];
      for (let at = from - 1; at <= to; at++) words[at]!.used = true;
      return [{ kind: 'given', table, column }];
    },
  );
}

function columnsAfterBy(words: readonly Word[], tables: readonly Table[]) {
  return words.flatMap((word, at) => {
    if (!/^(?:by|with|having|whose|given|certain)$/.test(word.text)) return [];
    let next = at + 1;
    while (/^(?:a|an|the|this|its|their|given|certain|same)$/.test(words[next]?.text ?? '')) next += 1;
    const column = columnAt(words, next, tables);
    return column && !/^(?:order|sort|rank)/.test(words[at - 1]?.text ?? '') ? [column] : [];
  });
}

/** Rows that were deleted softly are left out, unless the sentence speaks of them. */
function alive({ words, fact, taken }: Asked): readonly Filter[] {
  const column: Column | undefined = fact.columns.find(
    ({ name, type }) => name === 'deleted_at' && type.startsWith('timestamp'),
  );
  if (!column) return [];
  const wanted = words.find(({ text }) => text === 'deleted');
  if (wanted) wanted.used = true;
  else taken.push(`Deleted ${fact.name} are left out.`);
  return [{ kind: 'empty', table: fact, column, empty: !wanted }];
}

/** Whether "not", "never" or "no" stands before a word; marks it. */
function denied(words: readonly Word[], text: string): boolean {
  const at = words.findIndex((word) => word.text === text);
  const before = words
    .slice(Math.max(0, at - 2), at)
    .find((word) => /^(?:not|never|no|non)$/.test(word.text));
  if (before) before.used = true;
  return before !== undefined;
}

function mark(words: readonly Word[], text: string): void {
  for (const word of words) if (word.text === text) word.used = true;
}
