/** Members of documents whose values the statistics of an expression index tell: `profile ->> 'lang'`. */
import { jsonMembers } from '../../base/text.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Table } from '../../catalog/model.ts';
import type { FillFact, Snapshot } from '../../engine/model.ts';
import type { ColumnPlan, PlanContext, TablePlan } from '../fill/plan.ts';
import { apportion } from './apportion.ts';
import { mixedEvenly } from './evenly.ts';
import { layoutOf, type Layout } from './layout.ts';
import type { Member } from './model.ts';
import { valuesByPlace } from './values.ts';

/** `(profile ->> 'score'::text)::integer`, with any parentheses. */
const expression =
  /^\(*("(?:[^"]|"")+"|[a-z_][\w$]*) ->> '((?:[^']|'')+)'(?:::text)?\)*(?:::([a-z][a-z ]*(?:\(\d+(?:,\d+)?\))?)\)*)?$/;

/** Members by `schema.table.column`; of several indexes over one member the first that has statistics tells. */
export function membersOf({ catalog, columns }: Snapshot): ReadonlyMap<string, readonly Member[]> {
  const found = new Map<string, Member[]>();
  const told = new Map(columns.map((one) => [`${one.schema}.${one.relation} ${one.position}`, one]));
  for (const table of catalog.tables)
    for (const { schema, name, keys, predicate } of table.indexes)
      keys.forEach((key, i) => {
        const statistics = told.get(`${schema}.${name} ${i + 1}`);
        const match = expression.exec(key);
        const column = match && columnOf(table, match[1]!);
        if (!statistics || !column || predicate !== undefined) return;
        const path = `${keyOf(table)}.${column}`;
        const list = found.get(path) ?? found.set(path, []).get(path)!;
        const member = match[2]!.replaceAll("''", "'");
        if (!list.some((one) => one.key === member))
          list.push({ key: member, type: match[3] ?? 'text', statistics });
      });
  return found;
}

function columnOf({ columns }: Table, written: string): string | undefined {
  const name = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
  return columns.find((column) => column.name === name)?.name;
}

/** A document that is no common one, with the members whose values are known; undefined when none is known. */
export function withMembers(
  plan: TablePlan,
  column: ColumnPlan,
  layout: Layout,
  seedOf: (name: string) => number,
  context: PlanContext,
): ((document: string, place: string) => string) | undefined {
  const { engine, lets, known } = context;
  const members = known?.members.get(`${plan.key}.${column.name}`) ?? [];
  if (members.length === 0 || column.fact.base !== 'jsonb' || layout.rest === 0) return undefined;
  const inCommon = layout.common.reduce((sum, one) => sum + one.rows, 0);
  const samples = [...layout.common.map((one) => one.value), ...layout.bounds].map(jsonMembers);
  const spread = (n: string, own: number, below: number): string => engine.fill.spread(n, own, below);
  const makes = members.flatMap(({ key, type, statistics }) => {
    const kinds = new Set(samples.flatMap((one) => (one && key in one ? [typeof one[key]] : [])));
    const [kind] = kinds;
    if (kinds.size !== 1 || (kind !== 'string' && kind !== 'number')) return [];
    const fact: FillFact = {
      name: key,
      type,
      base: type,
      family: engine.types.family(type),
      labels: [],
      attributes: [],
      checks: [],
    };
    const whole = layoutOf(statistics, plan.rows, true);
    const left = whole && without(whole, layout, key);
    const seed = seedOf(`${column.name} ${key}`);
    const byPlace = left && valuesByPlace(left, fact, seed, false, context)[0];
    if (!left || !byPlace) return [];
    const order = mixedEvenly({ count: layout.rest, seed, lets, spread });
    return [
      (document: string, place: string): string => {
        const q = lets.bind(order.at(lets.bind(`greatest(0, ${place} - ${inCommon})`)));
        const value = byPlace(`greatest(0, ${q} - ${left.nulls})`);
        const name = engine.quote.literal(key);
        const added = `jsonb_build_object(${name}, (${value})::${kind === 'number' ? 'numeric' : 'text'})`;
        return left.nulls === 0
          ? `${document} || ${added}`
          : `CASE WHEN ${q} < ${left.nulls} THEN ${document} - ${name} ELSE ${document} || ${added} END`;
      },
    ];
  });
  if (makes.length === 0) return undefined;
  return (document, place) => {
    const p = lets.bind(place);
    const made = makes.reduce((one, make) => `(${make(one, p)})`, `(${document})`);
    return inCommon === 0 ? made : `CASE WHEN ${p} < ${inCommon} THEN ${document} ELSE ${made} END`;
  };
}

/** What a member's values leave for the documents that are no common ones. */
function without(whole: Layout, { common, rest, nulls }: Layout, key: string): Layout | undefined {
  const taken = new Map<string | undefined, number>();
  for (const { value, rows } of common) {
    const found = jsonMembers(value)?.[key];
    const text = typeof found === 'string' || typeof found === 'number' ? `${found}` : undefined;
    taken.set(text, (taken.get(text) ?? 0) + rows);
  }
  const named = whole.common.map((one) => Math.max(0, one.rows - (taken.get(one.value) ?? 0)));
  const others = [...taken].filter(
    ([text]) => text !== undefined && !whole.common.some((one) => one.value === text),
  );
  const between = Math.max(0, whole.rest - others.reduce((sum, [, rows]) => sum + rows, 0));
  const empty = Math.max(0, whole.nulls - nulls - (taken.get(undefined) ?? 0));
  const shares = apportion([empty, ...named, between], rest);
  if (shares.reduce((sum, one) => sum + one, 0) !== rest) return undefined;
  const left = shares.at(-1)!;
  return {
    ...whole,
    rows: rest,
    nulls: shares[0]!,
    common: whole.common.flatMap(({ value }, i) =>
      shares[i + 1]! > 0 ? [{ value, rows: shares[i + 1]! }] : [],
    ),
    rest: left,
    distinct: Math.max(Math.min(1, left), Math.min(left, whole.distinct)),
  };
}
