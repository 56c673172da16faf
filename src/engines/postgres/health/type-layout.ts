/** Lengths and alignments of PostgreSQL's own types, from their names as the catalog prints them. */
import type { Catalog } from '../../../catalog/model.ts';
import { parseName } from '../../../catalog/identity.ts';

/** Bytes of a value (-1 for types whose values tell their own length) and the multiple that they begin at. */
export interface TypeLayout {
  readonly length: number;
  readonly align: number;
}

const fixed: Readonly<Record<string, readonly [length: number, align: number]>> = {
  boolean: [1, 1],
  '"char"': [1, 1],
  smallint: [2, 2],
  integer: [4, 4],
  real: [4, 4],
  date: [4, 4],
  oid: [4, 4],
  xid: [4, 4],
  regclass: [4, 4],
  regtype: [4, 4],
  regrole: [4, 4],
  bigint: [8, 8],
  'double precision': [8, 8],
  money: [8, 8],
  xid8: [8, 8],
  pg_lsn: [8, 8],
  macaddr: [6, 4],
  macaddr8: [8, 4],
  'time without time zone': [8, 8],
  'time with time zone': [12, 8],
  'timestamp without time zone': [8, 8],
  'timestamp with time zone': [8, 8],
  interval: [16, 8],
  uuid: [16, 1],
  name: [64, 1],
  tid: [6, 2],
  point: [16, 8],
  box: [32, 8],
  lseg: [32, 8],
  line: [24, 8],
  circle: [24, 8],
};

/** Types whose width varies and that begin at multiples of four. */
const varying = new Set([
  'text',
  'character varying',
  'character',
  'bpchar',
  'bytea',
  'numeric',
  'json',
  'jsonb',
  'xml',
  'inet',
  'cidr',
  'bit',
  'bit varying',
  'tsvector',
  'tsquery',
  'jsonpath',
  'citext',
  'hstore',
  'ltree',
  'lquery',
  'vector',
  'cube',
  'int4range',
  'numrange',
  'daterange',
  'int4multirange',
  'nummultirange',
  'datemultirange',
]);

/** The same at multiples of eight. */
const varyingWide = new Set([
  'path',
  'polygon',
  'int8range',
  'tsrange',
  'tstzrange',
  'int8multirange',
  'tsmultirange',
  'tstzmultirange',
  'geometry',
  'geography',
]);

/** How values of a type lie; undefined for types that are neither the server's own nor told by the catalog. */
export function typeLayout(type: string, catalog: Catalog, depth = 0): TypeLayout | undefined {
  if (depth > 8) return undefined;
  if (type.endsWith('[]')) {
    const element = typeLayout(type.slice(0, -2), catalog, depth + 1);
    return element && { length: -1, align: element.align === 8 ? 8 : 4 };
  }
  const bare = type.replace(/\s*\([^)]*\)/, '');
  const known = fixed[bare];
  if (known) return { length: known[0], align: known[1] };
  if (bare.startsWith('interval')) return { length: 16, align: 8 };
  const last = bare.split('.').at(-1)!;
  if (varying.has(bare) || varying.has(last)) return { length: -1, align: 4 };
  if (varyingWide.has(bare) || varyingWide.has(last)) return { length: -1, align: 8 };
  const { schema, name } = parseName(bare);
  const own = catalog.types.filter(
    (one) => one.name === name && (schema === undefined || one.schema === schema),
  );
  if (own.length !== 1) return undefined;
  switch (own[0]!.kind) {
    case 'enum':
      return { length: 4, align: 4 };
    case 'domain':
      return own[0]!.base === undefined ? undefined : typeLayout(own[0]!.base, catalog, depth + 1);
    case 'composite':
      return { length: -1, align: 8 };
    case 'range':
      return { length: -1, align: 8 };
  }
}
