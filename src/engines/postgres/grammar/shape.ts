import type {
  ColumnRef,
  CommonTableExpr,
  DeleteStmt,
  InsertStmt,
  Node,
  RangeVar,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from 'libpg-query';
import type { Predicate, QueryShape } from '../../../engine/model.ts';
import { number } from './parameters.ts';
import { parse } from './parse.ts';
import { against, plain, predicatesOf } from './predicates.ts';
import { findWith, resolve, type Ref, type Scope, type Source } from './scope.ts';
import { text, walk, words } from './tree.ts';

type Outputs = ReadonlyMap<string, Ref | undefined>;

/** What a query reads and writes, as far as its text tells: the first statement of the text counts. Columns carry the alias of a base table; an alias used twice gets a number. */
export function shape(sql: string): QueryShape {
  const numbered = number(sql);
  const tree = parse(numbered.sql, { sql, toOriginal: (at) => numbered.toOriginal(at) }).stmts?.[0]?.stmt;
  const draft: Draft = {
    names: numbered.names,
    tables: [],
    predicates: [],
    order: [],
    group: [],
    limit: false,
    sets: [],
    reads: new Map(),
  };
  const kind = tree ? query(draft, tree, undefined, true).kind : 'other';
  const { tables, predicates, order, group, limit, sets, reads } = draft;
  return { kind, tables, predicates, order, group, limit, sets, reads: [...reads.values()] };
}

interface Draft {
  readonly names: readonly string[];
  tables: { table: string; alias: string }[];
  predicates: Predicate[];
  order: { alias: string; column: string; descending: boolean }[];
  group: Ref[];
  limit: boolean;
  sets: { alias: string; column: string; parameter: string }[];
  reads: Map<string, Ref>;
}

function query(
  draft: Draft,
  tree: Node,
  outer: Scope | undefined,
  top = false,
): { kind: QueryShape['kind']; outputs: Outputs } {
  const none: Outputs = new Map();
  if ('SelectStmt' in tree) return { kind: 'read', outputs: select(draft, tree.SelectStmt, outer, top) };
  if ('InsertStmt' in tree) return { kind: 'insert', outputs: insert(draft, tree.InsertStmt, outer) ?? none };
  if ('UpdateStmt' in tree) return { kind: 'update', outputs: modify(draft, tree.UpdateStmt, outer) };
  if ('DeleteStmt' in tree) return { kind: 'delete', outputs: modify(draft, tree.DeleteStmt, outer) };
  if ('ExplainStmt' in tree && tree.ExplainStmt.query)
    return query(draft, tree.ExplainStmt.query, outer, top);
  return { kind: 'other', outputs: none };
}

function open(draft: Draft, withClause: WithClause | undefined, outer: Scope | undefined): Scope {
  const scope: Scope = { sources: [], withs: new Map(), ...(outer ? { outer } : {}) };
  for (const node of withClause?.ctes ?? []) {
    const {
      ctename = '',
      ctequery,
      aliascolnames,
    } = 'CommonTableExpr' in node ? node.CommonTableExpr : ({} as CommonTableExpr);
    // A recursive query names itself before its columns are known.
    scope.withs.set(ctename, new Map());
    if (ctequery)
      scope.withs.set(ctename, renamed(query(draft, ctequery, scope).outputs, words(aliascolnames)));
  }
  return scope;
}

function select(draft: Draft, statement: SelectStmt, outer: Scope | undefined, top: boolean): Outputs {
  const scope = open(draft, statement.withClause, outer);
  if (statement.larg && statement.rarg) {
    const outputs = select(draft, statement.larg, scope, false);
    select(draft, statement.rarg, scope, false);
    draft.limit ||= top && statement.limitCount !== undefined;
    return outputs;
  }
  for (const item of statement.fromClause ?? []) fromItem(draft, item, scope);
  conditions(draft, [statement.whereClause, statement.havingClause], scope);
  const outputs = outputsOf(draft, statement.targetList ?? [], scope);
  if (top || draft.order.length + draft.group.length === 0) sorting(draft, statement, scope);
  draft.limit ||= top && statement.limitCount !== undefined;
  expressions(
    draft,
    [
      statement.targetList,
      statement.valuesLists,
      statement.groupClause,
      statement.sortClause,
      statement.limitCount,
    ],
    scope,
  );
  return outputs;
}

/** GROUP BY and ORDER BY by position, by output name, or by column. */
function sorting(
  draft: Draft,
  { targetList = [], groupClause = [], sortClause = [] }: SelectStmt,
  scope: Scope,
): void {
  const meant = (node: Node | undefined, outputFirst: boolean): Ref | undefined => {
    if (node && 'A_Const' in node) return target(targetList[(node.A_Const.ival?.ival ?? 0) - 1]);
    const name = node && 'ColumnRef' in node ? words(node.ColumnRef.fields) : [];
    const named =
      name.length === 1
        ? targetList.find((item) => 'ResTarget' in item && item.ResTarget.name === name[0])
        : undefined;
    return named && outputFirst ? target(named) : plain(node, scope);
  };
  const target = (item: Node | undefined): Ref | undefined =>
    item && 'ResTarget' in item ? plain(item.ResTarget.val, scope) : undefined;
  draft.group.push(...groupClause.flatMap((node) => meant(node, false) ?? []));
  for (const node of sortClause) {
    const sort = 'SortBy' in node ? node.SortBy : undefined;
    const column = meant(sort?.node, true);
    // What follows an expression cannot come from an index's order any more.
    if (!column) break;
    draft.order.push({ ...column, descending: sort?.sortby_dir === 'SORTBY_DESC' });
  }
}

function fromItem(draft: Draft, item: Node, scope: Scope): void {
  if ('RangeVar' in item) addRelation(draft, item.RangeVar, scope);
  if ('RangeSubselect' in item) {
    const { subquery, alias } = item.RangeSubselect;
    const outputs = subquery ? query(draft, subquery, scope).outputs : new Map<string, Ref>();
    scope.sources.push({ called: alias?.aliasname ?? '', outputs: renamed(outputs, words(alias?.colnames)) });
  }
  if ('RangeFunction' in item) {
    expressions(draft, [item.RangeFunction.functions], scope);
    scope.sources.push({
      called: item.RangeFunction.alias?.aliasname ?? '',
      outputs: new Map(words(item.RangeFunction.alias?.colnames).map((name) => [name, undefined])),
    });
  }
  if ('JoinExpr' in item) {
    const { larg, rarg, quals, usingClause } = item.JoinExpr;
    const from = scope.sources.length;
    if (larg) fromItem(draft, larg, scope);
    const middle = scope.sources.length;
    if (rarg) fromItem(draft, rarg, scope);
    conditions(draft, [quals], scope);
    for (const column of words(usingClause)) using(draft, column, scope, from, middle);
  }
}

function using(draft: Draft, column: string, scope: Scope, from: number, middle: number): void {
  const owner = (sources: Scope['sources']): Ref | undefined => {
    const source = sources.findLast(({ base, outputs }) => base !== undefined || outputs?.has(column));
    return source?.base === undefined ? source?.outputs?.get(column) : { alias: source.base, column };
  };
  const left = owner(scope.sources.slice(from, middle));
  const right = owner(scope.sources.slice(middle));
  if (left && right)
    draft.predicates.push(
      { ...left, operator: 'join', joins: right },
      { ...right, operator: 'join', joins: left },
    );
}

function addRelation(draft: Draft, relation: RangeVar, scope: Scope): string | undefined {
  const { relname = '', schemaname, alias } = relation;
  const called = alias?.aliasname ?? relname;
  const outputs = schemaname ? undefined : findWith(scope, relname);
  if (outputs) {
    scope.sources.push({ called, outputs: renamed(outputs, words(alias?.colnames)) });
    return undefined;
  }
  let unique = called;
  for (let n = 2; draft.tables.some((table) => table.alias === unique); n++) unique = `${called}_${n}`;
  draft.tables.push({ table: schemaname ? `${schemaname}.${relname}` : relname, alias: unique });
  scope.sources.push({ called, base: unique });
  return unique;
}

function insert(
  draft: Draft,
  { relation, cols, selectStmt, withClause, onConflictClause, returningClause }: InsertStmt,
  outer: Scope | undefined,
): Outputs | undefined {
  const scope = open(draft, withClause, outer);
  const alias = addRelation(draft, relation ?? {}, scope);
  if (alias === undefined) return undefined;
  const columns = (cols ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : []));
  const select = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : undefined;
  const rows =
    select?.valuesLists ??
    (select
      ? [
          {
            List: {
              items: (select.targetList ?? []).flatMap((item) =>
                'ResTarget' in item ? (item.ResTarget.val ?? []) : [],
              ),
            },
          },
        ]
      : []);
  for (const row of rows) {
    const items = 'List' in row ? (row.List.items ?? []) : [];
    for (const [index, value] of items.entries()) assign(draft, alias, columns[index], value);
  }
  if (selectStmt) query(draft, selectStmt, { sources: [], withs: scope.withs, ...(outer ? { outer } : {}) });
  for (const item of onConflictClause?.targetList ?? [])
    if ('ResTarget' in item) assign(draft, alias, item.ResTarget.name, item.ResTarget.val);
  return returning(draft, returningClause?.exprs, scope);
}

function modify(draft: Draft, statement: UpdateStmt | DeleteStmt, outer: Scope | undefined): Outputs {
  const scope = open(draft, statement.withClause, outer);
  const alias = addRelation(draft, statement.relation ?? {}, scope);
  for (const item of ('fromClause' in statement
    ? statement.fromClause
    : (statement as DeleteStmt).usingClause) ?? [])
    fromItem(draft, item, scope);
  conditions(draft, [statement.whereClause], scope);
  const targets = 'targetList' in statement ? (statement.targetList ?? []) : [];
  for (const item of targets)
    if ('ResTarget' in item && alias !== undefined)
      assign(draft, alias, item.ResTarget.name, item.ResTarget.val);
  expressions(draft, [targets], scope);
  return returning(draft, statement.returningClause?.exprs, scope);
}

function returning(draft: Draft, list: readonly Node[] | undefined, scope: Scope): Outputs {
  expressions(draft, [list], scope);
  return outputsOf(draft, list ?? [], scope);
}

function assign(draft: Draft, alias: string, column: string | undefined, value: Node | undefined): void {
  if (column === undefined) return;
  const { parameter } = against({ alias, column }, 'other', value, draft.names);
  if (parameter !== undefined) draft.sets.push({ alias, column, parameter });
}

function conditions(draft: Draft, nodes: readonly (Node | undefined)[], scope: Scope): void {
  for (const node of nodes) draft.predicates.push(...predicatesOf(node, scope, draft.names));
  expressions(draft, nodes, scope);
}

/** Notes the columns that expressions read and goes into their subqueries. */
function expressions(draft: Draft, nodes: unknown, scope: Scope): void {
  walk(nodes, (kind, node) => {
    if (kind === 'ColumnRef') note(draft, node as ColumnRef, scope);
    if (kind === 'SubLink') {
      expressions(draft, [node['testexpr']], scope);
      if (node['subselect']) query(draft, node['subselect'] as Node, scope);
      return false;
    }
    return true;
  });
}

function note(draft: Draft, reference: ColumnRef, scope: Scope): void {
  const column = resolve(reference, scope);
  const all = (reference.fields ?? []).length === 1 && column?.column === '*';
  const aliases = all ? scope.sources.flatMap(({ base }) => base ?? []) : [];
  for (const ref of all ? aliases.map((alias) => ({ alias, column: '*' })) : column ? [column] : [])
    draft.reads.set(`${ref.alias} ${ref.column}`, ref);
}

function outputsOf(draft: Draft, targets: readonly Node[], scope: Scope): Outputs {
  const outputs = new Map<string, Ref | undefined>();
  for (const item of targets) {
    const { name, val } = 'ResTarget' in item ? item.ResTarget : {};
    const fields = val && 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
    const last = fields.at(-1);
    if (last && 'A_Star' in last)
      for (const [output, ref] of scope.sources.flatMap(handedOn)) outputs.set(output, ref);
    else outputs.set(name ?? text(last) ?? '', plain(val, scope));
  }
  return outputs;
}

function renamed(outputs: Outputs, columns: readonly string[]): Outputs {
  return columns.length === 0
    ? outputs
    : new Map([...outputs].map(([name, ref], index) => [columns[index] ?? name, ref]));
}

/** What `*` hands on from one source: a table's columns are known to the catalog only, so they travel as `*`. */
function handedOn({ base, outputs }: Source): readonly (readonly [string, Ref | undefined])[] {
  return base === undefined ? [...(outputs ?? [])] : [['*', { alias: base, column: '*' }]];
}
