/** Contract phases take something away: they wait until nobody has used it for the declared time. */
import { formatMs } from '../base/units.ts';
import type { Engine, OldShape, StoredUsage, Usage } from '../engine/model.ts';
import type { ChangeStatus, Run, StoredChange } from './model.ts';
import { note } from './notes.ts';
import type { MigrateOptions } from './options.ts';

/** Whether the contract phase of a change may run. */
export interface Gate {
  /** Why it may not; undefined when it is open. */
  readonly shut?: string;
  /** Notes that it was forced, where it was. */
  note(): Promise<void>;
}

/** What a change's contract takes away, as far as its text tells. */
export function shapesOf(engine: Engine, change: StoredChange): readonly OldShape[] {
  const found = new Map<string, OldShape>();
  for (const phase of change.up.phases)
    if (phase.name === 'contract')
      for (const step of phase.steps)
        for (const statement of engine.grammar.split(step.sql))
          for (const { object } of engine.online.parts(statement))
            if (object?.kind === 'drop') {
              const table = { schema: object.table.schema || 'public', name: object.table.name };
              found.set(`${table.schema}.${table.name}.${object.column ?? ''}`, {
                table,
                ...(object.column === undefined ? {} : { column: object.column }),
              });
            }
  return [...found.values()];
}

/** A judgement over observations. */
export interface Observed {
  readonly quiet: boolean;
  /** Why it is not, or on what it rests. */
  readonly because: string;
  readonly users: readonly string[];
  /** What nobody could see. */
  readonly unseen: readonly string[];
}

/** Judges observations that were made since `since`: whether they span the window, and whether anything counted up in it. */
export function judge(
  observations: readonly StoredUsage[],
  since: string | undefined,
  windowMs: number,
  now: Date,
): Observed {
  const all = observations.filter(({ at }) => since === undefined || at >= since);
  const unseen = [
    ...new Set(all.flatMap((one) => one.unseen.map(({ what, grant }) => `${what} (${grant})`))),
  ];
  const shut = (because: string, users: readonly string[] = []): Observed => ({
    quiet: false,
    because,
    users,
    unseen,
  });
  const [last] = all.slice(-1);
  if (!last) return shut('nobody has looked yet who uses what it takes away (dbd verify --observe)');
  // The last look before the window is where its counters start.
  const from = now.getTime() - windowMs;
  const start = all.findLast(({ at }) => Date.parse(at) <= from);
  const looked = start ? all.slice(all.indexOf(start)) : all;
  const users = usersIn(looked);
  if (users.length > 0) return shut(`it is still used: ${users.slice(0, 5).join('; ')}`, users);
  if (!start)
    return shut(
      `it was first looked at ${formatMs(now.getTime() - Date.parse(all[0]!.at))} ago, and ${formatMs(windowMs)} are declared`,
    );
  if (now.getTime() - Date.parse(last.at) > windowMs)
    return shut(
      `the last look is ${formatMs(now.getTime() - Date.parse(last.at))} old (dbd verify --observe)`,
    );
  if (looked.some((one) => one.unseen.length > 0))
    return shut(`not everybody could be seen: ${unseen.join('; ')}`);
  const reset = looked.find((one) => one.countsSince !== start.countsSince);
  if (reset)
    return shut(`the server's counters were reset at ${reset.countsSince ?? 'some time'}, within the window`);
  return {
    quiet: true,
    because: `${looked.length} looks over ${formatMs(now.getTime() - Date.parse(start.at))} saw no use`,
    users: [],
    unseen: [],
  };
}

/** Everybody whose counter went up between two looks, or who was seen at it. */
function usersIn(looked: readonly StoredUsage[]): readonly string[] {
  const users = new Set<string>();
  const text = (sql: string): string => `“${sql.replaceAll(/\s+/g, ' ').slice(0, 80)}”`;
  for (const [i, one] of looked.entries()) {
    const before = looked[i - 1];
    // The first look is where the counters start.
    if (!before) continue;
    for (const { id, role, calls, sql } of one.statements) {
      const was = before.statements.find((each) => each.id === id && each.role === role)?.calls ?? 0;
      if (calls > was) users.add(`role ${role} ran ${text(sql)}`);
    }
    for (const { table, uses } of one.tables) {
      const was = before.tables.find((each) => each.table === table)?.uses ?? 0;
      if (uses > was) users.add(`${table} was read or written ${uses - was} times`);
    }
    for (const { role, application, sql, since } of one.sessions)
      if (since > before.at)
        users.add(`role ${role}${application ? `, “${application}”` : ''} ran ${text(sql)}`);
  }
  return [...users];
}

/** Looks once and keeps what was seen. */
export async function observeOnce({ engine, place }: Run, change: StoredChange): Promise<Usage> {
  const usage = await engine.history.usage(place.session, shapesOf(engine, change));
  await engine.history.saveUsage(place.session, place.target.schema, change.id, usage);
  return usage;
}

/** The gate of one change. */
export async function gateOf(run: Run, status: ChangeStatus, options: MigrateOptions): Promise<Gate> {
  const { engine, place } = run;
  const { observeMs, schema } = place.target;
  const change = status.stored!;
  const open: Gate = { note: async () => undefined };
  const contract = change.up.phases.find(({ name }) => name === 'contract');
  if (observeMs === undefined || !contract) return open;
  const begun = status.steps.some(({ phase, state }) => phase.endsWith('contract') && state !== 'open');
  if (begun) return open;
  const why = await shutBecause();
  if (why === undefined) return open;
  if (options.forceContract === undefined) return { ...open, shut: `its contract phase waits: ${why}` };
  return {
    note: () =>
      note(run, {
        kind: 'forced',
        change: change.id,
        hash: change.hash,
        note: `contract forced: ${options.forceContract}. Against: ${why}`,
      }),
  };

  async function shutBecause(): Promise<string | undefined> {
    const now = new Date();
    const since = status.expandedAt;
    if (since === undefined || !earlierPhasesDone(status))
      return `its earlier phases have to be done first, and then ${formatMs(observeMs!)} have to pass`;
    const waited = now.getTime() - Date.parse(since);
    if (shapesOf(engine, change).length === 0)
      return waited >= observeMs!
        ? undefined
        : `${formatMs(observeMs! - waited)} of the declared ${formatMs(observeMs!)} are left; what it tightens cannot be observed`;
    // Each attempt is a look as well.
    await observeOnce(run, change);
    const seen = await engine.history.usages(place.session, schema, change.id);
    const judged = judge(seen, since, observeMs!, now);
    return judged.quiet ? undefined : judged.because;
  }
}

function earlierPhasesDone({ steps }: ChangeStatus): boolean {
  return steps.every(({ phase, state }) => phase.endsWith('contract') || state === 'done');
}
