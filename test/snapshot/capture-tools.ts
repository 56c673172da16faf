/** What the tests of captures share. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { CaptureOptions, Snapshot } from '../../src/engine/snapshot/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { need } from '../support/require.ts';

export const usual: CaptureOptions = {
  probes: [],
  statementMs: 30_000,
  statements: 1000,
  emit: () => undefined,
  signal: new AbortController().signal,
};

/** The snapshot that this role takes. */
export async function snapshotOf(url: string, options: Partial<CaptureOptions> = {}): Promise<Snapshot> {
  const session = await postgres.connect(url);
  return postgres.capture.read(session, { ...usual, ...options }).finally(() => session.close());
}

/** Rows of one query. */
export async function read<R extends Record<string, unknown>>(
  url: string,
  sql: string,
): Promise<readonly R[]> {
  const session = await postgres.connect(url);
  return (await session.query<R>(sql).finally(() => session.close())).rows;
}

/** Runs statements as this role. */
export async function run(url: string, sql: string): Promise<void> {
  const session = await postgres.connect(url);
  await session.run(sql).finally(() => session.close());
}

const psql = '/usr/lib/postgresql/15/bin/psql';

/** Whether there is a psql to run scripts with. */
export function hasPsql(): boolean {
  return need(existsSync(psql), 'psql: apt install postgresql-client-15');
}

/** What psql prints for a script; throws with its messages when it ends with an error. */
export function outputOf(
  url: string,
  options: Partial<CaptureOptions> & {
    readonly words?: readonly string[];
    readonly env?: NodeJS.ProcessEnv;
    /** What psql may say beside. */
    readonly says?: RegExp;
  } = {},
): Promise<string> {
  const child = spawn(psql, [...(options.words ?? ['-X']), url], { env: { ...process.env, ...options.env } });
  const out: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(postgres.capture.script({ ...usual, ...options }));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 && said.replaceAll(options.says ?? /^$/g, '').trim() === ''
        ? resolve(Buffer.concat(out).toString())
        : reject(new Error(`psql ended with ${code}: ${said}`)),
    );
  });
}

/** The snapshot without what differs from one moment or way to the next. */
export function steady(snapshot: Snapshot): unknown {
  const { takenAt: _, source, activity, workload, ...rest } = snapshot;
  return {
    ...rest,
    source: { ...source, how: 'any' },
    activity: { ...activity, database: Object.keys(activity.database) },
    workload: { source: workload.source, since: workload.since },
  };
}
