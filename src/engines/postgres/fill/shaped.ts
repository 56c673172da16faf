import type { FillFact, ShapedRequest } from '../../../engine/model.ts';
import { listOf, quoted as quote } from './lists.ts';
import { uniform } from './random.ts';

/** Arrays whose elements come with their own shares, and ranges whose lower bounds and lengths follow their histograms. */
export function shaped(request: ShapedRequest): string | undefined {
  const { fact, elements, ranges } = request;
  if (elements && elements.values.length > 0) return elementsOf(request, elements);
  if (ranges && ranges.bounds.length > 1 && fact.family === 'range') return rangeOf(request, ranges);
  return undefined;
}

function elementsOf(
  { fact, seed, n }: ShapedRequest,
  { values, shares }: NonNullable<ShapedRequest['elements']>,
): string | undefined {
  const base = fact.element?.base ?? (fact.base === 'tsvector' ? 'text' : undefined);
  if (base === undefined) return undefined;
  const list = `unnest(${listOf(values, base)}, ${listOf(shares.map(String), 'float8')}) WITH ORDINALITY AS e(value, share, place)`;
  const hash = `((hashint8extended(${n} * 1000 + e.place, ${seed}) & 9007199254740991)::float8 / 9007199254740992)`;
  const array = `ARRAY(SELECT e.value FROM ${list} WHERE ${hash} < e.share)`;
  return fact.base === 'tsvector' ? `array_to_tsvector(${array})` : `(${array})::${fact.type}`;
}

/** Range type, and what its bounds are. */
const bounded: Readonly<Record<string, string>> = {
  int4range: 'int',
  int8range: 'bigint',
  numrange: 'numeric',
  daterange: 'date',
  tsrange: 'timestamp',
  tstzrange: 'timestamptz',
};

function rangeOf(
  { fact, seed, n, place }: ShapedRequest,
  { bounds, lengths, empty }: NonNullable<ShapedRequest['ranges']>,
): string | undefined {
  const type = bounded[fact.base];
  if (type === undefined) return undefined;
  const list = listOf(bounds, fact.base);
  const at = (items: number, share: string): { i: string; part: string } => {
    const x = `((${share}) * ${items - 1})`;
    return { i: `floor(${x})::int`, part: `(${x} - floor(${x}))` };
  };
  const low = at(bounds.length, place);
  const from = `lower(${list}[1 + ${low.i}])`;
  const to = `lower(${list}[2 + ${low.i}])`;
  const size = at(Math.max(2, lengths.length), uniform(n, seed + 1));
  const sizes = listOf(lengths.length > 1 ? lengths : [lengths[0] ?? '1', lengths[0] ?? '1'], 'float8');
  const length = `(${sizes}[1 + ${size.i}] + (${sizes}[2 + ${size.i}] - ${sizes}[1 + ${size.i}]) * ${size.part})`;
  const whole = type === 'int' || type === 'bigint' || type === 'date';
  const distance = whole ? `floor((${to} - ${from}) * ${low.part})::int` : `(${to} - ${from}) * ${low.part}`;
  const add = type.startsWith('timestamp')
    ? `${length} * interval '1 second'`
    : whole
      ? `greatest(1, round(${length}))::int`
      : `round(${length}::numeric, 2)`;
  const lower = `(${from} + ${distance})`;
  const made = `${fact.base}((${lower})::${type}, (${lower} + ${add})::${type})`;
  return empty > 0.001
    ? `CASE WHEN ${uniform(n, seed + 2)} < ${empty} THEN ${quote('empty')}::${fact.base} ELSE ${made} END`
    : made;
}

/** A point in time or a day moved by seconds. */
export function shifted(expression: string, amount: string, fact: FillFact): string | undefined {
  if (fact.family === 'date')
    return `((${expression})::date + round((${amount}) / 86400.0)::int)::${fact.type}`;
  return fact.family === 'instant'
    ? `((${expression}) + make_interval(secs => ${amount}))::${fact.type}`
    : undefined;
}

/** A text, document or string of bytes with as many bytes as the average; what fills it up differs from row to row. */
export function widened(expression: string, width: number, fact: FillFact, n: string): string | undefined {
  const filler = (bytes: string): string =>
    `left(repeat(md5((${n})::text), ${Math.ceil(width / 32) + 1}), greatest(0, ${bytes}))`;
  if (fact.family === 'text')
    return `((${expression}) || ${filler(`${width} - octet_length((${expression})::text)`)})::${fact.type}`;
  if (fact.family === 'json')
    return `jsonb_build_object('n', ${n}, 'text', ${filler(`${Math.max(0, width - 40)}`)})::${fact.type}`;
  if (fact.family === 'bytes')
    return `decode(left(repeat(md5((${n})::text), ${Math.ceil(width / 16) + 1}), ${2 * width}), 'hex')`;
  return undefined;
}
