/** A draft block and the questions that matter most, for a task that is prose only; every guess is marked as one. */
import { slug } from '../base/text.ts';
import type { FieldType, Question, Task } from './model.ts';
import { printType } from './block/types.ts';

type Prose = Pick<Task, 'title' | 'prose'>;

/** A thing that the prose seems to ask to keep. */
interface Guess {
  /** Words in lower case, singular: `audit entry`. */
  readonly words: string;
  readonly fields: readonly string[];
}

const keeping =
  /(?<=^|\b(?:to|we|must|should|can|will|shall|and|please|that|it|system|app|application)\s+)(?:stor|track|record|sav|keep|log|collect|persist|captur|manag|add|support|creat|remember)(?:e|es|ed|ing|s)?\s+((?:[a-z][a-z-]*\s+){0,3}?[a-z][a-z-]*?)(?=\s+(?:with|for|of|in|on|to|by|from|that|which|who|when|so|and|including|per|as|at|each|every|is|are|can|must|should)\b|[^a-z\s-]|$)/gim;
const fillers = new Set([
  'a',
  'an',
  'the',
  'all',
  'each',
  'every',
  'any',
  'new',
  'some',
  'our',
  'their',
  'its',
  'more',
  'support',
  'table',
  'tables',
  'data',
  'information',
  'about',
  'database',
  'schema',
  'migration',
  'migrations',
  'index',
  'indexes',
  'up',
  'it',
  'them',
  'this',
  'that',
  'and',
  'as',
  'when',
  'list',
  'way',
  'proper',
  'simple',
]);
const owners: readonly (readonly [RegExp, string, string])[] = [
  [/\busers?\b/i, 'users', 'user'],
  [/\bcustomers?\b/i, 'customers', 'customer'],
  [/\baccounts?\b/i, 'accounts', 'account'],
];

/** What a person must say before anything can be designed, most important first. */
export function draftQuestions(task: Prose): readonly Question[] {
  const [first] = guesses(task);
  const thing = first ? plural(first.words) : 'rows';
  return [
    {
      about: 'entities',
      text: first
        ? `Which fields does each ${first.words} have, and which of them are required?`
        : 'Which things are kept, and which fields does each have?',
      guess: first
        ? `entities: { ${pascal(first.words)}: { fields: { … } } }`
        : 'entities: { Thing: { fields: { … } } }',
    },
    {
      about: 'access',
      text: `Which queries read and write ${thing}, how often (average and peak), and how fast must they answer?`,
      guess: 'access: { Q1: { insert: E1, rate: 1/s peak 10/s, p95: 20 ms } }',
    },
    {
      about: 'volume',
      text: `How many ${thing} are there on the first day, and how many come each day?`,
      guess: 'volume: { V1: { of: E1, now: 0, per_day: 1k/day, horizon: 12 months } }',
    },
    {
      about: 'lifecycle',
      text: `How long are ${thing} kept, and what happens then?`,
      guess: 'lifecycle: { C1: { of: E1, keep: 24 months, then: delete } }',
    },
    {
      about: 'limits',
      text: 'For how long may queries of the running application wait while the change is made?',
      guess: 'limits: { B1: { blocked: 500 ms, lock_wait: 1 s, rewrite: never } }',
    },
    {
      about: 'privacy',
      text: 'Which fields are personal, and who may read them?',
      guess: 'privacy: { P1: { of: users.email, class: personal, mask: email } }',
    },
  ];
}

/** A block to complete, as YAML without its fence: names from the prose, each value a guess as `{ assume: … }`. */
export function draftBlock(task: Prose): string {
  const things = guesses(task);
  const listed = things.length > 0 ? things : [{ words: fallback(task.title), fields: [] }];
  const owner = owners.find(
    ([pattern, , word]) =>
      pattern.test(`${task.title}\n${task.prose}`) && !listed.some(({ words }) => words === word),
  );
  const lines = [
    'dbd: 1',
    '# A draft. Each { assume: … } is a guess: write the value itself where you know it, `unknown` where nobody does.',
    'entities:',
    ...listed.flatMap((thing, index) =>
      entityLines(
        {
          ...thing,
          fields: thing.fields.filter((field) => field !== owner?.[2] && field !== `${owner?.[2]}_id`),
        },
        index + 1,
      ),
    ),
    ...(owner
      ? [
          'relations:',
          ...listed.map(
            (_, index) =>
              `  L${index + 1}: { from: E${index + 1}, to: { assume: ${owner[1]} }, name: { assume: ${owner[2]} }, required: { assume: true } }`,
          ),
        ]
      : []),
    'access:',
    ...listed.map(
      ({ words }, index) =>
        `  Q${index + 1}: { says: Add a new ${words}, insert: E${index + 1}, rate: { assume: 1/s peak 10/s }, p95: { assume: 20 ms } }`,
    ),
    'volume:',
    ...listed.map(
      (_, index) =>
        `  V${index + 1}: { of: E${index + 1}, now: { assume: 0 }, per_day: { assume: 10k/day }, horizon: { assume: 12 months } }`,
    ),
    'limits:',
    '  B1: { blocked: { assume: 500 ms }, lock_wait: { assume: 1 s }, rewrite: { assume: never } }',
  ];
  return `${lines.join('\n')}\n`;
}

function entityLines({ words, fields }: Guess, number: number): readonly string[] {
  const named = [...new Set([...fields, 'created_at'])];
  return [
    `  E${number} ${pascal(words)}:`,
    `    purpose: { assume: One ${words} }`,
    `    table: { assume: ${slug(plural(words))} }`,
    '    fields:',
    ...named.map((field) =>
      field === 'created_at'
        ? '      created_at: { type: { assume: instant }, required: { assume: true }, default: { assume: now } }'
        : `      ${field}: { type: { assume: '${printType(typeOf(field))}' } }`,
    ),
  ];
}

/** At most five things: tables named in backquotes first, then the objects of verbs such as "store" and "track". */
function guesses({ title, prose }: Prose): readonly Guess[] {
  const text = flat(title, prose);
  const quoted = [
    ...new Set([...text.matchAll(/`([a-z][a-z0-9_]{1,40})`/gi)].map((match) => match[1]!)),
  ].filter((word) => !isValue(word));
  const tables = quoted.filter(
    (word) =>
      new RegExp(`(?:tables?\\s+\`${word}\`|\`${word}\`\\s+table)`, 'i').test(text) ||
      (word.endsWith('s') && !/(?:ss|us|is)$/.test(word)),
  );
  const fields = quoted.filter((word) => !tables.includes(word)).map((word) => slug(word));
  const verbs = [...text.matchAll(keeping)].map((match) => nounOf(match[1]!));
  const words = [
    ...tables.map((table) => singular(slug(table).replaceAll('_', ' '))),
    ...(tables.length > 0 ? [] : verbs),
  ];
  const distinct = [...new Set(words.filter((word) => /^[a-z][a-z0-9 ]{2,39}$/.test(word)))].slice(
    0,
    tables.length > 0 ? 5 : 3,
  );
  return distinct.map((each, index) => ({
    words: each,
    fields: index === 0 ? [...new Set([...fields, ...listedFields(text)])].slice(0, 20) : [],
  }));
}

/** Sentences on lines of their own: headings and list items end where they end, wrapped lines are joined. */
function flat(title: string, prose: string): string {
  const body = prose.slice(0, 20_000).replaceAll(/^ {0,3}#{1,6}[ \t].*$/gm, '');
  const items = body.replaceAll(/^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?:\[[ xX]\][ \t]*)?/gm, '\n');
  const paragraphs = items.split(/\n[ \t]*\n+|\n(?=\n)/).map((part) => part.replaceAll(/\s+/g, ' ').trim());
  return [title.replace(/^[[(]?[A-Z][A-Z0-9_]*-\d+[\])]?[:\s-]*/, ''), ...paragraphs].join('.\n');
}

/** `with a name, an email and a phone` → name, email, phone. */
function listedFields(text: string): readonly string[] {
  const match = /\b(?:with|including|fields?:|columns?:|consists? of|containing)\s+([^.;:\n]{3,200})/i.exec(
    text,
  );
  if (!match || !/,|\band\b/.test(match[1]!)) return [];
  return match[1]!
    .split(/,|\band\b/)
    .map((part) =>
      slug(
        part
          .trim()
          .replace(/^(?:(?:a|an|the|its|their|his|her)\s+)+/i, '')
          .replaceAll('`', ''),
      ),
    )
    .filter((field) => /^[a-z][a-z0-9]*(?:_[a-z0-9]+){0,2}$/.test(field));
}

function nounOf(phrase: string): string {
  const words = phrase
    .toLowerCase()
    .replaceAll('-', ' ')
    .split(/\s+/)
    .filter((word) => !fillers.has(word));
  return singular(words.slice(-2).join(' '));
}

function fallback(title: string): string {
  const words = slug(title.replace(/^[[(]?[A-Z][A-Z0-9_]*-\d+[\])]?/, ''), ' ')
    .split(' ')
    .filter((word) => /^[a-z]/.test(word) && !fillers.has(word));
  return singular(words.slice(-2).join(' ').slice(0, 40)) || 'thing';
}

function isValue(word: string): boolean {
  return /^(?:true|false|null|now|unknown|postgres|select|insert|update|delete)$/i.test(word);
}

/** Types by the habits of names: `…_at`, `is_…`, `…_count`, `price`. */
function typeOf(field: string): FieldType {
  const kinds: readonly (readonly [RegExp, FieldType])[] = [
    [/(?:_at|^timestamp|_time)$/, { kind: 'instant' }],
    [/(?:_on|^date|_date|^day|birthday)$/, { kind: 'date' }],
    [/^(?:is|has|can)_|^(?:active|enabled|deleted)$/, { kind: 'bool' }],
    [/email$/, { kind: 'email' }],
    [/(?:url|link|website)$/, { kind: 'url' }],
    [/(?:price|amount|total|cost|balance)$/, { kind: 'decimal', precision: 12, scale: 2 }],
    [/(?:count|quantity|number|position|age|score|rating)$/, { kind: 'int' }],
    [/(?:json|data|payload|settings|metadata|properties)$/, { kind: 'json' }],
    [/tags$/, { kind: 'tags' }],
    [/uuid$/, { kind: 'uuid' }],
  ];
  return kinds.find(([pattern]) => pattern.test(field))?.[1] ?? { kind: 'text' };
}

function pascal(words: string): string {
  return words
    .split(/[^a-z0-9]+/i)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');
}

function plural(words: string): string {
  if (/[^aeiou]y$/.test(words)) return words.replace(/y$/, 'ies');
  return /(?:s|x|ch|sh|z)$/.test(words) ? `${words}es` : `${words}s`;
}

function singular(words: string): string {
  if (/(?:ss|us|is)$/.test(words)) return words;
  return words
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/s$/, '');
}
