/** Cuts a change off at many places, lets the runner take it up again, and looks whether it ends as if nothing had happened. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DbdError } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import { differences } from '../../catalog/difference.ts';
import type { Catalog } from '../../catalog/model.ts';
import { changeFiles } from '../../change/files.ts';
import type { Change } from '../../change/model.ts';
import type { Engine } from '../../engine/model.ts';
import { fingerprints, type Fingerprints } from '../../rehearse/rows.ts';
import { migrate } from '../../runner/migrate.ts';
import type { Target } from '../../runner/model.ts';
import { applicationOf } from '../../runner/place.ts';
import type { Sandbox, SandboxCopy, SandboxDatabase } from '../../sandbox/model.ts';
import { deadlyEngine, Gone, type Recorded } from './deadly.ts';
import type { Killed, KillPoint, Kills } from './model.ts';
import { pointsOf } from './points.ts';

/** Runs after a kill, beyond which the change is taken for stuck. */
const mostRuns = 5;
/** Milliseconds that a runner waits for the session of one that is gone. */
const waitMs = 30_000;
/** Schema of the history on the copies. */
const historySchema = 'dbd';

export interface KillsOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Filled twin; nobody is connected to it. */
  readonly base: SandboxDatabase;
  readonly change: Change;
  /** Places that would begin after this are left out, milliseconds. */
  readonly boxMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Tries as many places as the time allows, spread over the whole change. */
export async function killAndResume(options: KillsOptions): Promise<Kills> {
  const { sandbox, signal, emit } = options;
  if (!sandbox.copy)
    return { places: 0, killed: [], because: 'a server that was named by its address is not ours to crash' };
  const copy = await sandbox.copy({ signal });
  const folder = await mkdtemp(join(tmpdir(), 'dbd-kills-'));
  try {
    for (const file of changeFiles(options.change)) {
      await mkdir(dirname(join(folder, file.path)), { recursive: true });
      await writeFile(join(folder, file.path), file.sql);
    }
    return await step(
      emit,
      'cut the change off, and take it up again',
      () => allPlaces(options, copy, folder),
      ({ killed, places }) => `${killed.length} of ${places} places`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
    await copy.stop();
  }
}

interface End {
  readonly catalog: Catalog;
  readonly prints: Fingerprints;
}

async function allPlaces(options: KillsOptions, copy: SandboxCopy, folder: string): Promise<Kills> {
  const began = performance.now();
  const whole = await cut(options, copy, folder);
  if (!whole.end || whole.failed !== undefined)
    return { places: 0, killed: [], because: `without a kill it did not run either: ${whole.failed ?? ''}` };
  const points = pointsOf(whole.recorded, options.change, options.engine);
  const killed: Killed[] = [];
  let because: string | undefined;
  for (const point of points) {
    options.signal.throwIfAborted();
    if (killed.length > 0 && performance.now() - began > options.boxMs) {
      because = 'the time for it was over';
      break;
    }
    const { hit, runs, end, failed } = await cut(options, copy, folder, point);
    killed.push({
      point,
      hit,
      runs,
      differences: end ? unlike(whole.end, end) : [],
      ...(failed === undefined ? {} : { failed }),
    });
  }
  return { places: points.length, killed, ...(because === undefined ? {} : { because }) };
}

interface Cut {
  readonly recorded: readonly Recorded[];
  readonly hit: boolean;
  readonly runs: number;
  readonly end?: End;
  readonly failed?: string;
}

/** One run that is cut off at the point (or not at all), and as many more as it takes. */
async function cut(
  options: KillsOptions,
  copy: SandboxCopy,
  folder: string,
  point?: KillPoint,
): Promise<Cut> {
  const { engine, signal } = options;
  const database = await copy.createDatabase({ from: copy.counterpart(options.base) });
  const target = targetOf(database);
  const deadly = deadlyEngine({
    engine,
    application: applicationOf(target),
    ...(point ? { point } : {}),
    strike: (pid) => (point?.kind === 'server crashed' ? copy.crash(pid) : copy.terminate(pid)),
  });
  const go = async (with_: Engine): Promise<string | undefined> => {
    try {
      await migrate({
        engine: with_,
        target,
        changes: folder,
        emit: () => undefined,
        signal,
        waitMs,
        late: false,
        forceContract: 'rehearsed on a copy',
      });
      return undefined;
    } catch (error) {
      if (error instanceof DbdError || error instanceof Gone) return error.message;
      throw error;
    }
  };
  try {
    let failed = await go(deadly.engine);
    let runs = 0;
    while (failed !== undefined && deadly.hit() && runs < mostRuns) {
      runs += 1;
      failed = await go(engine);
    }
    const end = failed === undefined ? await endOf(engine, database) : undefined;
    return {
      recorded: deadly.recorded,
      hit: deadly.hit(),
      runs,
      ...(end ? { end } : {}),
      ...(failed === undefined ? {} : { failed }),
    };
  } finally {
    await copy.dropDatabase(database);
  }
}

function targetOf(database: SandboxDatabase): Target {
  return {
    url: database.ownerUrl,
    shown: 'a copy of the twin',
    schema: historySchema,
    windows: [],
    budgets: {},
    shared: false,
    trusted: [],
  };
}

async function endOf(engine: Engine, database: SandboxDatabase): Promise<End> {
  const session = await engine.connect(database.ownerUrl, { application: 'dbd witness' });
  try {
    const whole = await engine.inspect(session);
    const catalog = { ...whole, tables: whole.tables.filter(({ schema }) => schema !== historySchema) };
    return { catalog, prints: await fingerprints(engine, session, catalog) };
  } finally {
    await session.close();
  }
}

/** Structure and rows; an index that is not valid is a difference of the structure. */
function unlike(wanted: End, found: End): readonly string[] {
  return [
    ...differences(wanted.catalog, found.catalog).map(({ path }) => path),
    ...[...wanted.prints].flatMap(([table, print]) => {
      const other = found.prints.get(table);
      return other && other.rows === print.rows && other.hash === print.hash ? [] : [`rows of ${table}`];
    }),
  ];
}
