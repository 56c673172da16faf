/** Types whose values stand for whole numbers: integers, days, decimals of a scale, points in time of a unit, texts around a number. */
import { jsonMembers } from '../../../base/text.ts';
import type { FillFact } from '../../../engine/model.ts';
import { listOf, quoted } from './lists.ts';

/** Whole numbers for the values of one column, and back. */
export interface Numbering {
  readonly toNumber: (value: string) => bigint | undefined;
  /** SQL of the value from the SQL of its number. */
  readonly toValue: (number: string) => string;
  readonly greatest: bigint;
  /** The values do not sort as their numbers do: `item 9` comes after `item 10`. */
  readonly unsorted?: boolean;
}

const most = 9_000_000_000_000_000_000n;
const greatestOf: Readonly<Record<string, bigint>> = { smallint: 32_767n, integer: 2_147_483_647n };
const dayMs = 86_400_000;
/** Different endings of a numbered text, such as the hosts of addresses. */
const mostEndings = 8;

/** The numbering of a column whose values include the given ones; undefined when they stand for no whole numbers. */
export function numberingOf(fact: FillFact, values: readonly string[]): Numbering | undefined {
  const found = candidate(fact, values);
  return found && values.length > 0 && values.every((value) => found.toNumber(value) !== undefined)
    ? found
    : undefined;
}

function candidate(fact: FillFact, values: readonly string[]): Numbering | undefined {
  switch (fact.family) {
    case 'integer':
      return {
        toNumber: (value) => (/^-?\d+$/.test(value) ? BigInt(value) : undefined),
        toValue: (number) => number,
        greatest: greatestOf[fact.base] ?? most,
      };
    case 'number':
      return decimals(fact, values);
    case 'date':
      return {
        toNumber: (value) => days(value),
        toValue: (number) => `date '1970-01-01' + (${number})::int`,
        greatest: 2_000_000n,
      };
    case 'instant':
      return instants(fact, values);
    case 'json':
      return fact.base === 'jsonb' ? documents(values) : undefined;
    case 'text':
      return /^"char"|^character(?:\(|$)/.test(fact.base) ? undefined : texts(values);
    default:
      return fact.attributes.length > 0 ? composites(values) : undefined;
  }
}

function decimals({ base }: Pick<FillFact, 'base'>, values: readonly string[]): Numbering | undefined {
  if (!base.startsWith('numeric')) return undefined;
  const places = Math.max(0, ...values.map((value) => /\.(\d+)$/.exec(value)?.[1]!.length ?? 0));
  if (places > 8) return undefined;
  return {
    toNumber: (value) => {
      const match = /^(-?)(\d{1,10})(?:\.(\d+))?$/.exec(value);
      if (!match) return undefined;
      const number = BigInt(`${match[2]!}${(match[3] ?? '').padEnd(places, '0')}`);
      return match[1] === '-' ? -number : number;
    },
    toValue: (number) =>
      places === 0 ? `(${number})::numeric` : `(${number}) * ${(10 ** -places).toFixed(places)}`,
    greatest: most,
  };
}

/** Composites that are alike but for the decimal number that comes first, and decides their order. */
function composites(values: readonly string[]): Numbering | undefined {
  const parts = values.map((value) => /^\((-?\d{1,10}(?:\.\d{1,8})?),(.*)\)$/s.exec(value));
  const ending = parts[0]?.[2];
  if (ending === undefined || parts.some((part) => part?.[2] !== ending)) return undefined;
  const numbers = parts.map((part) => part![1]!);
  const places = Math.max(...numbers.map((number) => /\.(\d+)$/.exec(number)?.[1]!.length ?? 0));
  const inner = decimals({ base: 'numeric' }, numbers);
  if (!inner) return undefined;
  return {
    ...inner,
    toNumber: (value) => {
      const match = /^\(([^,]*),(.*)\)$/s.exec(value);
      return match?.[2] === ending ? inner.toNumber(match[1]!) : undefined;
    },
    toValue: (number) =>
      `'(' || round(${inner.toValue(number)}, ${places})::text || ${quoted(`,${ending})`)}`,
  };
}

function days(value: string): bigint | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
  return match
    ? BigInt(Math.round(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / dayMs))
    : undefined;
}

/** Points in time that are all whole days or whole seconds. */
function instants(fact: FillFact, values: readonly string[]): Numbering | undefined {
  const zone = fact.base.includes('without') ? 'timestamp' : 'timestamptz';
  const second = (value: string): bigint | undefined => {
    const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:([+-]\d\d)(?::?(\d\d))?)?$/.exec(value);
    if (!match) return undefined;
    const time = Date.parse(
      `${match[1]!}T${match[2]!}${match[3] === undefined ? 'Z' : `${match[3]}:${match[4] ?? '00'}`}`,
    );
    return Number.isNaN(time) ? undefined : BigInt(time / 1000);
  };
  const seconds = values.map(second);
  const unit = [86_400n, 3600n, 60n, 1n].find((size) =>
    seconds.every((one) => one !== undefined && one % size === 0n),
  );
  if (unit === undefined) return undefined;
  const epoch = zone === 'timestamptz' ? `timestamptz '1970-01-01 00:00:00+00'` : `timestamp '1970-01-01'`;
  return {
    toNumber: (value) => {
      const found = second(value);
      return found === undefined || found % unit !== 0n ? undefined : found / unit;
    },
    toValue: (number) => `${epoch} + make_interval(secs => (${number}) * ${unit})`,
    greatest: 100_000_000_000n,
  };
}

/** Texts that are a number between one beginning and few endings: `user17@example.com`. */
function texts(values: readonly string[]): Numbering | undefined {
  const parts = values.map((value) => /^(\D*)(\d{1,15})(\D*)$/.exec(value));
  const [first] = parts;
  if (!first || parts.some((part) => part?.[1] !== first[1])) return undefined;
  const endings = [...new Set(parts.map((part) => part![3]!))];
  const widths = new Set(parts.map((part) => part![2]!.length));
  const padded = widths.size === 1 && parts.some((part) => part![2]!.startsWith('0') && part![2]!.length > 1);
  if (endings.length > mostEndings || (!padded && parts.some((part) => /^0\d/.test(part![2]!))))
    return undefined;
  const width = [...widths][0]!;
  const digits = (number: string): string =>
    padded
      ? `lpad((${number})::text, greatest(${width}, length((${number})::text)), '0')`
      : `(${number})::text`;
  const ending = (number: string): string =>
    endings.length === 1
      ? endings[0] === ''
        ? ''
        : ` || ${quoted(endings[0]!)}`
      : ` || ${listOf(endings, 'text')}[1 + hashint8(${number})::bigint % ${endings.length} * sign(hashint8(${number}))::int]`;
  return {
    toNumber: (value) => {
      const part = /^(\D*)(\d{1,15})(\D*)$/.exec(value);
      return part && part[1] === first[1] && endings.includes(part[3]!) ? BigInt(part[2]!) : undefined;
    },
    toValue: (number) => `${quoted(first[1]!)} || ${digits(number)}${ending(number)}`,
    greatest: 999_999_999_999_999n,
    ...(widths.size > 1 || endings.length > 1 ? { unsorted: true } : {}),
  };
}

/** Documents that are alike but for one whole number. */
function documents(values: readonly string[]): Numbering | undefined {
  const first = jsonMembers(values[0] ?? '');
  if (!first) return undefined;
  const key = Object.keys(first).find((one) => {
    const without = (text: string): string => JSON.stringify({ ...jsonMembers(text), [one]: 0 });
    const own = without(values[0]!);
    return Number.isInteger(first[one]) && values.every((value) => without(value) === own);
  });
  if (key === undefined) return undefined;
  const path = `jsonb_build_object(${quoted(key)}`;
  return {
    toNumber: (value) => {
      const number = jsonMembers(value)?.[key];
      return Number.isSafeInteger(number) ? BigInt(number as number) : undefined;
    },
    toValue: (number) => `${quoted(values[0]!)}::jsonb || ${path}, ${number})`,
    greatest: 1_000_000_000_000n,
  };
}
