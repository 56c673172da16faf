import type { Catalog } from '../../../catalog/model.ts';
import type { Batched } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { rangeEdited, parametersOf, renumbered } from './edits.ts';
import { comparisonOf, isVolatile, mirrored } from './expression.ts';
import { levelsOf } from './levels.ts';
import { conditionsOf, freshName, isPlain, qualifiedName } from './looking.ts';
import { resolved, sightOf } from './sight.ts';
import { bareType } from './worlds.ts';

/** `WHERE key = $n` of a plain query becomes `key = ANY ($1)`, with the key beside each row; a limit would be one for all keys. */
export function batched(sql: string, catalog: Catalog): Batched | undefined {
  const level = levelsOf(sql)[0];
  const core = level?.cores[0];
  if (!level || !core || level.limit || level.offset || level.with || isVolatile(level.tree, catalog))
    return undefined;
  const place = { sql, level, core, catalog, sight: sightOf(core, level, catalog) };
  if (!isPlain(place)) return undefined;
  for (const condition of conditionsOf(place)) {
    const comparison = comparisonOf(condition);
    for (const side of comparison ? [comparison, mirrored(comparison)] : []) {
      if (side?.operator !== '=' || !('ColumnRef' in side.left.node) || !('ParamRef' in side.right.node))
        continue;
      const seen = resolved(side.left.node.ColumnRef, place.sight);
      const number = side.right.node.ParamRef.number ?? 0;
      const uses = sql.split(new RegExp(String.raw`\$${number}(?!\d)`)).length - 1;
      if (!seen?.column || seen.correlated || uses !== 1) continue;
      const by = freshName(sql, 'batch_key');
      const type = bareType(seen.column);
      const last = core.targets.at(-1)!;
      const shown = {
        from: last.to,
        to: last.to,
        text: `, ${qualifiedName(seen)} AS ${quote.identifier(by)}`,
      };
      const whole = { from: 0, to: sql.length };
      const text = rangeEdited(sql, whole, [
        {
          from: condition.from,
          to: condition.to,
          text: `${side.left.sql} = ANY ($${number}::${type}[])`,
        },
        shown,
        ...(level.order
          ? [{ from: level.order.from, to: level.order.from, text: `${qualifiedName(seen)}, ` }]
          : []),
      ]);
      const others = parametersOf(sql).filter((one) => one !== number);
      return {
        sql: renumbered(text, (old) => (old === number ? 1 : others.indexOf(old) + 2)),
        single: rangeEdited(sql, whole, [shown]),
        key: number - 1,
        by,
        type: `${type}[]`,
      };
    }
  }
  return undefined;
}
