/** Parents of a composite foreign key in an order that their values decide: which have many children, and which none. */
import { keyOf } from '../../catalog/identity.ts';
import type { Constraint } from '../../catalog/model.ts';
import type { PlanContext, TablePlan } from '../fill/plan.ts';
import { childOf } from './child-of.ts';
import { layGroups } from './children.ts';
import { statisticsOf } from './knowledge.ts';
import { layoutOf } from './layout.ts';
import type { Lets } from './lets.ts';
import type { KnownLink } from './link.ts';

/** Parents from which on their order costs more than it tells. */
const mostParents = 2_000_000;
/** A value that is no more than this much more or less frequent among children decides nothing. */
const telling = 1.25;
/** Weight of values that no child has. */
const never = 1e-6;

/** Parents by their rank, once their rows are there. */
export interface RankedParents {
  /** Statements that a session runs once before the rows. */
  readonly before: readonly string[];
  /** A column of the parent with a rank from 0. */
  readonly value: (column: string, rank: string) => string;
}

/** Children with the largest families first, as the ranks of their parents are. */
export function byRank(link: KnownLink, lets: Lets): KnownLink {
  const { histogram, children } = link.children;
  const laid = layGroups(
    histogram.toSorted((a, b) => b.children - a.children),
    children,
  );
  return { ...link, children: laid, child: (place) => childOf(laid, place, lets) };
}

/**
 * Ranks the parents at random, each the sooner the more frequent its values are among the children than among the parents (Efraimidis and Spirakis); undefined when the values are as frequent here as there, or
 * when the parents' rows are not made before the children's.
 */
export function rankedParents(
  plan: TablePlan,
  { name, columns, references }: Constraint,
  parent: TablePlan,
  seed: number,
  context: PlanContext,
): RankedParents | undefined {
  const { engine, known } = context;
  const { quote } = engine;
  if (columns.length < 2 || parent.rows > mostParents || context.circles?.has(parent.key)) return undefined;
  const weights = columns.flatMap(
    (column, i) => weightsOf(plan, column, parent, references!.columns[i]!, context) ?? [],
  );
  if (weights.length === 0) return undefined;
  const beside = (known?.offsets ?? []).flatMap((one) =>
    one.through === name && keyOf(one.table) === plan.key ? [one.from] : [],
  );
  const kept = [...new Set([...references!.columns, ...beside])].map((column) => quote.identifier(column));
  const keys = references!.columns.map((column) => quote.identifier(column)).join(', ');
  const map = quote.identifier(`dbd_ranked_${seed}`);
  const chance = `(${engine.fill.spread('dbd_n', seed, 1_000_000_000)} + 1) / 1000000001.0`;
  return {
    before: [
      `CREATE TEMPORARY TABLE IF NOT EXISTS ${map} AS SELECT row_number() OVER (ORDER BY -ln(${chance}) / (${weights.join(' * ')}), dbd_n) - 1 AS dbd_number, ${kept.join(', ')} FROM (SELECT row_number() OVER (ORDER BY ${keys}) AS dbd_n, ${kept.join(', ')} FROM ${quote.name(references!)}) AS parents`,
      `CREATE UNIQUE INDEX IF NOT EXISTS ${quote.identifier(`dbd_ranked_${seed}_n`)} ON ${map} (dbd_number)`,
      `ANALYZE ${map}`,
    ],
    value: (column, rank) =>
      `(SELECT k.${quote.identifier(column)} FROM ${map} AS k WHERE k.dbd_number = ${context.lets.bind(rank)})`,
  };
}

/** SQL of how much more frequent a parent's value is among the children than among the parents. */
function weightsOf(
  plan: TablePlan,
  column: string,
  parent: TablePlan,
  referenced: string,
  { engine, known }: PlanContext,
): string | undefined {
  const statistics = statisticsOf(known, plan.table, column);
  const before = statisticsOf(known, parent.table, referenced);
  const child = statistics && layoutOf(statistics, plan.rows, false);
  const all = before && layoutOf(before, parent.rows, false);
  if (!child || !all || child.common.length === 0) return undefined;
  const shares = new Map(all.common.map((one) => [one.value, one.rows / all.rows]));
  const usual = all.rest > 0 ? all.rest / all.distinct / all.rows : 1 / all.rows;
  const named = child.common.map((one) => {
    const share = shares.get(one.value) ?? usual;
    return { value: one.value, share, weight: one.rows / child.rows / share };
  });
  const left = Math.max(1e-9, 1 - named.reduce((sum, one) => sum + one.share, 0));
  const others = child.rest > 0 ? child.rest / child.rows / left : never;
  if ([...named.map((one) => one.weight), others].every((one) => one < telling && one > 1 / telling))
    return undefined;
  const cases = named.map(
    (one) => `WHEN ${engine.quote.literal(one.value)} THEN ${one.weight.toExponential(3)}`,
  );
  return `CASE (${engine.quote.identifier(referenced)})::text ${cases.join(' ')} ELSE ${others.toExponential(3)} END`;
}
