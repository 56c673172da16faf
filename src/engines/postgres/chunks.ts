/** Rows of large answers, a part at a time, so that they are never all in memory at once. */
import type { Session } from '../../engine/model.ts';

/** Rows that are asked for at once; more save hardly any round trips. */
const atOnce = 5000;

/** Yields the rows of a query in parts; the session must be inside a transaction, and may be asked something else in between. */
export async function* inChunks<R extends Record<string, unknown>>(
  session: Session,
  sql: string,
  values: readonly unknown[] = [],
): AsyncGenerator<readonly R[]> {
  // The whole answer is wanted, so the plan that is fast as a whole is the right one.
  await session.query('SET LOCAL cursor_tuple_fraction = 1');
  await session.query(`DECLARE dbd_chunks NO SCROLL CURSOR FOR ${sql}`, values);
  for (;;) {
    const { rows } = await session.query<R>(`FETCH ${atOnce} FROM dbd_chunks`);
    if (rows.length > 0) yield rows;
    if (rows.length < atOnce) break;
  }
  await session.query('CLOSE dbd_chunks');
}
