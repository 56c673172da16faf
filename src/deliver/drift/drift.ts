/** How a structure differs from what it should be, and the change that mends either side. */
import type { Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import type { Engine, WitnessDifference } from '../../engine/model.ts';
import { column, fact, report } from '../../report/build.ts';
import type { Block, Finding, Report } from '../../report/model.ts';
import type { PlanOutcome, Sides } from '../plan/model.ts';
import { isReal, planWay } from '../plan/plan.ts';
import { planSql } from '../plan/report.ts';
import { withSides, type Named } from '../plan/sides.ts';

export interface DriftCommand {
  readonly engine: Engine;
  /** The structure that is there. */
  readonly is: Named;
  /** The structure that should be there. */
  readonly should: Named;
  readonly named?: string;
  readonly roles: boolean;
  readonly lockTimeoutMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Differences that are named one by one. */
const told = 200;

/** Compares, and plans both ways; throws `file.*`, `sql.*`, `connect.*`, `sandbox.*`. */
export async function driftCommand(options: DriftCommand): Promise<Report> {
  const started = performance.now();
  const { engine, is, should } = options;
  return withSides({ ...options, from: is, to: should }, async (sides) => {
    const mend = await way(options, sides);
    const apart = mend.apart.filter(isReal);
    const lost = mend.refused.filter(({ path }) => sides.from.lacks.has(path) || sides.to.lacks.has(path));
    const follow = apart.length === 0 ? undefined : await way(options, { from: sides.to, to: sides.from });
    const { sandbox } = sides.from;
    return report({
      command: 'drift',
      title: `${sides.from.source} against ${sides.to.source}`,
      started,
      verdict: apart.length > 0 || lost.length > 0 ? 'failed' : 'proven',
      headline:
        apart.length > 0
          ? `${plural(new Set(apart.map(({ path }) => path)).size, 'object')} ${apart.length === 1 ? 'has' : 'have'} drifted.`
          : lost.length > 0
            ? `${plural(lost.length, 'object')} could not be compared; everything else is alike.`
            : 'No drift: both are alike.',
      findings: [...apart.slice(0, told).map(drifted), ...lost.map(uncompared)],
      blocks: [
        {
          id: 'sides',
          title: 'Is and should',
          kind: 'facts',
          facts: [
            fact('is', sides.from.source, 'measured'),
            fact('should', sides.to.source, 'measured'),
            fact('facts that differ', String(apart.length), 'measured'),
          ],
        },
        ...differencesBlock(mend.apart),
        ...mendBlock(engine, 'mend', 'SQL that makes it what it should be', mend),
        ...(follow
          ? mendBlock(engine, 'follow', 'SQL that makes the other side what this one is', follow)
          : []),
      ],
      server: `${sandbox.server}, ${sandbox.provider}`,
      limits: [...new Set([...sides.from.limits, ...sides.to.limits])],
      output: {
        drifted: apart,
        order: mend.apart.filter((one) => !isReal(one)),
        mend: mend.way ? planSql(mend.way.change, engine.grammar) : undefined,
        follow: follow?.way ? planSql(follow.way.change, engine.grammar) : undefined,
        refused: [...mend.refused, ...(follow?.refused ?? [])],
      },
    });
  });
}

function way(options: DriftCommand, sides: Sides): Promise<PlanOutcome> {
  const { engine, roles, lockTimeoutMs, emit, signal } = options;
  return planWay(
    {
      engine,
      renames: [],
      roles: roles ? 'plan' : 'assume',
      offline: false,
      id: 'drift',
      title: 'Drift mended',
      lockTimeoutMs,
      emit,
      signal,
    },
    sides,
  );
}

function drifted({ path, fact: what, before, after }: WitnessDifference): Finding {
  return {
    rule: 'drift',
    severity: 'error',
    place: path,
    message:
      before === undefined
        ? 'It is missing.'
        : after === undefined
          ? 'It should not be there.'
          : `${what} is ${brief(before)} and should be ${brief(after)}.`,
  };
}

function uncompared({ path, why }: { readonly path: string; readonly why: string }): Finding {
  return { rule: 'not-compared', severity: 'error', place: path, message: `${why}.` };
}

function differencesBlock(apart: readonly WitnessDifference[]): readonly Block[] {
  if (apart.length === 0) return [];
  return [
    {
      id: 'drift',
      title: 'Differences',
      kind: 'table',
      columns: ['object', 'fact', 'is', 'should be'].map((title) => column(title)),
      rows: apart
        .slice(0, told)
        .map(({ path, fact: what, before, after }) => [path, what, brief(before ?? ''), brief(after ?? '')]),
      ...(apart.length > told ? { note: `${apart.length - told} more are in the JSON.` } : {}),
    },
  ];
}

function mendBlock(
  { grammar }: Engine,
  id: string,
  title: string,
  { way: found, refused }: PlanOutcome,
): readonly Block[] {
  if (found)
    return [{ id, title, kind: 'sql', files: [{ path: `${id}.sql`, sql: planSql(found.change, grammar) }] }];
  return refused.length === 0
    ? []
    : [
        {
          id,
          title,
          kind: 'text',
          text: `Cannot be planned: ${refused.map(({ path, why }) => `${path}: ${why}`).join('; ')}.`,
        },
      ];
}

function brief(value: string): string {
  const text = value.replaceAll(/\s+/g, ' ').trim();
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
