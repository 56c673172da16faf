/** Runs as folders of the cache: request, owner, events, and at the end a report or a failure; each file appears whole or not at all. */
import { randomBytes } from 'node:crypto';
import {
  appendFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { RunPlace } from '../../../commands/run-place.ts';
import type { Report } from '../../../report/model.ts';
import { reportSchema } from '../../../report/schema.ts';

/** Milliseconds for which a finished run is kept. */
export const keptMs = 24 * 3600 * 1000;
/** Most finished runs that are kept. */
export const keptRuns = 50;
/** Milliseconds without a word after which a run of another container counts as dead. */
const silentMs = 3600 * 1000;
/** Milliseconds that taking over a run may take; one that takes longer has died. */
const takeoverMs = 5_000;

/** What was asked, as it is kept. */
export interface Request {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly cwd: string;
  readonly lasting: boolean;
  readonly at: string;
}

/** Why a run came to nothing, so that whoever asks next is told. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** How a run stands in the store. */
export type Stored =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly owner: string }
  /** Whoever ran it is gone, and left no result. */
  | { readonly kind: 'dead'; readonly owner: string }
  /** `told`: it was true for the moment of its answer only, and that was given. */
  | { readonly kind: 'done'; readonly owner: string; readonly report: Report; readonly told: boolean }
  | { readonly kind: 'failed'; readonly owner: string; readonly failure: Failure };

/** The store of one cache folder. */
export interface Store {
  readonly place: RunPlace;
  folder(id: string): string;
  look(id: string): Promise<Stored>;
  /** Makes this process the owner in the place of `after`, whose files go; false when somebody else was faster. */
  take(id: string, after: string | undefined, request: Request): Promise<boolean>;
  note(id: string, line: string): Promise<void>;
  /** Lines of progress so far. */
  notes(id: string): Promise<readonly string[]>;
  finish(id: string, report: Report): Promise<void>;
  told(id: string): Promise<void>;
  failed(id: string, failure: Failure): Promise<void>;
  forget(id: string): Promise<void>;
  /** Finished runs, the newest first. */
  list(): Promise<readonly { readonly id: string; readonly at: number }[]>;
  report(id: string): Promise<Report | undefined>;
  request(id: string): Promise<Request | undefined>;
  /** Removes what is old, or more than is kept, or of the dead. */
  sweep(): Promise<void>;
}

/** Whether a text is a run's id; anything else never becomes a path. */
export function isRunId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}

/** The report of a finished run that was asked for in this folder: an agent of one project does not read those of another. */
export async function finishedRun(store: Store, id: string, cwd: string): Promise<Report | undefined> {
  return isRunId(id) && (await store.request(id))?.cwd === cwd ? store.report(id) : undefined;
}

/** Opens the store, making its folder for this user alone. */
export async function openStore(place: RunPlace): Promise<Store> {
  await mkdir(place.folder, { recursive: true, mode: 0o700 });
  return storeAt(place);
}

function storeAt(place: RunPlace): Store {
  const folder = (id: string): string => join(place.folder, id);
  const file = (id: string, name: string): string => join(place.folder, id, name);
  const text = (id: string, name: string): Promise<string | undefined> =>
    readFile(file(id, name), 'utf8').catch(() => undefined);
  const write = async (id: string, name: string, value: unknown): Promise<void> => {
    const beside = file(id, `${name}.${randomBytes(4).toString('hex')}.part`);
    await writeFile(beside, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 });
    await rename(beside, file(id, name));
  };
  const report = async (id: string): Promise<Report | undefined> => {
    const parsed = reportSchema.safeParse(parse(await text(id, 'report.json')));
    return parsed.success ? parsed.data : undefined;
  };
  // A process of another container cannot be seen; it has ended when it has said nothing for long.
  const isDead = async (id: string, owner: string): Promise<boolean> => {
    const alive = place.alive(owner.split(' ')[0]!);
    if (alive !== undefined) return !alive;
    const { mtimeMs } = await stat(file(id, 'events')).catch(() => stat(file(id, 'owner')));
    return Date.now() - mtimeMs > silentMs;
  };
  const look = async (id: string): Promise<Stored> => {
    const owner = await text(id, 'owner');
    if (owner === undefined) return { kind: 'none' };
    const done = await report(id);
    if (done !== undefined)
      return { kind: 'done', owner, report: done, told: (await text(id, 'told')) !== undefined };
    const failure = parse(await text(id, 'failure.json'));
    if (isFailure(failure)) return { kind: 'failed', owner, failure };
    return { kind: (await isDead(id, owner)) ? 'dead' : 'running', owner };
  };
  const list = async (): Promise<readonly { id: string; at: number }[]> => {
    const ids = (await readdir(place.folder).catch(() => [])).filter(isRunId);
    const found = await Promise.all(
      ids.map(async (id) => ({
        id,
        at: (await stat(file(id, 'report.json')).catch(() => undefined))?.mtimeMs,
      })),
    );
    return found
      .flatMap(({ id, at }) => (at === undefined ? [] : [{ id, at }]))
      .toSorted((a, b) => b.at - a.at);
  };
  return {
    place,
    folder,
    look,
    list,
    report,
    request: async (id) => parse(await text(id, 'request.json')) as Request | undefined,
    take: async (id, after, request) => {
      await mkdir(folder(id), { recursive: true, mode: 0o700 });
      const turn = randomBytes(6).toString('hex');
      const mine = file(id, `owner.${turn}`);
      await writeFile(mine, `${place.me} ${turn}`, { mode: 0o600 });
      try {
        if (after === undefined) await link(mine, file(id, 'owner'));
        else await takeOver(folder(id), mine, after);
      } catch {
        await rm(mine, { force: true });
        return false;
      }
      if (after === undefined) await rm(mine, { force: true });
      await write(id, 'request.json', request);
      return true;
    },
    note: (id, line) => appendFile(file(id, 'events'), `${line}\n`, { mode: 0o600 }).catch(() => undefined),
    notes: async (id) => ((await text(id, 'events')) ?? '').split('\n').filter((line) => line !== ''),
    finish: (id, done) => write(id, 'report.json', done),
    told: (id) => write(id, 'told', ''),
    failed: (id, failure) => write(id, 'failure.json', failure),
    forget: (id) => rm(folder(id), { recursive: true, force: true }),
    sweep: async () => {
      const done = new Map((await list()).map(({ id, at }, rank) => [id, { at, rank }]));
      for (const id of (await readdir(place.folder).catch(() => [])).filter(isRunId)) {
        const finished = done.get(id);
        const owner = (await text(id, 'owner')) ?? '';
        if (!finished && !(await isDead(id, owner).catch(() => true))) continue;
        const at = finished?.at ?? (await stat(folder(id)).catch(() => undefined))?.mtimeMs ?? Date.now();
        if (Date.now() - at > keptMs || (finished?.rank ?? 0) >= keptRuns)
          await rm(folder(id), { recursive: true, force: true });
      }
    },
  };
}

/** One of those who want it gets the turn of an owner: the folder of that turn can be made once. */
async function takeOver(folder: string, mine: string, after: string): Promise<void> {
  const turn = join(folder, `after-${after.split(' ')[1] ?? 'nobody'}`);
  try {
    await mkdir(turn);
  } catch (error) {
    // Who took it has died on the way when it takes this long.
    const { mtimeMs } = await stat(turn);
    if (Date.now() - mtimeMs > takeoverMs) await rmdir(turn);
    else await setTimeout(50);
    throw error;
  }
  try {
    // Who looked before another one had finished taking it over comes too late.
    if ((await readFile(join(folder, 'owner'), 'utf8')) !== after) throw new Error('taken');
    for (const name of ['report.json', 'failure.json', 'events', 'told'])
      await rm(join(folder, name), { force: true });
    await rename(mine, join(folder, 'owner'));
  } finally {
    await rmdir(turn);
  }
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isFailure(value: unknown): value is Failure {
  return value !== null && typeof value === 'object' && 'code' in value && 'message' in value;
}
