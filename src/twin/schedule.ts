import { orderByNeed } from '../base/graph.ts';
import { keyOf } from '../catalog/identity.ts';
import type { Table } from '../catalog/model.ts';
import type { Session } from '../engine/model.ts';
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
  // On circles only foreign keys that must be set count; what is still circular is taken as it comes.
  for (const requiredOnly of [true, undefined]) {
    for (const key of orderByNeed([...keys], (node) => needs.get(node)!).circular) {
      needs.set(key, requiredOnly ? needsOf(byKey.get(key)!, true) : []);
    }
  }
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
