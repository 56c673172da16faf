import type { DeleteStmt, Node, UpdateStmt } from 'libpg-query';
import type { StepDraft } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { walk, words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { primaryKey } from '../../../catalog/find.ts';
import { analyzed, inBatches } from './batches.ts';
import type { Place } from './place.ts';
import { bare, findOutside } from './text.ts';

/** UPDATE or DELETE over a table in use: along its key, batch by batch, each in a transaction of its own, if it may be repeated. */
export function changeRows(
  place: Place,
  statement: UpdateStmt | DeleteStmt,
  sql: string,
): readonly StepDraft[] {
  const deletes = !('targetList' in statement);
  const what = deletes ? 'deletes' : 'changes';
  const common = {
    phase: 'backfill' as const,
    concerns: ['*'],
    ...(deletes
      ? {
          destructive: `Rows of ${place.table.name} are deleted; the way back does not bring them again`,
          undo: null,
        }
      : { undo: null }),
  };
  const whole = (because: string): readonly StepDraft[] => [
    {
      ...common,
      sql: bare(sql),
      transaction: true,
      statementTimeoutMs: 0,
      reason: `${because}: ${what} all rows in one transaction, and writers of the same rows wait for its end`,
    },
  ];

  if (statement.withClause) return whole('A WITH query is counted once for all rows');
  if (!deletes && readsItself(statement as UpdateStmt))
    return whole('The new values come from the old ones, so a batch must never run twice');
  const alias = statement.relation?.alias?.aliasname;
  const loop = inBatches(place.table, quote.identifier(alias ?? place.table.name), (range) =>
    within(bare(sql), range),
  );
  if (!loop) return whole(`${place.table.name} has no primary key to walk along`);
  const set = deletes ? [] : columnsOf(statement as UpdateStmt);
  return [
    {
      ...common,
      sql: loop,
      transaction: false,
      statementTimeoutMs: 0,
      batch: {
        table: { schema: place.table.schema, name: place.table.name },
        key: primaryKey(place.table),
        set: '',
        where: '',
        statement: within(bare(sql), '/* range */ true'),
        ...(alias ? { alias: quote.identifier(alias) } : {}),
      },
      reason:
        'Batch by batch along the key: row locks last for a batch only; it can be stopped and run again',
    },
    ...(set.length > 0 ? [{ ...analyzed(place, set), concerns: ['*'] }] : []),
  ];
}

function columnsOf({ targetList = [] }: UpdateStmt): readonly string[] {
  return targetList.flatMap((item) => ('ResTarget' in item ? (item.ResTarget.name ?? []) : []));
}

/** Whether a SET expression reads a column that the statement sets, or the key moves under the loop. */
function readsItself({ targetList = [] }: UpdateStmt): boolean {
  const set = new Set(columnsOf({ targetList }));
  let found = false;
  walk(targetList, (kind, node) => {
    if (kind === 'ColumnRef' && set.has(words(node['fields'] as Node[]).at(-1) ?? '')) found = true;
  });
  return found;
}

/** The statement limited to a range; RETURNING goes, nobody reads it. */
function within(sql: string, range: string): string {
  const tokens = lex(sql);
  const returning = findOutside(tokens, ['returning']);
  const end = returning < 0 ? sql.length : tokens[returning]!.from;
  const where = findOutside(tokens, ['where']);
  if (where < 0) return `${sql.slice(0, end).trimEnd()}\nWHERE ${range}`;
  const condition = sql.slice(tokens[where]!.to, end).trim();
  return `${sql.slice(0, tokens[where]!.from).trimEnd()}\nWHERE ${range} AND (${condition})`;
}
