/** A statement walked once from the top: which tables it uses, and how. */
import type { Node, SelectStmt } from 'libpg-query';
import { each } from './sides.ts';
import { step, type Draft, type Way } from './draft.ts';
import { from, level } from './from.ts';
import { condition } from './narrowing.ts';
import { note } from './notes.ts';
import { hasWindow, outputsOf, simple, united } from './outputs.ts';
import type { Handed, Scope } from './scope.ts';
import { sort, sortOutputs } from './sorting.ts';
import { insert, merge, modify } from './writes.ts';

const nothing: Handed = { outputs: new Map(), open: false };

/** Views within views, subqueries within subqueries. */
const deepest = 60;

/** Reads one statement into the draft; what it hands on to the level above. */
export function read(tree: Node | undefined, outer: Scope | undefined, draft: Draft, way: Way = {}): Handed {
  if (!tree || draft.depth > deepest || !step(draft)) return nothing;
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
