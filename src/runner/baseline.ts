/** Marks changes as done that a database already holds. */
import { fail } from '../base/error.ts';
import { readChanges } from './folder.ts';
import { alone, newRun } from './lock.ts';
import type { Run } from './model.ts';
import { note } from './notes.ts';
import type { RunnerOptions } from './options.ts';
import { closeQuietly, openPlace } from './place.ts';
import { situationOf } from './state.ts';
import { noteStructure } from './structure.ts';

/** Notes every change up to this one as done, without running any. Returns their ids. Throws `runner.*`. */
export async function baseline(
  options: RunnerOptions & { readonly at: string },
): Promise<{ readonly server: string; readonly marked: readonly string[] }> {
  const { engine, target, emit, signal, at } = options;
  const stored = await readChanges(engine, options.changes);
  if (!stored.some(({ id }) => id === at))
    fail('runner.files', `There is no change ${at} in the folder.`, {
      hint: stored.length > 0 ? `The last one is ${stored.at(-1)!.id}.` : 'The folder is empty.',
    });
  const place = await openPlace({ engine, target, looks: false });
  try {
    const run: Run = { engine, place, id: newRun(), emit, signal };
    return await alone(run, 'baseline', options.waitMs, async () => {
      const { changes } = await situationOf(engine, place.session, target.schema, stored);
      const half = changes.find(({ id, state }) => id <= at && (state === 'partly' || state === 'reversing'));
      if (half)
        fail(
          'runner.unclear',
          `${half.id} is half done here; it cannot be marked as if it had been there before.`,
          {
            hint: 'Finish it with `dbd migrate`, or take it back with `dbd rollback`.',
          },
        );
      const marked: string[] = [];
      for (const { id, state, stored: change } of changes)
        if (change && id <= at && (state === 'pending' || state === 'forgotten')) {
          await note(run, { kind: 'baseline', change: id, hash: change.hash, note: `up to ${at}` });
          marked.push(id);
        }
      await noteStructure(run, `baseline at ${at}`);
      return { server: place.facts.server, marked };
    });
  } finally {
    await closeQuietly(place.session);
  }
}
