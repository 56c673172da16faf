import type { Node } from 'libpg-query';
import type { Statement } from '../../../engine/model.ts';
import { lex } from './lex.ts';
import { treeOf } from './parse.ts';
import { text } from './tree.ts';

/** Extensions that a task or a migration may ask for: none of them reads files, loads code or opens connections. */
export const allowedExtensions: readonly string[] = [
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'lo',
  'ltree',
  'pg_stat_statements',
  'pg_trgm',
  'pgcrypto',
  'plpgsql',
  'postgis',
  'seg',
  'tablefunc',
  'tcn',
  'unaccent',
  'uuid-ossp',
  'vector',
];

const safeLanguages: readonly string[] = ['sql', 'plpgsql'];

const forbidden: Readonly<Record<string, string>> = {
  AlterSystemStmt: 'ALTER SYSTEM changes the server, not the database.',
  LoadStmt: 'LOAD brings code into the server.',
  CreateRoleStmt: 'Roles belong to the whole server; a change does not make them.',
  AlterRoleStmt: 'Roles belong to the whole server; a change does not alter them.',
  AlterRoleSetStmt: 'Roles belong to the whole server; a change does not alter them.',
  DropRoleStmt: 'Roles belong to the whole server; a change does not drop them.',
  GrantRoleStmt: 'Membership in roles belongs to the whole server; a change does not grant it.',
  DropOwnedStmt: 'DROP OWNED removes whatever a role owns, whatever it is.',
  ReassignOwnedStmt: 'REASSIGN OWNED moves whatever a role owns, whatever it is.',
  CreatedbStmt: 'A change works inside one database; it does not create others.',
  DropdbStmt: 'A change works inside one database; it does not drop any.',
  AlterDatabaseStmt: 'A change works inside one database; it does not alter the database itself.',
  AlterDatabaseSetStmt: 'Settings of the database belong to who runs the server.',
  AlterDatabaseRefreshCollStmt: 'Collation versions of the database belong to who runs the server.',
  CreateTableSpaceStmt: 'Tablespaces name folders of the server.',
  AlterTableSpaceOptionsStmt: 'Tablespaces name folders of the server.',
  DropTableSpaceStmt: 'Tablespaces name folders of the server.',
  CreatePLangStmt: 'A new procedural language brings code into the server.',
  CreateSubscriptionStmt: 'A subscription makes the server connect to another one.',
  AlterSubscriptionStmt: 'A subscription makes the server connect to another one.',
  DropSubscriptionStmt: 'A subscription makes the server connect to another one.',
  CreateFdwStmt: 'Foreign data wrappers bring code into the server.',
  AlterFdwStmt: 'Foreign data wrappers bring code into the server.',
  CreateForeignServerStmt: 'A foreign server makes the database connect elsewhere.',
  AlterForeignServerStmt: 'A foreign server makes the database connect elsewhere.',
  CreateUserMappingStmt: 'A user mapping holds the password of another server.',
  AlterUserMappingStmt: 'A user mapping holds the password of another server.',
  ImportForeignSchemaStmt: 'Importing a foreign schema makes the database connect elsewhere.',
  CreateEventTrig: 'Event triggers need a superuser.',
  AlterEventTrigStmt: 'Event triggers need a superuser.',
  CreateAmStmt: 'Access methods bring code into the server.',
  SecLabelStmt: 'Security labels belong to who runs the server.',
  CheckPointStmt: 'A checkpoint concerns the whole server.',
};

const forbiddenFunctions =
  /^(pg_read_file|pg_read_binary_file|pg_ls_\w+|pg_stat_file|pg_reload_conf|pg_rotate_logfile|pg_terminate_backend|pg_cancel_backend|lo_import|lo_export|dblink\w*|pg_promote|pg_file_\w+|pg_logical_emit_message)$/;

/** Why a statement of a task or a migration is refused before it is sent; the owner role's missing rights stop what text cannot show (a function's body, `EXECUTE`). */
export function refusal(statement: Statement): string | undefined {
  return forbidden[statement.kind] ?? refusalOf(treeOf(statement)) ?? calls(statement);
}

function refusalOf(tree: Node): string | undefined {
  if ('CopyStmt' in tree) {
    if (tree.CopyStmt.is_program) return 'COPY with PROGRAM runs a shell command on the server.';
    if (tree.CopyStmt.filename)
      return 'COPY with a file reads or writes files of the server; use COPY … FROM STDIN.';
  }
  if ('VariableSetStmt' in tree) {
    const name = tree.VariableSetStmt.name ?? '';
    if (name === 'role' || name === 'session_authorization')
      return `SET ${name === 'role' ? 'ROLE' : 'SESSION AUTHORIZATION'} would change whose rights the statements have.`;
    if (name === 'session_replication_role')
      return 'SET session_replication_role switches off triggers and foreign keys.';
  }
  if ('CreateExtensionStmt' in tree) {
    const name = tree.CreateExtensionStmt.extname ?? '';
    if (!allowedExtensions.includes(name))
      return `The extension ${name} is not on the list of extensions that a change may ask for.`;
  }
  if ('CreateFunctionStmt' in tree || 'DoStmt' in tree) {
    const language = languageOf(
      ('DoStmt' in tree ? tree.DoStmt.args : tree.CreateFunctionStmt.options) ?? [],
    );
    if (language !== undefined && !safeLanguages.includes(language.toLowerCase()))
      return `Code in the language ${language} is not limited to the database.`;
  }
  if (
    'DropStmt' in tree &&
    /_(FDW|FOREIGN_SERVER|EVENT_TRIGGER|LANGUAGE|ACCESS_METHOD)$/.test(tree.DropStmt.removeType ?? '')
  ) {
    return 'Dropping languages, event triggers, access methods or foreign servers belongs to who runs the server.';
  }
  return undefined;
}

function languageOf(options: readonly Node[]): string | undefined {
  const option = options.find((node) => 'DefElem' in node && node.DefElem.defname === 'language');
  return option && 'DefElem' in option ? text(option.DefElem.arg) : undefined;
}

/** Calls by name, also inside the bodies of functions and DO blocks, where the tree has only a string. */
function calls(statement: Statement): string | undefined {
  const inside = (sql: string): string | undefined => {
    const tokens = lex(sql);
    for (const [index, token] of tokens.entries()) {
      if (
        token.kind === 'word' &&
        tokens[index + 1]?.text === '(' &&
        forbiddenFunctions.test(token.text.toLowerCase())
      )
        return token.text.toLowerCase();
      if (token.kind === 'string' && token.text.startsWith('$')) {
        const body = /^(\$[^$]*\$)([\s\S]*)\1$/.exec(token.text)?.[2];
        const found = body === undefined ? undefined : inside(body);
        if (found) return found;
      }
    }
    return undefined;
  };
  const name = inside(statement.sql);
  return name && `${name}() reaches beyond the database: files, other sessions or other servers.`;
}
