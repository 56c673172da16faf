/** The rows of a database before and after a change, column by column. */
import type { Session } from '../../src/engine/model.ts';
import type { Rename } from '../../src/engine/model.ts';

export interface TableRows {
  readonly types: Readonly<Record<string, string>>;
  readonly generated: readonly string[];
  readonly key: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

const TABLES = `
SELECT n.nspname || '.' || c.relname AS name, c.oid::regclass::text AS sql,
  (SELECT json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS types,
  ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> '') AS generated,
  ARRAY(SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[]) WHERE i.indrelid = c.oid AND i.indisprimary) AS key
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

type TableRow = {
  readonly name: string;
  readonly sql: string;
  readonly types: Readonly<Record<string, string>> | null;
  readonly generated: readonly string[];
  readonly key: readonly string[];
};

/** Rows of every table, each value as its text. */
export async function rowsOf(session: Session): Promise<ReadonlyMap<string, TableRows>> {
  const { rows: tables } = await session.query<TableRow>(TABLES);
  const filled = tables.filter(({ types }) => types !== null);
  const found = new Map<string, TableRows>();
  if (filled.length === 0) return found;
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const text = filled
    .map(({ sql, types }, at) => {
      const columns = Object.keys(types!).map(
        (name) => `'${name.replaceAll("'", "''")}', t.${quoted(name)}::text`,
      );
      return `SELECT ${at} AS at, jsonb_agg(jsonb_build_object(${columns.join(', ')})) AS rows FROM ONLY ${sql} t`;
    })
    .join(' UNION ALL ');
  const { rows } = await session.query<{ at: number; rows: TableRows['rows'] | null }>(text);
  for (const { at, rows: values } of rows) {
    const { name, types, generated, key } = filled[at]!;
    found.set(name, { types: types!, generated, key, rows: values ?? [] });
  }
  return found;
}

/** What happened to values of columns that both sides have; renames were answered. */
export async function lostValues(
  session: Session,
  before: ReadonlyMap<string, TableRows>,
  after: ReadonlyMap<string, TableRows>,
  renames: readonly Rename[],
  meant: readonly string[],
): Promise<readonly string[]> {
  const lost: string[] = [];
  const to = (kind: string, from: string): string =>
    renames.find((rename) => rename.kind === kind && rename.from === from)?.to ?? from;
  const isMeant = (name: string): boolean =>
    meant.includes(name) || meant.includes(name.slice(name.indexOf('.') + 1));
  for (const [name, was] of before) {
    const [schema, table] = name.split('.') as [string, string];
    const renamedSchema = `${to('schema', schema)}.${table}`;
    const is = after.get(to('table', name)) ?? after.get(renamedSchema);
    if (!is || was.rows.length === 0) continue;
    if (is.rows.length !== was.rows.length && !isMeant(name)) {
      lost.push(`${name}: ${was.rows.length} rows were, ${is.rows.length} are`);
      continue;
    }
    const columns = Object.keys(was.types)
      .map((column) => [column, to('column', `${name}.${column}`).split('.').at(-1)!] as const)
      .filter(
        ([column, now]) =>
          now in is.types &&
          !was.generated.includes(column) &&
          !is.generated.includes(now) &&
          !isMeant(`${name}.${column}`),
      );
    const key = was.key.every((column) => columns.some(([from]) => from === column)) ? was.key : [];
    for (const [column, now] of columns) {
      const wanted = await inType(session, was, column, is.types[now]!, key);
      const found = pairs(
        is.rows,
        now,
        key.map((one) => columns.find(([from]) => from === one)![1]),
      );
      if (wanted.join('\n') !== found.join('\n'))
        lost.push(
          `${name}.${column}: ${wanted.join(' | ').slice(0, 120)} became ${found.join(' | ').slice(0, 120)}`,
        );
    }
  }
  return lost;
}

/** Values of a column beside their keys; without a key, the values alone. */
function pairs(rows: TableRows['rows'], column: string, key: readonly string[]): readonly string[] {
  return rows.map((row) => JSON.stringify([...key.map((one) => row[one]), row[column]])).toSorted();
}

async function inType(
  session: Session,
  { rows, types }: TableRows,
  column: string,
  type: string,
  key: readonly string[],
): Promise<readonly string[]> {
  if (types[column] === type) return pairs(rows, column, key);
  try {
    const { rows: cast } = await session.query<{ values: readonly (string | null)[] }>(
      `SELECT ARRAY(SELECT (v::${type})::text FROM unnest($1::text[]) WITH ORDINALITY AS u(v, n) ORDER BY n) AS values`,
      [rows.map((row) => row[column] ?? null)],
    );
    return pairs(
      rows.map((row, at) => ({ ...row, [column]: cast[0]!.values[at] ?? null })),
      column,
      key,
    );
  } catch {
    // What no text of the new type can say is compared with a cast of the server's own.
    return ['no cast'];
  }
}
