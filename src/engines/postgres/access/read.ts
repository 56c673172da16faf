/** A statement walked once from the top: which tables it uses, and how. */
import type {
  ColumnRef,
  DeleteStmt,
  InsertStmt,
  JoinExpr,
  MergeStmt,
  Node,
  RangeVar,
  SelectStmt,
  SubLink,
  UpdateStmt,
  WithClause,
} from 'libpg-query';
import { text, walk, words } from '../grammar/tree.ts';
import { against, each, narrow } from './conditions.ts';
import { newUse, type Draft, type Use } from './draft.ts';
import {
  columnOf,
  findWith,
  handedOn,
  newScope,
  resolve,
  type Bound,
  type Handed,
  type Outputs,
  type Scope,
  type Source,
} from './scope.ts';
import { sort, sortOutputs } from './sorting.ts';

const nothing: Handed = { outputs: new Map(), open: false };
/** Views within views, subqueries within subqueries. */
const deepest = 60;

interface Way {
  /** Only those outputs count that the level above uses. */
  readonly lazy?: boolean;
  readonly narrowing?: boolean;
}

/** Reads one statement into the draft; what it hands on to the level above. */
export function read(tree: Node | undefined, outer: Scope | undefined, draft: Draft, way: Way = {}): Handed {
  if (!tree || draft.depth > deepest) return nothing;
  draft.depth += 1;
  try {
    if ('SelectStmt' in tree) return select(tree.SelectStmt, outer, draft, way);
    if ('InsertStmt' in tree) return insert(tree.InsertStmt, outer, draft);
    if ('UpdateStmt' in tree) return modify(tree.UpdateStmt, 'update', outer, draft);
    if ('DeleteStmt' in tree) return modify(tree.DeleteStmt, 'delete', outer, draft);
    if ('MergeStmt' in tree) return merge(tree.MergeStmt, outer, draft);
    for (const inner of [
      'ExplainStmt' in tree ? tree.ExplainStmt.query : undefined,
      'PrepareStmt' in tree ? tree.PrepareStmt.query : undefined,
      'DeclareCursorStmt' in tree ? tree.DeclareCursorStmt.query : undefined,
      'CreateTableAsStmt' in tree ? tree.CreateTableAsStmt.query : undefined,
      'CopyStmt' in tree ? tree.CopyStmt.query : undefined,
    ])
      if (inner) return read(inner, outer, draft);
    return nothing;
  } finally {
    draft.depth -= 1;
  }
}

/** A new level with its WITH queries, of which those used once are read where they are used. */
function level(
  clause: WithClause | undefined,
  statement: unknown,
  outer: Scope | undefined,
  draft: Draft,
  narrowing = false,
): Scope {
  const scope = newScope({ first: draft.uses.length, narrowing, ...(outer ? { outer } : {}) });
  const ctes = (clause?.ctes ?? []).flatMap((node) =>
    'CommonTableExpr' in node ? [node.CommonTableExpr] : [],
  );
  const counts = new Map<string, number>();
  if (ctes.length > 0)
    walk([statement], (kind, node) => {
      if (kind !== 'RangeVar' || node['schemaname']) return;
      const name = String(node['relname']);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    });
  for (const { ctename = '', ctequery, ctematerialized, aliascolnames } of ctes) {
    const once = counts.get(ctename) === 1 && ctematerialized !== 'CTEMaterializeAlways';
    const inline =
      (once || ctematerialized === 'CTEMaterializeNever') &&
      !clause?.recursive &&
      !!ctequery &&
      'SelectStmt' in ctequery;
    const columns = words(aliascolnames);
    // A recursive query names itself before its columns are known.
    const own = newScope({
      first: draft.uses.length,
      withs: new Map(scope.withs),
      ...(outer ? { outer } : {}),
    });
    const entry = { columns, inline, scope: own, ...(ctequery ? { query: ctequery } : {}) };
    if (inline) scope.withs.set(ctename, entry);
    else {
      scope.withs.set(ctename, { ...entry, outputs: new Map() });
      const { outputs } = read(ctequery, scope, draft);
      scope.withs.set(ctename, { ...entry, outputs: renamed(outputs, columns) });
    }
  }
  return scope;
}

function select(statement: SelectStmt, outer: Scope | undefined, draft: Draft, way: Way = {}): Handed {
  const scope = level(statement.withClause, statement, outer, draft, way.narrowing);
  const limited = statement.limitCount !== undefined || statement.limitOffset !== undefined;
  if (statement.larg && statement.rarg) {
    const left = select(statement.larg, scope, draft);
    const right = select(statement.rarg, scope, draft);
    const outputs = united(left, right);
    const sorted = new Map(
      [...outputs].map(([name, bound]) => [name, bound ? each(bound, draft) : []] as const),
    );
    if (statement.op === 'SETOP_UNION' && statement.all) sortOutputs(statement, sorted);
    return { outputs, open: !limited && statement.op !== 'SETOP_EXCEPT' };
  }
  for (const item of statement.fromClause ?? []) from(item, scope, draft);
  condition(statement.whereClause, scope, draft);
  const targets = statement.targetList ?? [];
  const grouped = (statement.groupClause ?? []).length > 0 || statement.havingClause !== undefined;
  const plain = way.lazy && !limited && !grouped && !statement.distinctClause && !statement.sortClause;
  const outputs = outputsOf(targets, scope);
  // A plain subquery becomes part of the level above, which reads only what it needs of it.
  const needed = plain ? targets.filter((item) => !simple(item)) : targets;
  note(needed, scope, draft);
  note(
    [statement.groupClause, statement.sortClause, statement.distinctClause, statement.windowClause],
    scope,
    draft,
  );
  note([statement.valuesLists, statement.limitCount, statement.limitOffset], scope, draft);
  // HAVING speaks of groups; what it says of their keys holds for the rows too.
  if (statement.havingClause) condition(statement.havingClause, scope, draft);
  sort(statement, scope, draft);
  return { outputs, open: !limited && !hasWindow(targets) };
}

function from(item: Node, scope: Scope, draft: Draft): readonly Source[] {
  const first = scope.sources.length;
  if ('RangeVar' in item) scope.sources.push(relation(item.RangeVar, scope, draft));
  if ('RangeTableSample' in item && item.RangeTableSample.relation)
    from(item.RangeTableSample.relation, scope, draft);
  if ('RangeSubselect' in item) {
    const { subquery, alias } = item.RangeSubselect;
    const { outputs, open } = read(subquery, scope, draft, { lazy: true });
    scope.sources.push({
      called: alias?.aliasname ?? '',
      outputs: renamed(outputs, words(alias?.colnames)),
      open,
    });
  }
  if ('RangeFunction' in item) {
    const { functions, alias } = item.RangeFunction;
    note(functions, scope, draft);
    const names = alias ? [alias.aliasname ?? '', ...words(alias.colnames)] : [];
    scope.sources.push({
      called: alias?.aliasname ?? '',
      outputs: new Map(names.map((name) => [name, undefined])),
      open: false,
    });
  }
  if ('JoinExpr' in item) join(item.JoinExpr, scope, draft);
  return scope.sources.slice(first);
}

function join(node: JoinExpr, scope: Scope, draft: Draft): void {
  const left = node.larg ? from(node.larg, scope, draft) : [];
  const right = node.rarg ? from(node.rarg, scope, draft) : [];
  // What ON says of the side that keeps all its rows takes none of them away.
  const whole = new Set(
    [
      ...(node.jointype === 'JOIN_LEFT' || node.jointype === 'JOIN_FULL' ? left : []),
      ...(node.jointype === 'JOIN_RIGHT' || node.jointype === 'JOIN_FULL' ? right : []),
    ].flatMap(({ use }) => use ?? []),
  );
  note([node.quals], scope, draft);
  narrow(node.quals, scope, draft, whole);
  const shared = node.isNatural
    ? left
        .flatMap((one) => handedOn(one).map(([name]) => name))
        .filter((name) => right.some((one) => columnOf(one, name)))
    : words(node.usingClause);
  for (const column of shared) {
    const reference = (sources: readonly Source[]): { readonly node: Node; readonly scope: Scope } => ({
      node: { ColumnRef: { fields: [{ String: { sval: column } }] } },
      scope: newScope({ sources: [...sources] }),
    });
    const [one, other] = [reference(left), reference(right)];
    const sides: readonly Source[] = [
      { called: '1', outputs: new Map([['1', { kind: 'expression', ...one }]]), open: true },
      { called: '2', outputs: new Map([['2', { kind: 'expression', ...other }]]), open: true },
    ];
    const both = newScope({ sources: [...sides] });
    const name = (n: string): Node => ({
      ColumnRef: { fields: [{ String: { sval: n } }, { String: { sval: n } }] },
    });
    for (const { use, condition: said } of against(name('1'), '=', name('2'), 'equal', both, draft)
      .conditions)
      use.conditions.push(said);
    note([one.node], one.scope, draft);
    note([other.node], other.scope, draft);
  }
}

/** A table, a view that is read as its query, or a WITH query. */
function relation(node: RangeVar, scope: Scope, draft: Draft): Source {
  const { relname = '', schemaname, alias } = node;
  const called = alias?.aliasname ?? relname;
  const columns = words(alias?.colnames);
  const known = schemaname ? undefined : findWith(scope, relname);
  if (known) {
    const { outputs, open } = known.inline
      ? read(known.query, known.scope, draft, { lazy: true })
      : { outputs: known.outputs!, open: false };
    return { called, outputs: renamed(renamed(outputs, known.columns), columns), open };
  }
  const found = draft.relations.find(schemaname, relname);
  if (!found) return { called, outputs: new Map(), open: false };
  if (found.kind === 'view') {
    const { outputs, open } = read(found.query, undefined, draft, { lazy: true });
    return { called, outputs: renamed(renamed(outputs, [...found.columns.keys()]), columns), open };
  }
  const use = newUse(draft, found, called);
  if (columns.length === 0) return { called, use, open: true };
  const own: Outputs = new Map(
    [...found.columns.keys()].map((column) => [column, { kind: 'column', use, column }]),
  );
  return { called, outputs: renamed(own, columns), open: true };
}

function insert(node: InsertStmt, outer: Scope | undefined, draft: Draft): Handed {
  const scope = level(node.withClause, node, outer, draft);
  const target = node.relation ? relation(node.relation, scope, draft) : undefined;
  if (target?.use) {
    target.use.does = 'insert';
    target.use.writes.add('*');
  }
  read(node.selectStmt, scope, draft);
  if (!target) return nothing;
  const excluded: Source = { ...target, called: 'excluded' };
  scope.sources.push(target, excluded);
  const { onConflictClause } = node;
  note([onConflictClause?.targetList, onConflictClause?.whereClause], scope, draft);
  return returned(node.returningClause?.exprs, scope, draft);
}

function modify(
  node: UpdateStmt | DeleteStmt,
  does: 'update' | 'delete',
  outer: Scope | undefined,
  draft: Draft,
): Handed {
  const scope = level(node.withClause, node, outer, draft);
  const target = node.relation ? relation(node.relation, scope, draft) : undefined;
  const targets = does === 'update' ? ((node as UpdateStmt).targetList ?? []) : [];
  if (target) scope.sources.push(target);
  if (target?.use) write(target.use, does, targets);
  for (const item of (does === 'update'
    ? (node as UpdateStmt).fromClause
    : (node as DeleteStmt).usingClause) ?? [])
    from(item, scope, draft);
  condition(node.whereClause, scope, draft);
  note(targets, scope, draft);
  return returned(node.returningClause?.exprs, scope, draft);
}

function merge(node: MergeStmt, outer: Scope | undefined, draft: Draft): Handed {
  const scope = level(node.withClause, node, outer, draft);
  const target = node.relation ? relation(node.relation, scope, draft) : undefined;
  if (target) scope.sources.push(target);
  if (node.sourceRelation) from(node.sourceRelation, scope, draft);
  condition(node.joinCondition, scope, draft);
  for (const clause of node.mergeWhenClauses ?? []) {
    if (!('MergeWhenClause' in clause)) continue;
    const { commandType, targetList = [], condition: when } = clause.MergeWhenClause;
    if (target?.use && commandType === 'CMD_UPDATE') write(target.use, 'update', targetList);
    if (target?.use && (commandType === 'CMD_DELETE' || commandType === 'CMD_INSERT'))
      write(
        target.use,
        commandType === 'CMD_DELETE' ? 'delete' : target.use.does === 'read' ? 'insert' : target.use.does,
        [],
      );
    note([when, targetList], scope, draft);
  }
  return returned(node.returningClause?.exprs, scope, draft);
}

/** The rows that a change finds are read whole: it writes new ones. */
function write(use: Use, does: Use['does'], targets: readonly Node[]): void {
  use.does = does;
  use.reads.add('*');
  if (does !== 'update') use.writes.add('*');
  for (const item of targets)
    if ('ResTarget' in item && item.ResTarget.name !== undefined) use.writes.add(item.ResTarget.name);
}

function returned(list: readonly Node[] | undefined, scope: Scope, draft: Draft): Handed {
  note(list ?? [], scope, draft);
  return { outputs: outputsOf(list ?? [], scope), open: false };
}

function condition(node: Node | undefined, scope: Scope, draft: Draft): void {
  if (!node) return;
  narrow(node, scope, draft);
  const parts = conjuncts(node);
  for (const part of parts) {
    const link = 'SubLink' in part ? part.SubLink : undefined;
    if (link?.subLinkType === 'EXISTS_SUBLINK' || link?.subLinkType === 'ANY_SUBLINK')
      member(link, scope, draft);
    else note([part], scope, draft);
  }
}

/** `EXISTS (…)` and `x IN (SELECT …)`: each side may be looked up by the other. */
function member(link: SubLink, scope: Scope, draft: Draft): void {
  note([link.testexpr], scope, draft);
  const handed = subquery(link, scope, draft, { lazy: true, narrowing: true });
  if (
    link.subLinkType !== 'ANY_SUBLINK' ||
    !link.testexpr ||
    text(link.operName?.at(-1) ?? { String: { sval: '=' } }) !== '='
  ) {
    return;
  }
  const tests = 'RowExpr' in link.testexpr ? (link.testexpr.RowExpr.args ?? []) : [link.testexpr];
  const outputs = [...handed.outputs.values()];
  for (const [i, one] of tests.entries()) {
    const bound = outputs[i];
    if (bound === undefined) continue;
    noteBound(bound, draft);
    const inner: Source = { called: '', outputs: new Map([['', bound]]), open: handed.open };
    const other: Node = { ColumnRef: { fields: [{ String: { sval: '' } }, { String: { sval: '' } }] } };
    const both = newScope({
      sources: [...scope.sources, inner],
      ...(scope.outer ? { outer: scope.outer } : {}),
    });
    for (const { use, condition: said } of against(one, '=', other, 'equal', both, draft).conditions)
      use.conditions.push(said);
  }
}

function conjuncts(node: Node): readonly Node[] {
  return 'BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR'
    ? (node.BoolExpr.args ?? []).flatMap(conjuncts)
    : [node];
}

/** Notes the columns that expressions read, and reads their subqueries. */
function note(nodes: unknown, scope: Scope, draft: Draft): void {
  walk(nodes, (kind, node) => {
    if (kind === 'ColumnRef') noteColumn(node as ColumnRef, scope, draft);
    if (kind !== 'SubLink') return true;
    note([node['testexpr']], scope, draft);
    const { outputs } = subquery(node as SubLink, scope, draft, {
      lazy: node['subLinkType'] === 'EXISTS_SUBLINK',
    });
    if (node['subLinkType'] !== 'EXISTS_SUBLINK')
      for (const bound of outputs.values()) noteBound(bound, draft);
    return false;
  });
}

function subquery(link: SubLink, scope: Scope, draft: Draft, way: Way): Handed {
  const known = scope.subqueries.get(link);
  if (known) return known;
  const handed = read(link.subselect, scope, draft, way);
  scope.subqueries.set(link, handed);
  return handed;
}

function noteColumn(reference: ColumnRef, scope: Scope, draft: Draft): void {
  const last = reference.fields?.at(-1);
  const names = words(reference.fields);
  if (last && 'A_Star' in last) {
    for (const source of scope.sources.filter(({ called }) => names.length === 0 || called === names.at(-1)))
      if (source.use) source.use.reads.add('*');
      else for (const [, bound] of handedOn(source)) noteBound(bound, draft);
    return;
  }
  const found = resolve(reference, scope);
  if (found) noteBound(found.bound, draft);
  else
    for (let here: Scope | undefined = scope; here && names.length === 1; here = here.outer)
      // A table's name alone is its whole row.
      here.sources.find(({ called }) => called === names[0])?.use?.reads.add('*');
}

function noteBound(bound: Bound | undefined, draft: Draft): void {
  if (bound?.kind === 'column') bound.use.reads.add(bound.column);
  if (bound?.kind === 'expression') note([bound.node], bound.scope, draft);
  if (bound?.kind === 'each') for (const one of bound.each) noteBound(one, draft);
}

function outputsOf(targets: readonly Node[], scope: Scope): Outputs {
  const outputs = new Map<string, Bound | undefined>();
  const add = (name: string, bound: Bound | undefined): void => {
    outputs.set(outputs.has(name) ? `${name} ${outputs.size}` : name, bound);
  };
  for (const item of targets) {
    const { name, val } = 'ResTarget' in item ? item.ResTarget : {};
    const fields = val && 'ColumnRef' in val ? (val.ColumnRef.fields ?? []) : [];
    const last = fields.at(-1);
    if (last && 'A_Star' in last) {
      const owner = words(fields).at(-1);
      for (const source of scope.sources.filter(({ called }) => owner === undefined || called === owner))
        for (const [output, bound] of handedOn(source)) add(output, bound);
    } else if (val && 'ColumnRef' in val) {
      const found = resolve(val.ColumnRef, scope);
      add(name ?? text(last) ?? '', found?.open ? found.bound : undefined);
    } else if (val) add(name ?? outputName(val), { kind: 'expression', node: val, scope });
  }
  return outputs;
}

function outputName(node: Node): string {
  if ('FuncCall' in node) return text(node.FuncCall.funcname?.at(-1)) ?? '';
  if ('TypeCast' in node && node.TypeCast.arg) return outputName(node.TypeCast.arg);
  return 'CoalesceExpr' in node ? 'coalesce' : '?column?';
}

function united(left: Handed, right: Handed): Outputs {
  const others = [...right.outputs.values()];
  return new Map(
    [...left.outputs].map(([name, bound], i) => {
      const both = [left.open ? bound : undefined, right.open ? others[i] : undefined].flatMap(
        (one) => one ?? [],
      );
      return [name, both.length > 0 ? { kind: 'each', each: both } : undefined];
    }),
  );
}

function renamed(outputs: Outputs, columns: readonly string[]): Outputs {
  return columns.length === 0
    ? outputs
    : new Map([...outputs].map(([name, bound], index) => [columns[index] ?? name, bound]));
}

/** Without a subquery of its own. */
function simple(item: Node): boolean {
  return !has(item, (kind) => kind === 'SubLink');
}

function hasWindow(targets: readonly Node[]): boolean {
  return has(targets, (kind, node) => kind === 'FuncCall' && node['over'] !== undefined);
}

function has(
  tree: unknown,
  wanted: (kind: string, node: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  let found = false;
  walk(tree, (kind, node) => {
    found ||= wanted(kind, node);
    return !found;
  });
  return found;
}
