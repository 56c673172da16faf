/** Which rows an index with a condition holds, as the planner sees it. */
import { SqlError } from '../../../base/error.ts';
import { quote } from '../quote.ts';
import { explained } from './explain.ts';
import type { ReadColumn, ReadIndex, Told } from './facts.ts';
import { set, type Room } from './room.ts';
import type { ColumnFacts } from './size/model.ts';

/** Common values of a column that are asked about at most. */
const mostValues = 30;

const commonQuery = `
  SELECT unnest(most_common_vals::text::text[]) AS value, unnest(most_common_freqs) AS share
    FROM pg_stats WHERE quote_ident(schemaname) || '.' || quote_ident(tablename) = $1 AND attname = $2 AND NOT inherited`;

export interface Conditions extends Told {
  readonly assumed: readonly string[];
}

/** Share of the rows that meet each index's condition, and what the condition says of its columns; nothing is run. */
export async function conditionsOf(
  room: Room,
  indexes: readonly ReadIndex[],
): Promise<readonly Conditions[]> {
  const known: Conditions[] = [];
  for (const index of indexes)
    known.push(
      index.condition === undefined || index.tableRows === 0
        ? { share: 1, columns: new Map(), assumed: [] }
        : await conditionOf(room, index, index.condition),
    );
  return known;
}

async function conditionOf(room: Room, index: ReadIndex, condition: string): Promise<Conditions> {
  const { session } = room;
  await room.asNobody();
  try {
    const { Plan } = await explained(session, `SELECT FROM ONLY ${index.table} WHERE ${condition}`);
    const share = Math.min(1, Plan['Plan Rows'] / index.tableRows);
    const columns = new Map<number, Partial<ColumnFacts>>();
    for (const [i, column] of index.columns.entries())
      if (column.name !== undefined && mentions(condition, column.name))
        columns.set(i, await narrowedColumn(room, index, condition, column, column.name, share));
    return { share, columns, assumed: [] };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return {
      share: 1,
      columns: new Map(),
      assumed: ['all rows meet its condition, which could not be planned'],
    };
  }
}

/** What is left of a column's values: a condition like `a IS NOT NULL` or `a = 5` refutes others, and the planner says so. */
async function narrowedColumn(
  room: Room,
  index: ReadIndex,
  condition: string,
  { facts }: ReadColumn,
  name: string,
  share: number,
): Promise<Partial<ColumnFacts>> {
  const column = quote.identifier(name);
  await room.asOwner();
  const { rows: values } = await room.session.query<{ value: string; share: number }>(commonQuery, [
    index.table,
    name,
  ]);
  await room.asNobody();
  return room.trial(async () => {
    await set(room.session, { role: room.role, constraint_exclusion: 'on' }, true);
    const refuted = async (other: string): Promise<boolean> => {
      const { Plan } = await explained(
        room.session,
        `SELECT FROM ONLY ${index.table} WHERE (${condition}) AND ${other}`,
      );
      return Plan['One-Time Filter'] === 'false';
    };
    const nullFraction =
      facts.nullFraction > 0 && (await refuted(`${column} IS NULL`)) ? 0 : facts.nullFraction;
    let gone = 0;
    const common: number[] = [];
    for (const [i, { value, share: own }] of values.entries())
      if (i < mostValues && (await refuted(`${column} = ${quote.literal(value)}`))) gone += 1;
      else common.push(own);
    const named = values.reduce((sum, { share: own }) => sum + own, 0);
    const rest = Math.max(0, 1 - facts.nullFraction - named);
    if (gone === 0 && nullFraction === facts.nullFraction) return {};
    // What is left shares the condition's rows; values beyond the common ones are gone when the common ones fill them.
    const kept = common.reduce((sum, own) => sum + own, 0) + nullFraction;
    const others = kept >= share * 0.98 ? 0 : Math.min(rest, share - kept);
    const whole = kept + others;
    const distinct = facts.distinct < 0 ? -facts.distinct * index.tableRows : facts.distinct;
    return {
      rows: share * index.tableRows,
      nullFraction: nullFraction / whole,
      common: common.map((own) => own / whole),
      distinct: others === 0 ? common.length : Math.max(common.length + 1, distinct - gone),
    };
  });
}

/** Whether SQL names a column; a name within another word or a text is enough to ask. */
function mentions(sql: string, name: string): boolean {
  return sql.includes(name);
}
