import type pg from 'pg';
import type { DescribedType, ValueKind } from '../../../engine/describe/model.ts';

/** A type by its oid and modifier, as the protocol and the catalog give it. */
export interface TypeKey {
  readonly oid: number;
  readonly modifier: number;
}

interface TypeRow {
  readonly type: string;
  readonly base: string;
  readonly name: string;
  readonly schema: string;
  readonly kind: string;
  readonly modifier: number;
  readonly labels: readonly string[];
  readonly element: number | null;
}

/** Types resolved through domains; the element of an array is asked for in a second round. */
const typeFacts = `
WITH RECURSIVE wanted AS (
  SELECT place, oid, modifier FROM unnest($1::int8[], $2::int4[]) WITH ORDINALITY AS w(oid, modifier, place)
), resolved AS (
  SELECT place, oid::oid AS typid, modifier AS typmod, 0 AS depth FROM wanted
  UNION ALL
  SELECT r.place, t.typbasetype, t.typtypmod, r.depth + 1
  FROM resolved r JOIN pg_type t ON t.oid = r.typid AND t.typtype = 'd'
), last AS (
  SELECT DISTINCT ON (place) * FROM resolved ORDER BY place, depth DESC
)
SELECT format_type(w.oid::oid, w.modifier) AS type, format_type(l.typid, l.typmod) AS base, t.typname::text AS name, n.nspname::text AS schema,
       t.typtype::text AS kind, l.typmod AS modifier,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
       CASE WHEN t.typcategory = 'A' AND t.typlen = -1 AND t.typelem <> 0 AND t.typname NOT IN ('int2vector', 'oidvector')
            THEN t.typelem::int8::text::int8::int END AS element
FROM wanted w JOIN last l USING (place) JOIN pg_type t ON t.oid = l.typid JOIN pg_namespace n ON n.oid = t.typnamespace
ORDER BY w.place`;

/** Resolves types in the order in which they were given. */
export async function resolveTypes(
  client: pg.Client,
  keys: readonly TypeKey[],
): Promise<readonly DescribedType[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<TypeRow>(typeFacts, [
    keys.map((key) => key.oid),
    keys.map((key) => key.modifier),
  ]);
  const arrays = rows.flatMap((row) =>
    row.element === null ? [] : [{ oid: row.element, modifier: row.modifier }],
  );
  const elements = [...(await resolveTypes(client, arrays))];
  return rows.map((row) => typeOf(row, row.element === null ? undefined : elements.shift()));
}

function typeOf(row: TypeRow, element: DescribedType | undefined): DescribedType {
  const { type, base, name, schema, modifier } = row;
  const kind = element ? 'array' : row.kind === 'e' ? 'enum' : (kinds[name] ?? 'other');
  // Modifiers are stored with the four bytes of a length word in front.
  const size = modifier >= 4 ? modifier - 4 : undefined;
  return {
    type,
    base,
    kind,
    ...(element ? { element } : {}),
    ...(kind === 'enum' ? { enumeration: { schema, name, labels: row.labels } } : {}),
    ...(size !== undefined && ['varchar', 'bpchar'].includes(name) ? { length: size } : {}),
    ...(size !== undefined && kind === 'decimal'
      ? { precision: size >> 16, scale: ((size & 0x7ff) ^ 1024) - 1024 }
      : {}),
  };
}

const kinds: Readonly<Record<string, ValueKind>> = {
  int2: 'integer',
  int4: 'integer',
  oid: 'integer',
  int8: 'bigint',
  float4: 'float',
  float8: 'float',
  numeric: 'decimal',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  char: 'text',
  name: 'text',
  citext: 'text',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  timetz: 'time',
  timestamptz: 'instant',
  timestamp: 'local-instant',
  interval: 'interval',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  bytea: 'bytes',
};
