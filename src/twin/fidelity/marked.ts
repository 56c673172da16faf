/** The mark that a twin passes or not, and the sentences about it. */
import { blocksFactor, blocksMark, plansMark, rowsMark, spreadOf, statisticsMark } from './marks.ts';
import type { Calibration, Mark, PlansFidelity, QueryFidelity, Spread, StatisticsFidelity } from './model.ts';

interface Measured {
  readonly kind: 'hollow' | 'filled';
  readonly statistics: StatisticsFidelity;
  readonly plans: PlansFidelity | undefined;
  readonly calibration: Calibration | undefined;
}

/** Percentiles over the queries that ran, and the share of calls whose pages stay within the factor. */
export function calibrationOf(queries: readonly QueryFidelity[], scale: number): Calibration {
  const ran = queries.flatMap(({ replay, calls }) => (replay ? [{ replay, calls }] : []));
  const calls = ran.reduce((sum, one) => sum + one.calls, 0);
  const within = ran.filter(({ replay }) => replay.blocks.ratio <= blocksFactor);
  const spreads = {
    rows: spreadOf(ran.map(({ replay }) => replay.rows.ratio)),
    blocks: spreadOf(ran.map(({ replay }) => replay.blocks.ratio)),
    time: spreadOf(ran.map(({ replay }) => replay.ms.ratio)),
  };
  return {
    basis: scale === 1 ? 'measured' : 'derived',
    replayed: ran.length,
    ...(spreads.rows ? { rows: spreads.rows } : {}),
    ...(spreads.blocks ? { blocks: spreads.blocks } : {}),
    ...(spreads.time ? { time: spreads.time } : {}),
    ...(calls > 0 ? { blocksWithin: within.reduce((sum, one) => sum + one.calls, 0) / calls } : {}),
  };
}

/** The parts of the mark that could be looked at. */
export function marksOf({ kind, statistics, plans, calibration }: Measured): readonly Mark[] {
  const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`;
  const marks: Mark[] = [];
  const { columns, within } = statistics;
  if (columns > 0)
    marks.push({
      name: 'statistics',
      asks: `${percent(statisticsMark[kind])} of the columns within the tolerances`,
      found: `${within} of ${columns} columns`,
      met: within >= statisticsMark[kind] * columns,
    });
  if (plans && plans.compared > 0)
    marks.push({
      name: 'plans',
      asks: `${percent(plansMark[kind])} of the plans the same`,
      found: `${plans.identical} of ${plans.compared} plans`,
      met: plans.identical >= plansMark[kind] * plans.compared,
    });
  if (calibration?.rows)
    marks.push({
      name: 'rows',
      asks: `rows per call within ${rowsMark}x for nine of ten queries`,
      found: `p90 ${times(calibration.rows.p90)}`,
      met: calibration.rows.p90 <= rowsMark,
    });
  if (calibration?.blocksWithin !== undefined)
    marks.push({
      name: 'blocks',
      asks: `pages per call within ${blocksFactor}x for the queries of ${percent(blocksMark)} of the calls`,
      found: percent(calibration.blocksWithin),
      met: calibration.blocksWithin >= blocksMark,
    });
  return marks;
}

/** Whether a twin passes: statistics alone tell of a filled one neither how queries run nor what they read. */
export function passedBy(kind: Measured['kind'], marks: readonly Mark[]): boolean {
  return (
    marks.every(({ met }) => met) && marks.some(({ name }) => kind === 'hollow' || name !== 'statistics')
  );
}

/** One line for reports that rest on the twin. */
export function lineOf({
  kind,
  statistics,
  plans,
  calibration,
  queries,
}: Measured & { readonly queries: readonly QueryFidelity[] }): string {
  const parts: string[] = [];
  if (queries.length > 0)
    parts.push(
      `${queries.filter(({ usable }) => usable).length} of ${queries.length} queries within the mark`,
    );
  if (calibration?.rows) parts.push(`rows p90 ${times(calibration.rows.p90)}`);
  if (calibration?.blocks) parts.push(`blocks p90 ${times(calibration.blocks.p90)}`);
  if (parts.length < 3 || kind === 'hollow') {
    if (plans && plans.compared > 0) parts.push(`${plans.identical} of ${plans.compared} plans the same`);
    parts.push(`statistics of ${statistics.within} of ${statistics.columns} columns within the tolerances`);
  }
  return `fidelity: ${parts.join(', ')}`;
}

/** What the figures rest on, one sentence each. */
export function limitsOf({
  kind,
  scale,
  statistics,
  plans,
  calibration,
  queries,
}: Measured & { readonly scale: number; readonly queries: readonly QueryFidelity[] }): readonly string[] {
  const drawn = queries.filter(({ values }) => values === 'drawn').length;
  const without = queries.filter(({ values }) => values === 'generic').length;
  return [
    ...(queries.length === 0
      ? ['The snapshot has no statements that could be replayed: rows and pages per call are not known.']
      : []),
    ...(drawn > 0
      ? [
          `Values of ${drawn} of ${queries.length} queries are drawn from statistics, not those of real calls.`,
        ]
      : []),
    ...(without > 0 ? [`${without} of ${queries.length} queries have no values and were not run.`] : []),
    ...(plans?.reference === 'hollow twin' && kind === 'filled'
      ? [
          "Plans are compared with those of a hollow twin: production's plans as its statistics give them, not as they were seen there. Its estimates say nothing about the rows that production's nodes really pass on.",
        ]
      : []),
    ...(calibration && scale !== 1
      ? [
          `The twin has ${Number(scale.toPrecision(2))} of production's rows: figures per call count as right between production's own and those at this scale, and are derived.`,
        ]
      : []),
    ...(statistics.notCompared.length > 0
      ? [`${statistics.notCompared.length} columns have statistics in the snapshot and no rows on the twin.`]
      : []),
    ...(calibration ? ['Times are those of this machine with warm caches.'] : []),
  ];
}

/** `1.3×`. */
export function times(ratio: number): string {
  return ratio >= 100 ? `${Math.round(ratio)}×` : `${Math.round(ratio * 10) / 10}×`;
}

/** Percentiles in one phrase: `p50 1.1×, p90 1.7×, p99 3×`. */
export function spreadText({ p50, p90, p99 }: Spread): string {
  return `p50 ${times(p50)}, p90 ${times(p90)}, p99 ${times(p99)}`;
}
