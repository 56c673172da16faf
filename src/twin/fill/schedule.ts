import { orderByNeed } from '../../base/graph.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import type { Session } from '../../engine/model.ts';
import { circlesOf } from './in-step.ts';
import { needsOf } from './links.ts';

/** Runs tables on the sessions, each after the tables it needs; the first error ends the rest. */
export async function schedule(
  tables: readonly Table[],
  workers: readonly Session[],
  work: (table: Table, session: Session) => Promise<void>,
  ordered = true,
): Promise<void> {
  const keys = new Set(tables.map(keyOf));
  const byKey = new Map(tables.map((table) => [keyOf(table), table]));
  const needs = new Map<string, readonly string[]>(
    tables.map((table) => [keyOf(table), ordered ? needsOf(table, false) : []]),
  );
  // The keys of a circle are decided together: each of its tables waits for what any of them needs beyond it, and within it for required ones where that has an end.
  const circles = circlesOf(tables);
  const beyond = new Map(
    [...circles].map(([key, circle]) => [
      key,
      [...circle].flatMap((one) => needs.get(one)!).filter((need) => !circle.has(need)),
    ]),
  );
  for (const [key, needed] of ordered ? beyond : [])
    needs.set(key, [...needed, ...needsOf(byKey.get(key)!, true)]);
  for (const key of orderByNeed([...keys], (node) => needs.get(node)!).circular)
    if (beyond.has(key)) needs.set(key, beyond.get(key)!);
  const waiting = new Set(keys);
  const done = new Set<string>();
  let wake: (() => void)[] = [];
  let failed: { readonly error: unknown } | undefined;
  const run = async (session: Session): Promise<void> => {
    while (!failed && waiting.size > 0) {
      const next = [...waiting].find((key) =>
        needs.get(key)!.every((need) => !keys.has(need) || done.has(need)),
      );
      if (next === undefined) {
        await new Promise<void>((resolve) => wake.push(resolve));
        continue;
      }
      waiting.delete(next);
      try {
        await work(byKey.get(next)!, session);
        done.add(next);
      } catch (error) {
        failed ??= { error };
      }
      for (const resolve of wake) resolve();
      wake = [];
    }
  };
  await Promise.all(workers.map(run));
  if (failed) throw failed.error;
}
