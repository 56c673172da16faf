import type { Node } from 'libpg-query';
import type { Statement } from '../../../engine/model.ts';
import { treeOf } from '../grammar/parse.ts';
import { text, walk } from '../grammar/tree.ts';

/** Kinds of statements that say nothing about one database's structure, or need rights that a sandbox's owner does not have. */
const kinds: Readonly<Record<string, string>> = {
  AlterOwnerStmt: 'that change owners',
  ReassignOwnedStmt: 'that change owners',
  CreateRoleStmt: 'about roles, which belong to the whole server',
  AlterRoleStmt: 'about roles, which belong to the whole server',
  AlterRoleSetStmt: 'about roles, which belong to the whole server',
  DropRoleStmt: 'about roles, which belong to the whole server',
  GrantRoleStmt: 'about roles, which belong to the whole server',
  CreatedbStmt: 'about whole databases',
  DropdbStmt: 'about whole databases',
  AlterDatabaseStmt: 'about whole databases',
  AlterDatabaseSetStmt: 'about whole databases',
  AlterDatabaseRefreshCollStmt: 'about whole databases',
  CreateTableSpaceStmt: 'about tablespaces',
  AlterTableSpaceOptionsStmt: 'about tablespaces',
  DropTableSpaceStmt: 'about tablespaces',
  CreateEventTrigStmt: 'about event triggers, which need a superuser',
  AlterEventTrigStmt: 'about event triggers, which need a superuser',
  CreatePublicationStmt: 'about replication',
  AlterPublicationStmt: 'about replication',
  CreateSubscriptionStmt: 'about replication',
  AlterSubscriptionStmt: 'about replication',
  CreateFdwStmt: 'about foreign servers',
  CreateForeignServerStmt: 'about foreign servers',
  AlterForeignServerStmt: 'about foreign servers',
  CreateUserMappingStmt: 'about foreign servers',
  SecLabelStmt: 'about security labels',
};

/** Settings that would lift our limits; every dump resets them, so nobody is told. */
const limits = new Set([
  'statement_timeout',
  'lock_timeout',
  'transaction_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
]);

/** Settings that name what a sandbox does not have, or need its superuser. */
const settings = new Set(['default_tablespace', 'temp_tablespaces', 'session_replication_role']);

/** Whether an `ALTER TABLE` only hands an object over or moves it to a tablespace. */
const placeOnly = new Set(['AT_ChangeOwner', 'AT_SetTableSpace']);

/** Why a statement is not run, as the end of "n statements …" (empty when that is not worth telling); undefined when it is run. `roles` are those the server has. */
export function leftOut(statement: Statement, roles: ReadonlySet<string>): string | undefined {
  const known = kinds[statement.kind];
  if (known) return known;
  const tree = treeOf(statement);
  if ('VariableSetStmt' in tree && limits.has(tree.VariableSetStmt.name ?? '')) return '';
  if ('VariableSetStmt' in tree && settings.has(tree.VariableSetStmt.name ?? ''))
    return `that set ${tree.VariableSetStmt.name}`;
  if ('AlterTableStmt' in tree) {
    const commands = (tree.AlterTableStmt.cmds ?? []).map((command) =>
      'AlterTableCmd' in command ? command.AlterTableCmd.subtype : '',
    );
    if (commands.length > 0 && commands.every((command) => placeOnly.has(command ?? '')))
      return 'that change owners';
  }
  if ('CommentStmt' in tree && /EXTENSION|DATABASE|ROLE|TABLESPACE/.test(tree.CommentStmt.objtype ?? ''))
    return 'that comment on what is not ours';
  const missing = rolesIn(tree).filter((role) => !roles.has(role));
  if (missing.length === 0 || statement.kind === 'CreateSchemaStmt') return undefined;
  return `that name the role ${missing[0]}, which the sandbox does not have`;
}

/** Names of the extension or schema that a statement makes, if it does. */
export function makes(statement: Statement): {
  readonly extension?: { readonly name: string; readonly schema?: string; readonly version?: string };
  readonly schemaOfRole?: string;
} {
  const tree = treeOf(statement);
  if ('CreateExtensionStmt' in tree) {
    const { extname = '', options } = tree.CreateExtensionStmt;
    const told = (name: string): string | undefined => {
      const option = options?.find((node) => 'DefElem' in node && node.DefElem.defname === name);
      return option && 'DefElem' in option ? text(option.DefElem.arg) : undefined;
    };
    const schema = told('schema');
    const version = told('new_version');
    return { extension: { name: extname, ...(schema ? { schema } : {}), ...(version ? { version } : {}) } };
  }
  if ('CreateSchemaStmt' in tree && tree.CreateSchemaStmt.authrole) {
    return {
      schemaOfRole: tree.CreateSchemaStmt.schemaname ?? tree.CreateSchemaStmt.authrole.rolename ?? '',
    };
  }
  return {};
}

function rolesIn(tree: Node): readonly string[] {
  const found: string[] = [];
  const note = (node: unknown): void => {
    const { roletype, rolename } = node as { roletype?: string; rolename?: string };
    if (roletype === 'ROLESPEC_CSTRING' && rolename) found.push(rolename);
  };
  walk(tree, (kind, node) => (kind === 'RoleSpec' ? note(node) : undefined));
  return found;
}
