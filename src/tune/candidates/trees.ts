/** B-trees that one use of a table asks for. */
import type { AccessCondition, AccessOrder, IndexFormKey, TableAccess } from '../../engine/model.ts';

/** Keys of a tree, with why they are in this order. */
export interface Tree {
  readonly keys: readonly IndexFormKey[];
  readonly because: string;
  readonly rank: number;
  /** First key whose order is wanted. */
  readonly ordered?: string;
}

export interface TreeWishes {
  readonly access: TableAccess;
  /** Share of rows that meet a condition. */
  readonly share: (condition: AccessCondition) => number;
  /** How much of the workload asks for this key by equality. */
  readonly popularity: (key: string) => number;
}

/** More columns in one key seldom narrow a search and always cost writes. */
const maxKeys = 5;
/** A condition that more rows meet does not lead an index. */
const tooMany = 0.5;

/** Equality first, then lists, then one range or the order; joins from either side; groups; each alone. */
export function treesOf({ access, share, popularity }: TreeWishes): readonly Tree[] {
  const found: Tree[] = [];
  const { conditions } = access;
  const tree = (condition: AccessCondition): boolean =>
    condition.ways.some(({ method }) => method === 'btree');
  const of = (...kinds: AccessCondition['kind'][]): readonly AccessCondition[] =>
    once(conditions.filter((one) => kinds.includes(one.kind) && one.against.kind !== 'column' && tree(one)));
  const selective = (one: AccessCondition, other: AccessCondition): number => share(one) - share(other);
  const equal = of('equal', 'null').toSorted(selective);
  const taken = new Set(equal.map(({ key }) => key));
  const free = (list: readonly AccessCondition[]): readonly AccessCondition[] =>
    list.filter(({ key }) => !taken.has(key));
  const lists = free(of('in')).toSorted(selective);
  const prefixes = free(of('prefix'));
  const ranges = free(of('range', 'not-null')).filter((one) => one.kind === 'range' || share(one) < tooMany);
  const joins = once(
    conditions.filter(
      (one) => one.kind === 'equal' && one.against.kind === 'column' && tree(one) && !taken.has(one.key),
    ),
  );
  const order = access.order.filter(({ key }) => !taken.has(key)).map(orderKey);

  const add = (
    keys: readonly (readonly IndexFormKey[])[],
    because: string,
    rank: number,
    ordered?: IndexFormKey,
  ): void => {
    const list = distinct(keys.flat()).slice(0, maxKeys);
    if (list.length > 0)
      found.push({ keys: list, because, rank, ...(ordered ? { ordered: ordered.key } : {}) });
  };
  const narrow =
    [...equal, ...lists, ...prefixes].some((one) => share(one) < tooMany) ||
    ranges.length > 0 ||
    joins.length > 0;
  const popular = equal.toSorted(
    (one, other) => popularity(other.key) - popularity(one.key) || selective(one, other),
  );
  const bases = popular.every((one, i) => one === equal[i]) || equal.length < 2 ? [equal] : [equal, popular];
  for (const [i, conditionsOfBase] of bases.entries()) {
    const base = conditionsOfBase.map(plain);
    const rank = 1 + i;
    const first = i === 0 ? 'equality, most selective first' : 'equality, most asked for first';
    if (order.length > 0 && (base.length > 0 || access.limit || i === 0))
      add([base, order], base.length > 0 ? `${first}, then the order` : 'the order', rank, order[0]);
    for (const range of ranges.slice(0, 3)) {
      add(
        [base, lists.map(plain), [plain(range)]],
        base.length > 0 || lists.length > 0 ? `${first}, then a range` : 'a range',
        rank,
      );
      if (lists.length > 0) add([base, [plain(range)]], `${first}, then a range`, rank + 1);
    }
    for (const prefix of prefixes.slice(0, 2))
      add([base, [withClass(prefix)]], base.length > 0 ? `${first}, then a prefix` : 'a prefix', rank);
    if (narrow && base.length + lists.length > 0) add([base, lists.map(plain)], first, rank);
    if (lists.length > 0 && order.length > 0)
      add([base, lists.map(plain), order], `${first}, lists, then the order`, rank + 1, order[0]);
    for (const [what, keys] of [
      ['groups', access.group],
      ['different values', access.distinct],
    ] as const)
      if (keys.length > 0)
        add([base, keys.map(bare)], base.length > 0 ? `${first}, then ${what}` : what, rank);
    for (const side of sides(joins)) {
      const names = side.map(plain);
      if (base.length > 0) add([base, names], `${first}, then the join`, rank);
      add([names, base], base.length > 0 ? 'the join, then equality' : 'the join', rank);
      if (order.length > 0) add([names, base, order], 'the join, then the order', rank + 1, order[0]);
      for (const range of ranges.slice(0, 2))
        add([names, base, [plain(range)]], 'the join, then a range', rank + 1);
      if (i === 0 && access.group.length > 0)
        add([access.group.map(bare), names], 'groups, then the join', rank + 2);
    }
  }
  for (const branches of access.branches)
    for (const branch of branches) {
      const own = once(branch.filter(tree));
      const exact = own
        .filter(({ kind, against }) => (kind === 'equal' || kind === 'null') && against.kind !== 'column')
        .toSorted(selective);
      const rest = own
        .filter((one) => !exact.includes(one))
        .map((one) => (one.kind === 'prefix' ? withClass(one) : plain(one)));
      if (own.every((one) => share(one) >= tooMany)) continue;
      add([exact.map(plain), rest], 'one branch of OR', 2);
      if (equal.length > 0)
        add([equal.map(plain), exact.map(plain), rest], 'equality, then one branch of OR', 2);
    }
  for (const one of [...equal, ...lists, ...joins].filter((each) => share(each) < tooMany))
    add([[plain(one)]], 'one condition', 3);
  if (order.length > 0 && equal.length > 0 && access.limit)
    add([order, equal.map(plain)], 'the order, then equality', 3, order[0]);
  return found;
}

/** Columns that join the same table together, then each alone. */
function sides(joins: readonly AccessCondition[]): readonly (readonly AccessCondition[])[] {
  const tables = new Map<string, AccessCondition[]>();
  for (const join of joins) {
    if (join.against.kind !== 'column') continue;
    const { schema, name } = join.against.table;
    const key = `${schema}.${name}`;
    tables.set(key, [...(tables.get(key) ?? []), join]);
  }
  const groups = [...tables.values()];
  return [...groups.filter((group) => group.length > 1), ...joins.map((join) => [join])];
}

function plain({ key, expression }: AccessCondition): IndexFormKey {
  return { key, expression };
}

function bare({ key, expression }: { readonly key: string; readonly expression: boolean }): IndexFormKey {
  return { key, expression };
}

function withClass({ key, expression, ways }: AccessCondition): IndexFormKey {
  const operators = ways.find(({ method }) => method === 'btree')?.class;
  return { key, expression, ...(operators === undefined ? {} : { class: operators }) };
}

function orderKey({ key, expression, descending, nullsFirst }: AccessOrder): IndexFormKey {
  return { key, expression, descending, nullsFirst };
}

function once(conditions: readonly AccessCondition[]): readonly AccessCondition[] {
  return [...new Map(conditions.map((one) => [one.key, one])).values()];
}

/** The first of each key; keys that are turned the same way all read forwards. */
function distinct(keys: readonly IndexFormKey[]): readonly IndexFormKey[] {
  const list = keys.filter((one, i) => keys.findIndex(({ key }) => key === one.key) === i);
  const turned = list.filter(({ descending }) => descending !== undefined);
  const backwards =
    turned.length > 0 &&
    turned.every(({ descending, nullsFirst }) => descending === true && nullsFirst === true);
  return backwards ? list.map(({ descending: _d, nullsFirst: _n, ...rest }) => rest) : list.map(usual);
}

function usual({ descending, nullsFirst, ...rest }: IndexFormKey): IndexFormKey {
  if (descending === true)
    return nullsFirst === false ? { ...rest, descending, nullsFirst } : { ...rest, descending };
  return nullsFirst === true ? { ...rest, nullsFirst } : rest;
}
