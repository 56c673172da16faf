/** The online form against the plain statements: the same structure, the same rows, nothing written anew, there and back and there again. */
import { expect } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import type { Change } from '../../src/change/model.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { planned } from '../change/shop.ts';

/** Every row of every table, columns by name. */
export async function rows(session: Session, { tables }: Catalog): Promise<unknown> {
  const all: unknown[] = [];
  for (const table of tables) {
    const columns = table.columns.map(({ name }) => postgres.quote.identifier(name)).toSorted();
    const sql = `SELECT to_jsonb(r) AS row FROM (SELECT ${columns.join(', ')} FROM ${postgres.quote.name(table)}) AS r ORDER BY r::text`;
    all.push([table.name, (await session.query(sql)).rows]);
  }
  return all;
}

/** Extended statistics list their columns in the order of the table, which is told already. */
export const paths = (before: Catalog, after: Catalog): readonly string[] => {
  const all = differences(before, after).map(({ path }) => path);
  const moved = all.some((path) => path.endsWith('columns order differs'));
  return all.filter((path) => !moved || !/^statistics .* definition$/.test(path));
};

export const stepsOf = ({ phases }: Change): readonly string[] =>
  phases.flatMap((phase) => phase.steps.map(({ sql }) => `${phase.name}: ${sql.split('\n').at(-1)!}`));

/** Paths that may differ from the plain end; `naive` are the plain statements where they are others than the planned ones. */
export async function proof(
  current: string,
  sql: string,
  differs: readonly string[] = [],
  naive = sql,
): Promise<Change> {
  const { ownerUrl } = await testDatabase({ sql: current });
  const plain = await postgres.connect(ownerUrl);
  const { change, session, up, down } = await planned(sql, {}, current);
  const files = async (): Promise<unknown> =>
    (
      await session.query(
        `SELECT pg_relation_filenode(oid) AS node FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
      )
    ).rows;
  try {
    const start = await postgres.inspect(session);
    const [filled, stored] = [await rows(session, start), await files()];
    await plain.run(naive);
    await up();
    const [wanted, reached] = [await postgres.inspect(plain), await postgres.inspect(session)];
    expect(paths(wanted, reached)).toEqual(differs);
    expect(await rows(session, wanted)).toEqual(await rows(plain, wanted));
    expect(await files()).toEqual(expect.arrayContaining(stored as unknown[]));
    await down();
    expect(paths(start, await postgres.inspect(session))).toEqual(differs);
    expect(await rows(session, start)).toEqual(filled);
    await up();
    expect(differences(reached, await postgres.inspect(session))).toEqual([]);
    return change;
  } finally {
    await Promise.all([plain.close(), session.close()]);
  }
}
