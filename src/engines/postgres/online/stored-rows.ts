/** What PostgreSQL does to stored rows when a column's type changes. */

interface Sized {
  readonly name: string;
  readonly sizes: readonly number[];
}

/** Whether the server changes the catalog alone and leaves rows and indexes as they are; measured on 15 and 18. */
export function keepsRows(from: string, to: string): boolean {
  const [a, b] = [sized(from), sized(to)];
  if (a.name === b.name && a.sizes.join() === b.sizes.join()) return true;
  if (a.name === 'varchar' && b.name === 'text') return true;
  if (a.name === 'text' && b.name === 'varchar') return b.sizes.length === 0;
  if (a.name === b.name && growing.has(a.name))
    return b.sizes.length === 0 || (a.sizes.length > 0 && b.sizes[0]! >= a.sizes[0]!);
  if (a.name === 'numeric' && b.name === 'numeric')
    return (
      b.sizes.length === 0 ||
      (a.sizes.length > 0 && (a.sizes[1] ?? 0) === (b.sizes[1] ?? 0) && b.sizes[0]! >= a.sizes[0]!)
    );
  if (a.name === 'xml') return b.name === 'text' || (b.name === 'varchar' && b.sizes.length === 0);
  return a.name === 'cidr' && b.name === 'inet';
}

/** Types whose length or precision may grow without a look at the rows. */
const growing: ReadonlySet<string> = new Set([
  'varchar',
  'varbit',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
]);

/** Each type holds every value of those before it in its row exactly, and casts back without a loss. */
const ladders: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric'],
  ['real', 'double precision'],
  ['date', 'timestamp'],
  ['char', 'varchar', 'text'],
];

/** Whether the new type holds every value of the old one, so that a cast leads there and back. */
export function holdsAll(from: string, to: string): boolean {
  const [a, b] = [sized(from), sized(to)];
  if (keepsRows(from, to)) return true;
  if (b.sizes.length > 0) return false;
  return ladders.some((ladder) => {
    const [low, high] = [ladder.indexOf(a.name), ladder.indexOf(b.name)];
    return low >= 0 && high > low;
  });
}

/** Whether a conversion from or to the type reads settings of the session: time zone, order of day and month. */
export function isDated(type: string): boolean {
  return /^(?:date|time|timetz|timestamp|timestamptz|interval)$/.test(sized(type).name);
}

/** Types that `=` does not compare, or not by all of their value. */
const unequal: ReadonlySet<string> = new Set(
  'json xml point line lseg box path polygon circle jsonpath tsquery'.split(' '),
);

/** Whether `IS DISTINCT FROM` tells any two values of the type apart. */
export function isComparable(type: string): boolean {
  return !unequal.has(sized(type.replace(/(?:\[\d*\])+$/, '')).name);
}

const synonyms: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  character: 'char',
  bpchar: 'char',
  'bit varying': 'varbit',
  decimal: 'numeric',
  dec: 'numeric',
  int4: 'integer',
  int: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  float4: 'real',
  float8: 'double precision',
  float: 'double precision',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  'time with time zone': 'timetz',
  'time without time zone': 'time',
  bool: 'boolean',
};

/** A type's usual name without its sizes: `integer` for `int4`. */
export const plainType = (type: string): string => sized(type).name;

function sized(type: string): Sized {
  const plain = type
    .trim()
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replace(/^pg_catalog\./, '');
  // The precision of times stands in the middle: `timestamp(3) with time zone`.
  const match = /^([^(]+?)\s*(?:\(([^)]*)\))?((?: with(?:out)? time zone)?)$/.exec(plain);
  const name = match ? `${match[1]}${match[3]}` : plain;
  return {
    name: synonyms[name] ?? name,
    sizes: (match?.[2] ?? '')
      .split(',')
      .filter((size) => size.trim() !== '')
      .map(Number),
  };
}
