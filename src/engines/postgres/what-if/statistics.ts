/** Statistics over several columns that nobody has gathered. */
import type { Name } from '../../../catalog/model.ts';
import { fail } from '../../../base/error.ts';
import { writeExtended } from '../hollow/extended.ts';
import { quote } from '../quote.ts';
import type { Room } from './room.ts';

interface ColumnRow extends Record<string, unknown> {
  readonly number: number;
  readonly distinct: number | null;
  readonly rows: number;
  readonly inherited: boolean;
}

const columnsQuery = `
  SELECT a.attnum AS number, greatest(c.reltuples, 0)::float8 AS rows, c.relkind = 'p' AS inherited,
         (SELECT CASE WHEN s.stadistinct < 0 THEN -s.stadistinct * greatest(c.reltuples, 0) ELSE s.stadistinct END
            FROM pg_statistic s WHERE s.starelid = c.oid AND s.staattnum = a.attnum AND s.stainherit = (c.relkind = 'p'))::float8 AS distinct
    FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN unnest($3::text[]) WITH ORDINALITY AS w(name, n) ON w.name = a.attname
   WHERE n.nspname = $1 AND c.relname = $2 ORDER BY w.n`;

/** Makes the object and gives it numbers of different combinations: as told over all columns, and estimated over fewer. Throws `SqlError`. */
export async function makeStatistics(
  room: Room,
  name: Name,
  table: Name,
  columns: readonly string[],
  distinct: number,
  dependency?: number,
): Promise<readonly string[]> {
  const { session } = room;
  if (!Number.isFinite(distinct) || distinct < 1)
    fail('sql.failed', `${distinct} is no number of different combinations.`);
  await room.asOwner();
  const list = columns.map((column) => quote.identifier(column)).join(', ');
  const full = ({ schema, name: own }: Name): string =>
    `${quote.identifier(schema)}.${quote.identifier(own)}`;
  await session.query(
    `CREATE STATISTICS ${full(name)} (ndistinct${dependency === undefined ? '' : ', dependencies'}) ON ${list} FROM ${full(table)}`,
  );
  const { rows } = await session.query<ColumnRow>(columnsQuery, [table.schema, table.name, columns]);
  const counts: Record<string, number> = {};
  for (const set of subsets(rows)) {
    const product = set.reduce((all, { distinct: own }) => all * Math.max(1, own ?? distinct), 1);
    const numbers = set.map(({ number }) => number).sort((a, b) => a - b);
    counts[numbers.join(', ')] = Math.round(
      set.length === rows.length ? distinct : Math.min(product, distinct),
    );
  }
  const notExact = await writeExtended(session, [
    {
      ...name,
      table,
      inherited: rows[0]!.inherited,
      distinct: JSON.stringify(counts),
      ...(dependency === undefined ? {} : { dependencies: JSON.stringify(dependenciesOf(rows, dependency)) }),
      expressions: [],
    },
  ]);
  if (notExact.length > 0) {
    await session.query(`DROP STATISTICS ${full(name)}`);
    fail('twin.hollow', notExact.map(({ why }) => why).join(' '));
  }
  return columns.length > 2
    ? ['fewer of its columns have as many combinations as their values allow, and not more than all of them']
    : [];
}

/** Each column tells each other one, as the server writes it. */
function dependenciesOf(rows: readonly ColumnRow[], degree: number): Readonly<Record<string, number>> {
  return Object.fromEntries(
    rows.flatMap(({ number: from }) =>
      rows.flatMap(({ number: to }) => (from === to ? [] : [[`${from} => ${to}`, degree] as const])),
    ),
  );
}

/** All sets of two items or more, as the server wants them. */
function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items
    .reduce<readonly (readonly T[])[]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]])
    .filter((set) => set.length > 1);
}
