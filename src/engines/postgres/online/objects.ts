import type { AlterTableStmt, CreateStmt, DropStmt, Node, RenameStmt } from 'libpg-query';
import { foreignKeysFrom, foreignKeysTo } from '../../../catalog/find.ts';
import type { Name } from '../../../catalog/model.ts';
import type { StepDraft, OnlineContext } from '../../../engine/model.ts';
import { nameFrom, nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { mentions } from './columns-in.ts';
import { existing, isFresh, quick } from './place.ts';
import { provenBefore } from './partitions.ts';
import { renameColumn } from './rename-column.ts';
import { renameTable } from './rename-table.ts';
import { bare } from './text.ts';

/** DROP of anything but an index. */
export function dropObjects(statement: DropStmt, sql: string, context: OnlineContext): readonly StepDraft[] {
  const names = (statement.objects ?? []).map((object) =>
    nameFrom('List' in object ? object.List.items : [object]),
  );
  if (statement.removeType === 'OBJECT_TABLE') {
    const tables = names.flatMap((name) => existing(name, context)?.name ?? []);
    return [
      {
        ...quick(
          bare(sql),
          `Last, when nothing of the old application uses it any more${neighboursLocked(names, context)}`,
          undefined,
          'contract',
        ),
        concerns: names.map(({ name }) => name),
        destructive: `The rows of ${tables.join(', ')} are lost; the way back brings empty tables`,
      },
    ];
  }
  const undo =
    statement.removeType === 'OBJECT_VIEW' && names.length === 1 ? viewBack(names[0]!, context) : undefined;
  if (statement.removeType === 'OBJECT_VIEW' || statement.removeType === 'OBJECT_MATVIEW')
    return [
      {
        ...quick(bare(sql), 'Last, when nothing of the old application reads it any more', undo, 'contract'),
        concerns: names.map(({ name }) => name),
        ...(names.length === 1 ? { opens: `view ${names[0]!.name}` } : {}),
      },
    ];
  return [quick(bare(sql), 'A lock for a moment', undo)];
}

/** DROP TABLE locks tables that its foreign keys lead to as well. */
function neighboursLocked(names: readonly Name[], context: OnlineContext): string {
  const tables = names.flatMap((name) => existing(name, context) ?? []);
  const others = tables.flatMap((table) => [
    ...foreignKeysFrom(context.before, table).map(({ references }) => references.name),
    ...foreignKeysTo(context.before, table).map(({ from }) => from.name),
  ]);
  const locked = [...new Set(others)].filter((other) => !tables.some(({ name }) => name === other));
  return locked.length === 0
    ? ''
    : `: ACCESS EXCLUSIVE on ${locked.toSorted().join(' and ')} too for a moment, for the foreign keys between them`;
}

function viewBack(
  written: { readonly schema: string; readonly name: string },
  { before }: OnlineContext,
): string | undefined {
  const view = before.views.find(
    ({ schema, name, materialized }) =>
      name === written.name && (written.schema === '' || schema === written.schema) && !materialized,
  );
  if (!view || view.grants.length > 0 || view.comment !== undefined || view.triggers.length > 0)
    return undefined;
  const options = view.options.length > 0 ? ` WITH (${view.options.join(', ')})` : '';
  return `CREATE VIEW ${quote.name(view)}${options} AS\n${view.definition.replace(/;\s*$/, '')}`;
}

const renamed: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_VIEW: 'VIEW',
  OBJECT_INDEX: 'INDEX',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
};

/** RENAME: at once for the server, but old and new application never both find what they ask for, unless both names are kept alive. */
export function rename(statement: RenameStmt, sql: string, context: OnlineContext): readonly StepDraft[] {
  const { relation, subname = '', newname = '', renameType = '' } = statement;
  const written = nameOf(relation);
  const table = existing(written, context);
  const schema = written.schema || table?.schema || 'public';
  const name = quote.name({ schema, name: written.name });
  const place = table && !isFresh(written, context) ? { table, name: quote.name(table), context } : undefined;
  const warning =
    'The running application asks for the old name: it breaks the moment this runs, unless it was deployed to ask for both';
  const apart = 'earlier statements have to be carried to their end before';
  const plain = (undo: string | undefined, concerns: readonly string[], because?: string): StepDraft => ({
    ...quick(
      bare(sql),
      because === undefined || because === ''
        ? warning
        : `${warning}. Both names cannot live side by side, because ${because}`,
      undo,
      'contract',
    ),
    concerns,
  });
  const harmless = (undo: string | undefined, concerns: readonly string[]): StepDraft => ({
    ...quick(bare(sql), 'A lock for a moment', undo),
    concerns,
  });
  if (renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_TABCONSTRAINT') {
    const word = renameType === 'OBJECT_COLUMN' ? 'COLUMN' : 'CONSTRAINT';
    const undo = `ALTER TABLE ${name} RENAME ${word} ${quote.identifier(newname)} TO ${quote.identifier(subname)}`;
    if (word === 'CONSTRAINT') return [harmless(undo, [newname, subname])];
    const both = place ? renameColumn(place, subname, newname) : '';
    return typeof both === 'string'
      ? [plain(undo, [newname, subname], both)]
      : withPlain(both, plain(undo, [newname, subname], apart));
  }
  const word = renamed[renameType];
  const undo =
    word &&
    `ALTER ${word} ${quote.name({ schema, name: newname })} RENAME TO ${quote.identifier(written.name)}`;
  if (renameType === 'OBJECT_INDEX') return [harmless(undo, [newname, '*'])];
  const both = renameType === 'OBJECT_TABLE' && place ? renameTable(place, newname) : '';
  return typeof both === 'string'
    ? [
        ...(place ? provenBefore(place, newname) : []),
        { ...plain(undo, [newname, '*'], both), opens: `table ${newname}` },
      ]
    : withPlain(both, plain(undo, [newname, '*'], apart));
}

function withPlain([first, ...rest]: readonly StepDraft[], plain: StepDraft): readonly StepDraft[] {
  return [{ ...first!, plain: [plain] }, ...rest];
}

/** The statement that takes a creation back, where the text tells; undefined when only a comparison can. */
export function undoOf(tree: Node, context: OnlineContext): string | undefined {
  // A partition of a new table goes with it, and so do those that were made and dropped meanwhile.
  if ('CreateStmt' in tree && tree.CreateStmt.partbound && isFresh(parentOf(tree.CreateStmt), context))
    return '';
  if ('CreateStmt' in tree)
    return tree.CreateStmt.if_not_exists
      ? undefined
      : `DROP TABLE ${quote.name(named(nameOf(tree.CreateStmt.relation)))}`;
  if ('ViewStmt' in tree) {
    const name = nameOf(tree.ViewStmt.view);
    const known = context.before.views.some(
      (view) => view.name === name.name && (name.schema === '' || view.schema === name.schema),
    );
    return tree.ViewStmt.replace && known ? undefined : `DROP VIEW ${quote.name(named(name))}`;
  }
  if ('CreateSeqStmt' in tree && !tree.CreateSeqStmt.if_not_exists)
    return `DROP SEQUENCE ${quote.name(named(nameOf(tree.CreateSeqStmt.sequence)))}`;
  if ('CreateEnumStmt' in tree)
    return `DROP TYPE ${quote.name(named(nameFrom(tree.CreateEnumStmt.typeName)))}`;
  if ('CreateDomainStmt' in tree)
    return `DROP DOMAIN ${quote.name(named(nameFrom(tree.CreateDomainStmt.domainname)))}`;
  if ('CreateFunctionStmt' in tree && !tree.CreateFunctionStmt.replace) {
    const made = nameFrom(tree.CreateFunctionStmt.funcname);
    // Without arguments the name has to be the only one.
    const taken = context.before.routines.some(({ name }) => name === made.name);
    const again = (context.earlier ?? []).some((sql) => /\bCREATE\b/i.test(sql) && mentions(sql, made.name));
    const word = tree.CreateFunctionStmt.is_procedure ? 'PROCEDURE' : 'FUNCTION';
    return taken || again ? undefined : `DROP ${word} ${quote.name(named(made))}`;
  }
  if ('CreateTrigStmt' in tree && !tree.CreateTrigStmt.replace)
    return `DROP TRIGGER ${quote.identifier(tree.CreateTrigStmt.trigname ?? '')} ON ${quote.name(named(nameOf(tree.CreateTrigStmt.relation)))}`;
  if ('CreatePolicyStmt' in tree)
    return `DROP POLICY ${quote.identifier(tree.CreatePolicyStmt.policy_name ?? '')} ON ${quote.name(named(nameOf(tree.CreatePolicyStmt.table)))}`;
  if ('IndexStmt' in tree && tree.IndexStmt.idxname) {
    const table = named(nameOf(tree.IndexStmt.relation));
    return `DROP INDEX ${quote.name({ schema: table.schema, name: tree.IndexStmt.idxname })}`;
  }
  if ('AlterTableStmt' in tree) return additionBack(tree.AlterTableStmt);
  if ('CommentStmt' in tree)
    return commentBack(tree.CommentStmt.object, tree.CommentStmt.objtype ?? '', context);
  return undefined;
}

function parentOf({ inhRelations = [] }: CreateStmt): Name {
  const [parent] = inhRelations;
  return nameOf(parent && 'RangeVar' in parent ? parent.RangeVar : undefined);
}

/** The way back of one added constraint or column. */
function additionBack({ relation, cmds = [] }: AlterTableStmt): string | undefined {
  const [node] = cmds;
  const cmd = node && cmds.length === 1 && 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
  const table = `ALTER TABLE ${quote.name(named(nameOf(relation)))}`;
  const definition = cmd?.def;
  if (
    cmd?.subtype === 'AT_AddConstraint' &&
    definition &&
    'Constraint' in definition &&
    definition.Constraint.conname
  )
    return `${table} DROP CONSTRAINT ${quote.identifier(definition.Constraint.conname)}`;
  if (cmd?.subtype === 'AT_AddColumn' && definition && 'ColumnDef' in definition)
    return `${table} DROP COLUMN ${quote.identifier(definition.ColumnDef.colname ?? '')}`;
  return undefined;
}

function named({ schema, name }: { readonly schema: string; readonly name: string }): {
  readonly schema: string;
  readonly name: string;
} {
  return { schema: schema || 'public', name };
}

/** The comment a table or column had before. */
function commentBack(object: Node | undefined, type: string, context: OnlineContext): string | undefined {
  const items = object && 'List' in object ? (object.List.items ?? []) : [];
  if (type === 'OBJECT_TABLE') {
    const table = existing(nameFrom(items), context);
    return table && `COMMENT ON TABLE ${quote.name(table)} IS ${quote.literal(table.comment ?? null)}`;
  }
  if (type !== 'OBJECT_COLUMN') return undefined;
  const table = existing(nameFrom(items.slice(0, -1)), context);
  const column = table?.columns.find(({ name }) => name === nameFrom(items).name);
  return (
    table &&
    `COMMENT ON COLUMN ${quote.name(table)}.${quote.identifier(nameFrom(items).name)} IS ${quote.literal(column?.comment ?? null)}`
  );
}
