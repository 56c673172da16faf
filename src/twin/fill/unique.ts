import type { Quote } from '../../engine/model.ts';
import type { ColumnPlan, PlanContext, TablePlan } from './plan.ts';
import { alone, capRows } from './plan.ts';
import { seedOf, widest } from './columns.ts';
import { conditionOf, firstPerParent, type PartialKey } from './partial.ts';
import { boundsOf, hintsOf } from './conditions.ts';
import { digits, uniqueSets, type Digit, type UniqueSet } from './keys.ts';
import { limitsOf } from './limits.ts';
import { sliceOf, type Link } from './parents.ts';
import { isNearlyUnique } from '../sampled/knowledge.ts';
import { knownSet } from '../sampled/distinct.ts';

/** What making rows differ decided: columns that differ by themselves, foreign keys with a fixed place, and columns that only the first rows of a parent satisfy. */
export interface Distinction {
  readonly columns: ReadonlySet<string>;
  readonly places: ReadonlyMap<Link, (n: string) => string>;
  readonly partial: readonly PartialKey[];
}

const labelledFamilies = new Set(['enum', 'boolean']);

/** Decides for each unique set of a table how its rows differ; lowers the rows where a set has no room for them. */
export function distinguish(plan: TablePlan, links: readonly Link[], context: PlanContext): Distinction {
  const columns = new Set<string>();
  const places = new Map<Link, (n: string) => string>(
    links.flatMap((link) => (plan.inStep.has(link.to) ? [[link, (n: string) => `(${n} - 1)`]] : [])),
  );
  const partial: PartialKey[] = [];
  const firsts = new Map<Link, number>();
  const apart: (readonly string[])[] = plan.columns
    .filter((column) => column.fixed)
    .map((column) => [column.name]);
  for (const set of uniqueSets(plan.table, context.engine.quote)) {
    if (apart.some((done) => done.every((column) => set.columns.includes(column)))) continue;
    apart.push(set.columns);
    const linked = new Set(links.flatMap((link) => link.columns));
    const single = links.some(
      (link) =>
        (link.known?.single || plan.inStep.has(link.to)) &&
        link.columns.every((column) => set.columns.includes(column)),
    );
    if (single) continue;
    const wide = widest(
      plan,
      set.columns.filter(
        (column) =>
          !linked.has(column) &&
          (set.columns.length === 1 || isNearlyUnique(context.known, plan.table, column)),
      ),
    );
    if (wide) {
      columns.add(wide.name);
      apart.push([wide.name]);
      continue;
    }
    const free = links.filter(
      (link) => !places.has(link) && link.columns.some((column) => set.columns.includes(column)),
    );
    const scalars = plan.columns.filter(
      (column) =>
        set.columns.includes(column.name) && !linked.has(column.name) && column.candidates.length === 0,
    );
    const place = (link: Link, number: (n: string) => string): void => void places.set(link, number);
    const seed = (column: string): number => seedOf(context.seed, plan.key, column);
    if (knownSet({ plan, set, links: free, scalars, place, seedOf: seed, context })) continue;
    if (set.predicate !== undefined && scalars.length === 0 && free.length === 1 && conditionOf(plan, set)) {
      const found = firstPerParent(plan, free[0]!, set, places);
      firsts.set(free[0]!, found.upTo);
      partial.push(found);
      continue;
    }
    // Another such index over the same parents is satisfied by the same rows.
    const upTo = [...firsts].find(([{ columns: own }]) =>
      own.every((column) => set.columns.includes(column)),
    )?.[1];
    const decides = set.predicate !== undefined && scalars.length === 0 ? conditionOf(plan, set) : undefined;
    if (upTo !== undefined && decides) {
      partial.push({ column: decides.column, predicate: set.predicate!, upTo });
      continue;
    }
    if (
      free.length === 1 &&
      scalars.length === 0 &&
      free[0]!.columns.every((column) => set.columns.includes(column))
    ) {
      const link = free[0]!;
      capRows(
        plan,
        Math.max(0, link.count - plan.kept),
        `${set.name} allows one row for each of ${link.count} rows of ${link.to}`,
      );
      places.set(link, (n) => `(${n} - 1 + ${plan.kept})`);
      continue;
    }
    if (context.known && plan.kept === 0 && plan.rows > 0)
      plan.limits.push(
        `Rows of ${plan.key} are kept apart by ${set.name} in even steps: how often its ${[...free.map(({ to }) => `rows of ${to}`), ...scalars.map(({ name }) => name)].join(' and ')} come is not as the statistics tell.`,
      );
    mixed(plan, set, free, scalars, context, places);
  }
  return { columns, places, partial };
}

/** Counts through the grid of parents and values, parents first, so that no pair comes twice. */
function mixed(
  plan: TablePlan,
  set: UniqueSet,
  links: readonly Link[],
  scalars: readonly ColumnPlan[],
  context: PlanContext,
  places: Map<Link, (n: string) => string>,
): void {
  const parts: Digit[] = scalars.map((column) => ({
    id: `column ${column.name}`,
    size: sizeOf(plan, column, context),
  }));
  const endless = parts.some((part) => part.size === undefined);
  const build = (all: boolean): readonly { link: Link; slice: ReturnType<typeof sliceOf> }[] =>
    links.map((link, i) => ({ link, slice: sliceOf(link.spread, all || i > 0) }));
  const roomOf = (slices: readonly { slice: { size: number } }[]): number =>
    [...slices.map((s) => s.slice.size), ...parts.flatMap((part) => part.size ?? [])].reduce(
      (a, b) => a * b,
      1,
    );
  const beside = context.beside === true && plan.kept > 0 && links.length > 0 && scalars.length === 0;
  let slices = build(beside);
  if (!endless && roomOf(slices) < plan.block.size) slices = build(true);
  const space = roomOf(slices);
  if (!endless && space < plan.block.size)
    capRows(
      plan,
      Math.max(1, Math.floor(space / Math.max(plan.block.portion.to - plan.block.portion.from, 1e-9))),
      `${set.name} has room for no more`,
    );
  if (beside) capRows(plan, Math.max(1, space - plan.kept), `${set.name} has room for no more`);
  const all: Digit[] = [...slices.map((s, i) => ({ id: `link ${i}`, size: s.slice.size })), ...parts];
  // Parents differ from portion to portion, so numbers may start again; values without parents may not.
  const first = (n: string): string => (links.length > 0 ? `(${n} - 1 - ${plan.block.start})` : `(${n} - 1)`);
  const at = (id: string, number: string): string => `(${digits(all, number).get(id)!})`;
  const place = (i: number, number: string): string => slices[i]!.slice.parent(at(`link ${i}`, number));
  const x = beside ? freeNumbers(plan, set, links, space, place, context.engine.quote) : first;
  const digit = (id: string, n: string): string => at(id, x(n));
  slices.forEach(({ link }, i) => places.set(link, (n) => place(i, x(n))));
  const depth = Math.ceil(plan.block.size / Math.max(1, space));
  let endlessUsed = false;
  for (const column of scalars) {
    if (sizeOf(plan, column, context) === undefined && endlessUsed) continue;
    endlessUsed ||= sizeOf(plan, column, context) === undefined;
    column.candidates = valuesOf(plan, column, depth, (n) => digit(`column ${column.name}`, n), context);
  }
}

/** Numbers of the grid whose rows are not there yet; among as many as there are rows, and as many again as are wanted, enough are free. */
function freeNumbers(
  plan: TablePlan,
  set: UniqueSet,
  links: readonly Link[],
  space: number,
  place: (link: number, number: string) => string,
  quote: Quote,
): (n: string) => string {
  const same = links.flatMap((link, i) =>
    link.columns
      .filter((column) => set.columns.includes(column))
      .map((column) => `old.${quote.identifier(column)} = ${link.value(column, place(i, 'x'))}`),
  );
  const map = quote.identifier(`dbd_free_${plan.table.name}_${plan.rows}`.slice(0, quote.maxBytes / 2));
  plan.before.push(
    `DROP TABLE IF EXISTS ${map}`,
    `CREATE TEMPORARY TABLE ${map} AS SELECT row_number() OVER (ORDER BY x) - 1 AS dbd_number, x FROM generate_series(0::bigint, ${Math.min(space, plan.kept + plan.rows) - 1}::bigint) AS grid(x) WHERE NOT EXISTS (SELECT FROM ${quote.name(plan.table)} AS old WHERE ${same.join(' AND ')})`,
    `ALTER TABLE ${map} ADD PRIMARY KEY (dbd_number)`,
    `ANALYZE ${map}`,
  );
  return (n) => `(SELECT f.x FROM ${map} AS f WHERE f.dbd_number = ${n} - 1)`;
}

/** How many values a narrow column can take; undefined when as many as there are rows. */
function sizeOf(plan: TablePlan, column: ColumnPlan, context: PlanContext): number | undefined {
  const { literals, closed } = hintsOf(column.name, plan.conditions);
  if (column.fact.family === 'boolean') return 2;
  if (column.fact.labels.length > 0) return column.fact.labels.length;
  if (closed) return literals.length;
  const parts = listOf(plan, column, context);
  if (parts) return parts.length;
  const steps = stepsOf(plan, column, context);
  if (steps?.size !== undefined) return steps.size;
  if (column.fact.family === 'text')
    return 26 ** Math.min(4, Number(/\((\d+)\)/.exec(column.fact.base)?.[1] ?? 1));
  if (column.fact.family === 'time') return 600;
  return undefined;
}

/** Values that the partitions of a list take, as literals. */
function listOf(plan: TablePlan, column: ColumnPlan, context: PlanContext): readonly string[] | undefined {
  const bounds = boundsOf(plan.table, context.catalog.tables).get(column.name) ?? [];
  return bounds.length > 0 && bounds.every(({ from, to }) => from === to)
    ? [...new Set(bounds.map(({ from }) => from))]
    : undefined;
}

/** Numbers between the limits of a column, one step of its scale apart. */
function stepsOf(
  plan: TablePlan,
  column: ColumnPlan,
  context: PlanContext,
): { readonly low: number; readonly step: number; readonly size: number | undefined } | undefined {
  const { family, base } = column.fact;
  if (family !== 'integer' && family !== 'number') return undefined;
  const scale = family === 'integer' ? 0 : Number(/,(\d+)\)/.exec(base)?.[1] ?? 2);
  const step = 10 ** -scale;
  const { low, high } = limitsOf(column.name, plan.conditions, context.engine.quote, step);
  if (low === undefined && high === undefined) return undefined;
  const first = low ?? Math.min(1, high!);
  return {
    low: first,
    step,
    size: high === undefined ? undefined : Math.max(1, Math.floor((high - first) / step + 1e-6) + 1),
  };
}

/** Where numbers begin: beside rows that are there, behind the greatest of theirs when nothing bounds it. */
function lowest(
  { table, kept }: TablePlan,
  column: ColumnPlan,
  { low, step, size }: { readonly low: number; readonly step: number; readonly size: number | undefined },
  { beside, engine: { quote } }: PlanContext,
): string {
  if (beside !== true || kept === 0 || size !== undefined) return String(low);
  return `(SELECT greatest(coalesce(max(${quote.identifier(column.name)}), 0) + ${step}, ${low}) FROM ${quote.full(table)})`;
}

function valuesOf(
  plan: TablePlan,
  column: ColumnPlan,
  depth: number,
  digit: (n: string) => string,
  context: PlanContext,
): ColumnPlan['candidates'] {
  const { fact } = column;
  const { quote } = context.engine;
  const { literals, closed } = hintsOf(column.name, plan.conditions);
  const cast = (text: string): string => `(${text})::${fact.type}`;
  const kept = plan.earliest.get(column.name);
  const last = kept ?? context.until.slice(0, 10);
  const labels = fact.labels.length > 0 ? fact.labels : closed ? literals : undefined;
  if (labels)
    return [
      alone((n) =>
        cast(
          `(ARRAY[${labels.map((label) => `${quote.literal(label)}::${fact.base}`).join(',')}])[1 + ${digit(n)}]`,
        ),
      ),
    ];
  const parts = listOf(plan, column, context);
  if (parts)
    return [
      alone((n) =>
        cast(`(ARRAY[${parts.map((part) => `${part}::${fact.base}`).join(',')}])[1 + ${digit(n)}]`),
      ),
    ];
  const steps = stepsOf(plan, column, context);
  if (steps)
    return [alone((n) => cast(`${lowest(plan, column, steps, context)} + ${digit(n)} * ${steps.step}`))];
  if (labelledFamilies.has(fact.family)) return [alone((n) => cast(`${digit(n)} = 0`))];
  if (fact.family === 'date')
    return [
      alone((n) =>
        cast(
          `date ${quote.literal(last)} - (${depth - 1 + (kept === undefined ? 0 : 1)} - ${digit(n)})::int`,
        ),
      ),
    ];
  if (fact.family === 'integer') {
    const first = lowest(plan, column, { low: 1, step: 1, size: undefined }, context);
    return [alone((n) => cast(`${digit(n)} + ${first}`)), alone((n) => cast(digit(n)))];
  }
  const made = context.engine.fill.values({
    fact,
    seed: seedOf(context.seed, plan.key, column.name),
    distinct: true,
    rows: plan.rows,
    fraction: () => '0',
    until: context.until,
    windowDays: 1,
    examples: [],
    literals: [],
    numbers: [],
    bounds: [],
  });
  return made.toReversed().map((make) => alone((n) => make(digit(n))));
}
