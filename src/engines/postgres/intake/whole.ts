import type { Node } from 'libpg-query';
import type { Statement } from '../../../engine/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { connect } from '../connect.ts';
import { parse, treeOf } from '../grammar/parse.ts';
import { words } from '../grammar/tree.ts';
import { adminSession } from '../structure/make.ts';
import { id } from '../structure/making.ts';
import { adminStep, isMachineCode } from './admin-step.ts';
import { handOverWith, quiet } from './hand-over.ts';
import { rolesNamed, roleSteps } from './role-steps.ts';

/** A cluster of its own, in which a text's statements that need more than the owner's rights are carried out. */
export interface Whole {
  /** Roles that the text made or named. */
  readonly roles: ReadonlySet<string>;
  /** Superusers of the server, whom no statement may name. */
  readonly superusers: ReadonlySet<string>;
  /** Makes the roles that a statement names and the server lacks. */
  meet(names: readonly string[]): Promise<void>;
  /** Roles that a block made belong to the owner too. */
  takeOver(): Promise<void>;
  /** Whether a statement is never the owner's to run. */
  isFirst(statement: Statement): boolean;
  /** Carries out what is never the owner's to do; undefined when the statement is. Tells what was left out, as the end of "n statements …". */
  first(statement: Statement, path: () => Promise<string>): Promise<readonly string[] | undefined>;
  /** Carries out what the owner was refused; tells why not. */
  instead(statement: Statement, path: () => Promise<string>): Promise<string | undefined>;
  /** Installs one of the extensions that hold no danger in a cluster of its own. */
  install(name: string, schema: string | undefined, version: string | undefined): Promise<boolean>;
  close(): Promise<void>;
}

/** Roles of the server whose rights reach files and programs; whoever may make roles could give them away before 16. */
const DANGEROUS = `DELETE FROM pg_catalog.pg_authid WHERE rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')`;

/** Extensions beside those of every sandbox: their functions stay in the database, or nobody but a superuser can use them. */
const extensions: ReadonlySet<string> = new Set([
  'amcheck',
  'autoinc',
  'bloom',
  'dict_int',
  'dict_xsyn',
  'file_fdw',
  'insert_username',
  'intagg',
  'pageinspect',
  'pg_buffercache',
  'pg_freespacemap',
  'pg_prewarm',
  'pg_visibility',
  'pgrowlocks',
  'pgstattuple',
  'plperl',
  'pltcl',
  'postgres_fdw',
  'refint',
  'tcn',
]);

/** Wrappers whose tables would lead to files or other servers: they lead nowhere here. */
const wrappers: ReadonlySet<string> = new Set(['file_fdw', 'postgres_fdw']);

/** Opens the superuser's session and lets the owner make roles. */
export async function wholeCluster(adminUrl: string, owner: string): Promise<Whole> {
  const admin = await connect(adminUrl, adminSession);
  try {
    if (admin.serverVersion < 160_000) await admin.run(DANGEROUS);
    await admin.run(`ALTER ROLE ${id(owner)} CREATEROLE`);
    const { rows } = await admin.query<{ name: string }>(
      'SELECT rolname::text AS name FROM pg_catalog.pg_roles WHERE rolsuper',
    );
    return over(admin, owner, new Set(rows.map(({ name }) => name)));
  } catch (error) {
    await admin.close();
    throw error;
  }
}

function over(admin: Session, owner: string, superusers: ReadonlySet<string>): Whole {
  const roles = new Set<string>();
  /** Roles that were named before the text made them. */
  const met = new Set<string>();
  const guarded = { events: false };
  const step = async (
    statement: Statement,
    path: () => Promise<string>,
    before?: (session: Session) => Promise<string | undefined>,
  ): Promise<string | undefined> => {
    const why = await adminStep(admin, ownersWords(statement, owner), await path(), before);
    await handOverWith(admin, owner);
    return why;
  };
  return {
    roles,
    superusers,
    async meet(names) {
      for (const name of names) {
        if (name === owner || name.startsWith('pg_') || name === 'none' || superusers.has(name)) continue;
        roles.add(name);
        const { count } = await admin.query('SELECT FROM pg_catalog.pg_roles WHERE rolname = $1', [name]);
        if (count > 0) continue;
        met.add(name);
        await admin.run(`CREATE ROLE ${id(name)}`);
      }
      await handOverWith(admin, owner);
    },
    isFirst: (statement) => adminOnly.has(statement.kind) || aboutRoles(treeOf(statement)),
    takeOver: () => handOverWith(admin, owner),
    async first(statement, path) {
      const tree = treeOf(statement);
      const steps = await roleSteps(admin, tree, owner, superusers);
      if (steps) {
        const made = 'CreateRoleStmt' in tree ? (tree.CreateRoleStmt.role ?? '') : undefined;
        const known = made !== undefined && met.delete(made);
        for (const sql of steps.sql)
          await admin.query(known ? sql.replace(/^CREATE ROLE/, 'ALTER ROLE') : sql);
        if (made !== undefined) roles.add(made);
        await handOverWith(admin, owner);
        return steps.left;
      }
      if (!adminOnly.has(statement.kind)) return undefined;
      if (statement.kind === 'CreateEventTrigStmt' && !guarded.events) {
        await quiet(admin);
        guarded.events = true;
      }
      const early = tooMuch(tree, admin.serverVersion);
      const why = early ?? (await step(statement, path, (session) => validated(session, tree)));
      return why === undefined ? [] : [`that need a superuser: ${why} (${shortened(statement)})`];
    },
    async instead(statement, path) {
      const tree = treeOf(statement);
      if (!mayInstead(tree)) return 'no sandbox gives them';
      return tooMuch(tree, admin.serverVersion) ?? (await step(statement, path));
    },
    async install(name, schema, version) {
      if (!extensions.has(name)) return false;
      // Without a schema it goes where a client's own statement would put it.
      await admin.run(
        `BEGIN; SET LOCAL search_path = public; CREATE EXTENSION IF NOT EXISTS ${id(name)}${schema === undefined ? '' : ` SCHEMA ${id(schema)}`}${version === undefined ? '' : ` VERSION ${id(version)}`}; COMMIT`,
      );
      if (wrappers.has(name)) await admin.run(`ALTER FOREIGN DATA WRAPPER ${id(name)} NO HANDLER`);
      await handOverWith(admin, owner);
      return true;
    },
    close: () => admin.close(),
  };
}

function aboutRoles(tree: Node): boolean {
  return (
    /^(?:CreateRole|AlterRole|AlterRoleSet|DropRole|GrantRole)Stmt$/.test(Object.keys(tree)[0] ?? '') ||
    ('RenameStmt' in tree && tree.RenameStmt.renameType === 'OBJECT_ROLE') ||
    ('CommentStmt' in tree && tree.CommentStmt.objtype === 'OBJECT_ROLE')
  );
}

/** Statements that nobody but a superuser may run. */
const adminOnly: ReadonlySet<string> = new Set([
  'AlterEventTrigStmt',
  'AlterExtensionStmt',
  'AlterFdwStmt',
  'AlterOpFamilyStmt',
  'CreateAmStmt',
  'CreateEventTrigStmt',
  'CreateFdwStmt',
  'CreateOpClassStmt',
  'CreateOpFamilyStmt',
  'CreatePLangStmt',
]);

/** Kinds that run no code and are judged by what they changed. */
const judged: ReadonlySet<string> = new Set([
  'AlterFunctionStmt',
  'AlterObjectSchemaStmt',
  'AlterOperatorStmt',
  'AlterOwnerStmt',
  'AlterPublicationStmt',
  'AlterTableStmt',
  'CommentStmt',
  'CreateCastStmt',
  'CreatePublicationStmt',
  'DefineStmt',
  'DropStmt',
  'GrantStmt',
  'RenameStmt',
]);

function mayInstead(tree: Node): boolean {
  if (!judged.has(Object.keys(tree)[0] ?? '')) return false;
  if ('DefineStmt' in tree) {
    const { kind, definition } = tree.DefineStmt;
    return (
      (kind === 'OBJECT_TYPE' && (definition ?? []).length === 0) ||
      kind === 'OBJECT_TSTEMPLATE' ||
      kind === 'OBJECT_TSPARSER'
    );
  }
  if ('AlterTableStmt' in tree)
    return (tree.AlterTableStmt.cmds ?? []).every(
      (command) => 'AlterTableCmd' in command && command.AlterTableCmd.subtype === 'AT_ChangeOwner',
    );
  if ('AlterFunctionStmt' in tree)
    return (tree.AlterFunctionStmt.actions ?? []).every(
      (action) => 'DefElem' in action && action.DefElem.defname === 'leakproof',
    );
  if ('GrantStmt' in tree)
    return ['OBJECT_FDW', 'OBJECT_FOREIGN_SERVER', 'OBJECT_LANGUAGE', 'OBJECT_PARAMETER_ACL'].includes(
      tree.GrantStmt.objtype ?? '',
    );
  return true;
}

/** Why a statement is not carried out for anybody. */
function tooMuch(tree: Node, version: number): string | undefined {
  if ('AlterOwnerStmt' in tree || 'AlterTableStmt' in tree)
    if (rolesNamed(tree).some((role) => role.startsWith('pg_')))
      return 'a role of the server would own an object';
  if ('CreatePublicationStmt' in tree || 'AlterPublicationStmt' in tree)
    if (JSON.stringify(tree).includes('"whereClause"')) return 'its rows would be filtered by a superuser';
  if (
    'AlterEventTrigStmt' in tree &&
    version < 170_000 &&
    /[RA]/.test(tree.AlterEventTrigStmt.tgenabled ?? '')
  )
    return 'the event trigger would fire for a superuser too';
  if ('GrantStmt' in tree && tree.GrantStmt.objtype === 'OBJECT_PARAMETER_ACL') {
    const asked = JSON.stringify(tree.GrantStmt).toLowerCase();
    if (asked.includes('"alter system"') || tree.GrantStmt.privileges === undefined)
      return "the server's configuration would be open";
    if (/librar|preload|command|program|path/.test(asked)) return 'the setting leads to code or programs';
  }
  return undefined;
}

/** A validator is called at once, so it must not be anybody's text. */
async function validated(session: Session, tree: Node): Promise<string | undefined> {
  const options =
    'CreateFdwStmt' in tree
      ? tree.CreateFdwStmt.func_options
      : 'AlterFdwStmt' in tree
        ? tree.AlterFdwStmt.func_options
        : undefined;
  for (const node of options ?? []) {
    if (!('DefElem' in node) || !node.DefElem.arg || !('List' in node.DefElem.arg)) continue;
    const name = words(node.DefElem.arg.List.items).map(id).join('.');
    if (!(await isMachineCode(session, name))) return 'its validator would run with all rights';
  }
  return undefined;
}

/** The statement with the owner's name wherever it says "whoever runs this". */
function ownersWords({ sql }: Statement, owner: string): string {
  const places: number[] = [];
  const scan = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(scan);
    else if (node !== null && typeof node === 'object') {
      const { roletype, location } = node as { roletype?: string; location?: number };
      if (/^ROLESPEC_(?:CURRENT|SESSION)/.test(roletype ?? '')) places.push(location ?? 0);
      Object.values(node).forEach(scan);
    }
  };
  scan(parse(sql));
  const bytes = Buffer.from(sql, 'utf8');
  let text = '';
  let from = 0;
  for (const place of places.toSorted((a, b) => a - b)) {
    const rest = bytes.toString('utf8', place);
    const word = /^\w+/.exec(rest)?.[0] ?? '';
    text += bytes.toString('utf8', from, place) + id(owner);
    from = place + word.length;
  }
  return text + bytes.toString('utf8', from);
}

/** What a statement does, for people: its first words, without constants. */
export function shortened({ sql }: Statement): string {
  const line = sql.replaceAll(/'(?:[^']|'')*'/g, "'…'").replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
