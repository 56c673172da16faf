import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DbdError, fail } from '../base/error.ts';
import { step } from '../base/event.ts';
import { plural } from '../base/text.ts';
import { differences } from '../catalog/difference.ts';
import { printName } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Engine, ScriptOptions, Session } from '../engine/model.ts';
import type { SandboxDatabase } from '../sandbox/model.ts';
import type { Current, LoadCurrentOptions, LoadedCurrent } from './current-model.ts';
import { currentFromSnapshot } from './current-snapshot.ts';

export type { Current, LoadCurrentOptions, LoadedCurrent, Production } from './current-model.ts';

/** Largest script in bytes; a structure is far smaller, and data is not needed. */
const largestScript = 256 * 1024 * 1024;
/** Limits towards a server that is in use: reading its catalog waits for nobody and takes no longer than this. */
export const sourceLimits = {
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 2_000,
  readOnly: true,
  application: 'dbd (reads the structure)',
} as const;
/** Differences told one by one. */
const toldDifferences = 20;

/** Makes a sandbox database with the current structure; throws `file.*`, `sql.*` with file and line, or `connect.*`, and leaves no database then. */
export async function loadCurrent(options: LoadCurrentOptions): Promise<LoadedCurrent> {
  const { engine, sandbox, current, emit } = options;
  return step(
    emit,
    'load the current structure',
    async () => {
      if (current.kind === 'snapshot') return currentFromSnapshot(options, current);
      const database = await sandbox.createDatabase();
      try {
        for (const extension of options.extensions ?? []) await sandbox.installExtension(database, extension);
        const { source, limits } =
          current.kind === 'none'
            ? { source: 'an empty database', limits: [] }
            : current.kind === 'url'
              ? await fromServer(options, database, current.url)
              : current.kind === 'script'
                ? await fromScript(options, database, current)
                : await fromFiles(options, database, current.path, current.kind);
        return { database, catalog: await read(engine, database), source, limits };
      } catch (error) {
        await sandbox.dropDatabase(database).catch(() => undefined);
        throw error;
      }
    },
    ({ catalog, source }) => `${plural(catalog.tables.length, 'table')} from ${source}`,
  );
}

/** Major version of the server that the current structure lives on, so that a sandbox of the same one can be started; undefined for files of SQL. */
export async function majorOf(engine: Engine, current: Current): Promise<number | undefined> {
  if (current.kind === 'snapshot') return major(current.snapshot.source.versionNumber);
  if (current.kind !== 'url') return undefined;
  const session = await engine.connect(current.url, sourceLimits);
  try {
    return major(session.serverVersion);
  } finally {
    await session.close();
  }
}

interface Taken {
  readonly source: string;
  readonly limits: readonly string[];
}

async function fromScript(
  options: LoadCurrentOptions,
  database: SandboxDatabase,
  { text, place }: { readonly text: string; readonly place: string },
): Promise<Taken> {
  const { leftOut } = await options.engine.intake.script(database.ownerUrl, {
    text,
    ...scriptOptions(options, database, place),
  });
  return { source: place, limits: leftOut };
}

async function fromFiles(
  options: LoadCurrentOptions,
  database: SandboxDatabase,
  path: string,
  kind: 'file' | 'folder',
): Promise<Taken> {
  const paths = kind === 'file' ? [path] : await scriptsIn(path);
  const limits: string[] = [];
  for (const file of paths) {
    const text = await readScript(file);
    const result = await options.engine.intake.script(database.ownerUrl, {
      text,
      ...scriptOptions(options, database, file),
    });
    limits.push(...result.leftOut);
  }
  return { source: kind === 'file' ? path : `${plural(paths.length, 'file')} in ${path}`, limits };
}

async function fromServer(
  options: LoadCurrentOptions,
  database: SandboxDatabase,
  url: string,
): Promise<Taken> {
  const { engine, sandbox } = options;
  const source = await engine.connect(url, sourceLimits);
  try {
    const there = await engine.inspect(source);
    const place = shown(url);
    const made = await engine.intake.rebuild(database.ownerUrl, there, {
      ...scriptOptions(options, database, place),
      adminUrl: database.adminUrl,
    });
    const here = await read(engine, database);
    const sameMajor = major(source.serverVersion) === major(sandbox.serverVersion);
    // Servers of different versions print the same view differently.
    const differ = differences(there, here, { owners: 'ignore', grants: 'ignore' }).filter(
      ({ path }) => sameMajor || !/^view .* definition$/.test(path),
    );
    const limits = [
      ...made.leftOut,
      'owners and grants of the current database are not carried over',
      ...(sameMajor
        ? []
        : [
            `the current database runs on ${engine.title} ${there.version}, the sandbox on ${sandbox.server}`,
          ]),
      ...differ
        .slice(0, toldDifferences)
        .map(
          ({ path, before, after }) =>
            `differs from the current database: ${path}${before ? `, there ${brief(before)}` : ''}${after ? `, here ${brief(after)}` : ''}`,
        ),
      ...(differ.length > toldDifferences
        ? [`${differ.length - toldDifferences} more differences from the current database`]
        : []),
      ...(await copyHistory(engine, source, database, here)),
    ];
    return { source: `${place}, ${engine.title} ${there.version}, read only`, limits };
  } finally {
    await source.close();
  }
}

async function copyHistory(
  engine: Engine,
  source: Session,
  database: SandboxDatabase,
  catalog: Catalog,
): Promise<readonly string[]> {
  const target = await engine.connect(database.ownerUrl);
  try {
    const copied = await engine.intake.history(source, target, catalog);
    return copied.map(({ table, rows, refused }) =>
      refused === undefined
        ? `${plural(rows, 'row')} of the migration history ${printName(table)} copied; no other table's rows were read`
        : `the migration history ${printName(table)} was not copied: ${refused}`,
    );
  } finally {
    await target.close();
  }
}

function scriptOptions(
  options: LoadCurrentOptions,
  database: SandboxDatabase,
  place: string,
): Omit<ScriptOptions, 'text'> {
  const { engine, sandbox, statementTimeoutMs, whole = false } = options;
  return {
    place,
    ...(whole ? { whole: { adminUrl: database.adminUrl } } : {}),
    ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
    installExtension: async (name, schema) => {
      await sandbox.installExtension(database, name);
      if (schema === undefined || schema === 'public' || schema === 'pg_catalog') return;
      const session = await engine.connect(database.adminUrl);
      // An extension that cannot be moved stays where it is; its users' statements tell.
      await session
        .run(`ALTER EXTENSION ${engine.quote.identifier(name)} SET SCHEMA ${engine.quote.identifier(schema)}`)
        .catch(() => undefined);
      await session.close();
    },
  };
}

async function read(engine: Engine, database: SandboxDatabase): Promise<Catalog> {
  const session = await engine.connect(database.ownerUrl);
  try {
    return await engine.inspect(session);
  } finally {
    await session.close();
  }
}

async function scriptsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) =>
    unreadable(folder, error),
  );
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map((entry) => join(entry.parentPath, entry.name));
  if (paths.length === 0)
    fail('file.missing', `The folder ${folder} holds no .sql files.`, {
      hint: 'Name a folder of schema files, one dump file, or a database URL.',
    });
  return paths.toSorted((a, b) => (a < b ? -1 : 1));
}

async function readScript(path: string): Promise<string> {
  const { size } = await stat(path).catch((error: unknown) => unreadable(path, error));
  if (size > largestScript) {
    fail('file.unreadable', `${path} is larger than ${largestScript / 1024 / 1024} MB.`, {
      hint: 'Make the dump without data: pg_dump --schema-only.',
    });
  }
  const bytes = await readFile(path).catch((error: unknown) => unreadable(path, error));
  if (bytes.subarray(0, 5).toString('latin1') === 'PGDMP') {
    fail('file.unreadable', `${path} is a dump in PostgreSQL's own format, not SQL text.`, {
      hint: `Turn it into SQL: pg_restore --schema-only -f schema.sql ${path}`,
    });
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below: what is not UTF-8 is as little a script as what holds NUL.
  }
  return fail('file.unreadable', `${path} is not UTF-8 text.`, { hint: 'Save it as UTF-8.' });
}

function unreadable(path: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    fail('file.missing', `${path} does not exist.`, {
      hint: 'Check `current` in dbd.config.yaml or the flag --current.',
      cause: error,
    });
  throw new DbdError('file.unreadable', `${path} cannot be read: ${message}.`, { cause: error });
}

/** The address without its password and options. */
function shown(url: string): string {
  try {
    const { protocol, username, host, pathname } = new URL(url);
    return `${protocol}//${username ? `${username}@` : ''}${host}${pathname}`;
  } catch {
    return 'the current database';
  }
}

function major(serverVersion: number): number {
  return Math.floor(serverVersion / 10_000);
}

function brief(value: string): string {
  const text = value.replaceAll(/\s+/g, ' ').trim();
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
