/** Values that tell statements apart: repeated ones, neighbours of what the statement mentions, ends of types, hours that a clock change repeats. */
import type { Catalog, Column } from '../../../catalog/model.ts';
import type { WorldHints, Worlds } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { types } from '../types.ts';
import { tokensOf } from './text.ts';

/** UTC; a zone with an hour that comes twice; one of half hours; one that is half an hour off in summer. */
const zones = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const;

/** PostgreSQL's part of making small databases. */
export const worlds: Worlds = {
  zones,
  zone: (name) => `SET LOCAL TimeZone = ${quote.literal(name)}`,
  hints,
  values(column, catalog, found) {
    const { plain, extreme } = valuesOf(column.type, catalog, found);
    // A cast that fails ends the statement, not one row: only texts that the type takes are handed on by the families below.
    const typed = (value: string): string => `(${value})::${column.type}`;
    return { plain: plain.map(typed), extreme: extreme.map(typed) };
  },
  insert(table, columns, rows) {
    const list = columns.map((name) => quote.identifier(name)).join(', ');
    return `INSERT INTO ${quote.full(table)} (${list}) OVERRIDING SYSTEM VALUE VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')} ON CONFLICT DO NOTHING RETURNING ${columns.map((name) => `${quote.identifier(name)}::text AS ${quote.identifier(name)}`).join(', ')}`;
  },
};

function hints(sql: string, values: readonly unknown[]): WorldHints {
  const texts = new Set<string>();
  const numbers = new Set<string>();
  const intervals = new Set<string>();
  const add = (text: string): void => {
    if (/^\s*\d+\s*(?:second|sec|minute|min|hour|day|week|month|mon|year)s?\s*$/i.test(text))
      intervals.add(text);
    else if (/^-?\d+(?:\.\d+)?$/.test(text)) numbers.add(text);
    if (text.length <= 200) texts.add(text);
  };
  for (const { kind, text } of tokensOf(sql)) {
    if (kind === 'number') numbers.add(text);
    if (kind === 'string' && text.startsWith("'")) add(text.slice(1, -1).replaceAll("''", "'"));
  }
  for (const value of values.flat())
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint')
      add(String(value));
  return { texts: [...texts], numbers: [...numbers], intervals: [...intervals] };
}

interface Pool {
  readonly plain: readonly string[];
  readonly extreme: readonly string[];
}

function valuesOf(type: string, catalog: Catalog, found: WorldHints): Pool {
  const own = catalog.types.find(
    ({ schema, name }) =>
      type === name || type === `${schema}.${name}` || type === quote.name({ schema, name }),
  );
  if (own?.kind === 'enum') return { plain: own.labels.map((text) => quote.literal(text)), extreme: [] };
  if (own?.kind === 'domain' && own.base !== undefined) return valuesOf(own.base, catalog, found);
  const family = types.family(type);
  switch (family) {
    case 'integer':
      return integers(type, found);
    case 'number':
      return numbers(type, found);
    case 'text':
      return texts(type, found);
    case 'boolean':
      return { plain: ['true', 'false'], extreme: [] };
    case 'date':
    case 'instant':
      return times(type, found);
    case 'time':
      return { plain: ["'00:00'", "'12:00'"], extreme: ["'23:59:59.999999'", "'24:00'"] };
    case 'interval':
      return { plain: ["'1 day'", "'24 hours'", "'0'"], extreme: ["'-1 month'", "'30 days'"] };
    case 'uuid': {
      const told = found.texts.filter((text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text));
      const made = [1, 2, 3, 4, 5, 6].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
      return {
        plain: [...told, ...made].map((text) => quote.literal(text)),
        extreme: ["'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
      };
    }
    case 'json':
      return { plain: [`'{}'`, `'{"a": 1}'`, `'[]'`], extreme: [`'null'`, `'{"a": null}'`] };
    case 'bytes':
      return { plain: [String.raw`'\x00'`, String.raw`'\x01'`], extreme: [String.raw`'\x'`] };
    case 'array': {
      const element = valuesOf(type.replace(/\[\]$/, ''), catalog, found).plain.slice(0, 3);
      return { plain: ["'{}'", ...element.map((one) => `ARRAY[${one}]`)], extreme: ["'{NULL}'"] };
    }
    case 'network':
      return { plain: ["'192.0.2.1'", "'192.0.2.2'"], extreme: [] };
    case 'range':
      return { plain: ["'empty'"], extreme: [] };
    default:
      return { plain: [], extreme: [] };
  }
}

const ends: Readonly<Record<string, readonly string[]>> = {
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
};

function integers(type: string, { numbers: told }: WorldHints): Pool {
  const near = told
    .filter((text) => /^-?\d{1,9}(?:\.\d+)?$/.test(text))
    .flatMap((text) => [Math.trunc(Number(text)) - 1, Math.trunc(Number(text)), Math.trunc(Number(text)) + 1])
    .filter((value) => type !== 'smallint' || Math.abs(value) < 30_000);
  return {
    plain: [...new Set([1, 2, 3, 4, 0, ...near])].map((value) => `'${value}'`),
    extreme: ['-1', ...(ends[type] ?? [])].map((value) => `'${value}'`),
  };
}

function numbers(type: string, { numbers: told }: WorldHints): Pool {
  const near = told
    .filter((text) => /^-?\d{1,9}(?:\.\d{1,6})?$/.test(text))
    .flatMap((text) => [text, String(Number(text) - 1), String(Number(text) + 1)]);
  const float = /^(?:double precision|real|float)/.test(type);
  return {
    plain: [...new Set(['0', '1', '2', '0.5', '10', ...near])].map((value) => `'${value}'`),
    extreme: [
      '-1',
      ...(float
        ? ['NaN', 'Infinity', '-0']
        : /\(/.test(type)
          ? []
          : ['NaN', '1.0', '1.00', '99999999999999.99']),
    ].map((value) => `'${value}'`),
  };
}

function texts(type: string, { texts: told }: WorldHints): Pool {
  const length = Number(/\((\d+)\)/.exec(type)?.[1] ?? 1000);
  const fit = (list: readonly string[]): readonly string[] =>
    [...new Set(list)].filter((text) => text.length <= length).map((text) => quote.literal(text));
  const near = told.flatMap((text) =>
    text.includes('%') || text.includes('_')
      ? [text.replaceAll('%', '').replaceAll('_', 'x'), text.replaceAll('%', 'x').replaceAll('_', 'y')]
      : [text, `${text}x`, text.toUpperCase(), text.slice(0, -1)],
  );
  return {
    plain: fit([...near.slice(0, 12), 'a', 'b', 'c', ...near]),
    extreme: fit(['', ' ', 'A', 'a ', 'é', 'a%b', 'a_c', 'a\\c', '\u{1f600}', 'zzzz']),
  };
}

/** Around what is mentioned, around now less and plus every interval, and where a clock is changed. */
function times(type: string, { texts: told, intervals }: WorldHints): Pool {
  const bare = type.replace(/\s*\(\d+\)/, '');
  const base =
    bare.startsWith('timestamp with ') || bare === 'timestamptz'
      ? 'timestamptz'
      : bare === 'date'
        ? 'date'
        : 'timestamp';
  const dates = told.filter((text) =>
    /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/.test(text),
  );
  const years = told.filter((text) => /^(?:19|20)\d\d$/.test(text)).map((year) => `${year}-01-01`);
  const months = dates.map((text) => `${text.slice(0, 8)}01`);
  const around = [...new Set([...dates, ...months, ...years])].slice(0, 8).flatMap((text) => {
    const at = `${base} ${quote.literal(text)}`;
    if (base === 'date') return [at, `${at} + 1`, `${at} - 1`, `${at} + 30`];
    return [
      at,
      ...intervals.flatMap((length) => [
        `${at} - interval ${quote.literal(length)} - interval '30 minutes'`,
        `${at} + interval ${quote.literal(length)} + interval '30 minutes'`,
      ]),
      `${at} + interval '23:59:59.999999'`,
      `${at} + interval '1 day'`,
      `${at} - interval '1 microsecond'`,
      `${at} + interval '40 days'`,
    ];
  });
  const recent = ['0', ...intervals].flatMap((length) => {
    const at = `now() - interval ${quote.literal(length === '0' ? '0 days' : length)}`;
    return [at, `${at} + interval '1 hour'`, `${at} - interval '1 hour'`, `${at} + interval '25 hours'`];
  });
  const changes = [
    '2024-03-10 04:30+00',
    '2024-03-10 07:30+00',
    '2024-11-03 05:30+00',
    '2024-11-03 06:30+00',
    '2024-04-06 14:45+00',
    '2024-02-29 23:59:59.999999+00',
    '2023-12-31 23:30+00',
    '2024-01-01 00:00+00',
    '2024-01-31 00:00+00',
  ].map((text) => `timestamptz '${text}'`);
  const cast = (text: string): string => (text.startsWith(base) ? text : `(${text})::${base}`);
  return {
    plain: [...around, ...recent.map(cast), ...changes.map(cast)],
    extreme: [`${base} 'infinity'`, `${base} '-infinity'`, `${base} 'epoch'`],
  };
}

/** The type that a column's values are compared as, for arrays of them. */
export function bareType(column: Column): string {
  return column.type.replace(/\s*\(\d+(?:,\s*\d+)?\)/, '');
}
