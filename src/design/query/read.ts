/** Reads what a sentence asks for. */
import { sameName } from '../../catalog/identity.ts';
import { foreignKeysFrom } from '../../catalog/find.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import { filtersIn } from './filters.ts';
import type { Group, Intent, Mention, TimeUnit, Word } from './model.ts';
import { countedIn, isRank, measureIn, rankedBy, topIn } from './measure.ts';
import { around, columnAt, mentionsIn, tableOfColumns, use } from './words.ts';

/** What was read, or why nothing was. */
export type Read =
  | {
      readonly intent: Intent;
      readonly words: readonly Word[];
      readonly mentions: readonly Mention[];
      readonly taken: readonly string[];
    }
  | { readonly why: string };

const units = new Set(['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);

/** Reads words; marks those that were taken for something. */
export function readSentence(words: readonly Word[], catalog: Catalog): Read {
  const mentions = mentionsIn(words, catalog);
  for (const { from, to } of mentions) use(words, from, to);
  const only = mentions.length === 0 ? tableOfColumns(words, catalog) : undefined;
  if (mentions.length === 0 && !only) return { why: 'it names no table that there is' };
  const taken: string[] = [];
  const recursion = recursionIn(words, mentions, catalog);
  if (recursion) {
    return {
      words,
      mentions,
      taken: [],
      intent: {
        subject: recursion.table,
        groups: [],
        filters: [],
        running: false,
        recursion: recursion.kind,
      },
    };
  }
  const subject = only ?? subjectOf(words, mentions);
  const groups = groupsIn(words, mentions, catalog, subject);
  const asked = measureIn(words, mentions, catalog, subject);
  const top = topIn(words, mentions, catalog, subject);
  const given = mentions.filter(
    (mention) =>
      mention.table !== subject &&
      !groups.some((group) => group.kind === 'table' && group.table === mention.table),
  );
  const running = /\b(?:running|cumulative|cumulated)\b/.test(words.map(({ text }) => text).join(' '));
  if (running) markAll(words, /^(?:running|cumulative|cumulated)$/);
  // "The ten best customers": they are ranked by what their orders say.
  const ranked = top?.by === 'measure' && !asked ? rankedBy(words, catalog, subject, given) : undefined;
  if (top?.by === 'measure' && !asked && !ranked)
    return { why: `nothing tells by what ${subject.name} are ranked` };
  const fact = ranked?.table ?? asked?.column?.table ?? (asked && countedIn(words, mentions)) ?? subject;
  const allGroups: readonly Group[] =
    ranked || (fact !== subject && asked)
      ? [
          ...groups.filter((group) => !(group.kind === 'table' && group.table === subject)),
          { kind: 'table', table: subject },
        ]
      : groups;
  const measure = asked ?? ranked?.measure ?? (running ? ({ kind: 'count' } as const) : undefined);
  if (ranked)
    taken.push(
      `${subject.name} are ranked by ${ranked.measure.kind === 'count' ? `how many ${ranked.table.name} they have` : `the sum of ${ranked.table.name}.${ranked.measure.column!.column.name}`}.`,
    );
  const order = orderIn(words, around(catalog, fact));
  // "The most expensive by price" names the order, not a price that is given.
  const filters = filtersIn({ words, catalog, fact, subject, given, mentions, taken }).filter(
    (filter) => filter.kind !== 'given' || !filter.column || filter.column !== top?.column?.column,
  );
  return {
    words,
    mentions,
    taken,
    intent: {
      subject: fact,
      groups: measure || top ? allGroups : groups,
      filters,
      ...(order ? { order } : {}),
      running,
      ...(measure ? { measure } : groups.length > 0 && !top ? { measure: { kind: 'count' as const } } : {}),
      ...(top ? { top } : {}),
    },
  };
}

function markAll(words: readonly Word[], pattern: RegExp): void {
  for (const word of words) if (pattern.test(word.text)) word.used = true;
}

/** The table whose rows are read: not one that is only a possessor (`a user's events`), a group, or behind "of a". */
function subjectOf(words: readonly Word[], mentions: readonly Mention[]): Table {
  const free = mentions.filter(
    ({ from, possessive }) => !possessive && !/^(?:per|by|each|every)$/.test(words[from - 1]?.text ?? ''),
  );
  const counted = free.find(
    ({ from }) =>
      words[from - 1]?.text === 'of' && /^(?:number|count|amount)$/.test(words[from - 2]?.text ?? ''),
  );
  return (counted ?? free[0] ?? mentions.at(-1)!).table;
}

function recursionIn(
  words: readonly Word[],
  mentions: readonly Mention[],
  catalog: Catalog,
): { readonly table: Table; readonly kind: 'descendants' | 'ancestors' } | undefined {
  const at = words.findIndex(({ text }) => /^(?:descendants?|ancestors?|subtree|offspring)$/.test(text));
  if (at < 0) return undefined;
  const own = mentions
    .map(({ table }) => table)
    .find((table) => foreignKeysFrom(catalog, table).some(({ references }) => sameName(references, table)));
  if (!own) return undefined;
  words[at]!.used = true;
  return { table: own, kind: words[at]!.text.startsWith('ancestor') ? 'ancestors' : 'descendants' };
}

/** `sorted by name`. */
function orderIn(words: readonly Word[], tables: readonly Table[]): Intent['order'] {
  const at = words.findIndex(
    ({ text }, index) => /^(?:sort|sorted|order|ordered)$/.test(text) && words[index + 1]?.text === 'by',
  );
  const column = at < 0 ? undefined : columnAt(words, at + 2, tables);
  if (!column) return undefined;
  const after = words[column.to + 1];
  const descending = /^(?:desc|descending|downwards?)$/.test(after?.text ?? '');
  use(
    words,
    at,
    column.to + (after && /^(?:asc|ascending|desc|descending|downwards?)$/.test(after.text) ? 1 : 0),
  );
  return { column, descending };
}

/** `per user and day`, `for each customer`, `of each month`. */
function groupsIn(
  words: readonly Word[],
  mentions: readonly Mention[],
  catalog: Catalog,
  subject: Table,
): readonly Group[] {
  const groups: Group[] = [];
  const tables = [...new Set([subject, ...mentions.map(({ table }) => table), ...around(catalog, subject)])];
  for (let at = 0; at < words.length; at++) {
    if (!/^(?:per|each|every|by)$/.test(words[at]!.text)) continue;
    if (
      words[at]!.text === 'by' &&
      /^(?:order|sort|filter|search|find|found|given|look)/.test(words[at - 1]?.text ?? '')
    )
      continue;
    let next = at + 1;
    for (;;) {
      if (/^(?:each|every|its|their|the)$/.test(words[next]?.text ?? '')) next += 1;
      const found = groupAt(words, next, mentions, tables);
      if (!found) break;
      // "the best customers by payments" says by what they are ranked.
      if (words[at]!.text === 'by' && found.group.kind === 'table' && words.some(({ text }) => isRank(text)))
        break;
      // "find a user by email" names what is given, unless something is counted.
      if (
        words[at]!.text === 'by' &&
        found.group.kind === 'column' &&
        !/\b(?:number|count|total|sum|average|revenue)\b/.test(words.map(({ text }) => text).join(' '))
      )
        break;
      groups.push(found.group);
      use(words, at, found.to);
      next = found.to + 1;
      if (!/^(?:and)$/.test(words[next]?.text ?? '')) break;
      next += 1;
    }
  }
  return groups;
}

function groupAt(
  words: readonly Word[],
  at: number,
  mentions: readonly Mention[],
  tables: readonly Table[],
): { readonly group: Group; readonly to: number } | undefined {
  const word = words[at];
  if (!word) return undefined;
  if (units.has(word.singular)) return { group: { kind: 'time', unit: word.singular as TimeUnit }, to: at };
  const mention = mentions.find(({ from }) => from === at);
  if (mention) return { group: { kind: 'table', table: mention.table }, to: mention.to };
  const column = columnAt(words, at, tables);
  return column && { group: { kind: 'column', table: column.table, column: column.column }, to: column.to };
}
