/** Runs commands that must fail, with a cache of their own, and looks at what they leave. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import { run, type RunOptions } from '../../src/commands/run.ts';
import { filesIn, scratch, small } from '../deliver/delivery.ts';
import { ownCache, type OwnCache } from '../sandbox/own-cache.ts';

let own: OwnCache | undefined;

/** The cache of this test file; its sandboxes are seen by no other test. */
export function cache(): OwnCache {
  own ??= ownCache();
  return own;
}

beforeAll(() => {
  process.env['DBD_CACHE'] = cache().folder;
});
afterAll(() => {
  delete process.env['DBD_CACHE'];
  cache().remove();
});

/** Resolves when no process and no folder of a sandbox is left; fails after some seconds. */
export async function nothingLeft(): Promise<void> {
  const runs = join(cache().folder, 'run');
  const left = async (): Promise<readonly string[]> => [
    ...(await cache().processes()).map(String),
    ...(readdirSync(cache().folder).includes('run') ? readdirSync(runs) : []),
  ];
  for (let turn = 0; turn < 100 && (await left()).length > 0; turn += 1) await setTimeout(50);
  expect(await left()).toEqual([]);
}

/** A folder with the results of an earlier run. */
export function earlierResults(): { readonly out: string; readonly intact: () => void } {
  const out = join(scratch(), 'earlier');
  mkdirSync(join(out, 'up'), { recursive: true });
  writeFileSync(join(out, 'up', '01-expand.sql'), '-- earlier\n');
  writeFileSync(join(out, 'report.json'), '{"earlier": true}\n');
  writeFileSync(join(out, 'mine.txt'), 'kept\n');
  const before = filesIn(out);
  return { out, intact: () => expect(filesIn(out)).toEqual(before) };
}

/** Runs a command over earlier results and returns the error it must end with; those results and the machine are as before. */
export async function refused(
  command: string,
  input: Readonly<Record<string, unknown>>,
  options: RunOptions = {},
): Promise<DbdError> {
  const error = await refusedBesideOthers(command, input, options);
  await nothingLeft();
  return error;
}

/** The same while other commands run in the same cache: whether the machine is as before is for the caller to see when all have ended. */
export async function refusedBesideOthers(
  command: string,
  input: Readonly<Record<string, unknown>>,
  options: RunOptions = {},
): Promise<DbdError> {
  const { out, intact } = earlierResults();
  const error = await run(command, { ...small, out, ...input }, { cwd: scratch(), ...options }).then(
    (report) => expect.unreachable(`it ran: ${report.headline}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DbdError)) throw error;
  expect(error.message).toMatch(/\S.*[.\])"\w]$/s);
  intact();
  return error;
}
