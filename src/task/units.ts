/** Human units of the task file: parsed to numbers and printed back in one canonical form that parses to the same number. */
import type { Rate } from './model.ts';

const number = String.raw`\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?`;
const countSizes: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 };
const countWords: ReadonlyMap<string, number> = new Map([
  ['k', 1e3],
  ['thousand', 1e3],
  ['m', 1e6],
  ['million', 1e6],
  ['g', 1e9],
  ['b', 1e9],
  ['bn', 1e9],
  ['billion', 1e9],
]);
/** No unit is longer than this; matching takes more than proportional time on endless blanks. */
const longest = 100;
const countPattern = new RegExp(`^(${number})\\s*([a-z]+)?$`, 'i');

/** Count of things from `2M`, `40k`, `1_000`, `0`; undefined when the text is not one (negative ones are not). */
export function parseCount(text: string): number | undefined {
  const match = bounded(countPattern, text);
  if (!match) return undefined;
  const size = match[2] === undefined ? 1 : countWords.get(match[2].toLowerCase());
  return size === undefined ? undefined : finite(toNumber(match[1]!) * size);
}

/** Canonical text of a count: `2M`, `40k`, `950`. */
export function printCount(count: number): string {
  return (
    shortest(
      count,
      Object.entries(countSizes).map(([suffix, size]) => [suffix, size] as const),
      (text) => parseCount(text),
    ) ?? String(count)
  );
}

const durations: ReadonlyMap<string, number> = new Map([
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1e3],
  ['sec', 1e3],
  ['second', 1e3],
  ['min', 6e4],
  ['minute', 6e4],
  ['h', 36e5],
  ['hour', 36e5],
  ['d', 864e5],
  ['day', 864e5],
  ['week', 6048e5],
]);
const durationPart = new RegExp(`(${number})\\s*([a-zµ]+)\\s*`, 'giy');

/** Milliseconds from `20 ms`, `1.5 s`, `1 h 30 min`; undefined for anything else, a number without unit included. */
export function parseDuration(text: string): number | undefined {
  return parts(text, (value, unit) => {
    const size = durations.get(unit) ?? durations.get(unit.replace(/s$/, ''));
    return size === undefined ? undefined : value * size;
  });
}

/** Canonical text of milliseconds: `20 ms`, `1.5 s`, `2 h`. */
export function printDuration(ms: number): string {
  const units = [
    ['ms', 1],
    ['s', 1e3],
    ['min', 6e4],
    ['h', 36e5],
    ['day', 864e5],
  ] as const;
  return (
    shortest(
      ms,
      units.map(([unit, size]) => [` ${unit}`, size] as const),
      parseDuration,
    ) ?? `${ms} ms`
  );
}

/** Days from `18 months`, `6 weeks`, `30 days`, `1 year`; a month is 365/12 days. Undefined for anything else. */
export function parseDays(text: string): number | undefined {
  return parts(text, (value, unit) => {
    const singular = unit.length > 1 ? unit.replace(/s$/, '') : unit;
    if (singular === 'month' || singular === 'mo') return (value * 365) / 12;
    if (singular === 'year' || singular === 'y') return value * 365;
    const size = durations.get(singular);
    return size === undefined ? undefined : value * (size / 864e5);
  });
}

/** Canonical text of days: `18 months`, `30 days`. */
export function printDays(days: number): string {
  const months = Math.round((days * 12) / 365);
  if (months > 0 && (months * 365) / 12 === days) return `${months} ${months === 1 ? 'month' : 'months'}`;
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}

const perUnit: readonly (readonly [string, number])[] = [
  ['s', 1],
  ['min', 60],
  ['h', 3600],
  ['day', 86_400],
  ['week', 604_800],
];
const rateSeconds: ReadonlyMap<string, number> = new Map([
  ...perUnit,
  ['sec', 1],
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
  ['d', 86_400],
]);
const oneRate = new RegExp(`^(${number}\\s*[a-z]*?)\\s*/\\s*([a-z]+)$`, 'i');

function parseOneRate(text: string): number | undefined {
  const match = bounded(oneRate, text);
  if (!match) return undefined;
  const count = parseCount(match[1]!);
  const seconds = rateSeconds.get(match[2]!.toLowerCase());
  return count === undefined || seconds === undefined ? undefined : count / seconds;
}

/** Calls per second from `150/s peak 600/s`, `2/min`, `40k/day`; without a peak the peak is the average. Undefined when the peak is below it. */
export function parseRate(text: string): Rate | undefined {
  if (text.length > longest) return undefined;
  const [average, peak, ...rest] = text.split(/\s+peak\s+/i);
  const perSecond = average === undefined || rest.length > 0 ? undefined : parseOneRate(average);
  const peakPerSecond = peak === undefined ? perSecond : parseOneRate(peak);
  if (perSecond === undefined || peakPerSecond === undefined || peakPerSecond < perSecond) return undefined;
  return { perSecond, peakPerSecond };
}

/** Canonical text of a rate: `150/s peak 600/s`. */
export function printRate(rate: Rate): string {
  const average = printOneRate(rate.perSecond);
  return rate.peakPerSecond === rate.perSecond
    ? average
    : `${average} peak ${printOneRate(rate.peakPerSecond)}`;
}

function printOneRate(perSecond: number): string {
  const texts = perUnit.map(([unit, seconds]) => `${printCount(rounded(perSecond * seconds))}/${unit}`);
  return pick(texts, perSecond, parseOneRate) ?? `${perSecond}/s`;
}

/** New things a day from `40k/day`, `40k` (a day is meant) or another rate such as `0.5/s`. */
export function parsePerDay(text: string): number | undefined {
  const count = parseCount(text);
  if (count !== undefined) return count;
  const perSecond = parseOneRate(text);
  if (perSecond === undefined) return undefined;
  return /\/\s*d(?:ay)?$/i.test(text.trim())
    ? parseCount(text.slice(0, text.indexOf('/')))
    : finite(rounded(perSecond * 86_400));
}

/** Canonical text of new things a day: `40k/day`. */
export function printPerDay(perDay: number): string {
  return `${printCount(perDay)}/day`;
}

function bounded(pattern: RegExp, text: string): RegExpExecArray | null {
  return text.length > longest ? null : pattern.exec(text.trim());
}

function parts(
  text: string,
  convert: (value: number, unit: string) => number | undefined,
): number | undefined {
  if (text.length > longest) return undefined;
  const trimmed = text.trim();
  let total = 0;
  let end = 0;
  durationPart.lastIndex = 0;
  for (let match = durationPart.exec(trimmed); match; match = durationPart.exec(trimmed)) {
    const value = convert(toNumber(match[1]!), match[2]!.toLowerCase());
    if (value === undefined) return undefined;
    total += value;
    end = durationPart.lastIndex;
  }
  return end === 0 || end !== trimmed.length ? undefined : finite(total);
}

/** The largest unit that gives a short number which parses back to the very same value. */
function shortest(
  value: number,
  units: readonly (readonly [string, number])[],
  parse: (text: string) => number | undefined,
): string | undefined {
  const texts = units
    .filter(([, size]) => value >= size)
    .map(([suffix, size]) => `${rounded(value / size)}${suffix}`);
  const good = texts.filter(
    (text) => parse(text) === value && /^\d{1,15}(?:\.\d{1,2})?(?![\d.e])/.test(text),
  );
  return good.at(-1);
}

function pick(
  texts: readonly string[],
  value: number,
  parse: (text: string) => number | undefined,
): string | undefined {
  return texts.filter((text) => parse(text) === value).toSorted((a, b) => a.length - b.length)[0];
}

/** Twelve digits take away the noise of a division; the caller checks that the text parses back. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function toNumber(text: string): number {
  return Number(text.replaceAll('_', ''));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) && value <= 1e18 ? value : undefined;
}

/** Bytes of `200GB`, `1.5 TiB`, `500 MB` (decimal units are read as binary ones, as the server does); undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf((unit ?? '').toLowerCase()));
}
