import { text as textOf } from '../../grammar/tree.ts';
import { aggregatesIn, columnRefs, expressionOf, hasQuery, hasWindow } from '../expression.ts';
import { joinsOf, type JoinItem } from '../joins.ts';
import { conditionsOf, sourcesIn } from '../looking.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { keysOf, resolved, type Source } from '../sight.ts';
import type { Edit } from '../text.ts';

/** SELECT DISTINCT over a join that only asks whether there is a partner. */
export const distinctToExists: RewriteRule = {
  id: 'distinct-to-exists',
  find: (place) => rewritten(place) ?? [],
};

function rewritten(place: Place): readonly Found[] | undefined {
  const { sql, core, level, sight, catalog } = place;
  const { distinct } = core;
  if (!distinct || distinct.on || core.group || core.having || core.window || level.lock) return undefined;
  if (level.cores.length > 1) return undefined;
  if (aggregatesIn(core.tree.targetList, catalog).length > 0 || hasWindow(core.tree.targetList))
    return undefined;
  const items = joinsOf(place);
  if (!items || items.length < 2 || items.some(({ kind }) => ['left', 'other', 'cross'].includes(kind)))
    return undefined;
  const shown = shownBy(place);
  if (!shown || shown.size === 0 || shown.size === items.length) return undefined;
  const kept = items.filter(({ source }) => shown.has(source));
  const asked = items.filter(({ source }) => !shown.has(source));
  const conditions = [...items.flatMap(({ on }) => (on ? [on] : [])), ...conditionsOf(place)].map(
    ({ from, to }) => ({ from, to, node: expressionOf(sql.slice(from, to))?.node }),
  );
  const outside: string[] = [];
  const inside: string[] = [];
  for (const { from, to, node } of conditions) {
    const sources = node && sourcesIn(node, place);
    if (!node || !sources || hasQuery(node)) return undefined;
    const text = sql.slice(from, to);
    const bracketed = 'BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR' ? `(${text})` : text;
    (asked.some(({ source }) => sources.has(source)) ? inside : outside).push(bracketed);
  }
  if (inside.length === 0) return undefined;
  const tables = (list: readonly JoinItem[]): string =>
    list.map(({ table }) => sql.slice(table.from, table.to)).join(', ');
  const question = `EXISTS (SELECT 1 FROM ${tables(asked)} WHERE ${inside.join(' AND ')})`;
  const unique = kept.length === 1 && hasKey(place, kept[0]!.source);
  const edits: readonly Edit[] = [
    ...(unique ? [{ from: distinct.from, to: core.targets[0]!.from, text: '' }] : []),
    {
      from: core.tables!.from,
      to: core.where?.to ?? core.tables!.to,
      text: `${tables(kept)} WHERE ${[...outside, question].join(' AND ')}`,
    },
  ];
  return [
    {
      edits,
      because: unique
        ? 'the join only asks whether there is a partner, and DISTINCT takes away the copies it makes; EXISTS makes none'
        : 'the joined table only says whether there is a partner; EXISTS makes no copies that DISTINCT has to take away',
      ...(unique ? { provided: [`the list holds a key of ${kept[0]!.source.called}`] } : {}),
    },
  ];

  /** Sources whose columns are in the list or in ORDER BY. */
  function shownBy({ core: { tree } }: Place): ReadonlySet<Source> | undefined {
    const found = new Set<Source>();
    for (const reference of columnRefs([tree.targetList, level.tree.sortClause])) {
      const fields = reference.fields ?? [];
      if ('A_Star' in (fields.at(-1) ?? {})) {
        const source = sight.sources.find(({ called }) => called === textOf(fields.at(-2)));
        if (!source) return undefined;
        found.add(source);
        continue;
      }
      const seen = resolved(reference, sight);
      if (seen && !seen.correlated) found.add(seen.source);
      else if (!seen && !isOutput(textOf(fields[0]), tree.targetList)) return undefined;
    }
    return hasQuery(tree.targetList) ? undefined : found;
  }
}

function isOutput(name: string | undefined, targets: readonly unknown[] | undefined): boolean {
  return JSON.stringify(targets ?? []).includes(`"name":${JSON.stringify(name ?? '')}`);
}

/** Whether the list holds all columns of a unique key. */
function hasKey({ core, sight }: Place, source: Source): boolean {
  const names = new Set<string>();
  for (const item of core.tree.targetList ?? []) {
    const value = 'ResTarget' in item ? item.ResTarget.val : undefined;
    if (!value || !('ColumnRef' in value)) continue;
    const fields = value.ColumnRef.fields ?? [];
    if ('A_Star' in (fields.at(-1) ?? {})) for (const name of source.columns ?? []) names.add(name);
    const seen = resolved(value.ColumnRef, sight);
    if (seen?.source === source) names.add(seen.name);
  }
  return (
    source.table !== undefined && keysOf(source.table).some((key) => key.every((column) => names.has(column)))
  );
}
