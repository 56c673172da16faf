/** Statements that write: their target, and where they find its rows. */
import type { DeleteStmt, InsertStmt, MergeStmt, Node, UpdateStmt } from 'libpg-query';
import type { Draft } from './draft.ts';
import { from, level, relation } from './from.ts';
import { condition } from './narrowing.ts';
import { note } from './notes.ts';
import { outputsOf } from './outputs.ts';
import type { Handed, Scope, Source } from './scope.ts';
import type { Use } from './use.ts';

const nothing: Handed = { outputs: new Map(), open: false };

/** Reads INSERT: its rows, its target, what it returns. */
export function insert(node: InsertStmt, outer: Scope | undefined, draft: Draft): Handed {
  const scope = level(node.withClause, node, outer, draft);
  const target = node.relation ? relation(node.relation, scope, draft) : undefined;
  if (target?.use) {
    target.use.does = 'insert';
    target.use.writes.add('*');
  }
  draft.read(node.selectStmt, scope, draft);
  if (!target) return nothing;
  const excluded: Source = { ...target, called: 'excluded' };
  scope.sources.push(target, excluded);
  const { onConflictClause } = node;
  note([onConflictClause?.targetList, onConflictClause?.whereClause], scope, draft);
  return returned(node.returningClause?.exprs, scope, draft);
}

/** Reads UPDATE or DELETE. */
export function modify(
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

/** Reads MERGE. */
export function merge(node: MergeStmt, outer: Scope | undefined, draft: Draft): Handed {
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
