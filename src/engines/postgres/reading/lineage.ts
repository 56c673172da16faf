import { calledBy, type Opaque } from './calls.ts';
import { UnreadTree, isList, isNode, type TreeNode, type TreeValue } from './tree/model.ts';
import { child, flag, name, nodesIn, number } from './tree/fields.ts';
import { viewOf } from './uses.ts';

/** Masked columns of a relation by their number, with the names they are told by. */
export type Masks = (relation: number) => ReadonlyMap<number, string>;

/** Masked columns that a value comes from. */
interface Origin {
  readonly names: ReadonlySet<string>;
  /** The value is one of theirs as it stands, and can be masked where it comes out. */
  readonly plain: boolean;
}

export interface Lineage {
  /** By output column: whether masked values come out there. */
  readonly outputs: readonly (Origin | undefined)[];
  /** Masked columns that are used for more than to be shown. */
  readonly used: ReadonlySet<string>;
  /** Masked columns that are read at all. */
  readonly touched: ReadonlySet<string>;
}

interface Scope {
  readonly tables: readonly TreeNode[];
  readonly columns: Map<number, readonly (Origin | undefined)[]>;
  readonly ctes: Map<string, readonly (Origin | undefined)[]>;
  readonly outer: Scope | undefined;
  /** An owner of the database wrote it: it may use what it likes, and what comes from masked columns comes out masked. */
  readonly definition: boolean;
}

const tableKinds = {
  relation: 0,
  subquery: 1,
  join: 2,
  function: 3,
  tableFunction: 4,
  values: 5,
  cte: 6,
  group: 9,
};
const existsSublink = 0;
const scalarSublink = 4;
const union = 1;

/** Follows columns through subqueries, CTEs, joins and set operations. Pure; throws {@link UnreadTree}. */
export function lineageOf(
  tree: TreeNode,
  masks: Masks,
  definition: boolean,
  opaque: Opaque = new Map(),
): Lineage {
  const used = new Set<string>();
  const touched = new Set<string>();

  const query = (
    node: TreeNode,
    outer: Scope | undefined,
    inDefinition: boolean,
  ): readonly (Origin | undefined)[] => {
    const scope: Scope = {
      tables: nodesIn(node.fields.get('rtable')),
      columns: new Map(),
      ctes: new Map(),
      outer,
      definition: inDefinition,
    };
    for (const cte of nodesIn(node.fields.get('cteList'))) common(cte, scope);
    scope.tables.forEach((table, at) => {
      columnsOf(scope, at);
      checked(table.fields.get('tablesample'), scope);
    });
    for (const join of joins(node.fields.get('jointree'))) checked(join.fields.get('quals'), scope);
    for (const field of ['havingQual', 'limitOffset', 'limitCount', 'windowClause'])
      checked(node.fields.get(field), scope);
    return targets(node, scope);
  };

  const common = (cte: TreeNode, scope: Scope): void => {
    const inner = child(cte, 'ctequery');
    if (!inner) throw new UnreadTree('a CTE has no query');
    const key = name(cte, 'ctename');
    if (scope.ctes.has(key)) throw new UnreadTree('two CTEs have names that cannot be told apart');
    const width = nodesIn(inner.fields.get('targetList')).length;
    scope.ctes.set(
      key,
      Array.from({ length: width }, () => undefined),
    );
    // A recursive one reads its own columns: masks only grow, at most once for each column.
    for (let round = 0; round <= width; round += 1) {
      const before = scope.ctes.get(key) ?? [];
      const now = query(inner, scope, scope.definition);
      scope.ctes.set(key, now);
      if (!flag(cte, 'cterecursive') || now.every((one, at) => !one === !before[at])) break;
    }
  };

  const targets = (node: TreeNode, scope: Scope): readonly (Origin | undefined)[] => {
    const united = child(node, 'setOperations');
    const leaves = united && combined(united, scope);
    return nodesIn(node.fields.get('targetList')).flatMap((entry, at) => {
      const from = leaves ? leaves[at] : origin(entry.fields.get('expr'), scope);
      const ordered = number(entry, 'ressortgroupref') !== 0;
      const hidden = flag(entry, 'resjunk');
      if (from && !scope.definition && (ordered || hidden || !from.plain)) add(used, from.names);
      return hidden ? [] : [from];
    });
  };

  const combined = (value: TreeNode, scope: Scope): readonly (Origin | undefined)[] => {
    if (value.kind === 'RANGETBLREF') return columnsOf(scope, number(value, 'rtindex') - 1);
    if (value.kind !== 'SETOPERATIONSTMT') throw new UnreadTree(`${value.kind} stands in a set operation`);
    const sides = ['larg', 'rarg'].map((field) => {
      const side = child(value, field);
      if (!side) throw new UnreadTree('a set operation has one side only');
      return combined(side, scope);
    });
    const all = sides[0]!.map((one, at) => merged([one, sides[1]![at]]));
    const keepsRows = number(value, 'op') === union && flag(value, 'all');
    if (!keepsRows && !scope.definition) for (const one of all) if (one) add(used, one.names);
    return all;
  };

  /** Columns of a table of the list that has a query or expressions of its own. */
  const columnsOf = (scope: Scope, at: number): readonly (Origin | undefined)[] => {
    const known = scope.columns.get(at);
    if (known) return known;
    const table = scope.tables[at];
    if (!table) throw new UnreadTree('a table is not in its list');
    const columns = made(table, scope);
    scope.columns.set(at, columns);
    return columns;
  };

  const made = (table: TreeNode, scope: Scope): readonly (Origin | undefined)[] => {
    const kind = number(table, 'rtekind');
    if (kind === tableKinds.subquery) {
      const inner = child(table, 'subquery');
      if (!inner) throw new UnreadTree('a subquery has no query');
      const view = viewOf(table);
      const outputs = query(inner, scope, scope.definition || view !== undefined);
      if (view === undefined) return outputs;
      const masked = masks(view);
      return outputs.map((one, column) => {
        const own = masked.get(column + 1);
        const names = [...(one?.names ?? []), ...(own === undefined ? [] : [own])];
        return names.length === 0 ? undefined : { names: new Set(names), plain: true };
      });
    }
    if (kind === tableKinds.cte) {
      let holder: Scope | undefined = scope;
      for (let up = number(table, 'ctelevelsup'); up > 0; up -= 1) holder = holder?.outer;
      const columns = holder?.ctes.get(name(table, 'ctename'));
      if (!columns) throw new UnreadTree('a CTE is not in its list');
      return columns;
    }
    if (![tableKinds.function, tableKinds.tableFunction, tableKinds.values].includes(kind)) return [];
    const parts = ['functions', 'tablefunc', 'values_lists'].map((field) => table.fields.get(field));
    const names = checked(parts, scope);
    const count = names.size === 0 ? 0 : columnCount(table);
    return Array.from({ length: count }, () => ({ names, plain: false }));
  };

  const column = (node: TreeNode, scope: Scope): Origin | undefined => {
    let target: Scope | undefined = scope;
    for (let up = number(node, 'varlevelsup'); up > 0; up -= 1) target = target?.outer;
    const at = number(node, 'varno') - 1;
    const table = target?.tables[at];
    if (!target || !table) throw new UnreadTree('a column is of no table');
    const place = number(node, 'varattno');
    const kind = number(table, 'rtekind');
    const found = cells(table, kind, target, at, place);
    if (found) add(touched, found.names);
    return found;
  };

  const cells = (
    table: TreeNode,
    kind: number,
    scope: Scope,
    at: number,
    place: number,
  ): Origin | undefined => {
    if (kind === tableKinds.relation) {
      const masked = masks(number(table, 'relid'));
      if (place === 0)
        return masked.size === 0 ? undefined : { names: new Set(masked.values()), plain: false };
      const own = masked.get(place);
      return own === undefined ? undefined : { names: new Set([own]), plain: true };
    }
    if (kind === tableKinds.join || kind === tableKinds.group) {
      const list = table.fields.get(kind === tableKinds.join ? 'joinaliasvars' : 'groupexprs');
      const expressions = isList(list) ? list : [];
      if (place === 0) return whole(expressions.map((one) => origin(one, scope)));
      if (place > expressions.length) throw new UnreadTree('a column is of no table');
      return origin(expressions[place - 1], scope);
    }
    const columns = columnsOf(scope, at);
    if (place === 0) return whole(columns);
    if ((kind === tableKinds.subquery || kind === tableKinds.cte) && place > columns.length)
      throw new UnreadTree('a column is of no table');
    return columns[place - 1];
  };

  /** Where the value of an expression comes from, as far as masked columns go. */
  const origin = (value: TreeValue, scope: Scope): Origin | undefined => {
    if (isNode(value)) {
      if (value.kind === 'VAR') return column(value, scope);
      if (value.kind === 'RELABELTYPE' || value.kind === 'COLLATEEXPR')
        return origin(value.fields.get('arg'), scope);
      if (value.kind === 'SUBLINK' && number(value, 'subLinkType') === scalarSublink)
        return query(selectOf(value), scope, scope.definition)[0];
    }
    const names = tainted(value, scope);
    return names.size === 0 ? undefined : { names, plain: false };
  };

  /** Every masked column that an expression looks at. */
  const tainted = (value: TreeValue, scope: Scope): ReadonlySet<string> => {
    const names = new Set<string>();
    const visit = (one: TreeValue): void => {
      if (isList(one)) return one.forEach(visit);
      if (!isNode(one)) return;
      if (one.kind === 'VAR') return add(names, column(one, scope)?.names);
      if (opaque.size > 0) add(names, new Set(calledBy(one).flatMap((call) => opaque.get(call) ?? [])));
      if (one.kind === 'SUBLINK') {
        visit(one.fields.get('testexpr'));
        const outputs = query(selectOf(one), scope, scope.definition);
        if (number(one, 'subLinkType') !== existsSublink)
          for (const output of outputs) add(names, output?.names);
        return;
      }
      if (one.kind === 'QUERY') throw new UnreadTree('a query stands where none is expected');
      one.fields.forEach(visit);
    };
    visit(value);
    return names;
  };

  /** As {@link tainted}; in the statement itself such a use is refused. */
  const checked = (value: TreeValue, scope: Scope): ReadonlySet<string> => {
    const names = tainted(value, scope);
    if (!scope.definition) add(used, names);
    return names;
  };

  return { outputs: query(tree, undefined, definition), used, touched };
}

const add = (into: Set<string>, names: ReadonlySet<string> | undefined): void =>
  names?.forEach((one) => into.add(one));

function merged(origins: readonly (Origin | undefined)[]): Origin | undefined {
  const there = origins.flatMap((one) => one ?? []);
  if (there.length === 0) return undefined;
  return {
    names: new Set(there.flatMap(({ names }) => [...names])),
    plain: there.every(({ plain }) => plain),
  };
}

/** A whole row shows what is in it. */
function whole(origins: readonly (Origin | undefined)[]): Origin | undefined {
  const all = merged(origins);
  return all && { ...all, plain: false };
}

function selectOf(sublink: TreeNode): TreeNode {
  const select = child(sublink, 'subselect');
  if (select?.kind !== 'QUERY') throw new UnreadTree('a subquery has no query');
  return select;
}

/** The nodes of FROM that may hold conditions. */
function joins(value: TreeValue): readonly TreeNode[] {
  if (isList(value)) return value.flatMap(joins);
  if (!isNode(value) || value.kind === 'RANGETBLREF') return [];
  return [value, ...['fromlist', 'larg', 'rarg'].flatMap((field) => joins(value.fields.get(field)))];
}

function columnCount(table: TreeNode): number {
  const names = child(table, 'eref')?.fields.get('colnames');
  return isList(names) ? names.length : 0;
}
