import type { FillFact, ShapedRequest } from '../../../engine/model.ts';
import { listOf } from './lists.ts';
import { rangeOf } from './ranges.ts';

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
