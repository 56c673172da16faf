import type { AlterTableCmd, Node } from 'libpg-query';
import type { Name } from '../../../catalog/model.ts';
import type { Statement, StatementPart } from '../../../engine/model.ts';
import { nameFrom, nameOf } from '../grammar/tree.ts';
import { lex } from '../grammar/lex.ts';
import { bare, commandsOf, sliced, treeOfText } from './text.ts';

/** Takes `ALTER TABLE … ADD …, DROP …` and `DROP TABLE a, b` apart; comments in front stay with the first part. */
export function parts(statement: Statement): readonly StatementPart[] {
  const sql = bare(statement.sql);
  const tree = treeOfText(sql);
  if ('CreateStmt' in tree)
    return [{ sql: statement.sql, object: { kind: 'add', table: nameOf(tree.CreateStmt.relation) } }];
  if (
    'DropStmt' in tree &&
    tree.DropStmt.removeType === 'OBJECT_TABLE' &&
    tree.DropStmt.objects?.length === 1
  ) {
    const [object] = tree.DropStmt.objects;
    return [
      {
        sql: statement.sql,
        object: { kind: 'drop', table: nameFrom(object && 'List' in object ? object.List.items : []) },
      },
    ];
  }
  if (!('AlterTableStmt' in tree) || tree.AlterTableStmt.objtype !== 'OBJECT_TABLE')
    return [{ sql: statement.sql }];
  const table = nameOf(tree.AlterTableStmt.relation);
  const commands = tree.AlterTableStmt.cmds ?? [];
  const texts = commandsOf(sql);
  const head = sql.slice(0, sql.indexOf(texts[0]!, headLength(sql))).trimEnd();
  return commands.map((node, index) => {
    const part = { sql: commands.length === 1 ? statement.sql : `${head} ${texts[index]!}` };
    const object =
      'AlterTableCmd' in node ? objectOf(node.AlterTableCmd, table, `${head} ${texts[index]!}`) : undefined;
    return object ? { ...part, object } : part;
  });
}

/** Where the table's name ends at the earliest, so that a command's text is not looked for in it. */
function headLength(sql: string): number {
  return lex(sql)[2]?.from ?? 0;
}

function objectOf(cmd: AlterTableCmd, table: Name, sql: string): StatementPart['object'] {
  if (cmd.subtype === 'AT_DropColumn' && cmd.name) return { kind: 'drop', table, column: cmd.name };
  const column = definition(cmd.def);
  if (cmd.subtype !== 'AT_AddColumn' || !column?.colname) return undefined;
  // Positions of the command's own text: parsed again, alone.
  const again = treeOfText(sql);
  const alone = 'AlterTableStmt' in again ? again.AlterTableStmt.cmds?.[0] : undefined;
  const fresh = alone && 'AlterTableCmd' in alone ? definition(alone.AlterTableCmd.def) : undefined;
  const from = fresh?.typeName?.location;
  const next = (fresh?.constraints ?? []).flatMap((node) =>
    'Constraint' in node ? (node.Constraint.location ?? []) : [],
  )[0];
  const type = from === undefined ? undefined : sliced(sql, next === undefined ? [from] : [from, next])[0];
  return { kind: 'add', table, column: column.colname, ...(type ? { type } : {}) };
}

function definition(node: Node | undefined) {
  return node && 'ColumnDef' in node ? node.ColumnDef : undefined;
}
