/** Whether a query returns the same rows with and without a change. */
import { createHash } from 'node:crypto';
import type { Promised, Rows } from '../../engine/model.ts';
import type { ResultsSame } from './model.ts';

/** Significant digits of fractions that must agree: sums of floating point numbers depend on the order of their terms. */
const digits = 12;

/** What is kept of a result. */
export interface Fingerprint {
  readonly count: number;
  /** One hash per row, in the order they came. */
  readonly rows: readonly string[];
}

export interface Comparison {
  readonly results: ResultsSame;
  readonly because?: string;
}

/** Hashes a result row by row, so that large ones are not held. */
export function fingerprint({ rows, count }: Rows<Record<string, unknown>>): Fingerprint {
  return {
    count,
    rows: rows.map((row) =>
      createHash('sha1')
        .update(JSON.stringify(Object.values(row), rounded))
        .digest('base64'),
    ),
  };
}

function rounded(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return Number(value.toPrecision(digits));
  return Buffer.isBuffer(value) ? value.toString('base64') : value;
}

/** Compares as multisets, and as sequences where the text asks for a total order; `again` is a second call without the change. */
export function compareResults(
  before: Fingerprint,
  after: Fingerprint,
  promised: Promised,
  again: Fingerprint,
): Comparison {
  const total = promised.order === 'total';
  const difference = differenceOf(before, after, total);
  if (difference === undefined) return { results: 'same' };
  if (promised.volatile.length > 0)
    return {
      results: 'volatile',
      because: `It calls ${promised.volatile.join(', ')}: its rows change from call to call.`,
    };
  if (differenceOf(before, again, total) !== undefined)
    return { results: 'volatile', because: 'Two calls without any change differ already.' };
  if (promised.open.length > 0)
    return {
      results: 'open',
      because: `Its text leaves its rows open (${promised.open.join('; ')}): ${difference}, and both are right. Add a unique key to its ORDER BY where the caller relies on them.`,
    };
  return { results: 'differ', because: `${capital(difference)}.` };
}

function differenceOf(one: Fingerprint, other: Fingerprint, total: boolean): string | undefined {
  if (one.count !== other.count)
    return `it returned ${one.count} rows without the change and ${other.count} with it`;
  const [sorted, others] = [one.rows.toSorted(), other.rows.toSorted()];
  const equal = sorted.length === others.length && sorted.every((row, i) => row === others[i]);
  if (!equal) return `${missing(one.rows, other.rows)} of ${one.rows.length} rows are others`;
  if (total && one.rows.some((row, i) => row !== other.rows[i])) return 'the same rows came in another order';
  return undefined;
}

function missing(one: readonly string[], other: readonly string[]): number {
  const left = new Map<string, number>();
  for (const row of other) left.set(row, (left.get(row) ?? 0) + 1);
  let count = 0;
  for (const row of one) {
    const there = left.get(row) ?? 0;
    if (there === 0) count += 1;
    else left.set(row, there - 1);
  }
  return count;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
