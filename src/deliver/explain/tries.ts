/** Fixes that the rules name, tried on the hollow twin: what the planner would do with them, and what it would cost. */
import { DbdError } from '../../base/error.ts';
import { printName } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine, Plan, Quote, Snapshot, WhatIf } from '../../engine/model.ts';
import type { PlanFinding, PlanFix } from '../../rules/plan/model.ts';
import { underTrial } from './hollow.ts';
import type { TriedFix } from './model.ts';

/** A plan must get so much cheaper for a fix to count as one. */
const least = 0.9;
/** A plan that gets so much dearer is worse. */
const worse = 1.05;
/** Fixes that are tried. */
const most = 12;

export interface TryOptions {
  readonly engine: Engine;
  readonly whatIf: WhatIf;
  readonly snapshot: Snapshot;
  readonly sql: string;
  /** Undefined: only the generic plan can be told. */
  readonly values: readonly unknown[] | undefined;
  readonly before: Plan;
}

/** A fix that several findings name, once. */
export interface Wanted {
  readonly fix: PlanFix;
  readonly rules: readonly string[];
}

/** Every fix once, in the order of the findings. */
export function wantedFixes(findings: readonly PlanFinding[]): readonly Wanted[] {
  const found = new Map<string, { fix: PlanFix; rules: string[] }>();
  for (const { fix, rule } of findings) {
    const key = JSON.stringify(fix);
    const known = found.get(key);
    if (known === undefined) found.set(key, { fix, rules: [rule] });
    else if (!known.rules.includes(rule)) known.rules.push(rule);
  }
  return [...found.values()];
}

/** SQL or words of a fix. */
export function shownFix({ quote }: Engine, fix: PlanFix): string {
  switch (fix.kind) {
    case 'index':
      return `CREATE INDEX ON ${quote.name(fix.table)} ${fix.definition};`;
    case 'statistics':
      return `CREATE STATISTICS ON ${fix.columns.map((column) => plainOr(quote, column)).join(', ')} FROM ${quote.name(fix.table)}; ANALYZE ${quote.name(fix.table)};`;
    case 'setting':
      return `SET ${fix.name} = ${quote.literal(fix.value)};`;
    case 'statement':
      return fix.sql;
    case 'rewrite':
    case 'advice':
      return fix.advice;
  }
}

/** An expression stays as it is written. */
function plainOr(quote: Quote, column: string): string {
  return /[()]/.test(column) ? column : quote.identifier(column.replace(/^"(.*)"$/, '$1'));
}

/** A fix that nothing was tried of. */
export function notTried(engine: Engine, { fix, rules }: Wanted, because: string): TriedFix {
  return { fix, shown: shownFix(engine, fix), rules, verdict: 'not-tried', because, assumed: [] };
}

/** Tries the fixes one by one; nothing of one is there for the next. */
export async function tryFixes(options: TryOptions, wanted: readonly Wanted[]): Promise<readonly TriedFix[]> {
  const tried: TriedFix[] = [];
  for (const [i, one] of wanted.entries()) {
    if (i >= most) tried.push(notTried(options.engine, one, `Only the first ${most} fixes are tried.`));
    else tried.push(await tryFix(options, one));
  }
  return tried;
}

async function tryFix(options: TryOptions, wanted: Wanted): Promise<TriedFix> {
  try {
    const found = await planWith(options, wanted.fix);
    if (typeof found === 'string') return notTried(options.engine, wanted, found);
    return judged(options, wanted, found.plan, found.assumed);
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    return notTried(options.engine, wanted, `The twin refuses it: ${error.message}`);
  }
}

interface Found {
  readonly plan: Plan;
  readonly assumed: readonly string[];
}

/** The plan with a fix, or why it cannot be told. */
async function planWith(options: TryOptions, fix: PlanFix): Promise<Found | string> {
  const { engine, whatIf, sql, values, snapshot } = options;
  const again = (text = sql, hidden?: string): Promise<Plan> =>
    underTrial(engine, whatIf, text, values, undefined, hidden);
  switch (fix.kind) {
    case 'index': {
      const [guess] = await whatIf.create([{ table: fix.table, definition: fix.definition, unique: false }]);
      try {
        return { plan: await again(sql, guess!.name.name), assumed: guess!.assumed };
      } finally {
        await whatIf.drop([guess!.name]);
      }
    }
    case 'statistics': {
      const distinct = dependent(snapshot, fix.table, fix.columns);
      if (distinct === undefined) return 'The distinct values of its columns are not known.';
      const { name, assumed } = await whatIf.statistics(fix.table, fix.columns, distinct);
      try {
        return {
          plan: await again(),
          assumed: [
            ...assumed,
            'the columns depend on each other wholly: only rows can tell how much they do',
          ],
        };
      } finally {
        await whatIf.dropStatistics(name);
      }
    }
    case 'setting':
      return {
        plan: await underTrial(engine, whatIf, sql, values, { settings: { [fix.name]: fix.value } }),
        assumed: [],
      };
    case 'rewrite': {
      const rewritten = rewrittenBy(engine, sql, snapshot.catalog, fix.rule);
      if (rewritten === undefined) return 'No rewrite is known that does it; it has to be done by hand.';
      return { plan: await again(rewritten), assumed: [] };
    }
    case 'statement':
      return 'A twin without rows cannot show it; `--analyze` runs it on one with rows.';
    case 'advice':
      return 'It is advice and no change that a twin could be given.';
  }
}

/** Distinct values of columns together when one tells the others: those of the column with the most. */
function dependent(
  { columns, relations }: Snapshot,
  table: { readonly schema: string; readonly name: string },
  names: readonly string[],
): number | undefined {
  const rows =
    relations.find(({ schema, name }) => schema === table.schema && name === table.name)?.rows ?? 0;
  const each = names.map((name) => {
    const found = columns.find(
      (one) => one.schema === table.schema && one.relation === table.name && one.column === name,
    );
    if (found === undefined) return undefined;
    return found.distinct >= 0 ? found.distinct : -found.distinct * rows;
  });
  return each.some((one) => one === undefined) ? undefined : Math.max(1, ...each.map((one) => one!));
}

/** Text of a rewrite that keeps the parameters, by its rule. */
export function rewrittenBy(
  { rewrites }: Engine,
  sql: string,
  catalog: Catalog,
  rule: string,
): string | undefined {
  return rewrites
    .of(sql, catalog)
    .find((one) => one.rule === rule && one.takes === undefined && one.contract === undefined)?.sql;
}

function judged(
  { engine, before }: TryOptions,
  { fix, rules }: Wanted,
  plan: Plan,
  assumed: readonly string[],
): TriedFix {
  const cost = { before: before.root.totalCost, after: plan.root.totalCost };
  const ratio = cost.after / Math.max(cost.before, 1e-9);
  const aligned = engine.plans.align(before, plan);
  const changed = aligned.some(({ kind }) => kind !== 'same');
  const verdict = ratio <= least ? 'helps' : ratio > worse ? 'slower' : 'no-gain';
  return {
    fix,
    shown: shownFix(engine, fix),
    rules,
    cost,
    basis: 'derived',
    verdict,
    because:
      verdict === 'helps'
        ? `The planner's cost falls to ${percent(ratio)}${changed ? ' with another plan' : ''}.`
        : verdict === 'slower'
          ? `The planner's cost grows to ${percent(ratio)}: wrong estimates may have hidden it so far.`
          : changed
            ? `The plan changes and costs as much: ${percent(ratio)}.`
            : 'The plan stays as it is.',
    ...(changed ? { aligned } : {}),
    assumed,
  };
}

/** A ratio as a share of what was. */
export function percent(ratio: number): string {
  const share = ratio * 100;
  return `${share >= 10 ? Math.round(share) : Number(share.toPrecision(2))} %`;
}

/** Table of a fix for people. */
export function tableOf(fix: PlanFix): string | undefined {
  return fix.kind === 'index' || fix.kind === 'statistics' ? printName(fix.table) : undefined;
}
