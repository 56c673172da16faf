/** Pages that follow the last row of the one before, walked to their end. */
import { SqlError } from '../../base/error.ts';
import type { Engine, Pages, Rewrite, Session } from '../../engine/model.ts';

/** Pages of a walk, so that one that does not move on ends. */
const mostPages = 60;

/** The rows of all pages where they differ from all rows in their order; `failed` when the statement itself cannot be answered. */
export async function walkPages(
  { engine, session }: { readonly engine: Engine; readonly session: Session },
  { sql, takes = [] }: Rewrite,
  pages: Pages,
  values: readonly unknown[],
): Promise<'failed' | { readonly whole: readonly string[]; readonly pages?: readonly string[] | string }> {
  const asText = (text: string): string => engine.rewrites.asText(text, pages.last);
  await session.query('SAVEPOINT dbd_walk');
  let whole: readonly string[];
  try {
    const all = await session.query<{ row: string }>(
      asText(pages.whole),
      pages.wholeTakes.map((at) => values[at]),
    );
    whole = all.rows.map(({ row }) => row);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await session.query('ROLLBACK TO SAVEPOINT dbd_walk');
    return 'failed';
  }
  const own = takes.map((at, place) => (place === pages.size ? '2' : values[at]));
  const walked: string[] = [];
  try {
    let text = pages.small?.first ?? pages.first;
    let given: readonly unknown[] = own;
    for (let page = 0; page < mostPages; page++) {
      const { rows } = await session.query<Record<string, string>>(asText(text), given);
      walked.push(...rows.map((row) => row['row']!));
      const last = rows.at(-1);
      if (!last) break;
      given = [...own, ...pages.last.map((_, at) => last[`key_${at + 1}`])];
      text = pages.small?.next ?? sql;
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await session.query('ROLLBACK TO SAVEPOINT dbd_walk');
    return { whole, pages: error.message };
  }
  const equal = walked.length === whole.length && walked.every((row, at) => row === whole[at]);
  return equal ? { whole } : { whole, pages: walked };
}
