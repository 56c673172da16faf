/** Whether one index does all that another does. */
import type { AccessCondition } from '../../../engine/access/model.ts';
import type { Catalog, Index } from '../../../catalog/model.ts';
import { shapeOf, type IndexShape, type ShapeKey } from './form.ts';

/** Whether everything the first index does is done by the second one. */
export function covers(one: Index, other: Index, catalog: Catalog, loose = 0): boolean {
  const first = shapeOf(one.definition, catalog);
  const second = shapeOf(other.definition, catalog);
  if (!first || !second || first.table !== second.table) return false;
  const carried = new Set([...second.includes, ...second.keys.flatMap(({ column }) => column ?? [])]);
  return (
    sameMatter(one, first, other, second, loose) &&
    first.includes.every((column) => carried.has(column)) &&
    sameRows(first, second) &&
    (!one.unique || alsoUnique(first, other, second))
  );
}

function sameMatter(one: Index, first: IndexShape, other: Index, second: IndexShape, loose: number): boolean {
  if (one.method === 'hash' && other.method === 'btree')
    return first.keys.length === 1 && sameKey(first.keys[0]!, second.keys[0]!);
  if (one.method !== other.method) return false;
  if (one.method !== 'btree')
    return one.method === 'gin' || one.method === 'brin'
      ? first.keys.every((key) => second.keys.some((candidate) => sameKey(key, candidate)))
      : first.keys.length === second.keys.length &&
          first.keys.every((key, i) => sameKey(key, second.keys[i]!));
  if (first.keys.length > second.keys.length) return false;
  const pairs = first.keys.map((key, i) => [key, second.keys[i]!] as const);
  const turned = pairs.slice(loose);
  return (
    pairs.every(([a, b]) => sameKey(a, b)) &&
    (turned.every(([a, b]) => a.descending === b.descending && a.nullsFirst === b.nullsFirst) ||
      turned.every(([a, b]) => a.descending !== b.descending && a.nullsFirst !== b.nullsFirst))
  );
}

function sameKey(a: ShapeKey, b: ShapeKey): boolean {
  return a.sql === b.sql && a.class === b.class;
}

/** It keeps the same values apart: the same keys for the same rows, and nulls seen alike. */
function alsoUnique(first: IndexShape, other: Index, second: IndexShape): boolean {
  return (
    other.unique &&
    first.keys.length === second.keys.length &&
    (first.statement.nulls_not_distinct ?? false) === (second.statement.nulls_not_distinct ?? false) &&
    implied(first, second)
  );
}

/** Neither holds rows that the other has not; nulls of the first key stand together at an end of a tree, where they are in nobody's way. */
function sameRows(first: IndexShape, second: IndexShape): boolean {
  if (!implied(second, first)) return false;
  return implied(first, second) || (first.use !== undefined && second.use === undefined && onlyNulls(first));
}

function onlyNulls(shape: IndexShape): boolean {
  const conditions = shape.use?.conditions ?? [];
  const key = shape.keys[0];
  return (
    shape.use?.branches.length === 0 &&
    conditions.length === conjuncts(shape) &&
    conditions.every(
      ({ kind, key: name }) => kind === 'not-null' && (name === key?.column || name === key?.sql),
    )
  );
}

/** Whether rows that meet the second index's condition all meet the first one's. */
function implied(wider: IndexShape, narrower: IndexShape): boolean {
  if (!wider.use || wider.whole === narrower.whole) return true;
  if (!narrower.use) return false;
  const { conditions, branches } = wider.use;
  const given = narrower.use.conditions;
  return (
    // Conditions that were not understood are in neither list.
    conditions.length > 0 &&
    branches.length === 0 &&
    conditions.length === conjuncts(wider) &&
    conditions.every((wanted) => given.some((known) => follows(wanted, known)))
  );
}

function conjuncts({ statement: { whereClause } }: IndexShape): number {
  return whereClause && 'BoolExpr' in whereClause && whereClause.BoolExpr.boolop === 'AND_EXPR'
    ? (whereClause.BoolExpr.args?.length ?? 0)
    : 1;
}

/** Whether one condition follows from another on the same key. */
function follows(wanted: AccessCondition, known: AccessCondition): boolean {
  if (wanted.key !== known.key) return false;
  if (wanted.predicate !== undefined && wanted.predicate === known.predicate) return true;
  if (wanted.kind === 'not-null')
    return (
      ['equal', 'in', 'range', 'prefix', 'pattern', 'contains', 'overlaps'].includes(known.kind) ||
      known.operator === '<>'
    );
  const constants = (condition: AccessCondition): readonly string[] | undefined =>
    condition.list ??
    (condition.kind === 'equal' && condition.against.kind === 'constant'
      ? [condition.against.sql]
      : undefined);
  const inner = constants(known);
  if (wanted.kind === 'in' || wanted.kind === 'equal') {
    const outer = constants(wanted);
    return outer !== undefined && inner !== undefined && inner.every((value) => outer.includes(value));
  }
  return wanted.kind === 'range' && known.kind === 'range' ? within(wanted, known) : false;
}

/** Ranges of numbers only: what texts and times mean is the server's to say. */
function within(wanted: AccessCondition, known: AccessCondition): boolean {
  if (wanted.against.kind !== 'constant' || known.against.kind !== 'constant') return false;
  const [outer, inner] = [Number(wanted.against.sql), Number(known.against.sql)];
  if (Number.isNaN(outer) || Number.isNaN(inner) || wanted.operator[0] !== known.operator[0]) return false;
  if (outer === inner) return wanted.operator.length >= known.operator.length;
  return wanted.operator.startsWith('>') ? inner > outer : inner < outer;
}
