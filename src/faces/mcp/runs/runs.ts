/** Long calls as runs: one of a kind at a time, which goes on when the client leaves and answers again when it is asked again. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { codes, type Code } from '../../../base/codes.ts';
import { DbdError, SqlError } from '../../../base/error.ts';
import type { Emit } from '../../../base/event.ts';
import { hideSecrets, withoutSecrets } from '../../../base/secret.ts';
import type { Command } from '../../../commands/command.ts';
import { checkInput, contextOf, run as runCommand } from '../../../commands/run.ts';
import { runPlace } from '../../../commands/run-place.ts';
import { shorten } from '../../../render/clean.ts';
import type { Report } from '../../../report/model.ts';
import type { Call } from '../call.ts';
import { wordsOf } from '../progress.ts';
import { runIdentity } from './identity.ts';
import { openStore, type Failure, type Store } from './store.ts';
import { isThere } from './there.ts';

/** Commands that may take long; all others are answered within the call. */
const longCommands: ReadonlySet<string> = new Set(['task', 'rehearse', 'tune', 'plan', 'explain', 'health']);
/** Milliseconds for which a call waits: below the minute after which common clients give up. */
const usualWaitMs = 45_000;
/** Milliseconds between looks at a run of another process. */
const lookMs = 250;
/** Most lines of progress that are kept of a run, and characters of each. */
const mostNotes = 2_000;
const longestNote = 300;

/** What a call learns about its run. */
export type Answer = { readonly id: string; readonly notes: readonly string[] } & (
  | { readonly kind: 'finished'; readonly report: Report; readonly again: boolean }
  | { readonly kind: 'running'; readonly sofar: readonly string[] }
);

/** A run of this process. */
interface Live {
  /** Undefined when another process was faster to begin it. */
  readonly ended: Promise<Report | undefined>;
  readonly listeners: Set<Emit>;
  readonly stop: AbortController;
  /** Calls that wait for it. */
  waiting: number;
}

interface Wanted {
  readonly command: Command;
  readonly input: Readonly<Record<string, unknown>>;
  readonly id: string;
  readonly lasting: boolean;
  readonly call: Call;
  readonly store: Store;
}

const live = new Map<string, Live>();

/** Whether calls of the command are runs. What a person has confirmed never is: it is done once, when it is said. */
export function isLong(command: Command, call: Pick<Call, 'confirmed'>): boolean {
  return longCommands.has(command.name) && call.confirmed === undefined;
}

/** Resolves when no run of this process is under way. */
export async function runsEnded(): Promise<void> {
  while (live.size > 0) await Promise.allSettled([...live.values()].map(({ ended }) => ended));
}

/** Starts the run, joins the one that is under way, or gives the result that is there; throws what the command threw. */
export async function answerRun(
  command: Command,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<Answer> {
  const checked = checkInput(command, input);
  const { id, lasting } = await runIdentity(command.name, checked, call);
  const store = await openStore(await runPlace(contextOf(call)));
  const wanted: Wanted = { command, input: checked, id, lasting, call, store };
  const until = Date.now() + waitOf(call);
  const notes: string[] = [];
  let joined = '';
  for (;;) {
    let own = live.get(id);
    if (own === undefined) {
      const stored = await store.look(id);
      own = live.get(id);
      if (own === undefined) {
        if (
          stored.kind === 'done' &&
          (!stored.told || stored.owner === joined) &&
          isThere(stored.report, call.cwd)
        ) {
          if (!lasting) await store.told(id);
          return { kind: 'finished', id, notes, report: stored.report, again: true };
        }
        if (stored.kind === 'failed') {
          await store.forget(id);
          throw errorOf(stored.failure);
        }
        if (stored.kind === 'running' && !stored.owner.startsWith(`${store.place.me} `)) {
          joined = stored.owner;
          if (await waitElsewhere(wanted, joined, until)) continue;
          return { kind: 'running', id, notes, sofar: await store.notes(id) };
        }
        if (stored.kind === 'dead')
          notes.push('The server that ran this before ended without a result; the run began anew.');
        own = begin(wanted, stored.kind === 'none' ? undefined : stored.owner);
      }
    }
    const answer = await waitHere(own, wanted, until);
    if (answer === 'running') return { kind: 'running', id, notes, sofar: await store.notes(id) };
    if (answer !== undefined) return { kind: 'finished', id, notes, report: answer, again: false };
  }
}

function begin({ command, input, id, lasting, call, store }: Wanted, after: string | undefined): Live {
  const stop = new AbortController();
  const close = (): void => stop.abort();
  let noted = 0;
  const emit: Emit = (event) => {
    const words = wordsOf(event);
    if (words !== undefined && (noted += 1) <= mostNotes)
      void store.note(id, shorten(hideSecrets(words), longestNote));
    for (const listener of run.listeners) listener(event);
  };
  const work = async (): Promise<Report | undefined> => {
    const { cwd } = call;
    const request = {
      command: command.name,
      input: withoutSecrets(input),
      cwd,
      lasting,
      at: new Date().toISOString(),
    };
    if (!(await store.take(id, after, request))) return undefined;
    try {
      await store.sweep();
      const report = await runCommand(command, input, { ...call, signal: stop.signal, emit });
      // A result that cannot be kept is a result all the same.
      await store.finish(id, report).catch(() => store.forget(id));
      if (!lasting && run.waiting > 0) await store.told(id);
      return report;
    } catch (error) {
      // Whoever waits is told; a failure that nobody heard of waits for the next who asks.
      if (stop.signal.aborted || run.waiting > 0) await store.forget(id);
      else await store.failed(id, failureOf(error)).catch(() => store.forget(id));
      throw error;
    }
  };
  if (call.closing.aborted) close();
  else call.closing.addEventListener('abort', close, { once: true });
  const ended = Promise.resolve()
    .then(work)
    .finally(() => {
      live.delete(id);
      call.closing.removeEventListener('abort', close);
    });
  ended.catch(() => undefined);
  const run: Live = { ended, listeners: new Set(), stop, waiting: 0 };
  live.set(id, run);
  return run;
}

/** The report; `running` when the wait is over or the client is gone; undefined when the run belongs to another process. */
async function waitHere(run: Live, { call }: Wanted, until: number): Promise<Report | 'running' | undefined> {
  const over = new AbortController();
  const left = async (): Promise<'left'> => {
    if (!call.signal.aborted) await once(call.signal, 'abort', { signal: over.signal });
    return 'left';
  };
  run.waiting += 1;
  run.listeners.add(call.emit);
  try {
    const late = sleep(Math.max(0, until - Date.now()), 'running' as const, { signal: over.signal });
    late.catch(() => undefined);
    const gone = left();
    gone.catch(() => undefined);
    const seen = await Promise.race([run.ended, late, gone]);
    if (seen !== 'left') return seen;
    if (!call.closing.aborted) {
      if (!isCancelled(call.signal.reason)) return 'running';
      // Another client may want the result.
      if (run.waiting > 1) return 'running';
      run.stop.abort();
    }
    return await run.ended;
  } finally {
    over.abort();
    run.waiting -= 1;
    run.listeners.delete(call.emit);
  }
}

/** Waits for the end of a run of another process and passes its progress on; false when the wait is over first. */
async function waitElsewhere({ id, call, store }: Wanted, owner: string, until: number): Promise<boolean> {
  let told = (await store.notes(id)).length;
  while (Date.now() < until && !call.signal.aborted) {
    await sleep(lookMs);
    const lines = await store.notes(id);
    for (const text of lines.slice(told)) call.emit({ kind: 'note', text });
    told = Math.max(told, lines.length);
    const stored = await store.look(id);
    if (stored.kind !== 'running' || stored.owner !== owner) return true;
  }
  return false;
}

/** Somebody stopped the call, rather than that the connection broke or the client's own clock ran out. */
function isCancelled(reason: unknown): boolean {
  if (reason instanceof Error) return reason.name === 'AbortError';
  return !/timed? ?out|connection closed/i.test(String(reason));
}

/** `DBD_MCP_WAIT` in seconds, for clients that give up sooner or later than usual. */
function waitOf({ env }: Call): number {
  const given = Number(env['DBD_MCP_WAIT'] ?? Number.NaN);
  return given > 0 && given <= 3600 ? given * 1000 : usualWaitMs;
}

function failureOf(error: unknown): Failure {
  const marked = error instanceof SqlError && error.marked ? `\n\n${error.marked}` : '';
  const message = hideSecrets(`${error instanceof Error ? error.message : String(error)}${marked}`);
  if (!(error instanceof DbdError)) return { code: 'internal.bug', message };
  return {
    code: error.code,
    message,
    ...(error.hint === undefined ? {} : { hint: hideSecrets(error.hint) }),
  };
}

function errorOf({ code, message, hint }: Failure): DbdError {
  const known = Object.hasOwn(codes, code) ? (code as Code) : 'internal.bug';
  return new DbdError(known, message, hint === undefined ? {} : { hint });
}
