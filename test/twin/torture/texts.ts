/** Texts that a pattern, a length or a list decides about. */
import type { Motif } from './motif.ts';

/** Patterns as schemas have them, with whether many different texts fit. */
const patterns: readonly (readonly [string, 'many' | 'few'])[] = [
  ['^[^@]+@[^@]+\\.[^@]+$', 'many'],
  ['^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$', 'many'],
  ['^[a-z0-9]+(?:-[a-z0-9]+)*$', 'many'],
  ['^[A-Z]{3}-[0-9]{6}$', 'many'],
  ['^[A-Z]{2}$', 'few'],
  ['^\\d{4}-\\d{2}-\\d{2}$', 'many'],
  ['^(EUR|USD|GBP)$', 'few'],
  ['^(INV|CRN)-\\d{4}-\\d{5}$', 'many'],
  ['^\\+?[0-9 ()-]{7,20}$', 'many'],
  ['^#[0-9a-fA-F]{6}$', 'many'],
  ['^https?://[^\\s/$.?#].[^\\s]*$', 'many'],
  ['^[0-9]+\\.[0-9]+\\.[0-9]+$', 'many'],
  ['^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$', 'many'],
  ['^[a-z][a-z0-9_]{2,30}$', 'many'],
  ['^[A-HJ-NPR-Z0-9]{17}$', 'many'],
  ['^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$', 'many'],
  ['^([01][0-9]|2[0-3]):[0-5][0-9]$', 'few'],
  ['^[0-9a-f]{64}$', 'many'],
  ['^[0-7][0-9A-HJKMNP-TV-Z]{25}$', 'many'],
  ['^s3://[a-z0-9.-]{3,63}/.+$', 'many'],
  ['^/([a-z]+/)*[a-z]+\\.(png|jpe?g)$', 'many'],
  ['^\\w+$', 'many'],
  ['^\\S.*\\S$', 'many'],
  ['[0-9]{3}', 'many'],
  ['^[^<>]*$', 'many'],
  ['^(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$', 'many'],
  ['^[[:alpha:]][[:alnum:] _.-]*$', 'many'],
  ['^[A-Z][a-z]+( [A-Z][a-z]+)+$', 'many'],
  ['^\\d{5}(-\\d{4})?$', 'many'],
];

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const textMotifs: readonly Motif[] = [
  {
    name: 'patterns',
    sql: (p, dice) => {
      const start = dice.below(patterns.length);
      const some = Array.from({ length: 6 }, (_, i) => patterns[(start + i * 5) % patterns.length]!);
      const columns = some.map(
        ([pattern, room], i) =>
          `c${i} text NOT NULL CHECK (c${i} ~ ${literal(pattern)})${room === 'many' && i % 2 === 0 ? ' UNIQUE' : ''}`,
      );
      return `CREATE TABLE ${p} (id bigserial PRIMARY KEY, ${columns.join(', ')});`;
    },
  },
  {
    name: 'pattern_keys',
    sql: (p, dice) => {
      const [pattern] = dice.pick(patterns.filter(([, room]) => room === 'many'));
      return `CREATE DOMAIN ${p}_code AS text CHECK (VALUE ~ ${literal(pattern)});
CREATE TABLE ${p} (code ${p}_code PRIMARY KEY, parent ${p}_code REFERENCES ${p});
CREATE TABLE ${p}_use (id bigserial PRIMARY KEY, code ${p}_code NOT NULL REFERENCES ${p});`;
    },
  },
  {
    name: 'lengths',
    sql: (p, dice) => {
      const size = 3 + dice.below(40);
      return `CREATE TABLE ${p} (id bigint PRIMARY KEY, a text NOT NULL CHECK (length(a) = ${size}), b text NOT NULL CHECK (char_length(b) BETWEEN ${size} AND ${size + 4}), c varchar(${size}) NOT NULL CHECK (length(btrim(c)) > 0), d text CHECK (d = lower(d) AND d <> ''), e text CHECK (e = upper(e)), f text NOT NULL CHECK (f LIKE 'ABC-%'), g text CHECK (g ILIKE '%@%'), h text CHECK (starts_with(h, 'x-')), i text CHECK (left(i, 2) = 'no'), j text NOT NULL UNIQUE CHECK (octet_length(j) <= 8), k text CHECK (k !~ '[0-9]'), l text CHECK (l NOT LIKE '% %' AND length(l) >= ${size}), m text CHECK (m SIMILAR TO '(a|b)%'), n char(${size}), o text CHECK (position('-' IN o) > 1), q text NOT NULL CHECK (length(q) <= 3 AND q ~ '^[a-z]+$'));`;
    },
  },
  {
    name: 'lists',
    sql: (p, dice) => {
      const parent = dice.parent();
      return `CREATE TABLE ${p} (id bigint PRIMARY KEY, a text NOT NULL CHECK (a IN ('x', 'it''s', 'a, b')), b varchar(10) CHECK (b = 'one' OR b = 'two'), c integer CHECK (c IN (10, 20, 30)), d "char" NOT NULL CHECK (d IN ('a', 'b')), e text NOT NULL CHECK (lower(e) IN ('yes', 'no')), f mood CHECK (f <> 'odd one'), g text CHECK (g NOT IN ('active', 'pending', 'closed')), h char(2) CHECK (h IN ('DE', 'FR')));
CREATE TABLE ${p}_setting (ref ${parent.type} NOT NULL REFERENCES ${parent.table}, key text NOT NULL CHECK (key IN ('theme', 'lang')), value text, UNIQUE (ref, key));`;
    },
  },
];
