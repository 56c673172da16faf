/** Notes in the history what `apply` does, where it does it. */
import { fail, DbdError } from '../base/error.ts';
import type { Journal } from '../apply/options.ts';
import type { Unit } from '../apply/units.ts';
import type { Aftermath } from '../engine/model.ts';
import type { Run, StoredChange } from './model.ts';
import { note } from './notes.ts';
import { phaseKey, stepHash, unitName } from './steps.ts';

export interface JournalOptions {
  readonly run: Run;
  readonly change: StoredChange;
  /** `back`: the way back of plain files, whose steps are noted under names of their own. */
  readonly way: 'up' | 'down' | 'back';
  /** Steps of which an earlier run has only noted that they were about to begin, as `01-expand/c1`. */
  readonly intended: ReadonlySet<string>;
  /** Refuses to begin by throwing: windows, limits. */
  readonly gate: (unit: Unit) => Promise<void>;
}

/** The journal of one change on its way there or back. */
export function journalOf({ run, change, way, intended, gate }: JournalOptions): Journal {
  const { engine, place } = run;
  const names = (unit: Unit) =>
    unit.steps.map(({ phase, step }) => ({
      change: change.id,
      hash: change.hash,
      phase: `${way === 'back' ? 'down-' : ''}${phaseKey(phase)}`,
      step: step.id,
      stepHash: stepHash(step),
    }));
  const [start, end] = way === 'down' ? (['undoing', 'undone'] as const) : (['intent', 'done'] as const);
  const noteAll = async (
    unit: Unit,
    kind: typeof start | typeof end | 'failed',
    more: { readonly attempts?: number; readonly ms?: number; readonly note?: string } = {},
  ): Promise<void> => {
    for (const name of names(unit)) await note(run, { kind, ...name, ...more });
  };
  return {
    async before(unit) {
      await gate(unit);
      // A file may have set something for the whole session; the next one must not inherit it.
      const { role, searchPath } = place.target;
      await engine.history.pin(place.session, {
        ...(role === undefined ? {} : { role }),
        searchPath: searchPath ?? place.pinned['search_path'] ?? '',
      });
      if (unit.transaction !== undefined) return 'go on';
      const [first] = names(unit);
      if (intended.has(`${first!.phase}/${first!.step}`)) {
        const left = await recognised(run, unit);
        if (left.every(({ state }) => state === 'done')) {
          await noteAll(unit, end, { note: `found done: ${left.map(({ found }) => found).join(' ')}` });
          return 'is done';
        }
        await cleared(run, change.id, unit, left);
      }
      await noteAll(unit, start);
      return 'go on';
    },
    done: (unit, attempts, ms) => noteAll(unit, end, { attempts, ms }),
    async failed(unit, error) {
      // Where the connection is gone, the history tells the next run what was done.
      if (error instanceof DbdError && error.code === 'connect.lost') return;
      const text = error instanceof Error ? error.message.slice(0, 2000) : 'it failed';
      if (unit.transaction === undefined && way !== 'down') {
        const left = await recognised(run, unit).catch(() => []);
        // What is half built still has to be looked at; `intent` keeps saying so.
        if (left.some(({ state }) => state === 'half' || state === 'under way')) return;
      }
      if (way !== 'down') await noteAll(unit, 'failed', { note: text }).catch(() => undefined);
    },
  };
}

/** What the statements of a unit have left behind. */
export async function recognised({ engine, place }: Run, unit: Unit): Promise<readonly Aftermath[]> {
  const found: Aftermath[] = [];
  for (const { sql } of unit.steps)
    for (const statement of engine.grammar.split(sql))
      found.push(await engine.history.aftermath(place.session, statement));
  return found;
}

/** Takes away what is half built; throws `runner.unclear` where nobody can tell, or somebody else is at it. */
async function cleared(run: Run, change: string, unit: Unit, left: readonly Aftermath[]): Promise<void> {
  const { emit, place } = run;
  const name = unitName(change, unit);
  const stuck = left.find(({ state }) => state === 'unknown' || state === 'under way');
  if (stuck)
    fail('runner.unclear', `${name} was begun by an earlier run that was cut off. ${stuck.found}`, {
      hint:
        stuck.state === 'under way'
          ? 'Wait until that process has ended, then run `dbd migrate` again.'
          : 'Look at what it did, then say so: `dbd repair --done` or `dbd repair --clear`.',
    });
  for (const { state, found, mend } of left) {
    if (state !== 'half') continue;
    emit({ kind: 'note', text: `${name}: ${found} It is taken away first.` });
    for (const sql of mend) await place.session.query(sql);
  }
}
