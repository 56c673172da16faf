/** The verdict in one sentence. */
import { plural } from '../../base/text.ts';
import { formatCount, formatMs } from '../../base/units.ts';
import type { Explained, TriedFix } from './model.ts';
import { shownOrder } from './orders.ts';
import { percent } from './tries.ts';

/** The statement, or whose plan it is. */
export function titleFor({ sql, shown }: Explained): string {
  const line = sql?.replace(/\s+/g, ' ').trim();
  return line === undefined
    ? /^(The text|Standard input)$/.test(shown)
      ? 'Plan'
      : `Plan of ${shown}`
    : line.length > 80
      ? `${line.slice(0, 79)}…`
      : line;
}

/** What is wrong most and what helps, in one sentence. */
export function headlineOf(explained: Explained): string {
  const { findings, fixes, plans, ran, compared } = explained;
  const main = (ran ?? plans[0])!.plan;
  const total = main.executionMs ?? main.root.actual?.totalMs;
  const took =
    total === undefined
      ? `Costs ${formatCount(Math.round(main.root.totalCost))}`
      : `Takes ${formatMs(total)}`;
  const best = fixes.find(({ verdict }) => verdict === 'helps');
  const cut = main.cut ? 'The plan is cut off. ' : '';
  if (compared !== undefined && findings.length === 0) return `${cut}${comparedLine(compared)}`;
  const [worst] = findings;
  if (worst === undefined) return `${cut}${took}; the rules find nothing that matters in this plan.`;
  const share =
    worst.share >= 0.01
      ? ` (${percent(worst.share)} of the ${worst.basis === 'measured' ? 'time' : 'cost'})`
      : '';
  const helps = best === undefined ? orderLine(explained) : ` ${helpLine(best)}`;
  return `${cut}${took}: ${worst.message.replace(/[.\s]+$/, '')}${share}.${helps}`;
}

function comparedLine({ before, after, aligned }: NonNullable<Explained['compared']>): string {
  const changed = aligned.filter(({ kind }) => kind !== 'same').length;
  const [one, other] = [before.executionMs, after.executionMs];
  const figures =
    one === undefined || other === undefined
      ? `cost ${formatCount(Math.round(before.root.totalCost))} → ${formatCount(Math.round(after.root.totalCost))}`
      : `${formatMs(one)} → ${formatMs(other)}`;
  return changed === 0
    ? `The same steps, ${figures}.`
    : `${plural(changed, 'step')} of the plan changed, ${figures}.`;
}

/** Where no fix helps: the order of joins that was measured to be faster. */
function orderLine({ orders }: Explained): string {
  const best = orders?.orders
    .filter(({ verdict }) => verdict === 'faster')
    .toSorted((a, b) => a.ratio!.value - b.ratio!.value)[0];
  return best === undefined
    ? ''
    : ` Joined in the order ${shownOrder(best)} it was measured: ${best.because}`;
}

function helpLine({ shown, time, cost }: TriedFix): string {
  const name = shown.split(';')[0]!;
  if (time !== undefined)
    return `\`${name}\` was measured: ${formatMs(time.before.ms)} → ${formatMs(time.after.ms)}.`;
  return `\`${name}\` would bring the cost to ${percent(cost!.after / Math.max(cost!.before, 1e-9))}, as the planner estimates.`;
}
