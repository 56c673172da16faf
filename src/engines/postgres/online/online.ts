import { fail } from '../../../base/error.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Online, OnlineContext, Statement, StepDraft } from '../../../engine/model.ts';
import { nameFrom, nameOf } from '../grammar/tree.ts';
import { touches } from '../grammar/touches.ts';
import { quote } from '../quote.ts';
import { alterTable, attachToNew } from './alter-table.ts';
import { mentions } from './columns-in.ts';
import { copyRows } from './copied-rows.ts';
import { createIndex, dropIndexes } from './index.ts';
import { dropObjects, rename, undoOf } from './objects.ts';
import { maintain } from './maintenance.ts';
import { partitionOf } from './partitions.ts';
import { parts } from './parts.ts';
import { existing, isFresh, quick, type Place } from './place.ts';
import { changeRows } from './rows.ts';
import { plainForm } from './small.ts';
import { bare, treeOfText } from './text.ts';

/** How PostgreSQL carries a statement out so that nobody waits; what it cannot do online is said in the step's reason. */
export const online: Online = {
  forms(statement, context) {
    const sql = bare(statement.sql);
    const tree = treeOfText(sql);
    const at = (written: Name): Place | undefined => {
      const table = isFresh(written, context) ? undefined : existing(written, context);
      return table && { table, name: quote.name(table), context };
    };
    if ('AlterTableStmt' in tree && tree.AlterTableStmt.objtype === 'OBJECT_TABLE') {
      const place = at(nameOf(tree.AlterTableStmt.relation));
      const plain = place && plainForm(place, tree, sql);
      if (plain) return plain;
      if (place) return alterTable(place, tree.AlterTableStmt, sql);
      const attached = attachToNew(tree.AlterTableStmt, sql, context);
      if (attached) return attached;
    }
    if ('IndexStmt' in tree) {
      const place = at(nameOf(tree.IndexStmt.relation));
      const plain = place && plainForm(place, tree, sql);
      if (plain) return plain;
      if (place) return createIndex(place, tree.IndexStmt, sql);
    }
    if ('DropStmt' in tree && tree.DropStmt.removeType === 'OBJECT_INDEX')
      return dropIndexes(tree.DropStmt.objects ?? [], tree.DropStmt.missing_ok === true, context);
    if ('DropStmt' in tree) return dropObjects(tree.DropStmt, sql, context);
    if ('RenameStmt' in tree) return rename(tree.RenameStmt, sql, context);
    if ('UpdateStmt' in tree || 'DeleteStmt' in tree) {
      const inner = 'UpdateStmt' in tree ? tree.UpdateStmt : tree.DeleteStmt;
      const place = at(nameOf(inner.relation));
      const plain = place && plainForm(place, tree, sql);
      if (plain) return plain;
      if (place) return changeRows(place, inner, sql);
    }
    const copied = 'InsertStmt' in tree ? copyRows(tree.InsertStmt, sql, context) : undefined;
    if (copied) return copied;
    const made = 'CreateStmt' in tree ? partitionOf(tree.CreateStmt, sql, context) : undefined;
    return made ?? maintain(tree, sql, context) ?? [asWritten(statement, sql, context)];
  },
  parts,
};

const refused: Readonly<Record<string, string>> = {
  TransactionStmt: 'The plan makes the transactions itself',
  VariableSetStmt: 'The plan sets its own limits, and names must mean the same in every session',
  CopyStmt: 'Rows cannot be sent along with a plan',
  LockStmt: 'The plan takes the locks that its steps need',
};

const dataKinds: readonly string[] = [
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'SelectStmt',
  'DoStmt',
  'CallStmt',
];

/** What needs no other form, or has none. */
function asWritten(statement: Statement, sql: string, context: OnlineContext): StepDraft {
  const why = refused[statement.kind];
  if (why)
    fail('change.refused', `${why}: this statement is not carried over.`, { details: { statement: sql } });
  const tables = touches(statement);
  const onlyFresh = tables.length > 0 && tables.every((name) => isFresh(name, context));
  const undo = undoOf(treeOfText(sql), context);
  if (dataKinds.includes(statement.kind)) {
    if (onlyFresh)
      return {
        sql,
        phase: 'expand',
        transaction: true,
        undo: '',
        ordinary: true,
        reason: 'The table is new: nobody waits',
      };
    const outside = statement.kind === 'CallStmt';
    const block = statement.kind === 'DoStmt' || outside;
    return {
      sql,
      phase: 'backfill',
      transaction: !outside,
      statementTimeoutMs: 0,
      ...(block ? {} : { undo: null }),
      concerns: ['*'],
      reason: block
        ? 'The inside of a block cannot be planned: it runs as it is written'
        : 'Runs as it is written',
    };
  }
  if (statement.kind === 'TruncateStmt')
    return {
      sql,
      phase: 'contract',
      transaction: true,
      undo: null,
      concerns: ['*'],
      reason: 'Last',
      destructive: `All rows of ${tables.map(({ name }) => name).join(', ')} are lost`,
    };
  // A new value may be used only after the transaction that adds it.
  if (statement.kind === 'AlterEnumStmt' && /\bADD\s+VALUE\b/i.test(sql))
    return {
      sql,
      phase: 'expand',
      transaction: false,
      reason:
        'Locks no table, and stands alone because a new value can be used only after its transaction. PostgreSQL takes no value away again',
    };
  // What is part of a new table goes away with it.
  const part =
    onlyFresh &&
    (statement.kind === 'IndexStmt' ||
      statement.kind === 'CommentStmt' ||
      statement.kind === 'CreatePolicyStmt');
  const step = quick(
    sql,
    onlyFresh ? 'The table is new: nobody waits' : momentary(statement, tables, context),
    part ? '' : undo,
  );
  const again = /^(?:ViewStmt|GrantStmt|CommentStmt|AlterOwnerStmt)$/.test(statement.kind)
    ? droppedView(sql, context)
    : undefined;
  return { ...step, ordinary: true, ...(again ? { closes: `view ${again}` } : {}) };
}

/** A view that an earlier statement dropped and this one makes again, or dresses. */
function droppedView(sql: string, { earlier = [] }: OnlineContext): string | undefined {
  for (const text of earlier) {
    if (!/\bDROP\s+(?:MATERIALIZED\s+)?VIEW\b/i.test(text)) continue;
    const tree = treeOfText(bare(text));
    const [object] = 'DropStmt' in tree ? (tree.DropStmt.objects ?? []) : [];
    const { name } = nameFrom(object && 'List' in object ? object.List.items : []);
    if (name !== '' && mentions(sql, name)) return name;
  }
  return undefined;
}

/** What a statement that reads no row holds for a moment. */
function momentary(statement: Statement, tables: readonly Name[], context: OnlineContext): string {
  const old = tables.flatMap((name) => existing(name, context)?.name ?? []).join(' and ');
  if (statement.kind === 'CreateStmt')
    return `A new table: nobody waits${old && `, but for writers of ${old}, to which its foreign keys lead: SHARE ROW EXCLUSIVE for a moment`}`;
  if (statement.kind === 'CreateTrigStmt')
    return `SHARE ROW EXCLUSIVE on ${old} for a moment: writers wait, readers do not`;
  if (statement.kind === 'CreateFunctionStmt') return 'Locks no table';
  return 'A lock for a moment, if any';
}
