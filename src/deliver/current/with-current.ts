/** A sandbox with the current structure, for commands that only look at it. */
import { fail } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox } from '../../sandbox/model.ts';
import { readCurrent } from './read-current.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { loadCurrent, majorOf, type LoadedCurrent } from '../../twin/current.ts';

export interface WithCurrent {
  readonly engine: Engine;
  readonly config: Config;
  readonly extensions?: readonly string[];
  /** Limit of one statement of a file, milliseconds. */
  readonly limitMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Throws `usage.missing-input` where no structure is named: an empty one would be found right, whatever is wrong with the real one. */
export function structureNamed({ current }: Config, command: string): void {
  if (current.kind === 'none')
    fail('usage.missing-input', `\`dbd ${command}\` needs a structure.`, {
      hint: 'Name a SQL file, a folder, a snapshot, a schema of Prisma or Drizzle, or a URL with --current, or with `current` in dbd.config.yaml.',
    });
}

/** Starts a sandbox of the current structure's version, loads the structure, does the work and stops the sandbox, also on the signal. */
export async function withCurrent<T>(
  { engine, config, extensions = [], limitMs, emit, signal }: WithCurrent,
  work: (current: LoadedCurrent, sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  await engine.grammar.ready();
  const named = await readCurrent(config.current, engine);
  const major = await majorOf(engine, named);
  const sandbox = await startSandbox(
    engine,
    {
      ...(config.sandbox === undefined ? {} : { named: config.sandbox }),
      ...(major === undefined ? {} : { major }),
    },
    emit,
  );
  const stop = (): void => void sandbox.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    // A signal that came while the server started was heard by nobody.
    signal.throwIfAborted();
    const current = await loadCurrent({
      engine,
      sandbox,
      current: named,
      extensions,
      emit,
      signal,
      ...(limitMs === undefined ? {} : { statementTimeoutMs: limitMs }),
    });
    return await work(current, sandbox);
  } catch (error) {
    if (signal.aborted)
      fail('interrupted', 'The work was stopped; nothing was left behind.', { cause: error });
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await sandbox.stop();
  }
}
