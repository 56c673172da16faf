/** What could be given back of the space that a database takes, with bytes. */
import { keyOf } from '../../catalog/identity.ts';
import { noStandards } from '../../rules/check.ts';
import { healthSubject } from '../../rules/health/asking/subject.ts';
import { healthLimits } from '../../rules/health/limits.ts';
import { bloatOf } from './bloat.ts';
import { indexSavings } from './indexes.ts';
import type { StorageAdvice, StorageOptions, StorageSaving } from './model.ts';
import { oldRows } from './old-rows.ts';
import { tableSavings } from './tables.ts';
import { triedOrder } from './tried-order.ts';

/** Derives savings from statistics, takes those that pages showed as measured, and tries the order of columns where there is a filled twin. */
export async function storageSavings(options: StorageOptions): Promise<StorageAdvice> {
  const { engine, facts, limits = healthLimits, filled, signal } = options;
  const subject = healthSubject(engine, facts, noStandards, limits);
  const found = [
    ...bloatOf(subject, facts.densities ?? []),
    ...indexSavings(subject),
    ...tableSavings(subject),
    ...oldRows(subject),
  ].filter(({ bytes }) => bytes >= limits.smallBytes);
  const savings: StorageSaving[] = [];
  for (const one of found) {
    signal.throwIfAborted();
    savings.push(
      filled && one.kind === 'column-order' ? await triedOrder(engine, filled, subject, one) : one,
    );
  }
  const best = new Map<string, number>();
  for (const { relation, bytes } of savings)
    best.set(keyOf(relation), Math.max(bytes, best.get(keyOf(relation)) ?? 0));
  return {
    savings: savings.filter(({ bytes }) => bytes >= limits.smallBytes).toSorted((a, b) => b.bytes - a.bytes),
    bytes: [...best.values()].reduce((sum, bytes) => sum + bytes, 0),
    of: facts.snapshot.relations.reduce((sum, { bytes = 0, toastBytes = 0 }) => sum + bytes + toastBytes, 0),
    limits: [
      ...(savings.some(({ basis }) => basis === 'derived')
        ? ['Savings that are derived are as good as the last ANALYZE.']
        : []),
      'Compression is left out: its gain depends on the values, which nobody has read. Rows in another order (CLUSTER) save reading, not space.',
      ...(facts.nodes.length === 0 ? ['Whether an index is used was asked of one node only.'] : []),
    ],
  };
}
