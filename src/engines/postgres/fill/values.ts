import type { FillFact, Make, TypeFamily, ValueRequest } from '../../../engine/model.ts';
import { conditioned } from './conditioned.ts';
import { spread, uniform } from './random.ts';
import { integers, instants, numbers } from './scalars.ts';
import { network, others, ranges } from './structured.ts';
import { listed, texts } from './text.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Ways to make a column's values: what the task shows, what a partition asks for, what the name tells, what the type allows. */
export function values(request: ValueRequest): readonly Make[] {
  const { fact } = request;
  const cast =
    (make: Make): Make =>
    (n) =>
      `(${make(n)})::${fact.type}`;
  const [usual, ...others_] = plain(request, fact.base, fact.family, fact.labels);
  const makes = [
    ...partitioned(request),
    ...shown(request),
    ...(usual ? [usual] : []),
    ...conditioned(request, fact.base, fact.family),
    ...others_,
  ];
  return makes.map(cast);
}

/** Values a little after another expression's, or undefined when the type has no order that can be added to. */
export function after(expression: string, fact: FillFact): string | undefined {
  const step: Partial<Record<TypeFamily, string>> = {
    integer: '1',
    number: '1',
    date: '1',
    instant: "interval '1 hour'",
    time: "interval '1 minute'",
    interval: "interval '1 hour'",
  };
  const add = step[fact.family];
  return add === undefined ? undefined : `(${expression} + ${add})::${fact.type}`;
}

function shown(request: ValueRequest): readonly Make[] {
  if (request.distinct) return [];
  const { weights, exponent, fact } = request;
  const text = (value: unknown): string =>
    `${quote(typeof value === 'string' ? value : JSON.stringify(value))}::${fact.base}`;
  if (weights) return [listed(request, Object.keys(weights).map(text), Object.values(weights))];
  const items = request.examples.length > 0 ? request.examples : [];
  if (items.length === 0) return [];
  if (fact.family === 'json') return [jsonLike(request, items)];
  if (fact.family === 'array')
    return [
      (n) =>
        `CASE ${items
          .slice(0, -1)
          .map((v, i) => `WHEN ${n} % ${items.length} = ${i} THEN ${arrayLiteral(v, fact.base)}`)
          .join(
            ' ',
          )}${items.length > 1 ? ' ELSE' : ' WHEN true THEN'} ${arrayLiteral(items.at(-1), fact.base)} END`,
    ];
  return [
    listed(
      request,
      items.map(text),
      exponent === undefined ? undefined : items.map((_, i) => (i + 1) ** -exponent),
    ),
  ];
}

function arrayLiteral(value: unknown, base: string): string {
  const items = Array.isArray(value) ? value : [value];
  return `ARRAY[${items.map((item) => quote(String(item))).join(',')}]::${base}`;
}

/** An example document whose numbers differ from row to row; other parts stay as shown. */
function jsonLike(request: ValueRequest, items: readonly unknown[]): Make {
  const texts_ = items.map(
    (item) => `${quote(typeof item === 'string' ? item : JSON.stringify(item))}::jsonb`,
  );
  const base: Make = texts_.length === 1 ? () => texts_[0]! : listed(request, texts_, undefined);
  const sample = items[0];
  if (sample === null || typeof sample !== 'object' || Array.isArray(sample)) return base;
  const numbers = Object.entries(sample).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  if (numbers.length === 0) return base;
  const pairs = (n: string): string =>
    numbers
      .slice(0, 8)
      .map(
        ([key, value], i) =>
          `${quote(key)}, ${spread(n, request.seed + i + 1, Math.max(10, Math.round(Math.abs(value) * 2)))}`,
      )
      .join(', ');
  return (n) => `${base(n)} || jsonb_build_object(${pairs(n)})`;
}

function partitioned(request: ValueRequest): readonly Make[] {
  const { bounds, fact } = request;
  if (bounds.length === 0) return [];
  if (bounds.every((bound) => bound.from === bound.to))
    return [
      listed(
        request,
        bounds.map((b) => `${b.from}::${fact.base}`),
        undefined,
      ),
    ];
  const list = (end: 'from' | 'to'): string =>
    `(ARRAY[${bounds.map((b) => `${b[end]}::${fact.base}`).join(',')}])`;
  // The share of the window picks the partition and the place within it, so that order by number stays order by value.
  const place = (n: string): string => `(least(${request.fraction(n)}, 0.999999) * ${bounds.length})`;
  const index = (n: string): string => `[1 + floor(${place(n)})::int]`;
  const rest = (n: string): string => `(${place(n)} - floor(${place(n)}))`;
  const distance = (n: string): string =>
    `(${list('to')}${index(n)} - ${list('from')}${index(n)}) * ${rest(n)}`;
  const whole = fact.family === 'integer' || fact.family === 'date';
  return [(n) => `${list('from')}${index(n)} + ${whole ? `floor(${distance(n)})::int` : `(${distance(n)})`}`];
}

/** Values by type alone. */
function plain(
  request: ValueRequest,
  base: string,
  family: TypeFamily,
  labels: readonly string[],
): readonly Make[] {
  const { seed } = request;
  const name = request.fact.name.toLowerCase();
  const size = /\((\d+)(?:,(-?\d+))?\)/.exec(base);
  switch (family) {
    case 'integer':
      return integers(request, base);
    case 'number':
      return numbers(request, base, size);
    case 'text':
      return texts(
        request,
        base.startsWith('character') || base === 'bpchar'
          ? size
            ? Number(size[1])
            : base === 'character'
              ? 1
              : undefined
          : base === '"char"'
            ? 1
            : undefined,
      );
    case 'boolean':
      return [
        (n) =>
          /active|enabled|valid|visible|verified/.test(name)
            ? `${uniform(n, seed)} < 0.9`
            : `${uniform(n, seed)} < 0.2`,
        () => 'true',
        () => 'false',
      ];
    case 'enum':
      return [
        listed(
          request,
          labels.map((label) => `${quote(label)}::${base}`),
          undefined,
        ),
        ...labels.map(
          (label): Make =>
            () =>
              quote(label),
        ),
      ];
    case 'date':
      return instants(request)
        .map(
          (make): Make =>
            (n) =>
              `(${make(n)})::date`,
        )
        .concat((n) => `date '2000-01-01' + (${n} % 2000000)::int`);
    case 'instant':
      return request.distinct
        ? instants(request)
            .slice(0, 1)
            .map(
              (make): Make =>
                (n) =>
                  `${make(n)} - (${request.rows} - ${n}) * interval '1 microsecond'`,
            )
        : instants(request);
    case 'time':
      return [(n) => `time '08:00' + ${spread(n, seed, 600)} * interval '1 minute'`];
    case 'interval':
      return [(n) => `(1 + ${request.distinct ? n : spread(n, seed, 1440)}) * interval '1 minute'`];
    case 'uuid':
      return [(n) => `md5((${n})::text || ${quote(String(seed))})::uuid`];
    case 'json':
      return [
        (n) => `json_build_object('n', ${n})`,
        () => `'[]'`,
        () => `'{}'`,
        (n) => `json_build_array(${n})`,
      ];
    case 'bytes':
      return [
        (n) => `decode(md5((${n})::text || ${quote(String(seed))}), 'hex')`,
        (n) => `sha256((${n})::text::bytea)`,
        () => `''`,
      ];
    case 'network':
      return network(base);
    case 'range':
      return ranges(request, base);
    case 'array':
      return arrays(request);
    default:
      return others(request, base);
  }
}

function arrays(request: ValueRequest): readonly Make[] {
  const { element, base } = request.fact;
  if (!element) return [() => `'{}'`];
  const item = plain(
    { ...request, distinct: request.distinct, literals: [], bounds: [] },
    element.base,
    element.family,
    element.labels,
  )[0];
  const empty: Make = () => `'{}'`;
  return item
    ? [
        (n: string) => `ARRAY[(${item(n)})::${element.base}]`,
        empty,
        (n: string) => `ARRAY[(${item(n)})::${element.base}, (${item(`(${n} + 1)`)})::${element.base}]`,
      ].map(
        (make): Make =>
          (n) =>
            `(${make(n)})::${base}`,
      )
    : [empty];
}
