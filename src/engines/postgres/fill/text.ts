import type { Make, ValueRequest } from '../../../engine/model.ts';
import { spread, uniform } from './random.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** One of a few words, chosen by the row's number. */
export function pick(words: readonly string[], seed: number): Make {
  const list = `(ARRAY[${words.map(quote).join(',')}])`;
  return (n) => `${list}[1 + ${spread(n, seed, words.length)}]`;
}

const first = [
  'Ada',
  'Ben',
  'Carla',
  'David',
  'Elif',
  'Finn',
  'Grace',
  'Hugo',
  'Ines',
  'Jonas',
  'Kira',
  'Luis',
  'Mina',
  'Noah',
  'Olga',
  'Paul',
  'Rosa',
  'Sam',
  'Tara',
  'Yusuf',
];
const last = [
  'Adler',
  'Brown',
  'Costa',
  'Dubois',
  'Evans',
  'Fischer',
  'Garcia',
  'Hansen',
  'Ito',
  'Jensen',
  'Khan',
  'Lopez',
  'Meyer',
  'Novak',
  'Okafor',
  'Petit',
  'Rossi',
  'Silva',
  'Weber',
  'Young',
];
const words = [
  'amber',
  'basin',
  'cedar',
  'delta',
  'ember',
  'field',
  'grove',
  'harbor',
  'island',
  'juniper',
  'lantern',
  'meadow',
  'north',
  'orchard',
  'prairie',
  'quarry',
  'river',
  'stone',
  'valley',
  'willow',
];

/** What a column's name tells about its text; the first pattern that fits is used. */
const byName: readonly (readonly [RegExp, (seed: number, n: string) => string])[] = [
  [/e_?mail|(?:^|_)mail$/, (_, n) => `'user' || ${n} || '@example.com'`],
  [/url|website|link|href|avatar|image/, (_, n) => `'https://example.com/' || ${n}`],
  [/phone|mobile|fax/, (_, n) => `'+4930' || lpad((${n})::text, 8, '0')`],
  [/first_?name|given/, (s, n) => pick(first, s)(n)],
  [/last_?name|surname|family_?name/, (s, n) => pick(last, s)(n)],
  [
    /full_?name|display_?name|^name$|author|contact/,
    (s, n) => `${pick(first, s)(n)} || ' ' || ${pick(last, s + 1)(n)}`,
  ],
  [/user_?name|login|handle|nick/, (_, n) => `'user' || ${n}`],
  [/slug|path/, (s, n) => `${pick(words, s)(n)} || '-' || ${n}`],
  [/currency/, (s, n) => pick(['EUR', 'USD', 'GBP'], s)(n)],
  [/country/, (s, n) => pick(['DE', 'FR', 'US', 'IN', 'BR', 'JP'], s)(n)],
  [/city|town/, (s, n) => pick(['Berlin', 'Lyon', 'Austin', 'Pune', 'Recife', 'Osaka'], s)(n)],
  [/locale|language|lang$/, (s, n) => pick(['en', 'de', 'fr', 'pt'], s)(n)],
  [/time_?zone|^tz$/, (s, n) => pick(['UTC', 'Europe/Berlin', 'America/New_York'], s)(n)],
  [/status|state/, (s, n) => pick(['active', 'pending', 'closed'], s)(n)],
  [/type|kind|category|level|role/, (s, n) => pick(['standard', 'basic', 'premium'], s)(n)],
  [/hash|token|digest|secret|password|checksum/, (s, n) => `md5((${n})::text || ${quote(String(s))})`],
  [
    /description|comment|body|content|notes?|message|text|summary|bio/,
    (s, n) =>
      `${pick(words, s)(n)} || ' ' || ${pick(words, s + 1)(n)} || ' ' || ${pick(words, s + 2)(n)} || ' ' || ${pick(words, s + 3)(n)}`,
  ],
  [/zip|postal/, (s, n) => `lpad((10000 + ${spread(n, s, 89_999)})::text, 5, '0')`],
  [/title|label|subject|name/, (s, n) => `${pick(words, s)(n)} || ' ' || ${pick(words, s + 1)(n)}`],
];

const letters = (length: number, n: string, upper: boolean): string =>
  `(${Array.from({ length }, (_, i) => `chr((${upper ? 65 : 97} + (${n} / ${26 ** (length - 1 - i)}) % 26)::int)`).join(' || ')})`;

/** Texts of many habits, so that a condition on the column finds one it accepts. */
const shapes: readonly Make[] = [
  (n) => `'item-' || ${n}`,
  (n) => `(${n})::text`,
  (n) => `'user' || ${n} || '@example.com'`,
  (n) => `'https://example.com/' || ${n}`,
  (n) => `'+4930' || lpad((${n})::text, 8, '0')`,
  (n) => `'item_' || ${n}`,
  (n) => `'Item ' || ${n}`,
  (n) => `'/' || ${n}`,
  (n) => `upper(to_hex(${n}))`,
  (n) => `'#' || lpad(to_hex(${n} % 16777216), 6, '0')`,
  (n) => `'10.' || (${n} / 65536) % 256 || '.' || (${n} / 256) % 256 || '.' || ${n} % 256`,
  (n) => `'1.' || (${n} / 100) || '.' || ${n} % 100`,
  (n) => `md5((${n})::text)`,
  (n) => `md5((${n})::text)::uuid::text`,
  (n) => `md5((${n})::text) || md5('x' || ${n})`,
  (n) => `'{"n": ' || ${n} || '}'`,
  ...[2, 3, 4, 5, 6, 8].flatMap((length): Make[] => [
    (n) => letters(length, n, true),
    (n) => letters(length, n, false),
  ]),
  ...[2, 3, 4, 5, 6, 8, 10, 12, 13, 16].map(
    (length): Make =>
      (n) =>
        `lpad((${n} % 1${'0'.repeat(length)})::text, ${length}, '0')`,
  ),
  ...[3, 4, 6, 8].map(
    (length): Make =>
      (n) =>
        `${letters(2, n, true)} || '-' || lpad((${n} % 1${'0'.repeat(length)})::text, ${length}, '0')`,
  ),
  (n) => `${letters(3, n, true)} || '-' || lpad((${n})::text, 6, '0')`,
  () => `'en-US'`,
  () => `'EUR'`,
  () => `'DE'`,
  () => `'x'`,
  () => `''`,
  (n) => `rpad('text ' || ${n} || ' ', 60, 'amber river stone ')`,
  (n) => `rpad('text ' || ${n} || ' ', 300, 'amber river stone ')`,
];

/** Values of a text column of at most `length` characters (undefined: any). */
export function texts(request: ValueRequest, length: number | undefined): readonly Make[] {
  const { seed } = request;
  const name = request.fact.name.toLowerCase();
  const cut = (make: Make): Make => (length === undefined ? make : (n) => `left(${make(n)}, ${length})`);
  const named = byName.find(([pattern]) => pattern.test(name))?.[1];
  const plausible: Make = named
    ? (n) => named(seed, n)
    : (n) => `${pick(words, seed)(n)} || ' ' || ${spread(n, seed, 1000)}`;
  if (!request.distinct) return [cut(plausible), ...literalShapes(request), ...shapes.map(cut)];
  // The number stands first where the column is short, so that cutting never makes two values equal.
  const digits = String(request.rows).length;
  const own: Make =
    named && /\|\| n\b/.test(named(seed, 'n')) ? plausible : (n) => `${plausible(n)} || ' ' || ${n}`;
  const fits = (make: Make, extra: number): readonly Make[] =>
    length === undefined || length >= digits + extra ? [make] : [];
  const short = length ?? 8;
  return [
    ...fits(own, 42),
    ...fits((n) => `'item-' || ${n}`, 5),
    ...fits((n) => `(${n})::text`, 0),
    ...shapes.filter((make) => /\bn\b/.test(make('n'))).map(cut),
    (n) => letters(Math.min(short, 13), n, true),
  ];
}

function literalShapes(request: ValueRequest): readonly Make[] {
  return request.literals.length > 1 ? [pick(request.literals, request.seed)] : [];
}

/** Values out of a weighted, ranked or plain list of SQL literals. */
export function listed(
  request: ValueRequest,
  items: readonly string[],
  weights: readonly number[] | undefined,
): Make {
  const list = `(ARRAY[${items.join(',')}])`;
  if (weights) {
    const total = weights.reduce((a, b) => a + b, 0);
    let sum = 0;
    const edges = weights.slice(0, -1).map((weight) => (sum += weight / total));
    if (edges.length === 0) return () => `${list}[1]`;
    return (n) =>
      `${list}[1 + width_bucket(${uniform(n, request.seed)}, ARRAY[${edges.join(',')}]::float8[])]`;
  }
  return (n) => `${list}[1 + ${spread(n, request.seed, items.length)}]`;
}
