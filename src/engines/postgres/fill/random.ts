/** Uniform number in [0, 1) from the row's number; 53 bits of the server's own 64-bit hash. */
export function uniform(n: string, seed: number): string {
  return `((hashint8extended(${n}, ${seed}) & 9007199254740991)::float8 / 9007199254740992)`;
}

/** Integer in [0, below), as bigint. */
export function spread(n: string, seed: number, below: number): string {
  return below <= 1 ? '0::bigint' : `((hashint8extended(${n}, ${seed}) & 4611686018427387903) % ${below})`;
}

/** Rank in [0, below) by the inverse of the continuous power law with density x^-exponent on [1, below + 1). */
export function zipf(n: string, seed: number, below: number, exponent: number): string {
  if (below <= 1) return '0::bigint';
  const u = uniform(n, seed);
  const rank =
    Math.abs(exponent - 1) < 1e-9
      ? `exp(${u} * ${Math.log(below + 1)})`
      : `power(1 + ${u} * ${(below + 1) ** (1 - exponent) - 1}::float8, ${1 / (1 - exponent)})`;
  return `least(${below - 1}, floor(${rank})::bigint - 1)`;
}
