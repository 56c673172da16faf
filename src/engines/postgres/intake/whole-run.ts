import pg from 'pg';
import type { Node } from 'libpg-query';
import type { Statement } from '../../../engine/model.ts';
import { split, treeOf } from '../grammar/parse.ts';
import { nameFrom } from '../grammar/tree.ts';
import { id, text } from '../structure/making.ts';
import { leftOut } from './leave-out.ts';
import { rolesNamed } from './role-steps.ts';
import { shortened, wholeCluster, type Whole } from './whole.ts';

/** One pass over a text in a cluster of its own. */
export interface WholeRun {
  /** Carries out one statement; tells what was left out, as the end of "n statements …". Throws what the server says. */
  carryOut(statement: Statement): Promise<readonly string[]>;
  install(name: string, schema: string | undefined, version: string | undefined): Promise<boolean>;
  /** Ends an open transaction, so that another session sees what it made, and begins it again. */
  settle(): Promise<void>;
  begin(): Promise<void>;
  roles(): readonly string[];
  close(): Promise<void>;
}

type Ask = (sql: string) => Promise<readonly Record<string, unknown>[]>;

/** Where names without a schema are looked up now, as a superuser has to be told. */
const PATH = `SELECT pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.quote_ident(s) FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) s), ', ') AS path`;

/** Statements of another database, of the server's files and programs, and of other servers. */
const never: Readonly<Record<string, string>> = {
  AlterDatabaseRefreshCollStmt: 'about whole databases',
  AlterDatabaseSetStmt: 'about whole databases',
  AlterDatabaseStmt: 'about whole databases',
  AlterExtensionContentsStmt: 'that change what belongs to an extension',
  AlterSubscriptionStmt: 'about subscriptions, which connect to other servers',
  AlterSystemStmt: "about the server's configuration",
  AlterTableSpaceOptionsStmt: 'about tablespaces',
  CreateSubscriptionStmt: 'about subscriptions, which connect to other servers',
  CreateTableSpaceStmt: 'about tablespaces',
  CreatedbStmt: 'about whole databases',
  DropSubscriptionStmt: 'about subscriptions, which connect to other servers',
  DropTableSpaceStmt: 'about tablespaces',
  DropdbStmt: 'about whole databases',
  ImportForeignSchemaStmt: 'that read the structure of other servers',
  LoadStmt: 'that bring code into the server',
  SecLabelStmt: 'about security labels',
};

/** Opens the superuser's session; `ask` runs a statement as the owner. */
export async function wholeRun(adminUrl: string, owner: string, ask: Ask): Promise<WholeRun> {
  const whole = await wholeCluster(adminUrl, owner);
  await ask("SELECT pg_catalog.set_config('createrole_self_grant', 'set, inherit', false)").catch(() => []);
  let open = false;
  let parted = false;
  const path = async (): Promise<string> => `${(await ask(PATH))[0]?.path as string}`;
  const settle = async (): Promise<void> => {
    if (!open) return;
    await ask('COMMIT');
    parted = true;
  };
  const begin = async (): Promise<void> => {
    if (!parted) return;
    await ask('BEGIN');
    parted = false;
  };
  /** Runs as the owner; what lacks rights is tried in another way. */
  const asOwner = async (statement: Statement): Promise<readonly string[]> => {
    if (open) await ask('SAVEPOINT dbd_step');
    try {
      await ask(statement.sql);
      if (open) await ask('RELEASE SAVEPOINT dbd_step');
      return [];
    } catch (error) {
      if (open) await ask('ROLLBACK TO SAVEPOINT dbd_step');
      if (!isDenied(error)) throw error;
      const marked = await leakproof(statement, ask);
      if (marked === undefined) {
        const where = await path();
        await settle();
        const why = await whole.instead(statement, () => Promise.resolve(where));
        await begin();
        return why === undefined
          ? []
          : [`that need more than the owner's rights: ${why} (${shortened(statement)})`];
      }
      await settle();
      const [alter] = split(marked);
      const why = alter && (await whole.instead(alter, () => Promise.resolve('')));
      await begin();
      return why === undefined ? [] : [`that say LEAKPROOF: ${why} (${shortened(statement)})`];
    }
  };
  return {
    settle,
    begin,
    install: async (name, schema, version) => {
      const installed = await whole.install(name, schema, version);
      if (installed) await begin();
      return installed;
    },
    roles: () => [...whole.roles].toSorted(),
    close: () => whole.close(),
    async carryOut(statement) {
      const tree = treeOf(statement);
      const reason = never[statement.kind];
      if (reason !== undefined) return [reason];
      if ('TransactionStmt' in tree) {
        await ask(statement.sql);
        const { kind = '' } = tree.TransactionStmt;
        if (/_(?:BEGIN|START)$/.test(kind)) open = true;
        else if (/_(?:COMMIT|ROLLBACK|PREPARE)$/.test(kind)) open = tree.TransactionStmt.chain === true;
        return [];
      }
      if ('VariableSetStmt' in tree) {
        const told = leftOut(statement, new Set());
        if (told !== undefined) return told === '' ? [] : [told];
        return setting(tree, statement, whole, ask);
      }
      if ('CommentStmt' in tree && /DATABASE|TABLESPACE/.test(tree.CommentStmt.objtype ?? ''))
        return ['that comment on what is not ours'];
      const missing = rolesNamed(tree);
      if (missing.some((name) => whole.superusers.has(name)))
        return ['that name the superuser of the sandbox'];
      if (missing.length > 0 && !('DropRoleStmt' in tree)) await whole.meet(missing);
      const first = whole.isFirst(statement);
      const where = first ? await path().catch(() => '') : '';
      if (first) await settle();
      const done = first ? await whole.first(statement, () => Promise.resolve(where)) : undefined;
      if (first) await begin();
      if (done) return done;
      const left = await asOwner(statement);
      if (statement.kind === 'DoStmt' || statement.kind === 'CreateSchemaStmt') {
        await settle();
        await whole.takeOver();
        await begin();
      }
      return left;
    },
  };
}

/** Whoever becomes another role here was a superuser there, or a member. */
async function setting(
  tree: Extract<Node, { VariableSetStmt: unknown }>,
  statement: Statement,
  whole: Whole,
  ask: Ask,
): Promise<readonly string[]> {
  const { name = '', kind, args = [] } = tree.VariableSetStmt;
  const becomes = name === 'role' || name === 'session_authorization';
  if (!becomes) {
    try {
      await ask(statement.sql);
    } catch (error) {
      // Dumps of newer servers set what older ones do not know.
      if (error instanceof pg.DatabaseError && error.code === '42704')
        return ['that set what this server does not know'];
      if (isDenied(error)) return [`that set ${name}`];
      throw error;
    }
    return [];
  }
  const [value] = args;
  const role =
    kind === 'VAR_SET_VALUE' && value && 'A_Const' in value
      ? (value.A_Const as { sval?: { sval?: string } }).sval?.sval
      : undefined;
  if (role === undefined || role === 'none') {
    await ask('RESET ROLE');
    return [];
  }
  if (whole.superusers.has(role)) return ['that name the superuser of the sandbox'];
  await whole.meet([role]);
  await ask(`SET ROLE ${id(role)}`);
  return [];
}

/** Makes a function without the word that only a superuser may say, and returns the statement that says it. */
async function leakproof(statement: Statement, ask: Ask): Promise<string | undefined> {
  const [again] = split(statement.sql);
  const tree = again && treeOf(again);
  if (!tree || !('CreateFunctionStmt' in tree)) return undefined;
  const word = (tree.CreateFunctionStmt.options ?? []).find(
    (option) => 'DefElem' in option && option.DefElem.defname === 'leakproof',
  );
  if (!word || !('DefElem' in word)) return undefined;
  const bytes = Buffer.from(statement.sql, 'utf8');
  const at = word.DefElem.location ?? 0;
  const rest = bytes.toString('utf8', at).replace(/^LEAKPROOF/i, ' ');
  await ask(bytes.toString('utf8', 0, at) + rest);
  const { name } = nameFrom(tree.CreateFunctionStmt.funcname);
  const rows = await ask(
    `SELECT pg_catalog.format('ALTER FUNCTION %I.%I(%s) LEAKPROOF', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS sql
     FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.proname = ${text(name)} ORDER BY pg_catalog.age(p.xmin), p.oid DESC LIMIT 1`,
  );
  return rows[0]?.sql as string | undefined;
}

const isDenied = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === '42501';
