/** Where each parameter of a statement stands: the column it meets, a limit, or neither. */
import type { Node, SelectStmt } from 'libpg-query';
import type { ParameterPlace } from '../../../engine/model.ts';
import { parse } from '../grammar/parse.ts';
import { shape } from '../grammar/shape.ts';
import { text, walk } from '../grammar/tree.ts';

/** One place per parameter, `$1` first; the most telling one where a parameter stands more than once. */
export function places(sql: string): readonly ParameterPlace[] {
  const tree = parse(sql).stmts?.[0]?.stmt;
  if (!tree) return [];
  const { tables, predicates, sets = [] } = shape(sql);
  const found = new Map<number, ParameterPlace>();
  const place = (number: number, one: ParameterPlace): void => {
    if (number > 0 && !found.has(number)) found.set(number, one);
  };
  const named = (alias: string): readonly string[] =>
    (alias === '' ? tables : tables.filter((table) => table.alias === alias)).map(({ table }) => table);
  const ends = rangeEnds(tree);
  const sorted = predicates.toSorted(
    (a, b) => Number(a.operator === 'other') - Number(b.operator === 'other'),
  );
  for (const { parameter, alias, column, operator } of sorted) {
    if (parameter === undefined || operator === 'null' || operator === 'join') continue;
    const number = Number(parameter);
    const end = ends.get(number);
    place(number, {
      kind: 'column',
      tables: named(alias),
      column,
      operator,
      ...(operator === 'range' && end ? { end } : {}),
    });
  }
  for (const { parameter, alias, column } of sets)
    place(Number(parameter), { kind: 'column', tables: named(alias), column, operator: 'set' });
  unnamed(tree, place);
  walk({ tree }, (kind, node) => {
    if (kind !== 'SelectStmt') return;
    const { limitCount, limitOffset } = node as SelectStmt;
    for (const number of numbers(limitCount)) place(number, { kind: 'limit' });
    for (const number of numbers(limitOffset)) place(number, { kind: 'offset' });
  });
  const count = Math.max(0, ...numbers(tree));
  return Array.from({ length: count }, (_, index) => found.get(index + 1) ?? { kind: 'other' });
}

/** INSERT … VALUES without column names: values go by position. */
function unnamed(tree: Node, place: (number: number, one: ParameterPlace) => void): void {
  if (!('InsertStmt' in tree)) return;
  const { relation, cols = [], selectStmt } = tree.InsertStmt;
  if (cols.length > 0 || !relation?.relname || !selectStmt || !('SelectStmt' in selectStmt)) return;
  const table = relation.schemaname ? `${relation.schemaname}.${relation.relname}` : relation.relname;
  for (const row of selectStmt.SelectStmt.valuesLists ?? [])
    for (const [index, value] of ('List' in row ? (row.List.items ?? []) : []).entries())
      for (const number of numbers(value))
        place(number, { kind: 'column', tables: [table], column: index + 1, operator: 'set' });
}

/** Which end of a range a parameter is. */
function rangeEnds(tree: Node): ReadonlyMap<number, 'lower' | 'upper'> {
  const ends = new Map<number, 'lower' | 'upper'>();
  walk({ tree }, (kind, node) => {
    if (kind !== 'A_Expr') return;
    const { lexpr, rexpr, name } = node as { lexpr?: Node; rexpr?: Node; name?: readonly Node[] };
    if (String(node['kind']).startsWith('AEXPR_BETWEEN') && rexpr && 'List' in rexpr) {
      const [lower, upper] = rexpr.List.items ?? [];
      for (const number of numbers(lower)) ends.set(number, 'lower');
      for (const number of numbers(upper)) ends.set(number, 'upper');
      return;
    }
    const operator = text(name?.at(-1)) ?? '';
    if (!['<', '<=', '>', '>='].includes(operator)) return;
    const below = operator.startsWith('<');
    for (const number of numbers(rexpr)) ends.set(number, below ? 'upper' : 'lower');
    for (const number of numbers(lexpr)) ends.set(number, below ? 'lower' : 'upper');
  });
  return ends;
}

function numbers(node: unknown): readonly number[] {
  const found: number[] = [];
  walk([node], (kind, inner) => {
    if (kind === 'ParamRef') found.push(Number(inner['number'] ?? 0));
  });
  return found;
}
