/** Habits that show when columns are known. */
import type { ColumnRef, Node } from 'libpg-query';
import type { Trait } from '../../../../engine/model.ts';
import { printName } from '../../../../catalog/identity.ts';
import { text, walk, words } from '../../grammar/tree.ts';
import { columnRefs } from '../expression.ts';
import type { Place } from '../place.ts';
import { neverNull, resolved, sightOf, type Seen } from '../sight.ts';
import { levelsOf } from '../levels.ts';

/** Habits that have to do with what a column is. */
export function columnTraits(place: Place): readonly Trait[] {
  const found: Trait[] = [];
  walk([place.core.tree.whereClause], (kind, node) => {
    if (kind === 'SelectStmt') return false;
    if (kind === 'A_Expr') found.push(...comparison(node, place));
    if (kind === 'BoolExpr' && node['boolop'] === 'NOT_EXPR') found.push(...notIn(node, place));
    return true;
  });
  walk([place.core.tree.targetList, place.core.tree.whereClause], (kind, node) => {
    if (kind === 'SelectStmt') return false;
    if (kind === 'A_Expr' && text((node['name'] as Node[] | undefined)?.at(-1)) === '||')
      found.push(...concatenated(node, place));
    return true;
  });
  return found;
}

function told(kind: Trait['kind'], says: string, seen: Seen | undefined): Trait {
  const table = seen?.source.table;
  return {
    kind,
    says,
    rests: table ? 'catalog' : 'text',
    ...(table ? { table: { schema: table.schema, name: table.name } } : {}),
    ...(seen ? { column: seen.name } : {}),
  };
}

function seenOf(reference: ColumnRef, { sight }: Place): Seen | undefined {
  return resolved(reference, sight);
}

const comparing: ReadonlySet<string> = new Set(['=', '<', '<=', '>', '>=']);

function comparison(node: Readonly<Record<string, unknown>>, place: Place): readonly Trait[] {
  const operator = text((node['name'] as Node[] | undefined)?.at(-1)) ?? '';
  const [left, right] = [node['lexpr'], node['rexpr']] as (Node | undefined)[];
  const between = String(node['kind']).startsWith('AEXPR_BETWEEN');
  if (!left || !right || (!between && (node['kind'] !== 'AEXPR_OP' || !comparing.has(operator)))) return [];
  const found: Trait[] = [];
  for (const [side, other] of between
    ? [[left, right] as const]
    : [[left, right] as const, [right, left] as const]) {
    if (columnRefs(other).length > 0 && !between) continue;
    if ('FuncCall' in side) found.push(...called(side, place));
    if ('TypeCast' in side && side.TypeCast.arg && 'ColumnRef' in side.TypeCast.arg) {
      const seen = seenOf(side.TypeCast.arg.ColumnRef, place);
      const type = words(side.TypeCast.typeName?.names).at(-1) ?? '';
      found.push(
        told(
          'cast on column',
          `${nameOf(side.TypeCast.arg.ColumnRef)} is cast to ${type} for every row.`,
          seen,
        ),
      );
    }
    if ('ColumnRef' in side) found.push(...times(side.ColumnRef, other, between, place));
  }
  return found;
}

function nameOf(reference: ColumnRef): string {
  return words(reference.fields).at(-1) ?? '';
}

/** A function of one column; where an index holds that expression it is what the index is for. */
function called(side: Extract<Node, { FuncCall: unknown }>, place: Place): readonly Trait[] {
  const name = words(side.FuncCall.funcname).at(-1) ?? '';
  const references = columnRefs(side.FuncCall.args);
  const [reference] = references;
  if (references.length !== 1 || !reference) return [];
  const seen = seenOf(reference, place);
  const indexed = seen?.source.table?.indexes.some(({ keys }) =>
    keys.some((key) => key.toLowerCase().includes(`${name}(`) && key.includes(seen.name)),
  );
  return indexed
    ? []
    : [told('function on column', `${name}() is called with ${nameOf(reference)} for every row.`, seen)];
}

function times(reference: ColumnRef, other: Node, between: boolean, place: Place): readonly Trait[] {
  const seen = seenOf(reference, place);
  const type = seen?.column?.type ?? '';
  const constants = constantsOf(other);
  if (
    between &&
    (type.startsWith('timestamp') || (type === '' && constants.some((one) => /^\d{4}-\d\d-\d\d$/.test(one))))
  )
    return [
      told(
        'between times',
        `BETWEEN holds both ends of ${nameOf(reference)}: the last moment is either too much or too little.`,
        seen,
      ),
    ];
  if (
    !between &&
    type.endsWith(' with time zone') &&
    constants.some((one) => /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(one))
  )
    return [
      told(
        'time without zone',
        `${nameOf(reference)} is compared with a time of whatever zone the session has.`,
        seen,
      ),
    ];
  return [];
}

function constantsOf(node: Node): readonly string[] {
  const found: string[] = [];
  walk([node], (kind, inner) => {
    const text0 = kind === 'A_Const' ? (inner['sval'] as { sval?: string } | undefined)?.sval : undefined;
    if (text0 !== undefined) found.push(text0);
  });
  return found;
}

function notIn(node: Readonly<Record<string, unknown>>, place: Place): readonly Trait[] {
  const [inner] = (node['args'] ?? []) as Node[];
  if (!inner || !('SubLink' in inner) || inner.SubLink.subLinkType !== 'ANY_SUBLINK') return [];
  const select = inner.SubLink.subselect;
  const target = select && 'SelectStmt' in select ? select.SelectStmt.targetList?.[0] : undefined;
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!value || !('ColumnRef' in value)) return [];
  for (const level of levelsOf(place.sql)) {
    if (level.parent?.from !== place.level.from) continue;
    const core = level.cores[0]!;
    const own = core.tree.targetList?.[0];
    const column = own && 'ResTarget' in own ? own.ResTarget.val : undefined;
    if (!column || !('ColumnRef' in column) || nameOf(column.ColumnRef) !== nameOf(value.ColumnRef)) continue;
    const seen = resolved(column.ColumnRef, sightOf(core, level, place.catalog));
    if (neverNull(seen)) return [];
    const where = seen?.source.table ? printName(seen.source.table) : 'the list';
    return [
      told(
        'not in with nulls',
        `A single null in ${seen?.name ?? 'the column'} of ${where} makes NOT IN find nothing.`,
        seen,
      ),
    ];
  }
  return [];
}

function concatenated(node: Readonly<Record<string, unknown>>, place: Place): readonly Trait[] {
  return [node['lexpr'], node['rexpr']].flatMap((side) => {
    const one = side as Node | undefined;
    const seen = one && 'ColumnRef' in one ? seenOf(one.ColumnRef, place) : undefined;
    return seen?.column && !neverNull(seen)
      ? [told('null in concatenation', `The whole text is null where ${seen.name} is.`, seen)]
      : [];
  });
}
