/** History and folder side by side: what has run, what is half done, what waits. */
import type { PhaseName } from '../change/model.ts';
import type { Engine, Session, StoredEvent } from '../engine/model.ts';
import type { ChangeState, ChangeStatus, Situation, StepState, StepStatus, StoredChange } from './model.ts';
import { phaseKey } from './steps.ts';

/** Reads the history and puts the folder beside it. */
export async function situationOf(
  engine: Engine,
  session: Session,
  schema: string,
  stored: readonly StoredChange[],
): Promise<Situation> {
  const events = await engine.history.read(session, schema);
  return {
    installed: events !== undefined,
    events: events ?? [],
    progress: events === undefined ? [] : await engine.history.progress(session, schema),
    changes: statuses(stored, events ?? []),
  };
}

/** The state of every change, in the order of their names; those that were forgotten and are gone are left out. */
export function statuses(
  stored: readonly StoredChange[],
  events: readonly StoredEvent[],
): readonly ChangeStatus[] {
  const byChange = new Map<string, StoredEvent[]>();
  for (const event of events) {
    if (event.change === '') continue;
    const known = byChange.get(event.change);
    if (known) known.push(event);
    else byChange.set(event.change, [event]);
  }
  const ids = [...new Set([...stored.map(({ id }) => id), ...byChange.keys()])].toSorted();
  return ids
    .map((id) =>
      statusOf(
        id,
        stored.find((one) => one.id === id),
        byChange.get(id) ?? [],
      ),
    )
    .filter(
      ({ state, stored: file }) => file !== undefined || (state !== 'forgotten' && state !== 'pending'),
    );
}

const stepStates: Partial<Record<StoredEvent['kind'], StepState>> = {
  intent: 'intended',
  done: 'done',
  failed: 'failed',
  cleared: 'open',
  undoing: 'undoing',
  undone: 'undone',
};

function statusOf(id: string, stored: StoredChange | undefined, all: readonly StoredEvent[]): ChangeStatus {
  const last = all.findLast(({ kind }) => kind !== 'forced');
  // A way back that came to its end, and a change that was forgotten, begin a new life.
  const start = all.findLastIndex(({ kind }) => kind === 'reversed' || kind === 'forgotten');
  const events = all.slice(start + 1);
  const noted = new Map<string, StoredEvent>();
  for (const event of events)
    if (event.step !== undefined && stepStates[event.kind] !== undefined)
      noted.set(`${event.phase ?? ''}/${event.step}`, event);
  const whole = events.findLast(({ kind }) => kind === 'complete' || kind === 'baseline');
  const state = (key: string): StepState => {
    const event = noted.get(key);
    return event ? stepStates[event.kind]! : whole?.kind === 'baseline' ? 'done' : 'open';
  };
  const known = new Set(noted.keys());
  const steps: StepStatus[] = (stored?.up.phases ?? []).flatMap((phase) =>
    phase.steps.map((step) => {
      const key = `${phaseKey(phase)}/${step.id}`;
      known.delete(key);
      const event = noted.get(key);
      return { phase: phaseKey(phase), step: step.id, state: state(key), ...(event ? { last: event } : {}) };
    }),
  );
  for (const key of known) {
    const event = noted.get(key)!;
    steps.push({ phase: event.phase ?? '', step: event.step!, state: state(key), last: event });
  }
  const phasesDone = (stored?.up.phases ?? [])
    .filter((phase) => phase.steps.every((step) => state(`${phaseKey(phase)}/${step.id}`) === 'done'))
    .map(({ name }) => name);
  const expanded = steps.flatMap(({ phase, state: one, last: event }) =>
    one === 'done' && event && !phase.endsWith('contract') ? [event.at] : [],
  );
  const ran = events.findLast(({ hash, kind }) => hash !== '' && kind !== 'forced')?.hash;
  const expandedAt = expanded.toSorted().at(-1);
  return {
    id,
    state: overall(all, events, steps, whole),
    steps,
    phasesDone,
    ...(stored ? { stored } : {}),
    ...(ran === undefined ? {} : { ran }),
    ...(last ? { last } : {}),
    ...(expandedAt === undefined ? {} : { expandedAt }),
  };
}

function overall(
  all: readonly StoredEvent[],
  events: readonly StoredEvent[],
  steps: readonly StepStatus[],
  whole: StoredEvent | undefined,
): ChangeState {
  if (events.length === 0) return all.at(-1)?.kind === 'forgotten' ? 'forgotten' : 'pending';
  if (steps.some(({ state, phase }) => ['undoing', 'undone'].includes(state) || phase.startsWith('down-')))
    return steps.every(({ state }) => state === 'undone' || state === 'open') ? 'pending' : 'reversing';
  if (whole) return whole.kind === 'baseline' ? 'baseline' : 'done';
  return steps.some(({ state }) => state !== 'open') ? 'partly' : 'pending';
}

/** Whether a phase of these steps may begin: everything before it is done. */
export function earlierDone(status: ChangeStatus, name: PhaseName): boolean {
  const order: readonly PhaseName[] = ['expand', 'backfill', 'contract'];
  const at = order.indexOf(name);
  return status.steps.every(
    ({ phase, state }) => order.indexOf(phase.replace(/^\d+-/, '') as PhaseName) >= at || state === 'done',
  );
}
