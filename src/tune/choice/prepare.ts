/** All that rounds need: items on the twin, and each query priced as things are. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { PlanFacts, WhatIf } from '../../engine/model.ts';
import type { Choice } from '../advice/model.ts';
import { createItems, dropItems } from './items.ts';
import { knowledgeOf, type Knowledge } from './knowledge.ts';
import type { ChooseOptions, Item, Present, Priced, Unit } from './model.ts';
import { planToday, priceOf, weightsOf } from './units.ts';
import { writeModel, type WriteModel } from './writes.ts';

export interface Prepared {
  readonly items: readonly Item[];
  /** Candidates that the server made, those beyond the budget among them. */
  readonly candidates: number;
  readonly known: readonly Knowledge[];
  readonly writes: WriteModel;
  readonly leftOut: Choice['leftOut'];
  readonly limits: readonly string[];
  /** Items as they are today: nothing created, nothing dropped. */
  readonly today: Present;
  /** Prices a unit with exactly these items. */
  readonly exactly: (
    unit: Unit,
    known: Knowledge,
    present: Present,
  ) => Promise<{ readonly plan: PlanFacts; readonly priced: Priced }>;
}

/** Makes the candidates and prices every query as things are. */
export async function prepare(options: ChooseOptions, whatIf: WhatIf): Promise<Prepared> {
  const { snapshot, signal } = options;
  const work = await planToday(options, whatIf);
  const writes = writeModel(options.work, snapshot);
  const tables = wholeTables(snapshot.catalog);
  const drops = dropItems(options, writes, [
    ...options.work.unsupported,
    ...work.failed.map(({ query, because }) => ({ name: query.name, sql: query.sql, reason: because })),
  ]);
  const once = options.candidates.filter(
    ({ id }, i, list) => list.findIndex((other) => other.id === id) === i,
  );
  const most =
    (options.budgets.bytes ?? Number.POSITIVE_INFINITY) +
    drops.items.reduce((sum, { bytes }) => sum + bytes, 0);
  const creates = await createItems(once, { ...options, most }, whatIf, writes, drops.items.length);
  const items = [...drops.items, ...creates.items];
  const priced = (plan: PlanFacts): Priced => ({
    cost: plan.totalCost,
    uses: items.flatMap(({ at, name }) => (plan.indexes.includes(name.name) ? [at] : [])),
    tables: tablesOf(plan, tables),
  });
  const ask = async (unit: Unit, off: readonly number[]): Promise<PlanFacts> => {
    signal.throwIfAborted();
    return priceOf(whatIf, unit, { without: off.map((at) => items[at]!.name) });
  };
  const { weights, limits } = weightsOf(work.planned);
  const known: Knowledge[] = [];
  for (const { plan, ...one } of work.planned) {
    const unit: Unit = { ...one, before: priced(plan), weight: one.share * weights.get(one.query)! };
    const own = items.filter(({ table }) => unit.before.tables.includes(table.name));
    known.push(knowledgeOf(unit, own, async (_, off) => priced(await ask(unit, off))));
  }
  return {
    items,
    candidates: creates.made,
    known,
    writes,
    leftOut: [...drops.leftOut, ...creates.leftOut],
    limits: [...work.limits, ...limits],
    today: new Set(drops.items.map(({ at }) => at)),
    exactly: async (unit, { items: own }, present) => {
      const plan = await ask(
        unit,
        own.flatMap(({ at }) => (present.has(at) ? [] : [at])),
      );
      return { plan, priced: priced(plan) };
    },
  };
}

/** Names of partitions → the name of their whole table. */
function wholeTables({ tables }: Catalog): ReadonlyMap<string, string> {
  const parent = new Map<string, Name>();
  for (const { name, partitionOf } of tables) if (partitionOf) parent.set(name, partitionOf);
  const top = (name: string): string => {
    const above = parent.get(name);
    return above && above.name !== name ? top(above.name) : name;
  };
  return new Map([...parent.keys()].map((name) => [name, top(name)]));
}

interface Node {
  readonly 'Relation Name'?: string;
  /** Of a node that writes: what it writes is read by the nodes below it, if at all. */
  readonly Operation?: string;
  readonly Plans?: readonly Node[];
}

function tablesOf({ tree }: PlanFacts, whole: ReadonlyMap<string, string>): readonly string[] {
  const found = new Set<string>();
  const walk = (node: Node): void => {
    const name = node['Relation Name'];
    if (name !== undefined && node.Operation === undefined) found.add(whole.get(name) ?? name).add(name);
    for (const child of node.Plans ?? []) walk(child);
  };
  walk((tree as { readonly Plan: Node }).Plan);
  return [...found];
}
