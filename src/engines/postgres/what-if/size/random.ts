/** Numbers that look random and are the same in each run. */

/** A source of numbers from 0 to below 1 (a multiplicative generator of 31 bits, Park and Miller). */
export function randomFrom(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}

/** A count from 1 that is Poisson's when 0 is left out; for large means the normal distribution stands in. */
export function countAbove0(mean: number, random: () => number): number {
  if (mean > 60) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(1, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const none = Math.exp(-mean);
  let left = random() * -Math.expm1(-mean);
  let chance = none;
  for (let count = 1; count < 400; count += 1) {
    chance *= mean / count;
    left -= chance;
    if (left <= 0) return count;
  }
  return 1;
}
