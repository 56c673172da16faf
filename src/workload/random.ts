/** Random numbers that are the same for the same seed. */

/** Uniform numbers in [0, 1): the mulberry32 generator, 32 bits of state. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Time until the next call of a Poisson process, in milliseconds. */
export function gap(next: () => number, perSecond: number): number {
  return (-Math.log(1 - next()) / perSecond) * 1000;
}
