import type { Between, BetweenRequest, FillFact } from '../../../engine/model.ts';
import { jsonBetween, textBetween, uuidBetween, bytesBetween } from './between-text.ts';
import { listOf, type Spot } from './lists.ts';
import { numberedBetween } from './steps.ts';

/** Values between the bounds of a histogram, as the planner itself interpolates, by the row's rank. */
export function between(request: BetweenRequest): Between {
  const { fact, bounds, count } = request;
  if (bounds.length === 0 || count < 1) return { expressions: [], placeOf: () => undefined };
  const cast = (expression: string): string => `(${expression})::${fact.type}`;
  const numbered = bounds.length > 1 ? numberedBetween(request) : undefined;
  const expressions = bounds.length === 1 || numbered ? [] : interpolated(byValue(request));
  const plain = request.distinct ? [] : [asTheyAre(request)];
  return {
    expressions: [...(numbered?.expressions ?? []), ...expressions, ...plain].map(cast),
    placeOf: numbered?.placeOf ?? ((value) => placeAmong(value, request)),
  };
}

/** The same with the number of the value, from 0, in place of the rank: each value has equally many rows. */
function byValue(request: BetweenRequest): BetweenRequest {
  const { count, index, bind } = request;
  const values = Math.max(1, Math.min(count, request.distinct ? count : request.values));
  return values === count
    ? request
    : { ...request, count: values, index: bind(`(${index}) * ${values} / ${count}`) };
}

/** The bounds themselves: always values that were there. */
function asTheyAre({ fact, bounds, count, index }: BetweenRequest): string {
  const list = fact.family === 'array' ? listOf(bounds, 'text') : listOf(bounds, fact.base);
  return `${list}[1 + (${index}) * ${bounds.length} / ${count}]`;
}

function interpolated(request: BetweenRequest): readonly string[] {
  const { fact, bounds } = request;
  switch (fact.family) {
    case 'integer':
      return [betweenNumbers(request, 'float8', (value) => `round(${value})`)];
    case 'number':
      return [numbersBetween(request)];
    case 'date':
      return [betweenDays(request)];
    case 'instant':
      return [instantsBetween(request)];
    case 'time':
    case 'interval':
      return [typed(request, fact.base)];
    case 'network':
      return fact.base === 'inet' ? [addressesBetween(request)] : [];
    case 'uuid':
      return [uuidBetween(request, spotOf(request))];
    case 'bytes':
      return [bytesBetween(request, spotOf(request))];
    case 'text':
      return [textBetween(request, spotOf(request))];
    case 'json':
      return bounds.every((bound) => bound.startsWith('{')) ? [jsonBetween(request, spotOf(request))] : [];
    default:
      return [];
  }
}

/** Where among the bounds the value with a number lies; the last value is the last bound. */
function spotOf({ bounds, count, index, bind }: BetweenRequest): Spot {
  const buckets = bounds.length - 1;
  const x = bind(`(${index})::float8 * ${buckets / Math.max(1, count - 1)}::float8`);
  const bucket = bind(`least(floor(${x})::int, ${buckets - 1})`);
  return { bucket, part: `(${x} - ${bucket})` };
}

function ends(request: BetweenRequest, type: string): { low: string; high: string; part: string } {
  const { bucket, part } = spotOf(request);
  const list = listOf(request.bounds, type);
  return { low: `${list}[1 + ${bucket}]`, high: `${list}[2 + ${bucket}]`, part };
}

function typed(request: BetweenRequest, type: string): string {
  const { low, high, part } = ends(request, type);
  return `${low} + (${high} - ${low}) * ${part}`;
}

function betweenNumbers(request: BetweenRequest, type: string, round: (value: string) => string): string {
  const { low, high, part } = ends(request, type);
  return round(`${low} + (${high} - ${low}) * ${part}`);
}

/** Decimal numbers with as many places as the bounds have at most. */
function numbersBetween(request: BetweenRequest): string {
  const { fact, bounds } = request;
  if (/^(?:real|double)/.test(fact.base)) return betweenNumbers(request, 'float8', (value) => value);
  if (fact.base === 'money') return typed(request, 'money');
  const places = Math.max(0, ...bounds.map((bound) => /\.(\d+)$/.exec(bound)?.[1]!.length ?? 0));
  return betweenNumbers(request, 'float8', (value) => `round((${value})::numeric, ${places})`);
}

function betweenDays(request: BetweenRequest): string {
  const { low, high, part } = ends(request, 'date');
  return `${low} + round((${high} - ${low}) * ${part})::int`;
}

/** Points in time, as coarse as the bounds are: whole days, whole seconds, or anything between. */
function instantsBetween(request: BetweenRequest): string {
  const value = typed(request, request.fact.base);
  if (request.distinct) return value;
  const { bounds } = request;
  if (bounds.every((bound) => / 00:00:00(?:[+-]|$)/.test(bound))) return `date_trunc('day', ${value})`;
  if (bounds.every((bound) => !/\d\.\d/.test(bound))) return `date_trunc('second', ${value})`;
  return value;
}

function addressesBetween(request: BetweenRequest): string {
  const { low, high, part } = ends(request, 'inet');
  return `host(${low} + ((${high} - ${low}) * ${part})::bigint)::inet`;
}

/** How values of a type compare, where text shows it. */
function comparable(fact: FillFact, value: string): number | string {
  if (fact.family === 'integer' || fact.family === 'number') return Number(value);
  if (fact.family === 'date' || fact.family === 'instant') {
    const time = Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
    return Number.isNaN(time) ? value : time;
  }
  return value;
}

function placeAmong(
  value: string,
  { fact, bounds, count }: BetweenRequest,
): { readonly place: number; readonly exact: boolean } | undefined {
  const own = comparable(fact, value);
  const list = bounds.map((bound) => comparable(fact, bound));
  const above = list.findIndex((bound) => bound > own);
  const bucket = above === -1 ? list.length - 1 : Math.max(0, above - 1);
  const low = list[bucket]!;
  const high = list[bucket + 1];
  const part =
    typeof low === 'number' && typeof high === 'number' && typeof own === 'number' && high > low
      ? Math.min(1, Math.max(0, (own - low) / (high - low)))
      : high === undefined
        ? 0
        : 0.5;
  const place = ((bucket + part) / Math.max(1, list.length - 1)) * (count - 1);
  return { place: Math.max(0, Math.min(count - 1, Math.floor(place))), exact: false };
}
