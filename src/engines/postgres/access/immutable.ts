/** Which calls, casts and operators depend on their arguments alone, as far as an index needs to know: what is not listed is not used. */
import type { TypeFacts } from './types.ts';

type Given = TypeFacts | undefined;

const base = (name: string): TypeFacts => ({ name, array: false, kind: 'base' });
const text = base('text');
const integer = base('integer');
const boolean = base('boolean');
const timestamp = base('timestamp without time zone');
const timestamptz = base('timestamp with time zone');

const byResult: readonly (readonly [TypeFacts, string])[] = [
  [
    text,
    `initcap btrim ltrim rtrim left right substr substring replace translate md5 reverse lpad rpad split_part repeat regexp_replace chr
     jsonb_extract_path_text json_extract_path_text jsonb_typeof encode`,
  ],
  [
    integer,
    'length char_length character_length octet_length bit_length strpos position ascii cardinality array_length jsonb_array_length hashtext',
  ],
  [base('jsonb'), 'jsonb_extract_path'],
  [base('bytea'), 'sha224 sha256 sha384 sha512 decode'],
  [boolean, 'starts_with isempty lower_inf upper_inf'],
];
const results: ReadonlyMap<string, TypeFacts> = new Map(
  byResult.flatMap(([type, names]) => names.split(/\s+/).map((name) => [name, type] as const)),
);
const ofArgument: ReadonlySet<string> = new Set(
  'abs round trunc ceil ceiling floor sign mod nullif coalesce greatest least'.split(' '),
);

const rangeElements: Readonly<Record<string, TypeFacts>> = {
  int4range: integer,
  int8range: base('bigint'),
  numrange: base('numeric'),
  tsrange: timestamp,
  tstzrange: timestamptz,
  daterange: base('date'),
};

/** Type of an immutable call's result; undefined when it is not known to be immutable. */
export function callType(name: string, given: readonly Given[]): TypeFacts | undefined {
  const [first, second] = given;
  if (name === 'lower' || name === 'upper')
    return first?.kind === 'range'
      ? rangeElements[first.name]
      : first === undefined || isText(first) || first.name === 'citext'
        ? text
        : undefined;
  if (name === 'date_trunc') return second && isZoneless(second) && given.length === 2 ? second : undefined;
  if (name === 'extract' || name === 'date_part')
    return second && (isZoneless(second) || second.name === 'date')
      ? base(name === 'extract' ? 'numeric' : 'double precision')
      : undefined;
  if (name === 'timezone' && given.length === 2)
    return second?.name === timestamptz.name
      ? timestamp
      : second?.name === timestamp.name
        ? timestamptz
        : undefined;
  if (name === 'date') return first?.name === timestamp.name ? base('date') : undefined;
  if (name === 'to_tsvector') return given.length === 2 ? base('tsvector') : undefined;
  if (ofArgument.has(name)) return first ?? second ?? text;
  return results.get(name);
}

const textual: ReadonlySet<string> = new Set(['text', 'character varying', 'character', 'name', 'citext']);
const numbers: readonly string[] = ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'];

/** Whether values of one type become another's without a look at settings. */
export function castable(from: Given, to: TypeFacts): boolean {
  if (!from || to.kind === 'enum' || from.kind === 'enum' || to.array !== from.array)
    return from !== undefined && from.name === to.name && from.array === to.array;
  if (to.array) return from.name === to.name;
  if (from.name === to.name) return true;
  if (numbers.includes(from.name)) return numbers.includes(to.name) || isText(to);
  if (isText(from) || from.name === 'jsonb' || from.name === 'citext')
    return (
      isText(to) || numbers.includes(to.name) || ['boolean', 'uuid', 'jsonb', 'citext'].includes(to.name)
    );
  if (from.name === timestamp.name) return to.name === 'date';
  if (from.name === 'date') return to.name === timestamp.name;
  return isText(to) && ['boolean', 'uuid', 'inet', 'jsonb'].includes(from.name);
}

/** Type of an operator's result when it is immutable; undefined else. */
export function operatorType(operator: string, left: Given, right: Given): TypeFacts | undefined {
  if (operator === '->' || operator === '#>') return left;
  if (operator === '->>' || operator === '#>>') return text;
  if (operator === '||') {
    if (left && right)
      return isText(left) && isText(right) ? text : left.name === right.name ? left : undefined;
    return (left ?? right) && isText((left ?? right)!) ? text : undefined;
  }
  if (/^[-+*/%&|#]$/.test(operator)) return arithmetic(left, right);
  return mixesZones(left, right) ? undefined : boolean;
}

function arithmetic(left: Given, right: Given): TypeFacts | undefined {
  const one = left ?? right;
  const other = right ?? left;
  if (!one || !other) return undefined;
  if (numbers.includes(one.name) && numbers.includes(other.name))
    return numbers.indexOf(one.name) > numbers.indexOf(other.name) ? one : other;
  if (one.name === 'date' && other.name === 'integer') return one;
  if (one.name === timestamp.name && other.name === 'interval') return one;
  return undefined;
}

/** Times with a zone beside times without one: which is first depends on the session's zone. */
function mixesZones(left: Given, right: Given): boolean {
  const names = [left?.name, right?.name];
  return names.includes(timestamptz.name) && (names.includes(timestamp.name) || names.includes('date'));
}

function isText({ name, array }: TypeFacts): boolean {
  return !array && textual.has(name);
}

function isZoneless({ name }: TypeFacts): boolean {
  return name === timestamp.name || name === 'interval' || name.startsWith('time ');
}
