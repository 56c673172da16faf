/** From a sentence to a draft of its query, on tables that exist are planned. */
import { foreignKeysFrom } from '../../catalog/find.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import type { Quote } from '../../engine/model.ts';
import { Unwritable } from './conditions.ts';
import type { Drafted, Intent, Mention } from './model.ts';
import { usualTop } from './measure.ts';
import { readSentence, type Read } from './read.ts';
import { timeColumn, wordsOf } from './words.ts';
import { Unreachable } from './joins.ts';
import { writeQuery } from './write.ts';

export type { Drafted } from './model.ts';

/** Words that change nothing about what is asked. */
const idle = new Set(
  'a an the of for to in on at by with and is are was were be has have had do does did that this these those it its their his her who which what when where how all any every each some given certain one ones from as we i you they me us our show shows list lists see sees display displays find finds get gets give gives fetch search look up out report reports count want wants need needs should must can will shall please support user-facing page screen view shop app application team me per rows row records record entries entry there number many long'.split(
    ' ',
  ),
);

/** Drafts the query that a sentence asks for; what it could not take in is listed, and nothing is invented for it. */
export function draftQuery(sentence: string, catalog: Catalog, quote: Quote): Drafted {
  const words = wordsOf(sentence);
  const read = readSentence(words, catalog);
  if ('why' in read) return { kind: 'not-understood', why: read.why };
  try {
    const sql = writeQuery(read.intent, catalog, quote);
    const { top, subject } = read.intent;
    // "placed yesterday": the verb of the column that says when.
    const verbs = new Set(timeColumn(subject)?.name.toLowerCase().split('_'));
    const unread = words
      .filter(({ text, used }) => !used && !idle.has(text) && !verbs.has(text) && !/^\d+$/.test(text))
      .map(({ text }) => text);
    const numbers = words.filter(({ text, used }) => !used && /^\d+$/.test(text)).map(({ text }) => text);
    return {
      kind: 'drafted',
      sql,
      taken: [
        ...read.taken,
        ...severalWays(read.intent, read.mentions, catalog),
        ...(top?.count === usualTop &&
        !words.some(({ text }) => text === String(usualTop) || text === 'fifty')
          ? [`Nobody says how many ${subject.name}; ${usualTop} are taken.`]
          : []),
      ],
      unread: [...new Set([...unread, ...numbers, ...idleTables(read)])],
    };
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Unwritable)
      return { kind: 'not-understood', why: error.message };
    throw error;
  }
}

/** Words of tables that were named and play no part in what is asked. */
function idleTables({
  intent,
  mentions,
  words,
}: Extract<Read, { readonly intent: Intent }>): readonly string[] {
  const parts = new Set<Table>([
    intent.subject,
    ...[...intent.groups, ...intent.filters].flatMap((part) => ('table' in part ? [part.table] : [])),
    ...(intent.measure?.column ? [intent.measure.column.table] : []),
  ]);
  return mentions
    .filter(({ table }) => !parts.has(table))
    .map(({ from, to }) =>
      words
        .slice(from, to + 1)
        .map(({ text }) => text)
        .join(' '),
    );
}

/** References that a table has twice to the same other one, of which a query can take only one. */
function severalWays({ subject }: Intent, mentions: readonly Mention[], catalog: Catalog): readonly string[] {
  return [...new Set(mentions.map(({ table }) => table))].flatMap((table) => {
    const ways = foreignKeysFrom(catalog, subject).filter(({ to }) => to === table && table !== subject);
    return ways.length < 2
      ? []
      : [
          `${subject.name} refers to ${table.name} in ${ways.length} ways; ${ways[0]!.constraint.columns.join(', ')} was taken.`,
        ];
  });
}
