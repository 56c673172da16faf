/** Statistics of columns and of index expressions, written into the server's own table. */
import { SqlError } from '../../../base/error.ts';
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { ColumnStatistics } from '../../../engine/snapshot/model.ts';
import { columnTitle, type PlacedColumn } from './placed.ts';
import { slotColumns, slotRecord, slotRecordType, slotsOf, slotTargets } from './slots.ts';

/** Rows of one statement; each may hold some kilobytes of values. */
const rowsAtOnce = 500;

const insertQuery = `
INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, ${slotTargets})
SELECT w.relation, w.number, w.inherited, ${slotColumns}
FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS w(relation oid, number int2, inherited bool, ${slotRecordType})`;

const deleteQuery = 'DELETE FROM pg_catalog.pg_statistic WHERE starelid = ANY ($1)';

interface Entry {
  readonly column: ColumnStatistics;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Writes the statistics of all columns that are there; what cannot be written is told. */
export async function writeColumns(
  session: Session,
  placed: readonly PlacedColumn[],
): Promise<readonly NotExact[]> {
  const entries = placed.map(({ relation, number, collation, column, facts }): Entry => {
    const figures = slotRecord(column, slotsOf(column, facts, collation));
    return { column, record: { relation, number, inherited: column.inherited, ...figures } };
  });
  const notExact: NotExact[] = [...unreadable(placed)];
  await session.query(deleteQuery, [[...new Set(placed.map(({ relation }) => relation))]]);
  for (let from = 0; from < entries.length; from += rowsAtOnce)
    notExact.push(...(await insert(session, entries.slice(from, from + rowsAtOnce))));
  return notExact;
}

function unreadable(placed: readonly PlacedColumn[]): readonly NotExact[] {
  return placed
    .filter(({ column, facts }) => !facts.safe && holdsValues(column))
    .map(({ column }) => ({
      what: columnTitle(column),
      why: 'Its values contain a domain with checks, so common values and histogram are left out.',
    }));
}

async function insert(session: Session, entries: readonly Entry[]): Promise<readonly NotExact[]> {
  try {
    await session.query(insertQuery, [JSON.stringify(entries.map(({ record }) => record))]);
    return [];
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (entries.length === 1)
      return [
        {
          what: columnTitle(entries[0]!.column),
          // The server's message would show a value.
          why: `The server does not read its statistics (${error.fields.sqlstate}), so they are left out.`,
        },
      ];
    const half = Math.ceil(entries.length / 2);
    return [
      ...(await insert(session, entries.slice(0, half))),
      ...(await insert(session, entries.slice(half))),
    ];
  }
}

const holdsValues = ({ commonValues, histogram, commonElements, rangeBounds }: ColumnStatistics): boolean =>
  [commonValues, histogram, commonElements, rangeBounds].some((value) => value !== undefined);
