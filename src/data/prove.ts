/** Loads seeds as a developer would, twice, and looks at what is in the database then. */
import { DbdError, SqlError } from '../base/error.ts';
import { printName } from '../catalog/identity.ts';
import type { Catalog, Table } from '../catalog/model.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import { verifyForeignKeys } from '../twin/fill/verify.ts';
import { run } from './load.ts';
import type { Forbidden } from './model.ts';
import { seedable } from './reference.ts';
import { countRows, fingerprints } from './rows.ts';

/** What {@link proveSeeds} needs. */
export interface ProofOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** A database with the structure; nobody may be connected to it. */
  readonly structure: SandboxDatabase;
  readonly catalog: Catalog;
  readonly reference?: string;
  readonly development?: string;
  /** Tables whose rows the reference script holds. */
  readonly referenceTables: readonly Table[];
  readonly forbidden: readonly Forbidden[];
}

/** What loading showed. */
export interface Proof {
  /** Rows per table after everything was loaded once, `schema.name`; tables without rows are left out. */
  readonly rows: ReadonlyMap<string, number>;
  /** The reference script: whether it restored the rows from nothing, and whether a second run changed any table. */
  readonly reference?: { readonly restored: boolean; readonly changed: readonly string[] };
  /** The development script: whether its second run was refused, and what that changed. */
  readonly development?: { readonly refused?: string; readonly changed: readonly string[] };
  /** Foreign keys whose every row was looked up, and the first that points at nothing. */
  readonly foreignKeys: number;
  readonly orphan?: string;
  /** Columns in which a value was found that must not be there, with how many rows. */
  readonly leaks: readonly { readonly column: string; readonly rows: number }[];
  /** Columns that were searched for such values. */
  readonly searched: number;
  /** What the server said when a script did not run. */
  readonly failed?: string;
}

/** Loads the scripts twice into copies of the structure and reads the result back. */
export async function proveSeeds(options: ProofOptions): Promise<Proof> {
  const { engine, sandbox } = options;
  const copy = await sandbox.createDatabase({ from: options.structure });
  const session = await engine.connect(copy.ownerUrl, {
    application: 'dbd seed proof',
    statementTimeoutMs: 60_000,
  });
  try {
    return await load(options, session);
  } finally {
    await session.close();
    await sandbox.dropDatabase(copy);
  }
}

async function load(options: ProofOptions, session: Session): Promise<Proof> {
  const { engine, catalog } = options;
  const tables = seedable(engine, catalog);
  const state = (): Promise<ReadonlyMap<string, string>> => fingerprints(engine, session, tables);
  // Rows that came with the structure are not of the scripts.
  const known = await search(engine, session, options.forbidden);
  let reference: Proof['reference'];
  let development: Proof['development'];
  try {
    if (options.reference !== undefined) {
      const original = await fingerprints(engine, session, options.referenceTables);
      const emptied = await empty(engine, session, options.referenceTables);
      await run(engine, session, options.reference);
      const restored = await fingerprints(engine, session, options.referenceTables);
      const once = await state();
      await run(engine, session, options.reference);
      reference = {
        restored: emptied && differing(original, restored).length === 0,
        changed: differing(once, await state()),
      };
    }
    if (options.development !== undefined) {
      await run(engine, session, options.development);
      const once = await state();
      const refused = await refusal(engine, session, options.development);
      development = {
        ...(refused === undefined ? {} : { refused }),
        changed: differing(once, await state()),
      };
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await session.run('ROLLBACK');
    return { rows: new Map(), foreignKeys: 0, leaks: [], searched: 0, failed: error.message };
  }
  const counted = await countRows(engine, session, tables);
  const keys = await lookUpKeys(engine, session, tables);
  const found = await search(engine, session, options.forbidden);
  const leaks = [...found].flatMap(([column, rows]) => {
    const more = rows - (known.get(column) ?? 0);
    return more > 0 ? [{ column, rows: more }] : [];
  });
  return {
    rows: new Map([...counted].filter(([, rows]) => rows > 0)),
    ...(reference ? { reference } : {}),
    ...(development ? { development } : {}),
    ...keys,
    leaks,
    searched: options.forbidden.filter(({ values }) => values.length > 0).length,
  };
}

/** Empties the tables, the referencing ones first; false when something holds on to a row. */
async function empty(engine: Engine, session: Session, tables: readonly Table[]): Promise<boolean> {
  try {
    await session.query('BEGIN');
    for (const table of tables.toReversed()) await session.query(`DELETE FROM ${engine.quote.name(table)}`);
    await session.query('COMMIT');
    return true;
  } catch (error) {
    await session.query('ROLLBACK');
    if (error instanceof SqlError) return false;
    throw error;
  }
}

async function refusal(engine: Engine, session: Session, text: string): Promise<string | undefined> {
  try {
    await run(engine, session, text);
    return undefined;
  } catch (error) {
    await session.query('ROLLBACK');
    if (error instanceof SqlError) return error.message;
    throw error;
  }
}

async function lookUpKeys(
  engine: Engine,
  session: Session,
  tables: readonly Table[],
): Promise<{ readonly foreignKeys: number; readonly orphan?: string }> {
  let foreignKeys = 0;
  try {
    for (const table of tables) foreignKeys += await verifyForeignKeys(session, table, engine.quote);
    return { foreignKeys };
  } catch (error) {
    if (error instanceof DbdError && error.code === 'twin.fill')
      return { foreignKeys, orphan: error.message };
    throw error;
  }
}

/** Rows that hold a value that must not come up, per column. */
async function search(
  engine: Engine,
  session: Session,
  forbidden: readonly Forbidden[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const { table, column, values } of forbidden) {
    if (values.length === 0) continue;
    const { rows } = await session.query<{ rows: string }>(
      `SELECT count(*)::text AS rows FROM ${engine.quote.name(table)} WHERE ${engine.quote.identifier(column)}::text = ANY ($1::text[])`,
      [values],
    );
    found.set(`${printName(table)}.${column}`, Number(rows[0]!.rows));
  }
  return found;
}

function differing(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...after].flatMap(([key, value]) => (before.get(key) === value ? [] : [key]));
}
