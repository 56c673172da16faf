/** The story of `dbd explain`: a statement or a plan, read as an expert would, and every fix tried where there is a twin. */
import { DbdError, fail } from '../../base/error.ts';
import type { Engine, Plan } from '../../engine/model.ts';
import type { Report } from '../../report/model.ts';
import { withSource, type TuneSource } from '../tune/source.ts';
import { reportOf } from './blocks.ts';
import { explainedOf } from './findings.ts';
import { givenSet } from './given.ts';
import type { Explained, SeenPlan, Subject } from './model.ts';
import type { ExplainOptions } from './options.ts';
import { serverPlans } from './server.ts';
import { askedIn, plansFrom, subjectOf } from './subject.ts';
import { onTwin } from './twin.ts';

/** Explains; throws `plan.unreadable`, `sql.*`, `file.*`, and what reading a source or making a twin throws. */
export async function explain(options: ExplainOptions): Promise<Report> {
  const started = performance.now();
  await options.engine.grammar.ready();
  const subject = await subjectOf(options.given, options);
  const before = options.before === undefined ? undefined : await plansFrom(options.before, options);
  const found = subject.kind === 'sql' ? await ofSql(options, subject) : await ofPlans(options, subject);
  const explained = before === undefined ? found : compared(options.engine, found, before[0]!);
  return reportOf(options, explained, started);
}

/** SQL needs somebody who plans it. */
async function ofSql(
  options: ExplainOptions,
  { sql, names, shown }: Extract<Subject, { readonly kind: 'sql' }>,
): Promise<Explained> {
  const { engine, source } = options;
  if (source === undefined)
    fail('usage.missing-input', `${shown} is SQL: whose planner shall be asked?`, {
      hint: 'Add --snapshot FILE (a twin is made of it), --database URL, or --task FILE; or give a plan.',
    });
  givenSet(names, options.values);
  if (source.kind !== 'database')
    return withSource(sourceOptions(options, source), (known) =>
      onTwin(options, { sql, names, shown }, known),
    );
  const seen = await serverPlans(options, source.url, { sql, names });
  if (!options.tries && !options.analyze)
    return explainedOf(engine, { sql, shown, from: seen.from, plans: seen.plans, limits: seen.limits });
  try {
    return await withSource(sourceOptions(options, source), async (known) =>
      onTwin(options, { sql, names, shown }, known, seen),
    );
  } catch (error) {
    if (!(error instanceof DbdError) || error.code === 'interrupted') throw error;
    const why = `No twin could be made of ${seen.from}, so nothing was tried: ${error.message}`;
    return explainedOf(engine, {
      sql,
      shown,
      from: seen.from,
      plans: seen.plans,
      limits: [...seen.limits, why],
    });
  }
}

/** Plans that were handed in; with a source their statement is planned there too. */
async function ofPlans(
  options: ExplainOptions,
  { plans, shown }: Extract<Subject, { readonly kind: 'plans' }>,
): Promise<Explained> {
  const heaviest = plans.toSorted((a, b) => weightOf(b) - weightOf(a))[0]!;
  const given: readonly SeenPlan[] = [heaviest, ...plans.filter((plan) => plan !== heaviest)].map((plan) => ({
    kind: 'given' as const,
    values: [],
    plan,
  }));
  const text = options.statement ?? heaviest.queryText;
  const base = { shown, from: shown, plans: given, ...(text === undefined ? {} : { sql: text }) };
  const { source } = options;
  if (source === undefined)
    return explainedOf(options.engine, { ...base, limits: ['No twin was there to try a fix on.'] });
  if (text === undefined)
    return withSource(sourceOptions(options, source), async ({ snapshot, limits }) =>
      explainedOf(
        options.engine,
        {
          ...base,
          limits: [...limits, 'The plan does not tell its statement (--statement), so nothing was tried.'],
        },
        snapshot,
      ),
    );
  const { sql, names } = askedIn(options.engine, text, shown);
  return withSource(sourceOptions(options, source), (known) =>
    onTwin(options, { sql, names, shown }, known, { from: shown, plans: given, limits: [] }),
  );
}

function weightOf(plan: Plan): number {
  return plan.executionMs ?? plan.root.actual?.totalMs ?? plan.root.totalCost;
}

function sourceOptions(options: ExplainOptions, source: TuneSource): Parameters<typeof withSource>[0] {
  const { engine, config, rows = 200_000, seed, limitMs, emit, signal } = options;
  return { engine, config, source, rows, quick: true, seed, limitMs, emit, signal };
}

function compared(engine: Engine, found: Explained, before: Plan): Explained {
  const after = (found.ran ?? found.plans[0])!.plan;
  return { ...found, compared: { before, after, aligned: engine.plans.align(before, after) } };
}
