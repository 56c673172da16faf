import type { Node } from 'libpg-query';
import type { Name } from '../../../catalog/model.ts';
import type { Statement } from '../../../engine/model.ts';
import { lex } from './lex.ts';
import { treeOf } from './parse.ts';
import { nameFrom, nameOf, walk } from './tree.ts';

const tableParts: readonly string[] = [
  'OBJECT_TABCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_RULE',
  'OBJECT_COLUMN',
];
const relations: readonly string[] = [
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
];

/** Tables whose definition or rows the statement changes, as written: an empty schema means that the text gives none. */
export function touches(statement: Statement): readonly Name[] {
  const found = new Map<string, Name>();
  const add = (name: Name): void => {
    if (name.name) found.set(`${name.schema}.${name.name}`, name);
  };
  collect(treeOf(statement), add);
  return [...found.values()];
}

function collect(tree: Node, add: (name: Name) => void): void {
  if ('DropStmt' in tree) {
    for (const object of tree.DropStmt.objects ?? []) {
      const parts = 'List' in object ? (object.List.items ?? []) : [object];
      if (relations.includes(tree.DropStmt.removeType ?? '')) add(nameFrom(parts));
      else if (tableParts.includes(tree.DropStmt.removeType ?? '')) add(nameFrom(parts.slice(0, -1)));
    }
    return;
  }
  if ('CommentStmt' in tree) {
    const { object, objtype = '' } = tree.CommentStmt;
    const parts = object && 'List' in object ? (object.List.items ?? []) : [];
    if (relations.includes(objtype)) add(nameFrom(parts));
    else if (tableParts.includes(objtype)) add(nameFrom(parts.slice(0, -1)));
    return;
  }
  walk(tree, (kind, node) => {
    const relation = changed[kind];
    if (relation) add(nameOf(node[relation] as Parameters<typeof nameOf>[0]));
    if (kind === 'CreateTableAsStmt' || kind === 'SelectStmt') add(intoOf(node));
    if (kind === 'TruncateStmt' || kind === 'VacuumStmt') walk(node, addRelations(add));
    // A foreign key changes the referenced table as well: it gets triggers and a lock.
    if (kind === 'Constraint' && node['pktable'])
      add(nameOf(node['pktable'] as Parameters<typeof nameOf>[0]));
  });
}

/** Field of each kind of node that holds the table it changes. */
const changed: Readonly<Record<string, string>> = {
  AlterTableStmt: 'relation',
  RenameStmt: 'relation',
  AlterObjectSchemaStmt: 'relation',
  CreateStmt: 'relation',
  IndexStmt: 'relation',
  InsertStmt: 'relation',
  UpdateStmt: 'relation',
  DeleteStmt: 'relation',
  MergeStmt: 'relation',
  CreateTrigStmt: 'relation',
  CreatePolicyStmt: 'table',
  AlterPolicyStmt: 'table',
  RuleStmt: 'relation',
  CopyStmt: 'relation',
  ViewStmt: 'view',
  RefreshMatViewStmt: 'relation',
  ClusterStmt: 'relation',
  ReindexStmt: 'relation',
};

function intoOf(node: Readonly<Record<string, unknown>>): Name {
  const into = (node['into'] ?? node['intoClause']) as
    | { readonly rel?: Parameters<typeof nameOf>[0] }
    | undefined;
  return nameOf(into?.rel);
}

function addRelations(
  add: (name: Name) => void,
): (kind: string, node: Readonly<Record<string, unknown>>) => void {
  return (kind, node) => {
    if (kind === 'RangeVar') add(nameOf(node as Parameters<typeof nameOf>[0]));
    if (kind === 'VacuumRelation') add(nameOf(node['relation'] as Parameters<typeof nameOf>[0]));
  };
}

/** The server runs it outside transactions only. */
export function outsideTransaction(statement: Statement): boolean {
  const tree = treeOf(statement);
  if ('IndexStmt' in tree) return tree.IndexStmt.concurrent === true;
  if ('DropStmt' in tree) return tree.DropStmt.concurrent === true;
  if ('ReindexStmt' in tree) {
    const concurrently = (tree.ReindexStmt.params ?? []).some(
      (node) => 'DefElem' in node && node.DefElem.defname === 'concurrently',
    );
    return concurrently || /_(SCHEMA|SYSTEM|DATABASE)$/.test(tree.ReindexStmt.kind ?? '');
  }
  if ('VacuumStmt' in tree) return tree.VacuumStmt.is_vacuumcmd === true;
  if ('ClusterStmt' in tree) return tree.ClusterStmt.relation === undefined;
  if ('AlterTableStmt' in tree) return (tree.AlterTableStmt.cmds ?? []).some(detachesConcurrently);
  if ('DoStmt' in tree) return commits(statement.sql);
  return [
    'CreatedbStmt',
    'DropdbStmt',
    'CreateTableSpaceStmt',
    'DropTableSpaceStmt',
    'AlterSystemStmt',
    'CreateSubscriptionStmt',
  ].includes(statement.kind);
}

function detachesConcurrently(command: Node): boolean {
  if (!('AlterTableCmd' in command)) return false;
  const definition = command.AlterTableCmd.def;
  return (
    definition !== undefined && 'PartitionCmd' in definition && definition.PartitionCmd.concurrent === true
  );
}

/** A block that ends transactions itself cannot run inside one. */
function commits(sql: string): boolean {
  const body = lex(sql).find(({ kind }) => kind === 'string')?.text ?? '';
  const inner = /^(\$[^$]*\$)([\s\S]*)\1$/.exec(body)?.[2] ?? body;
  return lex(inner).some(
    ({ kind, text }, index, all) =>
      kind === 'word' && /^(commit|rollback)$/i.test(text) && all[index + 1]?.text === ';',
  );
}
