import type { Engine } from '../../engine/model.ts';
import type { Lets } from './lets.ts';
import { mixedEvenly } from './evenly.ts';
import { partlyInOrder } from './order.ts';

/** Where the rows of a table stand among those that have a value in a column. */
export interface Places {
  /** Rows with a value. */
  readonly count: number;
  /** Share of the rows that lie in the order of their values. */
  readonly inOrder: number;
  /** SQL that is true for rows without a value; undefined when all have one. */
  readonly empty: (n: string) => string | undefined;
  /** SQL of the place in [0, count) of a row with a value. */
  readonly at: (n: string) => string;
}

export interface PlacesOptions {
  readonly engine: Engine;
  readonly lets: Lets;
  readonly rows: number;
  readonly nulls: number;
  /** Share of the rows that lie in the order of their values; negative for backwards. */
  readonly inOrder: number;
  readonly seed: number;
}

/** Gives each row number from 1 one place, so that counts are exact; rows without a value are mixed in among the others. */
export function placesOf({ engine, lets, rows, nulls, inOrder, seed }: PlacesOptions): Places {
  const spread = (n: string, own: number, below: number): string => engine.fill.spread(n, own, below);
  const filled = rows - nulls;
  const loose = Math.abs(inOrder) < 0.03;
  if (loose || nulls === 0) {
    const order = loose
      ? mixedEvenly({ count: rows, seed, lets, spread })
      : partlyInOrder({ count: rows, seed, lets, spread }, inOrder);
    const at = (n: string): string => lets.bind(order.at(`(${n} - 1)`));
    return {
      count: filled,
      inOrder,
      empty: (n) => (nulls > 0 ? `${at(n)} < ${nulls}` : undefined),
      at: (n) => (nulls > 0 ? lets.bind(`${at(n)} - ${nulls}`) : at(n)),
    };
  }
  // Spaced evenly, so that a row knows how many with a value lie before it.
  const phase = seed % rows;
  const before = (n: string): string => `(((${n}) * ${nulls}::bigint + ${phase}) / ${rows})`;
  const order = partlyInOrder({ count: filled, seed, lets, spread }, inOrder);
  return {
    count: filled,
    inOrder,
    empty: (n) => `${before(n)} > ${before(`(${n} - 1)`)}`,
    at: (n) => lets.bind(order.at(`least(${filled - 1}, greatest(0, (${n} - 1) - ${before(`(${n} - 1)`)}))`)),
  };
}
