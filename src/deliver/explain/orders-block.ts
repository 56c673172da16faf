/** Orders of the joins as a table. */
import { formatCount, formatMs } from '../../base/units.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import type { Explained, TriedOrder } from './model.ts';
import { shownOrder } from './orders.ts';
import { percent } from './tries.ts';

/** Orders that are shown; all of them are data. */
const shown = 6;

/** The cheapest orders and those that were timed, with the verdict below; where there are none the reason is a limit of the report. */
export function ordersBlock({ orders: look, plans, ran }: Explained): readonly Block[] {
  if (look === undefined || look.orders.length === 0) return [];
  const main = (ran === undefined ? plans[0] : plans.find(({ kind }) => kind !== 'generic'))!.plan;
  const rows = look.orders.filter((one, at) => at < shown || one.own || one.verdict !== undefined);
  const hint = look.orders.find((one) => one.hint !== undefined)?.hint;
  return [
    {
      id: 'orders',
      title: 'Other join orders',
      kind: 'table',
      columns: [column('order', 'code'), column('cost', 'right'), column('time', 'right'), column('verdict')],
      rows: rows.map((one): readonly Cell[] => [
        shownOrder(one),
        `${formatCount(Math.round(one.cost))} (${percent(one.cost / Math.max(main.root.totalCost, 1e-9))})`,
        one.time === undefined || one.ratio === undefined
          ? ''
          : {
              text: `${formatMs(one.time.ms)}, ${one.ratio.value.toFixed(2)}x`,
              tone: one.verdict === 'faster' ? 'good' : one.verdict === 'slower' ? 'bad' : 'plain',
            },
        wordOf(one),
      ]),
      note: `${look.says}${look.complete ? '' : ' Only so many orders were planned, those that begin with few rows first.'}${hint === undefined ? '' : ` As a last word: ${hint}`}`,
    },
  ];
}

function wordOf({ own, verdict, because, ratio }: TriedOrder): string {
  if (verdict === undefined) return own ? "the planner's own" : 'estimated';
  return `${verdict.replace('-', ' ')}, measured${ratio === undefined ? `: ${because ?? ''}` : ''}`;
}
