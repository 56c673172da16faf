/** What a query of a twin may be used for. */
import { blocksFactor, hollowCost, leastCost, ratioOf as ratio, rowsMark } from './marks.ts';
import type { QueryFidelity, QueryPlan, QueryReplay } from './model.ts';

/** Whether a latency that was measured on the twin may be held against a target: only where pages and time per call stay within 2x of production's own. */
export function latencyVerdictAllowed(query: QueryFidelity | undefined): boolean {
  return whyNoLatencyVerdict(query) === undefined;
}

/** Why latencies of a query on the twin prove nothing about production, in one sentence; undefined where they may. */
export function whyNoLatencyVerdict(query: QueryFidelity | undefined): string | undefined {
  const replay = query?.replay;
  if (!replay) return `It was not compared with production${query ? `: ${query.because}` : ''}.`;
  const { blocks, ms } = replay;
  if (blocks.direct > blocksFactor)
    return `It reads ${told(blocks.here)} pages per call here and ${told(blocks.there)} in production.`;
  if (ms.direct > blocksFactor)
    return `A call takes ${told(ms.here)} ms here and ${told(ms.there)} ms in production.`;
  return undefined;
}

/** Whether conclusions about plans and rows may rest on a query of a filled twin. */
export function usableFilled(
  plan: QueryPlan | undefined,
  replay: QueryReplay,
): { readonly usable: boolean; readonly because: string } {
  const faults = [
    ...(replay.rows.ratio > rowsMark
      ? [`${told(replay.rows.here)} rows per call instead of ${told(replay.rows.there)}`]
      : []),
    ...(replay.blocks.ratio > blocksFactor
      ? [`${told(replay.blocks.here)} pages per call instead of ${told(replay.blocks.there)}`]
      : []),
    ...(plan && !plan.identical ? [`another plan (${plan.differences[0]!})`] : []),
  ];
  return faults.length === 0
    ? { usable: true, because: "rows and pages per call are production's within 2x" }
    : { usable: false, because: faults.join('; ') };
}

/** Whether conclusions about plans may rest on a query of a hollow twin. */
export function usableHollow(plan: QueryPlan): { readonly usable: boolean; readonly because: string } {
  if (!plan.identical) return { usable: false, because: `another plan (${plan.differences[0]!})` };
  return ratio(plan.costRatio, 1, leastCost) > hollowCost
    ? { usable: false, because: `the same plan at ${plan.costRatio.toFixed(3)} of its cost` }
    : { usable: true, because: 'the same plan at the same cost' };
}

function told(figure: number): string {
  return figure >= 100 ? String(Math.round(figure)) : String(Math.round(figure * 100) / 100);
}
