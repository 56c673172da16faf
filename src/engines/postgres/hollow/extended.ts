/** Statistics over several columns and of expressions, put into the server's own table from the text that everybody may read. */
import { SqlError } from '../../../base/error.ts';
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { ExtendedStatistics } from '../../../engine/snapshot/model.ts';
import { commonBytes, dependencyBytes, distinctBytes, type Dimension } from './serialise.ts';
import { slotColumns, slotRecord, slotRecordType, slotsOf } from './slots.ts';
import { storedValues } from './stored.ts';
import { typesOf, type TypeFacts } from './types.ts';

interface Found extends Record<string, unknown> {
  readonly n: number;
  readonly oid: number;
  readonly table: string;
  readonly numbers: readonly number[];
  readonly types: readonly number[];
  readonly collations: readonly number[];
  readonly expressions: readonly string[] | null;
}

const foundQuery = `
SELECT w.n::int AS n, x.oid, pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS "table",
       k.numbers, k.types, k.collations, pg_catalog.pg_get_statisticsobjdef_expressions(x.oid) AS expressions
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(schema, name, n)
JOIN pg_catalog.pg_namespace s ON s.nspname = w.schema
JOIN pg_catalog.pg_statistic_ext x ON x.stxnamespace = s.oid AND x.stxname = w.name
JOIN pg_catalog.pg_class c ON c.oid = x.stxrelid
JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(a.attnum ORDER BY a.attnum), '{}') AS numbers, coalesce(array_agg(a.atttypid ORDER BY a.attnum), '{}') AS types,
         coalesce(array_agg(a.attcollation ORDER BY a.attnum), '{}') AS collations
  FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (x.stxkeys)) k`;

const viewColumnsQuery = `
  SELECT atttypid AS type, attcollation AS collation FROM pg_catalog.pg_attribute
  WHERE attrelid = 'pg_temp.dbd_expressions'::regclass AND attnum > 0 ORDER BY attnum`;

interface Place {
  readonly type: number;
  readonly collation: number;
}

/** Writes what is known of each object that is there; the session is in no transaction. What cannot be written is told. */
export async function writeExtended(
  session: Session,
  extended: readonly ExtendedStatistics[],
): Promise<readonly NotExact[]> {
  if (extended.length === 0) return [];
  const { rows } = await session.query<Found>(foundQuery, [
    extended.map(({ schema }) => schema),
    extended.map(({ name }) => name),
  ]);
  const notExact: NotExact[] = [];
  for (const found of rows) {
    const figures = extended[found.n - 1]!;
    const told = (why: string): void =>
      void notExact.push({ what: `statistics ${figures.schema}.${figures.name}`, why });
    await session.query('BEGIN');
    try {
      await writeOne(session, found, figures, told);
      await session.query('COMMIT');
    } catch (error) {
      await session.query('ROLLBACK');
      if (!(error instanceof SqlError)) throw error;
      told(`The server does not read them (${error.fields.sqlstate}), so they are left out.`);
    }
  }
  return notExact;
}

async function writeOne(
  session: Session,
  found: Found,
  figures: ExtendedStatistics,
  told: (why: string) => void,
): Promise<void> {
  const expressions = await expressionPlaces(session, found);
  const places: readonly Place[] = [
    ...found.types.map((type, i) => ({ type, collation: found.collations[i]! })),
    ...expressions,
  ];
  const types = await typesOf(
    session,
    places.map(({ type }) => type),
  );
  const known = new Set([...found.numbers, ...expressions.map((_, i) => -1 - i)]);
  const distinct = figures.distinct === undefined ? undefined : distinctBytes(figures.distinct);
  const dependencies = figures.dependencies === undefined ? undefined : dependencyBytes(figures.dependencies);
  for (const text of [figures.distinct, figures.dependencies])
    if (text !== undefined && !namesOnly(text, known))
      return told('They speak of columns that this object does not have, so they are left out.');
  if ((figures.distinct !== undefined && !distinct) || (figures.dependencies !== undefined && !dependencies))
    told('A part of them is in a form that is not known, so it is left out.');
  const common = await commonOf(session, figures, places, types, told);
  const rows = expressionRows(figures, expressions, types, told);
  const perInheritance = session.serverVersion >= 150_000;
  const inheritance = perInheritance ? [figures.inherited] : [];
  await session.query(
    `DELETE FROM pg_catalog.pg_statistic_ext_data WHERE stxoid = $1${perInheritance ? ' AND stxdinherit = $2' : ''}`,
    [found.oid, ...inheritance],
  );
  for (const type of ['pg_ndistinct', 'pg_dependencies', 'pg_mcv_list'])
    await session.query(`CREATE CAST (bytea AS pg_catalog.${type}) WITHOUT FUNCTION`);
  await session.query(
    `INSERT INTO pg_catalog.pg_statistic_ext_data (stxoid, stxdndistinct, stxddependencies, stxdmcv, stxdexpr${perInheritance ? ', stxdinherit' : ''})
     SELECT $1::oid, $2::text::bytea::pg_catalog.pg_ndistinct, $3::text::bytea::pg_catalog.pg_dependencies, $4::text::bytea::pg_catalog.pg_mcv_list,
       (SELECT array_agg(ROW(0, 0, false, ${slotColumns})::pg_catalog.pg_statistic ORDER BY w.n)
        FROM pg_catalog.jsonb_to_recordset($5::jsonb) AS w(n int, ${slotRecordType}))${perInheritance ? ', $6::bool' : ''}`,
    [
      found.oid,
      hex(distinct),
      hex(dependencies),
      hex(common),
      rows.length > 0 ? JSON.stringify(rows) : null,
      ...inheritance,
    ],
  );
  for (const type of ['pg_ndistinct', 'pg_dependencies', 'pg_mcv_list'])
    await session.query(`DROP CAST (bytea AS pg_catalog.${type})`);
}

/** Types of an object's expressions: those of a view's columns, which is never read. */
async function expressionPlaces(session: Session, { expressions, table }: Found): Promise<readonly Place[]> {
  if (!expressions || expressions.length === 0) return [];
  const list = expressions.map((text, i) => `(${text}) AS e${i}`).join(', ');
  await session.query(`CREATE TEMPORARY VIEW dbd_expressions AS SELECT ${list} FROM ONLY ${table}`);
  const { rows } = await session.query<Record<string, unknown> & Place>(viewColumnsQuery);
  await session.query('DROP VIEW pg_temp.dbd_expressions');
  return rows;
}

function expressionRows(
  { expressions }: ExtendedStatistics,
  places: readonly Place[],
  types: ReadonlyMap<number, TypeFacts>,
  told: (why: string) => void,
): readonly Readonly<Record<string, unknown>>[] {
  if (expressions.length === 0) return [];
  if (expressions.length !== places.length) {
    told(
      `It has ${places.length} expressions, and figures of ${expressions.length} are known, so they are left out.`,
    );
    return [];
  }
  return expressions.map((figures, n) => {
    const { type, collation } = places[n]!;
    if (types.get(type)!.range !== undefined && figures.rangeBounds === undefined)
      told(
        'The server shows no histogram of an expression that is a range, so the planner guesses conditions on it.',
      );
    return { n, ...slotRecord(figures, slotsOf(figures, types.get(type)!, collation)) };
  });
}

async function commonOf(
  session: Session,
  { common }: ExtendedStatistics,
  places: readonly Place[],
  types: ReadonlyMap<number, TypeFacts>,
  told: (why: string) => void,
): Promise<Buffer | undefined> {
  if (!common || common.values.length === 0) return undefined;
  const facts = places.map(({ type }) => types.get(type)!);
  if (
    common.values.some((row) => row.length !== places.length) ||
    common.frequencies.length !== common.values.length
  ) {
    told('Its common combinations have another number of columns, so they are left out.');
    return undefined;
  }
  if (facts.some(({ safe }) => !safe)) {
    told('Its common combinations contain a domain with checks, so they are left out.');
    return undefined;
  }
  const dimensions: Dimension[] = [];
  for (const [i, { type, base }] of facts.entries()) {
    const found = await storedValues(
      session,
      base,
      common.values.map((row) => row[i] ?? null),
    );
    if (!found) {
      told('Its common combinations are of a type that has no arrays, so they are left out.');
      return undefined;
    }
    const { length, byValue } = found.stored;
    dimensions.push({ type, length, byValue, values: found.values });
  }
  return commonBytes(dimensions, common.frequencies, common.baseFrequencies);
}

/** Whether a text of the server speaks only of these columns and expressions. */
function namesOnly(text: string, known: ReadonlySet<number>): boolean {
  return [...text.matchAll(/"([^"]*)"/g)].every(([, key = '']) =>
    [...key.matchAll(/-?\d+/g)].every(([number]) => known.has(Number(number))),
  );
}

function hex(bytes: Buffer | undefined): string | null {
  return bytes === undefined ? null : `\\x${bytes.toString('hex')}`;
}
