/** Fixes, strategies and join orders timed in turns with the statement as it is. */
import { step } from '../../base/event.ts';
import type { Plan } from '../../engine/model.ts';
import { timedStrategy, tooLong, withTimes, Workbench, type FilledOptions } from './filled.ts';
import type { Explained, OrdersLook, Strategy, TriedFix } from './model.ts';
import type { ExplainOptions } from './options.ts';
import { asWritten, timeOrders } from './orders.ts';

/** Other strategies that are timed. */
const timedStrategies = 4;

type Tried = Pick<Explained, 'fixes' | 'strategies' | 'orders'>;

/** Times everything that was planned; `once` is the plan of a single run. Throws `sandbox.*`. */
export async function inTurns(
  options: ExplainOptions,
  place: FilledOptions,
  once: Plan | undefined,
  {
    fixes,
    strategies,
    orders,
    hints,
  }: Omit<Tried, 'orders'> & {
    readonly orders: OrdersLook | undefined;
    readonly hints: boolean;
  },
): Promise<Tried> {
  const long = tooLong(once, options.limitMs);
  if (long !== undefined)
    return {
      fixes: fixes.map((fix) => withTimes(fix, long)),
      strategies,
      ...(orders === undefined ? {} : { orders }),
    };
  const bench = await Workbench.open(place);
  try {
    return await step(options.emit, 'time fixes and strategies in turns', async () => {
      const timed: TriedFix[] = [];
      for (const fix of fixes) timed.push(withTimes(fix, await bench.measure(fix.fix)));
      const ways: Strategy[] = [];
      for (const [i, way] of strategies.entries())
        ways.push(i < timedStrategies ? timedStrategy(way, await bench.setting(way.settings)) : way);
      const time = ({ sql }: { readonly sql: string }) => bench.setting(asWritten, sql);
      return {
        fixes: timed,
        strategies: ways,
        ...(orders === undefined ? {} : { orders: await timeOrders(orders, once, time, timed, hints) }),
      };
    });
  } finally {
    await bench.close();
  }
}
