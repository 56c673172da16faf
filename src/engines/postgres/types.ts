import type { TypeFamily, Types } from '../../engine/model.ts';

const families: Readonly<Record<string, TypeFamily>> = {
  smallint: 'integer',
  integer: 'integer',
  bigint: 'integer',
  int: 'integer',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  smallserial: 'integer',
  serial: 'integer',
  bigserial: 'integer',
  oid: 'integer',
  numeric: 'number',
  decimal: 'number',
  real: 'number',
  'double precision': 'number',
  float4: 'number',
  float8: 'number',
  money: 'number',
  text: 'text',
  'character varying': 'text',
  varchar: 'text',
  character: 'text',
  char: 'text',
  bpchar: 'text',
  '"char"': 'text',
  name: 'text',
  citext: 'text',
  boolean: 'boolean',
  bool: 'boolean',
  date: 'date',
  'time without time zone': 'time',
  'time with time zone': 'time',
  time: 'time',
  timetz: 'time',
  'timestamp without time zone': 'instant',
  'timestamp with time zone': 'instant',
  timestamp: 'instant',
  timestamptz: 'instant',
  interval: 'interval',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  bytea: 'bytes',
  inet: 'network',
  cidr: 'network',
  macaddr: 'network',
  macaddr8: 'network',
  int4range: 'range',
  int8range: 'range',
  numrange: 'range',
  tsrange: 'range',
  tstzrange: 'range',
  daterange: 'range',
  int4multirange: 'range',
  int8multirange: 'range',
  nummultirange: 'range',
  tsmultirange: 'range',
  tstzmultirange: 'range',
  datemultirange: 'range',
};

/** What PostgreSQL's formatted type names stand for; domains and enums are the catalog's business and come out as `other`. */
export const types: Types = {
  family(type) {
    const plain = type.trim();
    if (plain.endsWith('[]')) return 'array';
    // `timestamp(3) with time zone`, `character varying(100)`, `interval day to second`
    const bare = plain
      .toLowerCase()
      .replace(/\s*\([^)]*\)/, '')
      .replace(/^pg_catalog\./, '');
    return (
      families[bare] ??
      families[bare.split('.').at(-1)!] ??
      (bare.startsWith('interval') ? 'interval' : 'other')
    );
  },
};
