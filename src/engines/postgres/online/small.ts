import type { AlterTableCmd, AlterTableStmt, IndexStmt, Node } from 'libpg-query';
import type { StepDraft } from '../../../engine/model.ts';
import { words } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { constraintIn } from './text.ts';
import { defaultName, quick, smallness, type Place } from './place.ts';
import { bare, commandsOf } from './text.ts';

/** The statement as it was written where the table is empty or small, since all of it takes a moment; undefined where another form is called for. */
export function plainForm(place: Place, tree: Node, sql: string): readonly StepDraft[] | undefined {
  const because = smallness(place);
  if (because === undefined) return undefined;
  if ('IndexStmt' in tree) return plainIndex(place, tree.IndexStmt, bare(sql), because);
  if ('AlterTableStmt' in tree) return plainAlter(place, tree.AlterTableStmt, bare(sql), because);
  if ('UpdateStmt' in tree || 'DeleteStmt' in tree)
    return [
      {
        sql: bare(sql),
        phase: 'backfill',
        transaction: true,
        undo: null,
        concerns: ['*'],
        reason: `${because}: all of them in one transaction`,
        ...('DeleteStmt' in tree
          ? { destructive: `Rows of ${place.table.name} are deleted; the way back does not bring them again` }
          : {}),
      },
    ];
  return undefined;
}

function plainIndex(
  place: Place,
  statement: IndexStmt,
  sql: string,
  because: string,
): readonly StepDraft[] | undefined {
  // Names that the server would choose are left to the form that chooses them.
  if (!statement.idxname || statement.concurrent || statement.if_not_exists) return undefined;
  const name = quote.name({ schema: place.table.schema, name: statement.idxname });
  return [quick(sql, `${because}: built at once, while writers wait a moment`, `DROP INDEX ${name}`)];
}

function plainAlter(
  place: Place,
  { cmds = [] }: AlterTableStmt,
  sql: string,
  because: string,
): readonly StepDraft[] | undefined {
  const [node] = cmds;
  const cmd = node && cmds.length === 1 && 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
  const back = cmd && wayBack(place, cmd, commandsOf(sql)[0]!);
  if (!cmd || !back) return undefined;
  const { undo, text } = back;
  const phase = cmd.subtype === 'AT_SetNotNull' ? 'contract' : 'expand';
  return [
    {
      ...quick(
        `ALTER TABLE ${place.name} ${text}`,
        `${because}: done at once, ACCESS EXCLUSIVE for a moment`,
        undo,
        phase,
      ),
      ...(back.column === undefined || phase === 'expand' ? {} : { concerns: [back.column] }),
    },
  ];
}

function wayBack(
  place: Place,
  cmd: AlterTableCmd,
  text: string,
): { readonly undo: string; readonly text: string; readonly column?: string } | undefined {
  const alter = `ALTER TABLE ${place.name}`;
  const definition = cmd.def;
  if (cmd.subtype === 'AT_SetNotNull')
    return {
      undo: `${alter} ALTER COLUMN ${quote.identifier(cmd.name ?? '')} DROP NOT NULL`,
      text,
      column: cmd.name ?? '',
    };
  if (cmd.subtype === 'AT_AddColumn' && definition && 'ColumnDef' in definition && !cmd.missing_ok)
    return { undo: `${alter} DROP COLUMN ${quote.identifier(definition.ColumnDef.colname ?? '')}`, text };
  const constraint = cmd.subtype === 'AT_AddConstraint' ? constraintIn(definition) : undefined;
  if (!constraint || constraint.contype === 'CONSTR_CHECK' || constraint.contype === 'CONSTR_NOTNULL')
    return undefined;
  const keys = words(constraint.keys);
  const name =
    constraint.conname ??
    (constraint.contype === 'CONSTR_PRIMARY'
      ? defaultName(place, [], 'pkey')
      : constraint.contype === 'CONSTR_UNIQUE'
        ? defaultName(place, keys, 'key')
        : constraint.contype === 'CONSTR_FOREIGN'
          ? defaultName(place, words(constraint.fk_attrs), 'fkey')
          : undefined);
  if (name === undefined) return undefined;
  const own = quote.identifier(name);
  return {
    undo: `${alter} DROP CONSTRAINT ${own}`,
    text: constraint.conname ? text : text.replace(/^ADD\s+/i, `ADD CONSTRAINT ${own} `),
  };
}
