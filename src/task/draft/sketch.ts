/** What a text seems to ask for: things with fields, links between them, habits such as history and states, and figures. */
import { slug } from '../../base/text.ts';
import type { Catalog, Table } from '../../catalog/model.ts';
import { isPersonal, listedFields, typeOf, type DraftField } from './fields.ts';
import { figuresIn, type Figures } from './figures.ts';
import { traitsIn, type Traits } from './traits.ts';
import {
  fallback,
  flat,
  isValue,
  mentions,
  nounOf,
  plural,
  sentencesOf,
  singular,
  type Prose,
} from './words.ts';

/** A thing that the text seems to ask to keep. */
export interface Thing {
  /** Words in lower case, singular: `audit entry`. */
  readonly words: string;
  readonly table: string;
  /** The table is there already and gets more columns. */
  readonly existing: boolean;
  readonly fields: readonly DraftField[];
}

/** A reference from one thing to an existing table or to another thing. */
export interface Link {
  /** Position of the thing. */
  readonly from: number;
  /** Existing table, or position of a thing. */
  readonly to: string | number;
  readonly name: string;
}

export interface Sketch {
  readonly things: readonly Thing[];
  readonly links: readonly Link[];
  readonly traits: Traits;
  readonly figures: Figures;
  /** Sentences that ask for rows to read. */
  readonly reads: readonly string[];
  /** Fields of the first thing that speak of people. */
  readonly personal: readonly string[];
  /** The nouns were found in the text, not only made of its title. */
  readonly certain: boolean;
  /** The current structure was looked at. */
  readonly informed: boolean;
}

const keeping =
  /(?<=^|\b(?:to|we|must|should|can|will|shall|and|please|that|it|system|app|application)\s+)(?:stor|track|record|sav|keep|log|collect|persist|captur|manag|add|support|creat|remember|issu|sell|writ|leav)(?:e|es|ed|ing|s)?\s+((?:[a-z][a-z-]*\s+){0,3}?[a-z][a-z-]*?)(?=\s+(?:with|for|of|in|on|to|by|from|that|which|who|when|so|and|including|per|as|at|each|every|is|are|can|must|should)\b|[^a-z\s-]|$)/gim;

/** The same where the subject may be anything: `each gym manages its members`. */
const keepingThird =
  /\b(?:stores|tracks|records|saves|keeps|logs|collects|manages|issues|sells)\s+((?:[a-z][a-z-]*\s+){0,3}?[a-z][a-z-]*?)(?=\s+(?:with|for|of|in|on|to|by|from|that|which|who|when|so|and|including|per|as|at|each|every)\b|[^a-z\s-]|$)/gim;

const owners: readonly (readonly [RegExp, string])[] = [
  [/\busers?\b/i, 'user'],
  [/\bcustomers?\b/i, 'customer'],
  [/\baccounts?\b/i, 'account'],
];

/** Reads a text; without a catalog nobody looked at the current structure, an empty one says that there is nothing yet. */
export function sketch(task: Prose, catalog?: Catalog): Sketch {
  const text = flat(task);
  const tables = (catalog?.tables ?? []).filter(
    ({ name, partitionOf }) => /^[a-z][a-z0-9_]{1,40}$/.test(name) && partitionOf === undefined,
  );
  const found = addedColumns(text, tables) ?? nouns(text, task, tables);
  const certain = found.length > 0;
  const things: readonly Thing[] = certain ? found : [thing(fallback(task.title), listedFields(text))];
  const owner = ownerOf(text, things, catalog);
  const all = owner && catalog ? [...things, owner] : things;
  const links = linksIn(text, all, things, tables, owner, catalog !== undefined);
  const linked = new Set(links.filter(({ from }) => from === 0).map(({ name }) => name));
  const kept = all.map((each, index) => ({
    ...each,
    fields:
      index === 0 ? each.fields.filter(({ name }) => !linked.has(name.replace(/_id$/, ''))) : each.fields,
  }));
  return {
    things: kept,
    links,
    traits: traitsIn(text),
    figures: figuresIn(
      text,
      kept.map(({ words }) => words),
    ),
    reads: readsIn(text),
    personal: kept[0]!.fields.map(({ name }) => name).filter(isPersonal),
    certain,
    informed: catalog !== undefined,
  };
}

function thing(words: string, fields: readonly DraftField[], table?: string): Thing {
  return { words, table: table ?? slug(plural(words)), existing: table !== undefined, fields };
}

/** `add a phone number to customers`, where the table is there: columns, no thing of their own. */
function addedColumns(text: string, tables: readonly Table[]): readonly Thing[] | undefined {
  const pattern =
    /\badd(?:ing|s)?\s+(?:an?\s+|the\s+)?([a-z][a-z_ `-]{1,60}?)\s+(?:fields?\s+|columns?\s+)?to\s+(?:each\s+|every\s+|the\s+|our\s+|all\s+)?`?([a-z_]+)`?/gi;
  for (const [, what, where] of text.matchAll(pattern)) {
    const table = tables.find(({ name }) => mentions(where!, name));
    if (!table) continue;
    const known = new Set(table.columns.map(({ name }) => name));
    const fields = what!
      .split(/,|\band\b/)
      .map((part) =>
        slug(
          part
            .replaceAll('`', '')
            .replace(/^\s*(?:an?|the)\s+/i, '')
            .replace(/\s+(?:field|column)s?\s*$/i, ''),
        ),
      )
      .filter(
        (name) => /^[a-z][a-z0-9]*(?:_[a-z0-9]+){0,2}$/.test(name) && !isValue(name) && !known.has(name),
      )
      .map((name): DraftField => ({ name, type: typeOf(name) }));
    if (fields.length > 0) return [thing(singular(table.name.replaceAll('_', ' ')), fields, table.name)];
  }
  return undefined;
}

/** At most five things: tables named in backquotes first, then the objects of verbs such as "store" and "track". */
function nouns(text: string, { title }: Prose, tables: readonly Table[]): readonly Thing[] {
  const quoted = [
    ...new Set([...text.matchAll(/`([a-z][a-z0-9_]{1,40})`/gi)].map((match) => match[1]!)),
  ].filter((word) => !isValue(word));
  const named = quoted.filter(
    (word) =>
      new RegExp(`(?:tables?\\s+\`${word}\`|\`${word}\`\\s+table)`, 'i').test(text) ||
      (word.endsWith('s') && !/(?:ss|us|is)$/.test(word)),
  );
  const fields = quoted
    .filter((word) => !named.includes(word))
    .map((word) => slug(word))
    .filter((name) => /^[a-z][a-z0-9_]*$/.test(name) && !isValue(name))
    .map((name): DraftField => ({ name, type: typeOf(name) }));
  const fresh = named.filter((word) => !tables.some(({ name }) => name === word.toLowerCase()));
  const words = [
    ...fresh.map((word) => singular(slug(word).replaceAll('_', ' '))),
    ...(fresh.length > 0
      ? []
      : [...text.matchAll(keeping), ...text.matchAll(keepingThird)]
          .sort((a, b) => a.index - b.index)
          .map((match) => nounOf(match[1]!))),
  ];
  const distinct = [...new Set(words.filter((word) => /^[a-z][a-z0-9 ]{2,39}$/.test(word)))]
    .filter((word) => !tables.some(({ name }) => singular(name.replaceAll('_', ' ')) === word))
    .slice(0, fresh.length > 0 ? 5 : 3);
  const listed = listedFields(text).filter(({ name }) => !distinct.includes(name.replaceAll('_', ' ')));
  const own = [...fields, ...listed.filter(({ name }) => !fields.some((field) => field.name === name))].slice(
    0,
    20,
  );
  // What is only a field of the title's thing is no thing beside it.
  const main = distinct.filter((word, index) => index === 0 || !own.some(({ name }) => name === slug(word)));
  return (main.length > 0 || title === '' ? main : []).map((word, index) =>
    thing(word, index === 0 ? own : []),
  );
}

/** Users or customers of whom the text speaks, as a thing of their own where no table is there. */
function ownerOf(text: string, things: readonly Thing[], catalog: Catalog | undefined): Thing | undefined {
  const [, words] = owners.find(([pattern]) => pattern.test(text)) ?? [];
  if (words === undefined || things.some((each) => each.words === words)) return undefined;
  const there = catalog?.tables.some(({ name }) => name === plural(words) || name === words);
  return there ? undefined : thing(words, [{ name: 'name', type: { kind: 'text' } }]);
}

function linksIn(
  text: string,
  all: readonly Thing[],
  things: readonly Thing[],
  tables: readonly Table[],
  owner: Thing | undefined,
  informed: boolean,
): readonly Link[] {
  const sentences = sentencesOf(text);
  return things.flatMap((each, from): readonly Link[] => {
    const own = sentences.filter(
      (sentence) => mentions(sentence, each.table) || mentions(sentence, slug(each.words)),
    );
    const near = (about: string): boolean => own.some((sentence) => mentions(sentence, about));
    const there = tables
      .filter(({ name }) => name !== each.table && (near(name) || (from === 0 && mentions(text, name))))
      .filter(
        ({ name }) =>
          !each.fields.some((field) => mentions(field.name.replaceAll('_', ' '), name)) || !each.existing,
      )
      .slice(0, 3)
      .map(({ name }): Link => ({ from, to: name, name: linkName(name) }));
    const among = things.flatMap((other, to): readonly Link[] =>
      to !== from && belongs(text, each.words, other.words)
        ? [{ from, to, name: linkName(other.table) }]
        : [],
    );
    const owned: readonly Link[] =
      owner && !each.existing
        ? [{ from, to: informed ? all.length - 1 : owner.table, name: linkName(owner.table) }]
        : [];
    return [...there, ...among, ...owned];
  });
}

function linkName(table: string): string {
  return slug(singular(table.replaceAll('_', ' ').split(' ').at(-1)!));
}

/** `lines of an order`, `each order has lines`. */
function belongs(text: string, part: string, whole: string): boolean {
  const parts = `(?:${part}|${plural(part)})`;
  const wholes = `(?:${whole}|${plural(whole)})`;
  return (
    new RegExp(
      `\\b${parts}\\s+(?:of|for|in|on|belongs? to)\\s+(?:an?\\s|the\\s|each\\s|every\\s|its\\s|one\\s)?${wholes}\\b`,
      'i',
    ).test(text) ||
    new RegExp(
      `\\b(?:each|every|an?|the)\\s+${whole}\\s+(?:has|holds|contains|consists of)\\s+(?:many|several|some|its|multiple|one or more|\\w+)?\\s*${parts}\\b`,
      'i',
    ).test(text)
  );
}

const reading =
  /\b(?:shows?|lists?|sees?|displays?|finds?|search(?:es)?|look(?:s|ing)? up|reports?|counts?|top|latest|best|how many)\b/i;

/** Sentences that ask for rows, at most three; those that ask to keep something are others. */
function readsIn(text: string): readonly string[] {
  return sentencesOf(text)
    .slice(1)
    .map((sentence) => sentence.replace(/^.*\bso that\s+/i, '').replaceAll(/[\p{Cc}\p{Cf}]/gu, ' '))
    .filter((sentence) => reading.test(sentence) && sentence.length >= 12 && sentence.length <= 160)
    .slice(0, 3);
}
