/** `dbd preflight`: a change is held against a running database, read-only, and the answer kept beside it. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import type { Engine } from '../../engine/model.ts';
import { preflightName, readPreflight } from '../../preflight/file.ts';
import type { Preflight } from '../../preflight/model.ts';
import { preflight } from '../../preflight/preflight.ts';
import { stepsOf } from '../../preflight/steps.ts';
import type { Report } from '../../report/model.ts';
import { changeInput } from './change-input.ts';
import { preflightReport } from './preflight-report.ts';

export interface PreflightCommand {
  readonly engine: Engine;
  readonly paths: readonly string[];
  /** The same as they were written. */
  readonly shown: readonly string[];
  readonly url: string;
  /** Address of the primary, when the other one is a replica's. */
  readonly primaryUrl?: string;
  readonly timeoutMs: number;
  readonly freeBytes?: number;
  /** Take over answers of a run that was broken off. */
  readonly resume: boolean;
  readonly out?: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Asks and writes; throws `file.*`, `sql.syntax`, `connect.*`, `preflight.refused`. */
export async function preflightCommand(options: PreflightCommand): Promise<Report> {
  const started = performance.now();
  const { engine, shown, signal } = options;
  const input = await changeInput(options.paths);
  await engine.grammar.ready();
  const steps = stepsOf(input.files, engine);
  if (steps.length === 0)
    fail('preflight.refused', `${shown.join(', ')} holds no statement.`, {
      hint: 'Give a change folder or SQL files.',
    });
  const out = options.out ?? (input.folder === undefined ? undefined : join(input.folder, preflightName));
  const session = await engine.connect(options.url, { application: 'dbd preflight', readOnly: true });
  const primary =
    options.primaryUrl === undefined
      ? undefined
      : await engine.connect(options.primaryUrl, { application: 'dbd preflight', readOnly: true });
  const stop = (): void => void session.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  try {
    const earlier = options.resume && out !== undefined ? await earlierRun(out, input.hash) : undefined;
    const result = await preflight({
      engine,
      session,
      steps,
      change: input.hash,
      timeoutMs: options.timeoutMs,
      emit: options.emit,
      signal,
      ...(options.freeBytes === undefined ? {} : { freeBytes: options.freeBytes }),
      ...(earlier ? { earlier } : {}),
      ...(primary ? { primary } : {}),
      ...(out === undefined ? {} : { save: (sofar: Preflight) => write(out, sofar) }),
    });
    if (out !== undefined) await write(out, result);
    return preflightReport({
      result,
      title: input.folder === undefined ? shown.join(', ') : basename(input.folder),
      started,
      again: `dbd preflight ${shown.join(' ')}`,
      ...(out === undefined ? {} : { file: out }),
    });
  } catch (error) {
    if (signal.aborted)
      fail('interrupted', 'The preflight was stopped; what was asked so far is kept.', {
        cause: error,
        hint: 'Run it again with --resume.',
      });
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await session.close();
    await primary?.close();
  }
}

async function write(path: string, result: Preflight): Promise<void> {
  await writeFile(path, `${JSON.stringify(result, undefined, 2)}\n`).catch((cause: NodeJS.ErrnoException) =>
    fail('file.unwritable', `The result cannot be written to ${path} (${cause.code ?? 'unknown'}).`, {
      cause,
    }),
  );
}

async function earlierRun(path: string, change: string): Promise<Preflight | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const earlier = text === undefined ? undefined : readPreflight(text);
  return earlier?.change === change ? earlier : undefined;
}
