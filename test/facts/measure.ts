/** Runs trials of the lock table on a real server and reads off what they did. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Catalog } from '../../src/catalog/model.ts';
import type { FactsContext, Session, StatementFacts, Watcher } from '../../src/engine/model.ts';
import type { Trial } from '../../src/engines/postgres/facts/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { shown, strongest, type LockRow } from '../../src/engines/postgres/lock-modes.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';

/** What a trial was seen to do. */
export interface Measured {
  readonly locks: readonly string[];
  readonly rewrites: readonly string[];
  /** Relations that were read in full, by the server's own messages and by its counters of scans. */
  readonly scans: readonly string[];
  readonly error?: string;
}

interface Bench {
  readonly sandbox: Sandbox;
  readonly template: SandboxDatabase;
  readonly database: SandboxDatabase;
  readonly session: Session;
  readonly watcher: Watcher;
  readonly catalog: Catalog;
}

/** The scene on a sandbox, with one session for everything that can be rolled back. */
export async function openBench(sandbox: Sandbox): Promise<Bench> {
  await postgres.grammar.ready();
  const template = await sandbox.createDatabase();
  const owner = await postgres.connect(template.adminUrl);
  await owner.run(readFileSync(join(import.meta.dirname, 'scene.sql'), 'utf8'));
  await owner.close();
  const database = await sandbox.createDatabase({ from: template });
  const session = await postgres.connect(database.adminUrl);
  return {
    sandbox,
    template,
    database,
    session,
    watcher: await postgres.watch.open(database.adminUrl, sandbox.log),
    catalog: await postgres.inspect(session),
  };
}

/** A trial beside what the table says of its statement. */
export async function tried(
  bench: Bench,
  trial: Trial,
): Promise<{ readonly told: StatementFacts; readonly measured: Measured }> {
  if (trial.given === undefined && trial.held === undefined && !isOutside(trial.sql)) {
    const told = toldOf(trial, bench.catalog, bench.sandbox.serverVersion);
    return { told, measured: await rolledBack(bench.session, bench.watcher, trial) };
  }
  const database = await bench.sandbox.createDatabase({ from: bench.template });
  const session = await postgres.connect(database.adminUrl);
  const watcher = await postgres.watch.open(database.adminUrl, bench.sandbox.log);
  try {
    for (const { sql } of postgres.grammar.split(trial.given ?? '')) await session.query(sql);
    const told = toldOf(trial, await postgres.inspect(session), bench.sandbox.serverVersion);
    const measured =
      trial.held === undefined && !isOutside(trial.sql)
        ? await rolledBack(session, watcher, trial)
        : await heldUp(database, session, trial, told);
    return { told, measured };
  } finally {
    await watcher.close();
    await session.close();
    await bench.sandbox.dropDatabase(database);
  }
}

const isOutside = (sql: string): boolean =>
  postgres.grammar.outsideTransaction(postgres.grammar.split(sql)[0]!);

function toldOf(trial: Trial, catalog: Catalog, serverVersion: number): StatementFacts {
  const context: FactsContext = {
    catalog,
    serverVersion,
    settings: { timezone: trial.zone ?? 'UTC' },
  };
  return postgres.facts.of(postgres.grammar.split(trial.sql)[0]!, context);
}

// Counters of this very transaction: they also see readings that the server does not tell.
const countersQuery = `
  SELECT n.nspname || '.' || c.relname AS relation, pg_relation_filenode(c.oid)::int8::text AS file,
         pg_stat_get_xact_numscans(c.oid)::text AS scans
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

type Counters = ReadonlyMap<
  string,
  { readonly file: string; readonly scans: number; readonly index: boolean }
>;

async function counters(session: Session): Promise<Counters> {
  const { rows } = await session.query<{
    oid: string;
    relation: string;
    file: string;
    scans: string;
    kind: string;
  }>(countersQuery.replace('SELECT', 'SELECT c.oid::int8::text AS oid, c.relkind::text AS kind,'));
  return new Map(
    rows.map(({ oid, relation, file, scans, kind }) => [
      `${oid} ${relation}`,
      { file, scans: Number(scans), index: kind === 'i' },
    ]),
  );
}

async function rolledBack(session: Session, watcher: Watcher, trial: Trial): Promise<Measured> {
  await session.run('BEGIN');
  try {
    await session.run(`SET LOCAL TimeZone = '${trial.zone ?? 'UTC'}'`);
    const before = await counters(session);
    const mark = await watcher.before(session.pid);
    try {
      await session.query(trial.sql);
    } catch (error) {
      return { locks: [], rewrites: [], scans: [], error: sqlstate(error) };
    }
    const seen = await watcher.after(session.pid, mark);
    const after = new Map([...(await counters(session))].map(([key, value]) => [key.split(' ')[0]!, value]));
    const rewrites = new Set(seen.rewrites);
    const scans = new Set(seen.scans.flatMap(scanned));
    for (const [key, old] of before) {
      const [oid, relation] = key.split(' ') as [string, string];
      const now = after.get(oid);
      if (!now) continue;
      // Indexes of a table that is written anew go with it.
      if (old.index && !/^(?:ALTER INDEX|REINDEX)/.test(trial.sql)) continue;
      if (now.file !== old.file) rewrites.add(relation);
      if (old.index) continue;
      if (now.scans > old.scans) scans.add(relation);
    }
    return {
      locks: seen.locks.map(({ relation, mode }) => `${mode} ${relation}`).toSorted(),
      rewrites: [...rewrites].toSorted(),
      scans: [...scans].filter((name) => !rewrites.has(name)).toSorted(),
    };
  } finally {
    await session.run('ROLLBACK');
  }
}

function scanned(text: string): readonly string[] {
  const found = /^(\S+) verified$| built on (\S+)$/.exec(text);
  return found ? [found[1] ?? found[2]!] : [];
}

function sqlstate(error: unknown): string {
  const fields = (error as { readonly fields?: { readonly sqlstate?: string } }).fields;
  return fields?.sqlstate ?? String(error);
}

const waitingQuery = `
  SELECT l.relation::int8::text AS oid, l.mode, n.nspname || '.' || c.relname AS relation, c.relkind::text AS kind,
         (SELECT i.indrelid::int8::text FROM pg_index i WHERE i.indexrelid = l.relation) AS "of"
    FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE l.pid = $1 AND l.locktype = 'relation' AND n.nspname !~ '^pg_'`;

/** A statement outside transactions, held up by another session while its locks are read, those it waits for included. */
async function heldUp(
  database: SandboxDatabase,
  session: Session,
  trial: Trial,
  told: StatementFacts,
): Promise<Measured> {
  const other = await postgres.connect(database.adminUrl);
  const look = await postgres.connect(database.adminUrl);
  try {
    const [table] = told.locks.map(({ relation }) => relation.name);
    await other.run(trial.held === 'snapshot' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ' : 'BEGIN');
    if (trial.held === 'snapshot') await other.run('SELECT count(*) FROM ruled');
    if (trial.held === 'reader') await other.run(`LOCK TABLE ${table} IN ACCESS SHARE MODE`);
    if (trial.held === 'reader of the partition')
      await other.run(`LOCK TABLE ${told.locks.at(0)!.relation.name} IN ACCESS SHARE MODE`);
    if (trial.held === 'pin') await other.run(`DECLARE c CURSOR FOR SELECT * FROM ${table}; FETCH 1 FROM c`);
    let ended: string | undefined;
    const running = session.query(trial.sql).then(
      () => (ended = ''),
      (error: unknown) => (ended = sqlstate(error)),
    );
    let held: readonly LockRow[] = [];
    for (let tries = 0; ended === undefined && tries < 2000; tries += 1) {
      const { rows } = await look.query<{ waits: boolean }>(
        "SELECT coalesce(wait_event_type IN ('Lock', 'BufferPin'), false) AS waits FROM pg_stat_activity WHERE pid = $1",
        [session.pid],
      );
      if (rows[0]?.waits) {
        held = (await look.query(waitingQuery, [session.pid])).rows as unknown as readonly LockRow[];
        break;
      }
      await setTimeout(5);
    }
    await other.run('ROLLBACK');
    const error = await running;
    const existed = new Set(told.locks.map(({ relation }) => `${relation.schema}.${relation.name}`));
    return {
      locks: shown(strongest(held))
        // The index that it makes is nobody's yet.
        .filter(({ relation }) => existed.has(relation) || !/extra|ccnew/.test(relation))
        .map(({ relation, mode }) => `${mode} ${relation}`)
        .toSorted(),
      rewrites: told.rewrites.map(({ schema, name }) => `${schema}.${name}`).toSorted(),
      scans: told.scans.map(({ relation }) => `${relation.schema}.${relation.name}`).toSorted(),
      ...(error ? { error } : {}),
    };
  } finally {
    await look.close();
    await other.close();
  }
}

/** The facts in the form of a measurement. */
export function asMeasured(told: StatementFacts): Measured {
  const names = (list: readonly { readonly schema: string; readonly name: string }[]): string[] =>
    [...new Set(list.map(({ schema, name }) => `${schema}.${name}`))].toSorted();
  return {
    locks: told.locks.map(({ relation, mode }) => `${mode} ${relation.schema}.${relation.name}`).toSorted(),
    rewrites: names(told.rewrites),
    scans: names(told.scans.map(({ relation }) => relation)),
  };
}
