/** The current structure where a mapper's schema describes it. */
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageFolder } from '../../application/check/resolve.ts';
import { prismaToSql } from '../../application/prisma-schema/to-sql.ts';
import { fail } from '../../base/error.ts';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import { readSnapshot } from '../../snapshot/file.ts';
import type { Current } from '../../twin/current.ts';

/** Longest time of `drizzle-kit export`, milliseconds. */
const exportMs = 60_000;

/** A snapshot is read; a Prisma schema (a file, or a folder that holds its parts) becomes SQL here, a Drizzle schema by the project's own `drizzle-kit`; everything else is left as it is. */
export async function readCurrent(current: Config['current'], engine: Engine): Promise<Current> {
  if (current.kind === 'snapshot') return { ...current, snapshot: await readSnapshot(current.path) };
  if (current.kind === 'folder') {
    const names = await readdir(current.path).catch(() => []);
    const parts = names.filter((name) => name.endsWith('.prisma')).toSorted();
    if (parts.length === 0 || names.some((name) => name.endsWith('.sql'))) return current;
    const texts = await Promise.all(parts.map((name) => readText(join(current.path, name))));
    return {
      kind: 'script',
      place: current.path,
      text: prismaToSql(texts.join('\n'), current.path, engine.quote),
    };
  }
  if (current.kind !== 'file') return current;
  const { path } = current;
  if (path.endsWith('.prisma'))
    return { kind: 'script', place: path, text: prismaToSql(await readText(path), path, engine.quote) };
  return /\.[cm]?[jt]s$/.test(path)
    ? { kind: 'script', place: path, text: await exported(path, engine) }
    : current;
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) =>
    fail('file.unreadable', `${path} cannot be read.`, { cause, hint: 'Name a file of text in UTF-8.' }),
  );
}

/** SQL of a Drizzle schema, as the project's own tool writes it. */
async function exported(path: string, engine: Engine): Promise<string> {
  const tool = await packageFolder(dirname(path), 'drizzle-kit');
  if (tool === undefined)
    return fail('schema.unknown', `${path} is a schema of Drizzle, and its project has no drizzle-kit.`, {
      hint: 'Install drizzle-kit there, or name the folder of SQL files that it has generated.',
    });
  const dialect = engine.title.toLowerCase();
  const child = spawn(
    process.execPath,
    [join(tool, 'bin.cjs'), 'export', '--dialect', dialect, '--schema', path, '--sql'],
    {
      cwd: dirname(path),
      timeout: exportMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  // The tool also ends well when it could not read the file, and then prints nothing.
  if (code === 0 && out.trim() !== '') return out;
  const [line] = (said || out).trim().split('\n').slice(-1);
  return fail(
    'schema.unknown',
    `drizzle-kit exports no table of ${path}${line ? `: ${line.slice(0, 300)}` : ''}.`,
    {
      hint: 'Run `npx drizzle-kit export` to see the whole message.',
    },
  );
}
