/** Figures of a block that the text does not hold: a model that writes them down as facts has made them up. */
import { parse } from 'yaml';
import { numberWords } from '../../task/number-words.ts';

/** Sections and keys whose figures decide about designs and verdicts. */
const figures: Readonly<Record<string, readonly string[] | 'all'>> = {
  access: ['rate', 'p95', 'p99', 'freshness'],
  volume: ['now', 'per_day', 'horizon', 'skew'],
  lifecycle: ['keep', 'hold'],
  limits: ['blocked', 'lock_wait', 'statement', 'disk'],
};

const scales: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
};

/** Keys and numbers of issues: their digits say nothing about a database. */
const names = /\b[A-Z][A-Z0-9_]*-\d+\b|#\d+\b/g;

/** Each such figure as `access.Q1.p95: 20 ms`; values marked `{ assume: … }` and zero are left out. The block parses as YAML. */
export function unmarkedGuesses(block: string, prose: string): readonly string[] {
  const known = numbersIn(prose.replaceAll(names, ' '));
  const root = parse(block, { version: '1.2', schema: 'core' }) as Readonly<Record<string, unknown>>;
  return Object.entries(figures).flatMap(([section, keys]) =>
    Object.entries(mapOf(root[section])).flatMap(([id, claim]) =>
      Object.entries(mapOf(claim))
        .filter(([key]) => keys === 'all' || keys.includes(key))
        .flatMap(([key, value]) =>
          scalarsOf(value)
            .filter((text) => [...numbersIn(text)].some((number) => number !== 0 && !known.has(number)))
            .map((text) => `${section}.${id}.${key}: ${text}`),
        ),
    ),
  );
}

/** Texts and numbers below a value, without those that are marked as assumed. */
function scalarsOf(value: unknown): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(scalarsOf);
  const map = mapOf(value);
  return Object.hasOwn(map, 'assume') ? [] : Object.values(map).flatMap(scalarsOf);
}

/** Numbers of a text in digits and in words: `2M`, `40,000`, `two million`. */
function numbersIn(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  const pattern = /(\d[\d,_']*(?:\.\d+)?|\p{L}+)\s*(k|m|thousand|million|billion)?(?![\p{L}\d])/giu;
  for (const [, word, scale] of text.matchAll(pattern)) {
    const digits = Number(word!.replaceAll(/[,_']/g, ''));
    const value = /^\d/.test(word!) ? digits : numberWords[word!.toLowerCase()];
    if (value === undefined || Number.isNaN(value)) continue;
    found.add(value);
    if (scale !== undefined) found.add(value * scales[scale.toLowerCase()]!);
  }
  for (const [, digits] of text.matchAll(/(\d+(?:\.\d+)?)/g)) found.add(Number(digits));
  return found;
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
