import { mixedUp, type Order, type OrderOptions } from './order.ts';

/** Numbers that follow each other within a run of so many get places in as many even parts. */
const parts = 16;
/** Inverses of the odd numbers below it. */
const inverses = [1, 11, 13, 7, 9, 3, 5, 15];
/** Runs from which on a part has room enough for an order without pattern. */
const leastRuns = 8;

/** Numbers in an order without pattern of which every short run is spread evenly over all places: each part of the rows has what all of them have. */
export function mixedEvenly(options: OrderOptions): Order {
  const { count, seed, lets, spread } = options;
  const runs = Math.floor(count / parts);
  if (runs < leastRuns) return mixedUp(options);
  const body = runs * parts;
  const turn = seed % count;
  // Which of its places a part gives to a run is the same order for all parts, begun elsewhere.
  const mixed = mixedUp({ ...options, count: runs });
  const shift = Math.floor(runs * 0.618_034);
  const hash = (run: string): string => lets.bind(spread(run, seed + 5, 2 ** 30));
  const factor = (h: string): string => `((${h} >> 8) & ${parts / 2 - 1})`;
  const offset = (h: string): string => `((${h} >> 12) & ${parts - 1})`;
  const inBody = (x: string, moved: string): string =>
    lets.bind(body === count ? moved : `CASE WHEN ${x} < ${body} THEN ${moved} ELSE ${x} END`);
  return {
    at(number) {
      const x = lets.bind(number);
      const run = lets.bind(`least(${runs - 1}, ${x} / ${parts})`);
      const h = hash(run);
      const part = lets.bind(`((${x} % ${parts}) * (2 * ${factor(h)} + 1) + ${offset(h)}) & ${parts - 1}`);
      const moved = `${part} * ${runs} + (${mixed.at(run)} + ${part} * ${shift}) % ${runs}`;
      return lets.bind(`(${inBody(x, moved)} + ${turn}) % ${count}`);
    },
    back(place) {
      const p = lets.bind(`((${place}) + ${count - turn}) % ${count}`);
      const part = lets.bind(`least(${parts - 1}, ${p} / ${runs})`);
      const run = lets.bind(
        mixed.back(lets.bind(`(${p} % ${runs} + ${part} * ${(runs - shift) % runs}) % ${runs}`)),
      );
      const h = hash(run);
      const odd = `('{${inverses.join(',')}}'::bigint[])[1 + ${factor(h)}]`;
      return inBody(p, `${run} * ${parts} + (((${part} + ${parts} - ${offset(h)}) * ${odd}) & ${parts - 1})`);
    },
  };
}
