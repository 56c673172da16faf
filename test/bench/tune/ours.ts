/** Our own advice as a contestant: candidates of the parsed queries, chosen under the budget. */
import type { Table } from '../../../src/catalog/model.ts';
import { postgres } from '../../../src/engines/postgres/index.ts';
import type { TableWrites, Work, WorkQuery } from '../../../src/tune/advice/model.ts';
import { indexCandidates } from '../../../src/tune/candidates/index-candidates.ts';
import { chooseIndexes } from '../../../src/tune/choice/choice.ts';
import { countingWhatIf } from '../../../src/tune/choice/calls.ts';
import type { ChoiceLimits } from '../../../src/tune/choice/model.ts';
import { casesOf } from './cases.ts';
import type { Contestant } from './contest.ts';
import type { Wished } from './prices.ts';
import type { Filled } from './shapes.ts';

/** Candidates and choice of `dbd tune`; no index is dropped, since nobody has counted what is used. */
export const ours: Contestant = {
  name: 'dbd',
  choose: (input) => advised(input),
};

/** The same with other limits of looking. */
export async function advised(
  { filled, whatIf, budget }: Parameters<Contestant['choose']>[0],
  limits: ChoiceLimits = {},
): ReturnType<Contestant['choose']> {
  const work = workOf(filled);
  const counting = countingWhatIf(whatIf);
  const { candidates } = indexCandidates({
    engine: postgres,
    snapshot: filled.snapshot,
    work: work.queries,
  });
  const choice = await chooseIndexes({
    work,
    candidates,
    drops: [],
    statistics: [],
    budgets: { bytes: budget },
    whatIf: counting,
    snapshot: filled.snapshot,
    limits,
    signal: new AbortController().signal,
  });
  return {
    set: choice.create.map(({ candidate: { wish, keys } }): Wished => {
      const { name } = wish.table;
      return { key: `${name} ${wish.definition}`, wish, columns: keys.map((key) => `${name}.${key}`) };
    }),
    calls: counting.calls().priced,
    claim: {
      says: choice.bound.says,
      gap: choice.bound.gap,
      after: new Map(choice.queries.map(({ name, after }) => [name, after])),
    },
  };
}

/** A shape's queries as the work of a day. */
export function workOf({ queries, snapshot }: Filled): Work {
  const cases = casesOf(queries, snapshot.catalog);
  const work = queries.map(({ name, sql, kind, sets, callsPerDay }): WorkQuery => ({
    name,
    sql,
    kind,
    callsPerDay,
    tables: cases.find(({ query }) => query === name)!.tables,
    sets: sets.map(({ values, share, kind: how }) => ({ values, share, kind: how })),
    basis: 'declared',
    callsBasis: 'assumed',
    told: [],
  }));
  return {
    source: 'bench',
    queries: work,
    unsupported: [],
    writes: snapshot.catalog.tables.flatMap((table) => writesOf(table, work)),
    limits: [],
  };
}

/** Rows that the writing statements change, one for each call but for lists of rows. */
function writesOf(table: Table, work: readonly WorkQuery[]): readonly TableWrites[] {
  const own = work.filter(
    ({ kind, sql }) =>
      kind === 'write' && new RegExp(`^(INSERT INTO|UPDATE|DELETE FROM) ${table.name}\\b`).test(sql),
  );
  if (own.length === 0) return [];
  const rows = (verb: string): number =>
    own
      .filter(({ sql }) => sql.startsWith(verb))
      .reduce(
        (sum, { sql, callsPerDay }) => sum + callsPerDay * (sql.includes('generate_series(1, 4)') ? 4 : 1),
        0,
      );
  const updated = rows('UPDATE');
  const sets = new Map<string, number>();
  for (const { sql, callsPerDay } of own)
    for (const [, column] of /\bSET (.*?) WHERE/s.exec(sql)?.[1]!.matchAll(/(\w+) = /g) ?? [])
      sets.set(column!, (sets.get(column!) ?? 0) + callsPerDay / updated);
  return [
    {
      table,
      updated,
      inserted: rows('INSERT'),
      deleted: rows('DELETE'),
      hotUpdated: updated,
      sets: [...sets].map(([column, share]) => ({ column, share })),
      basis: 'assumed',
    },
  ];
}
