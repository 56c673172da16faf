/** FROM lists, joins, views and WITH queries. */
import type { JoinExpr, Node, RangeVar, WithClause } from 'libpg-query';
import { walk, words } from '../grammar/tree.ts';
import { against, narrow } from './conditions.ts';
import type { Draft } from './draft.ts';
import { note } from './notes.ts';
import { renamed } from './outputs.ts';
import { columnOf, findWith, handedOn, newScope, type Outputs, type Scope, type Source } from './scope.ts';
import { newUse } from './use.ts';

/** A new level with its WITH queries, of which those used once are read where they are used. */
export function level(
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
    const own = newScope({
      first: draft.uses.length,
      withs: new Map(scope.withs),
      ...(outer ? { outer } : {}),
    });
    const entry = { columns, inline, scope: own, ...(ctequery ? { query: ctequery } : {}) };
    if (inline) scope.withs.set(ctename, entry);
    else {
      // A recursive query names itself before its columns are known.
      own.withs.set(ctename, { ...entry, outputs: new Map() });
      const { outputs } = draft.read(ctequery, own, draft);
      scope.withs.set(ctename, { ...entry, outputs: renamed(outputs, columns) });
    }
  }
  return scope;
}

/** Adds an item of a FROM list to a level; the sources it brings. */
export function from(item: Node, scope: Scope, draft: Draft): readonly Source[] {
  const first = scope.sources.length;
  if ('RangeVar' in item) scope.sources.push(relation(item.RangeVar, scope, draft));
  if ('RangeTableSample' in item && item.RangeTableSample.relation)
    from(item.RangeTableSample.relation, scope, draft);
  if ('RangeSubselect' in item) {
    const { subquery, alias, lateral } = item.RangeSubselect;
    // It sees what stands before it, if anything; never itself.
    const sight = { ...scope, sources: lateral ? [...scope.sources] : [] };
    const { outputs, open } = draft.read(subquery, sight, draft, { lazy: true });
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
export function relation(node: RangeVar, scope: Scope, draft: Draft): Source {
  const { relname = '', schemaname, alias } = node;
  const called = alias?.aliasname ?? relname;
  const columns = words(alias?.colnames);
  const known = schemaname ? undefined : findWith(scope, relname);
  if (known) {
    const { outputs, open } = known.inline
      ? draft.read(known.query, known.scope, draft, { lazy: true })
      : { outputs: known.outputs!, open: false };
    return { called, outputs: renamed(renamed(outputs, known.columns), columns), open };
  }
  const found = draft.relations.find(schemaname, relname);
  if (!found) return { called, outputs: new Map(), open: false };
  if (found.kind === 'view') {
    const { outputs, open } = draft.read(found.query, undefined, draft, { lazy: true });
    return { called, outputs: renamed(renamed(outputs, [...found.columns.keys()]), columns), open };
  }
  const use = newUse(draft.uses, found, called);
  if (columns.length === 0) return { called, use, open: true };
  const own: Outputs = new Map(
    [...found.columns.keys()].map((column) => [column, { kind: 'column', use, column }]),
  );
  return { called, outputs: renamed(own, columns), open: true };
}
