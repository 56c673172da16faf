import type { Node, SelectStmt } from 'libpg-query';
import { text as textOf } from '../../grammar/tree.ts';
import { aggregatesIn, comparisonOf } from '../expression.ts';
import { conditionsIn } from '../looking.ts';
import type { Core } from '../levels.ts';
import type { Place, RewriteRule } from '../place.ts';
import { keysOf, resolved, sightOf } from '../sight.ts';

/** UNION of parts that no row can be in twice. */
export const unionToUnionAll: RewriteRule = {
  id: 'union-to-union-all',
  find: (place) => {
    const { level, sql } = place;
    if (level.cores[0] !== place.core || level.operators.length === 0) return [];
    const plain = level.operators.every(({ from, to }) => /^union$/i.test(sql.slice(from, to)));
    if (!plain || !level.cores.every((core) => isUnique(core, place)) || !areDisjoint(place)) return [];
    return [
      {
        edits: level.operators.map(({ from, to }) => ({ from, to, text: `${sql.slice(from, to)} ALL` })),
        because:
          'UNION compares all rows to take copies away; the parts cannot have a row in common, and each has none twice',
        provided: ['each part holds a unique key, and a constant keeps the parts apart'],
      },
    ];
  },
};

function constantOf(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  if ('TypeCast' in node) return constantOf(node.TypeCast.arg);
  if (!('A_Const' in node) || node.A_Const.isnull) return undefined;
  return JSON.stringify({ ...node.A_Const, location: 0 });
}

function values({ targetList = [] }: SelectStmt): readonly (Node | undefined)[] {
  return targetList.map((item) => ('ResTarget' in item ? item.ResTarget.val : undefined));
}

/** One table with its key in the list, or a list that is one row by itself. */
function isUnique(core: Core, { level, catalog }: Place): boolean {
  const sight = sightOf(core, level, catalog);
  const [source] = sight.sources;
  if (core.distinct) return !core.distinct.on;
  if (core.group || core.having || aggregatesIn(core.tree.targetList, catalog).length > 0) return false;
  if (sight.sources.length !== 1 || !source?.table) return false;
  const names = new Set(
    values(core.tree).flatMap((value) => {
      if (!value || !('ColumnRef' in value)) return [];
      const fields = value.ColumnRef.fields ?? [];
      if ('A_Star' in (fields.at(-1) ?? {})) return source.columns ?? [];
      return resolved(value.ColumnRef, sight)?.name ?? [];
    }),
  );
  return keysOf(source.table).some((key) => key.every((column) => names.has(column)));
}

/** Two constants at one place of the list, or a column that is shown at one place and held to two constants. */
function areDisjoint(place: Place): boolean {
  const { level } = place;
  const width = values(level.cores[0]!.tree).length;
  const marks = level.cores.map((core) => marksOf(core, place));
  return Array.from({ length: width }, (_, at) => marks.map((one) => one.get(at))).some(
    (column) => column.every((one) => one !== undefined) && new Set(column).size === column.length,
  );
}

function marksOf(core: Core, { sql, level, catalog }: Place): ReadonlyMap<number, string> {
  const sight = sightOf(core, level, catalog);
  const fixed = new Map<string, string>();
  for (const condition of core.where ? conditionsIn(sql, core.where) : []) {
    const comparison = comparisonOf(condition);
    const node = comparison?.left.node;
    const seen = node && 'ColumnRef' in node ? resolved(node.ColumnRef, sight) : undefined;
    const constant = constantOf(comparison?.right.node);
    if (comparison?.operator === '=' && seen && !seen.correlated && constant !== undefined)
      fixed.set(seen.name, constant);
  }
  const marks = new Map<number, string>();
  for (const [at, value] of values(core.tree).entries()) {
    const constant = constantOf(value);
    const name = value && 'ColumnRef' in value ? textOf(value.ColumnRef.fields?.at(-1)) : undefined;
    const mark = constant ?? (name === undefined ? undefined : fixed.get(name));
    if (mark !== undefined) marks.set(at, mark);
  }
  return marks;
}
