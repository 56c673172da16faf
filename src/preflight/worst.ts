import type { Go } from './model.ts';

/** The worst of some verdicts. */
export function worst(verdicts: readonly Go[]): Go {
  const order: readonly Go[] = ['go', 'open', 'wait', 'stop'];
  return order[Math.max(0, ...verdicts.map((one) => order.indexOf(one)))]!;
}
