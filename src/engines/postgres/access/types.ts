/** Types as the catalog prints them, brought down to what decides about indexes. */
import type { Catalog } from '../../../catalog/model.ts';

/** What an index can do with values of a type. */
export interface TypeFacts {
  /** Without length and array marks: `character varying`; of a domain, its base; of an array, its elements'. */
  readonly name: string;
  readonly array: boolean;
  readonly kind: 'base' | 'enum' | 'range' | 'composite' | 'other';
}

const shortNames: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  bpchar: 'character',
  char: 'character',
  varchar: 'character varying',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
  varbit: 'bit varying',
  decimal: 'numeric',
};

const sortable: ReadonlySet<string> = new Set(
  `smallint|integer|bigint|numeric|real|double precision|boolean|text|character varying|character|name|"char"|citext|uuid|date|timestamp without time zone
|timestamp with time zone|time without time zone|time with time zone|interval|inet|cidr|macaddr|macaddr8|bytea|bit|bit varying|money|oid|xid8|pg_lsn|ltree|isbn|issn|ean13`
    .split('|')
    .map((name) => name.trim()),
);

const ranges: ReadonlySet<string> = new Set([
  'int4range',
  'int8range',
  'numrange',
  'tsrange',
  'tstzrange',
  'daterange',
]);

/** Types of text whose patterns an index can follow, with the class that sorts them by bytes. */
export const patternClass: Readonly<Record<string, string>> = {
  text: 'text_pattern_ops',
  'character varying': 'varchar_pattern_ops',
  character: 'bpchar_pattern_ops',
};

/** Type names that the server's spelling stands for: `pg_catalog.int4` is `integer`. */
export function longName(name: string): string {
  const bare = name.replace(/^pg_catalog\./, '');
  return shortNames[bare] ?? bare;
}

/** Facts of types by the text a catalog prints, domains followed to their bases. */
export function typesOf(catalog: Catalog): (printed: string) => TypeFacts {
  const known = new Map<string, TypeFacts>();
  const own = new Map(
    catalog.types.flatMap((type) => [
      [`${type.schema}.${type.name}`, type] as const,
      ...(type.schema === 'public' ? [[type.name, type] as const] : []),
    ]),
  );
  const look = (printed: string, depth: number): TypeFacts => {
    const array = printed.endsWith('[]');
    const bare = longName(
      printed
        .replaceAll('[]', '')
        .replace(/\(\d+(?:,\s*-?\d+)?\)/, '')
        .trim(),
    );
    const plain = bare.replaceAll('"', '');
    const type = own.get(plain) ?? own.get(`public.${plain}`);
    if (!type)
      return {
        name: /^[a-z_]+\.citext$/.test(plain) ? 'citext' : plain,
        array,
        kind: ranges.has(plain) ? 'range' : 'base',
      };
    if (type.kind === 'domain')
      return depth < 8 && type.base !== undefined
        ? ((of) => ({ ...of, array: array || of.array }))(look(type.base, depth + 1))
        : { name: plain, array, kind: 'other' };
    return { name: plain, array, kind: type.kind };
  };
  return (printed) => {
    const found = known.get(printed) ?? look(printed, 0);
    known.set(printed, found);
    return found;
  };
}

/** Whether a b-tree can hold it in an order that statements ask for. */
export function sorts({ name, kind }: TypeFacts): boolean {
  return kind === 'enum' || kind === 'range' || (kind === 'base' && sortable.has(name));
}

/** Whether its smallest and greatest values describe a range of pages. */
export function summarises({ name, array, kind }: TypeFacts): boolean {
  return !array && kind === 'base' && sortable.has(name) && name !== 'boolean' && name !== 'citext';
}

/** Whether it is text that patterns are matched against. */
export function textual({ name, array, kind }: TypeFacts): boolean {
  return !array && kind === 'base' && name in patternClass;
}
