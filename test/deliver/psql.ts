/** The real psql, for files that people will run with it. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { need } from '../support/require.ts';

const call = promisify(execFile);

/** Whether psql is installed; a missing one is said. */
export const withPsql = need(
  (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, 'psql'))),
  'psql: apt install postgresql-client',
);

/** Runs the files of one direction in the order a person would: up from the first, down from the last. */
export async function runFolder(url: string, out: string, direction: 'up' | 'down'): Promise<void> {
  const names = readdirSync(join(out, direction)).toSorted();
  if (direction === 'down') names.reverse();
  for (const name of names) await psql(url, ['-f', join(out, direction, name)]);
}

/** Runs psql without its start file, stopping at the first error; rejects with what it said. */
export async function psql(url: string, words: readonly string[]): Promise<string> {
  const { stdout } = await call('psql', [url, '-X', '-q', '-v', 'ON_ERROR_STOP=1', ...words]);
  return stdout;
}
