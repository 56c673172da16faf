/** What happens when two sessions do the same work at once, and what to do about it. */
import { makeInserts } from '../../twin/fill/insert.ts';
import { DbdError } from '../../base/error.ts';
import { findTable } from '../../catalog/find.ts';
import { rehearseContention } from '../../rehearse/contention/contention.ts';
import type { Bound, Unit } from '../../rehearse/contention/model.ts';
import { unitOf, unitsOf } from '../../rehearse/contention/units.ts';
import { contentionBlocks, contentionFindings } from '../report/contention-blocks.ts';
import type { Contribution, Deliverable, Stage } from './model.ts';

/** Time after which no new meeting begins, and the length of one storm, milliseconds. */
const budget = { quick: { budgetMs: 5_000, stormMs: 150 }, whole: { budgetMs: 10_000, stormMs: 400 } };
/** Rows of an insert that two sessions make. */
const insertedRows = 4;

/** Access patterns that write, and rules that two sessions were let loose on. */
export const contention: Deliverable = {
  name: 'contention',
  doing: 'let two sessions work on the same rows',
  wanted: ({ task, engine, planned, observed }) =>
    unitsOf(engine, planned.after, task.requirements.access).length > 0 ||
    task.requirements.access.some(({ insert }) => insert !== undefined) ||
    observed.races.size > 0,
  async make(stage): Promise<Contribution> {
    const { engine, sandbox, twin, planned, task, seed, signal, quick } = stage;
    const base = twin.sizes[0]!.database;
    const { more, limits } = await inserts(stage);
    const result = await rehearseContention({
      engine,
      sandbox,
      base,
      catalog: planned.after,
      access: task.requirements.access,
      more,
      nevers: planned.design.nevers,
      seed,
      signal,
      ...(quick ? budget.quick : budget.whole),
    });
    const assumed = result.tried.some(({ scenario }) =>
      scenario.units.some(({ steps }) =>
        steps.some(({ derives, carries, guard }) => guard || derives.length + carries.length > 0),
      ),
    )
      ? [
          'Contention assumes of the application: a value that was read and is written again was calculated from what was read; a check lets it go on only when it shows what it shows in an idle database.',
        ]
      : [];
    return {
      blocks: contentionBlocks(result, stage.observed.races),
      findings: contentionFindings(result),
      limits: [...result.limits, ...limits, ...assumed],
    };
  },
};

/** Inserts of made rows: both sessions insert the same one. */
async function inserts(stage: Stage): Promise<{
  readonly more: readonly { readonly unit: Unit; readonly sets: readonly Bound[] }[];
  readonly limits: readonly string[];
}> {
  const { engine, sandbox, twin, planned, task, seed, volumes } = stage;
  const wanted = task.requirements.access.filter(({ insert }) => insert !== undefined);
  if (wanted.length === 0) return { more: [], limits: [] };
  const limits: string[] = [];
  const more: { unit: Unit; sets: readonly Bound[] }[] = [];
  const copy = await sandbox.createDatabase({ from: twin.sizes[0]!.database });
  const session = await engine.connect(copy.ownerUrl, {
    application: 'dbd contention',
    statementTimeoutMs: 15_000,
  });
  try {
    for (const access of wanted) {
      const name = planned.design.tables.get(access.insert!);
      const table = name && findTable(planned.after, name);
      if (!table) continue;
      try {
        const made = await makeInserts({
          engine,
          session,
          catalog: planned.after,
          volumes,
          hints: twin.hints,
          seed,
          table,
          rows: insertedRows,
        });
        more.push({
          unit: unitOf(engine, planned.after, access, [made.sql]),
          sets: made.values.map((row) => Object.fromEntries(row.map((value, i) => [String(i + 1), value]))),
        });
      } catch (error) {
        if (!(error instanceof DbdError)) throw error;
        limits.push(`${access.id} was not tried under contention: ${error.message}`);
      }
    }
  } finally {
    await session.close();
    await sandbox.dropDatabase(copy);
  }
  return { more, limits };
}
