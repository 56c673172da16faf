/** Databases, folders of changes and runs for the tests of the runner. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { Event } from '../../src/base/event.ts';
import { DbdError } from '../../src/base/error.ts';
import { changeFiles } from '../../src/change/files.ts';
import type { Change, Step } from '../../src/change/model.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { migrate, type Migrated } from '../../src/runner/migrate.ts';
import type { Target } from '../../src/runner/model.ts';
import type { MigrateOptions, RunnerOptions } from '../../src/runner/options.ts';
import { statusOf } from '../../src/runner/status.ts';
import { testDatabase } from '../support/database.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder of changes of one test. */
export interface Folder {
  readonly path: string;
  write(name: string, text: string): void;
  remove(name: string): void;
  /** Writes a change as `dbd plan --out` does. */
  change(id: string, steps: readonly Partial<Step & { readonly phase: string }>[]): void;
}

export function folder(files: Readonly<Record<string, string>> = {}): Folder {
  const path = mkdtempSync(join(tmpdir(), 'dbd-runner-'));
  made.push(path);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    path,
    write,
    remove: (name) => rmSync(join(path, name), { recursive: true }),
    change: (id, steps) => {
      for (const file of changeFiles(changeOf(id, steps))) write(`${id}/${file.path}`, file.sql);
    },
  };
}

/** A change of phases in the order of their first steps. */
export function changeOf(id: string, steps: readonly Partial<Step & { readonly phase: string }>[]): Change {
  const names = [...new Set(steps.map(({ phase = 'expand' }) => phase))];
  let count = 0;
  return {
    id,
    title: id,
    questions: [],
    phases: names.map((name, at) => ({
      name: name as 'expand',
      number: at + 1,
      steps: steps
        .filter(({ phase = 'expand' }) => phase === name)
        .map((each) => {
          count += 1;
          return {
            id: `c${count}`,
            sql: '',
            transaction: count,
            claims: [],
            reason: 'for the test',
            lockTimeoutMs: 200,
            undo: '',
            ...without(each),
          };
        }),
    })),
  };
}

function without(step: Partial<Step & { readonly phase: string }>): Partial<Step> {
  return Object.fromEntries(Object.entries(step).filter(([key]) => key !== 'phase'));
}

/** A database of its own with everything to run changes on it as its owner. */
export interface Ground {
  readonly url: string;
  readonly adminUrl: string;
  readonly target: Target;
  readonly session: Session;
  readonly notes: string[];
  run(path: string, more?: Partial<MigrateOptions>): Promise<Migrated>;
  options(path: string, more?: Partial<RunnerOptions>): RunnerOptions;
  /** State of every change: `001_users done`. */
  states(path: string): Promise<readonly string[]>;
  /** The first value of the first row. */
  value(sql: string): Promise<unknown>;
}

export async function ground(sql = '', target: Partial<Target> = {}): Promise<Ground> {
  const { ownerUrl, adminUrl } = await testDatabase();
  const session = await postgres.connect(ownerUrl);
  if (sql !== '') await session.run(sql);
  return groundOn(ownerUrl, adminUrl, session, target);
}

/** The same on a database that exists. */
export function groundOn(
  url: string,
  adminUrl: string,
  session: Session,
  target: Partial<Target> = {},
): Ground {
  const notes: string[] = [];
  const whole: Target = { ...targetOf(url), ...target };
  const options = (path: string, more: Partial<RunnerOptions> = {}): RunnerOptions => ({
    engine: postgres,
    target: whole,
    changes: path,
    emit: (event: Event) => {
      if (event.kind === 'note' || event.kind === 'warning') notes.push(event.text);
    },
    signal: new AbortController().signal,
    waitMs: 0,
    ...more,
  });
  return {
    url,
    adminUrl,
    target: whole,
    session,
    notes,
    options,
    run: (path, more = {}) => migrate({ ...options(path), late: false, ...more }),
    states: async (path) =>
      (await statusOf(options(path))).situation.changes.map(({ id, state }) => `${id} ${state}`),
    value: async (sql) => Object.values((await session.query(sql)).rows[0] ?? { none: undefined })[0],
  };
}

/** A bare target. */
export function targetOf(url: string): Target {
  return { url, shown: 'the database', schema: 'dbd', windows: [], budgets: {}, shared: false, trusted: [] };
}

/** The error of a run that must fail. */
export async function failing(work: Promise<unknown>): Promise<DbdError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DbdError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

/** Lets others get on. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
