import { join } from 'node:path';
import { identify, identityWord, isAlive, readIdentity } from '../sandbox/process.ts';
import { openPlace } from '../sandbox/place.ts';
import type { Context } from './command.ts';

/** Where a face keeps what it remembers of runs, and who owns one. */
export interface RunPlace {
  /** A folder within the cache that the caller makes. */
  readonly folder: string;
  /** This process, as a word that no later process shares. */
  readonly me: string;
  /** Whether the process of such a word still runs; undefined when it cannot be seen from here. */
  alive(word: string): boolean | undefined;
}

/** The place beside the sandboxes; throws `sandbox.disk` when no cache folder can be written. */
export async function runPlace(context: Pick<Context, 'engine' | 'env'>): Promise<RunPlace> {
  const { cache } = openPlace((await context.engine()).launch.accounts, context.env);
  return {
    folder: join(cache, 'asked'),
    me: identityWord(identify(process.pid)!),
    alive: (word) => {
      const identity = readIdentity(word);
      return identity === undefined ? false : isAlive(identity);
    },
  };
}
