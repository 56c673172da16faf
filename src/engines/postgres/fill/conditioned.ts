/** Values that the conditions on a column alone ask for: patterns, lengths, limits, members, shapes. */
import type { Make, TypeFamily, ValueRequest } from '../../../engine/model.ts';
import { shaped } from './documents.ts';
import { fromLike, matching } from './pattern.ts';
import { spread, uniform } from './random.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const unquote = (text: string): string => text.replaceAll("''", "'");
/** Greatest length of a text that a condition is taken to ask for. */
const longest = 2000;

/** Ways that follow from the column's conditions, most specific first; empty without conditions. */
export function conditioned(request: ValueRequest, base: string, family: TypeFamily): readonly Make[] {
  if ((request.conditions ?? []).length === 0) return [];
  switch (family) {
    case 'text':
      return texts(request);
    case 'integer':
    case 'number':
      return limits(request, base);
    case 'json':
      return shaped(request);
    case 'date':
    case 'instant':
      return moments(request);
    case 'interval':
      return [60, 1, 3600, 86_400].map(
        (seconds): Make =>
          (n) =>
            `(1 + ${number(request, n, 50)}) * interval '1 second' * ${seconds}`,
      );
    case 'array':
      return arrays(request);
    case 'range':
      return ranges(request, base);
    default:
      return request.fact.attributes.length > 0 ? rows(request) : [];
  }
}

function number(request: ValueRequest, n: string, below: number): string {
  return request.distinct ? `(${n} % ${below})` : spread(n, request.seed, below);
}

function texts(request: ValueRequest): readonly Make[] {
  const { conditions = [], literals, numbers, distinct, rows: count, seed } = request;
  const wide = { distinct, rows: count, spread: (n: string) => spread(n, seed, 2 ** 52) };
  const patterned = patternsOf(conditions).map((pattern) => matching(pattern, wide));
  // Several conditions are met together by turns: the ways of each pattern, shortest first.
  const ways = Array.from({ length: Math.max(0, ...patterned.map((list) => list.length)) }, (_, i) =>
    patterned.flatMap((list) => list[i] ?? []),
  ).flat();
  const lengths = [...new Set(numbers.flatMap((size) => [size, size + 1, size - 1]))].filter(
    (size) => Number.isInteger(size) && size > 0 && size <= longest,
  );
  const sized = lengths.flatMap((size) =>
    ['[a-z]', '[A-Z]', '[0-9]'].flatMap((set) =>
      matching(`^${set}{${Math.min(size, 300)}}$`, wide).slice(0, 1),
    ),
  );
  const around = literals.flatMap((literal): Make[] => [
    (n) => `${quote(literal)} || ${n}`,
    (n) => `'x' || ${quote(literal)} || ${n}`,
    (n) => `${n} || ${quote(literal)}`,
  ]);
  return [...ways, ...sized, ...around];
}

/** Regular expressions that a text must match; patterns of LIKE and SIMILAR TO are written as such. */
function patternsOf(conditions: readonly string[]): readonly string[] {
  return conditions.flatMap((condition) => [
    ...[...condition.matchAll(/(?<![!~])~\*? '((?:[^']|'')*)'/g)].map(([, text]) => unquote(text!)),
    ...[...condition.matchAll(/(?<![!~])~ similar_to_escape\('((?:[^']|'')*)'/g)].map(([, text]) =>
      fromLike(unquote(text!), true),
    ),
    ...[...condition.matchAll(/(?<![!~])~~\*? '((?:[^']|'')*)'/g)].map(([, text]) =>
      fromLike(unquote(text!)),
    ),
    ...[...condition.matchAll(/starts_with\([^']*'((?:[^']|'')*)'/g)].map(([, text]) =>
      fromLike(`${unquote(text!)}%`),
    ),
  ]);
}

/** Numbers between two limits, on either side of one, and multiples. */
function limits({ numbers, seed, distinct }: ValueRequest, base: string): readonly Make[] {
  const known = [...new Set(numbers)].toSorted((a, b) => a - b);
  const whole = /^(?:smallint|integer|bigint|oid)/.test(base);
  const makes: Make[] = [];
  if (distinct) {
    for (const limit of known)
      makes.push(
        (n) => `${limit} + ${n}`,
        (n) => `${limit} - ${n}`,
        (n) => `${n} * ${limit}`,
      );
    return makes;
  }
  for (const [i, low] of known.slice(0, -1).entries()) {
    const high = known[i + 1]!;
    makes.push((n) =>
      whole
        ? `${Math.ceil(low)} + ${spread(n, seed, Math.max(1, Math.floor(high) - Math.ceil(low) + 1))}`
        : `(${low} + ${uniform(n, seed)} * ${high - low})::numeric`,
    );
    if (whole && high - low > 1)
      makes.push((n) => `${Math.floor(low) + 1} + ${spread(n, seed, Math.ceil(high) - Math.floor(low) - 1)}`);
  }
  for (const limit of known) {
    makes.push(
      (n) => `${limit} + 1 + ${spread(n, seed, 1000)}`,
      (n) => `${limit} - 1 - ${spread(n, seed, 1000)}`,
    );
    if (Math.abs(limit) > 1) makes.push((n) => `(1 + ${spread(n, seed, 100)}) * ${limit}`);
  }
  if (!whole) makes.push((n) => `${spread(n, seed, 1000)} / 1000.0`);
  return makes;
}

/** Moments beside those that conditions name, and beginnings of months and weeks. */
function moments(request: ValueRequest): readonly Make[] {
  const { seed, literals, until, windowDays } = request;
  const day = request.fact.family === 'date';
  const cast = day ? '::date' : '';
  const made: Make = (n) =>
    `timestamptz ${quote(until)} - (1 - ${request.fraction(n)}) * ${windowDays} * interval '1 day'`;
  const starts = ['month', 'week', 'year', 'quarter', 'day', 'hour'].map(
    (unit): Make =>
      (n) =>
        `date_trunc('${unit}', ${made(n)}, 'UTC')${cast}`,
  );
  const weekdays = [0, 1, 2, 3, 4, 5, 6].map(
    (shift): Make =>
      (n) =>
        `(date_trunc('week', ${made(n)}, 'UTC') + interval '${shift} days')${cast}`,
  );
  const beside = literals
    .filter((literal) => /^\d{4}-\d\d-\d\d/.test(literal))
    .flatMap((literal) =>
      ['+', '-'].map(
        (sign): Make =>
          (n) =>
            `(timestamptz ${quote(literal)} ${sign} (1 + ${spread(n, seed, 1000)}) * interval '1 day')${cast}`,
      ),
    );
  return [...beside, ...starts, ...weekdays];
}

/** Arrays of one to five members: of the values that conditions list, else of rising numbers. */
function arrays(request: ValueRequest): readonly Make[] {
  const { element, base } = request.fact;
  const { literals, seed } = request;
  const texts_ = element?.labels.length ? element.labels : literals;
  const member = element?.base ?? 'text';
  return [1, 2, 3, 4, 5].flatMap((size): Make[] => {
    const places = Array.from({ length: size }, (_, i) => i);
    const listed: Make[] =
      texts_.length === 0
        ? []
        : [
            (n) =>
              `ARRAY[${places
                .map(
                  (i) =>
                    `(ARRAY[${texts_.map(quote).join(',')}]::text[])[1 + (${spread(n, seed, texts_.length)} + ${i}) % ${texts_.length}]::${member}`,
                )
                .join(', ')}]::${base}`,
          ];
    const numbered: Make[] =
      element?.family === 'integer' || element?.family === 'number'
        ? [(n) => `ARRAY[${places.map((i) => `(${i + 1} + ${n} % 50)::${member}`).join(', ')}]::${base}`]
        : element?.family === 'text'
          ? [
              (n) =>
                `ARRAY[${places.map((i) => `('item-' || (${n} + ${i}))::${member}`).join(', ')}]::${base}`,
            ]
          : [];
    return [...listed, ...numbered];
  });
}

/** Short ranges behind the moments or numbers that conditions name. */
function ranges(request: ValueRequest, base: string): readonly Make[] {
  const { seed, until, literals, numbers } = request;
  if (base.startsWith('ts')) {
    const type = base === 'tstzrange' ? 'timestamptz' : 'timestamp';
    const dates = [until, ...literals.filter((literal) => /^\d{4}-\d\d-\d\d/.test(literal))];
    return dates.flatMap((from) =>
      [1, 60, 1440].map((minutes): Make => {
        const start = (n: string): string => `${type} ${quote(from)} + ${n} * interval '1 day'`;
        return (n) => `${base}(${start(n)}, ${start(n)} + interval '${minutes} minutes')`;
      }),
    );
  }
  if (base === 'daterange')
    return [
      (n) =>
        `daterange(date '2020-01-01' + (${n} % 100000)::int * 2, date '2020-01-02' + (${n} % 100000)::int * 2)`,
    ];
  const member = { int4range: 'int', int8range: 'bigint', numrange: 'numeric' }[base];
  if (member === undefined) return [];
  return [...new Set([0, ...numbers])].map(
    (low): Make =>
      (n) =>
        `${base}((${low} + ${spread(n, seed, 10)})::${member}, (${low} + 10 + ${spread(n, seed + 1, 10)})::${member})`,
  );
}

/** Composite values: texts that the patterns of their conditions accept, else plain ones. */
function rows(request: ValueRequest): readonly Make[] {
  const patterns = patternsOf(request.conditions ?? []).flatMap((pattern) =>
    matching(pattern, {
      distinct: false,
      rows: request.rows,
      spread: (n) => spread(n, request.seed, 2 ** 52),
    }).slice(0, 1),
  );
  const attribute = (type: string, n: string, text: Make): string =>
    /^(?:text|character|bpchar)/.test(type)
      ? `(${text(n)})::${type}`
      : /^(?:smallint|integer|bigint|numeric|real|double)/.test(type)
        ? `(1 + ${spread(n, request.seed, 100)})::${type}`
        : `NULL::${type}`;
  return [...patterns, ((n: string) => `'text ' || ${n}`) as Make].map(
    (text): Make =>
      (n) =>
        `ROW(${request.fact.attributes.map((type) => attribute(type, n, text)).join(', ')})`,
  );
}
