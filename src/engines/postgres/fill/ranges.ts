import type { ShapedRequest } from '../../../engine/model.ts';
import { quoted as quote } from './lists.ts';
import { uniform } from './random.ts';

/** Range type, and what its bounds are. */
const bounded: Readonly<Record<string, string>> = {
  int4range: 'int',
  int8range: 'bigint',
  numrange: 'numeric',
  daterange: 'date',
  tsrange: 'timestamp',
  tstzrange: 'timestamptz',
};

/** Places at which two distributions are compared. */
const looked = 200;

/** Ranges whose lower bounds follow their histogram, and whose ends follow the upper bounds or the lengths, whichever tells the other better; undefined for other types. */
export function rangeOf(
  { fact, seed, n, place }: ShapedRequest,
  { bounds, lengths, empty }: NonNullable<ShapedRequest['ranges']>,
): string | undefined {
  const type = bounded[fact.base];
  if (type === undefined) return undefined;
  const ends = bounds.map(endsOf);
  const lowers = ends.map(([low]) => low);
  const uppers = ends.map(([, high]) => high);
  const sizes = (lengths.length > 1 ? lengths : [lengths[0] ?? '1', lengths[0] ?? '1']).map((length) =>
    Number.isFinite(Number(length)) ? length : undefined,
  );
  const whole = type === 'int' || type === 'bigint' || type === 'date';
  const between = (list: readonly (string | undefined)[], of: string, share: string): string => {
    const x = `(${share} * ${list.length - 1})`;
    const items = typed(list, of);
    const [low, high] = [1, 2].map((next) => `${items}[${next} + floor(${x})::int]`);
    const moved = `(${high} - ${low}) * (${x} - floor(${x}))`;
    // Beside an open end there is nothing to go towards.
    return `coalesce(${low} + ${of !== 'float8' && whole ? `floor(${moved})::int` : moved}, ${low})`;
  };
  const lower = between(lowers, type, place);
  const chance = uniform(n, seed + 1);
  const size = between(sizes, 'float8', chance);
  const added = type.startsWith('timestamp')
    ? `make_interval(secs => ${size})`
    : whole
      ? // An open end stays open: the greatest of nothing and one would be one.
        `(CASE WHEN ${size} < 1 THEN 1 ELSE round(${size}) END)::int`
      : `round((${size})::numeric, 2)`;
  const byLength = `${lower} + ${added}`;
  const upper = byUppers(lowers, uppers, sizes)
    ? `CASE WHEN ${between(uppers, type, chance)} <= ${lower} THEN ${byLength} ELSE ${between(uppers, type, chance)} END`
    : byLength;
  const made = `${fact.base}((${lower})::${type}, (${upper})::${type})`;
  return empty > 0.001
    ? `CASE WHEN ${uniform(n, seed + 2)} < ${empty} THEN ${quote('empty')}::${fact.base} ELSE ${made} END`
    : made;
}

/** Both ends of a range's text; undefined where it is open. */
function endsOf(text: string): readonly [string | undefined, string | undefined] {
  const match = /^[[(]("[^"]*"|[^,]*),("[^"]*"|[^,]*)[\])]$/s.exec(text);
  const end = (part: string | undefined): string | undefined => part?.replaceAll('"', '') || undefined;
  return [end(match?.[1]), end(match?.[2])];
}

function typed(items: readonly (string | undefined)[], type: string): string {
  const written = items.map((item) => (item === undefined ? 'NULL' : `"${item}"`));
  return `(${quote(`{${written.join(',')}}`)}::${type}[])`;
}

/** Whether upper bounds that have nothing to do with the lower ones have more nearly the lengths that there are than lengths that have nothing to do with them give the upper bounds. */
function byUppers(
  lowers: readonly (string | undefined)[],
  uppers: readonly (string | undefined)[],
  sizes: readonly (string | undefined)[],
): boolean {
  const days = uppers.some((one) => one !== undefined && /^\d{4}-\d\d-\d\d$/.test(one));
  const numbers = (list: readonly (string | undefined)[]): readonly number[] =>
    list.map((one) => (one === undefined ? Number.POSITIVE_INFINITY : numberOf(one, days)));
  const [low, high, size] = [numbers(lowers), numbers(uppers), sizes.map((one) => Number(one ?? Infinity))];
  if ([...low, ...high].some(Number.isNaN)) return false;
  const at = (list: readonly number[], share: number): number =>
    list[Math.min(list.length - 1, Math.floor(share * list.length))]!;
  // Two sequences that cover the square evenly.
  const pairs = Array.from({ length: looked }, (_, i) => [(i + 0.5) / looked, (i * 0.618_034) % 1] as const);
  const lengths = pairs.map(([a, b]) => at(high, b) - at(low, a));
  const tops = pairs.map(([a, b]) => at(low, a) + at(size, b));
  if (lengths.filter((one) => one <= 0).length > looked / 20) return false;
  return distance(lengths, size) < distance(tops, high);
}

function numberOf(text: string, days: boolean): number {
  if (!/^\d{4,}-\d\d-\d\d/.test(text)) return Number(text);
  const time = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return time / (days ? 86_400_000 : 1000);
}

/** Mean distance of the quantiles of two lists that end. */
function distance(made: readonly number[], given: readonly number[]): number {
  const [a, b] = [made, given].map((list) => list.filter(Number.isFinite).toSorted((x, y) => x - y));
  if (a!.length === 0 || b!.length === 0) return 0;
  const steps = 20;
  const at = (list: readonly number[], share: number): number => list[Math.floor(share * (list.length - 1))]!;
  let sum = 0;
  for (let i = 0; i <= steps; i++) sum += Math.abs(at(a!, i / steps) - at(b!, i / steps));
  return sum;
}
