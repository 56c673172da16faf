/** Several sessions with the same unit of work for a while, on few rows; then rows are counted. */
import { DbdError, SqlError } from '../../base/error.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { DesignedNever } from '../../design/model.ts';
import type { Isolation } from '../../engine/contention/model.ts';
import type { Session } from '../../engine/model.ts';
import { random } from '../../workload/random.ts';
import { act, shownRows } from './act.ts';
import { keyOf } from './advice.ts';
import type { Bound, ContentionStorm, Unit } from './model.ts';
import type { MeetOptions } from './meet.ts';
import { renewed } from './values.ts';

/** Sessions at once, tries of one transaction, and hot sets of values. */
const sessionsAtOnce = 4;
const mostTries = 12;
const hotSets = 2;

export interface StormOptions extends MeetOptions {
  readonly catalog: Catalog;
  readonly unit: Unit;
  /** The unit as the task writes it, by which rows are counted. */
  readonly original: Unit;
  readonly sets: readonly Bound[];
  readonly form: string;
  readonly before?: string;
  readonly isolation: Isolation;
  readonly ms: number;
  readonly seed: number;
  readonly nevers: readonly DesignedNever[];
}

/** Whether a storm of this unit can be counted or can meet in circles. */
export function countable(unit: Unit): boolean {
  return (
    unit.steps.some(({ derives, guard }) => derives.length > 0 || guard) ||
    unit.steps.filter(({ writes }) => writes !== undefined).length > 1
  );
}

/** Runs a storm on a copy that is dropped again. */
export async function storm(options: StormOptions): Promise<ContentionStorm> {
  const { engine, sandbox, base } = options;
  const copy = await sandbox.createDatabase({ from: base });
  const sessions: Session[] = [];
  try {
    const admin = await engine.connect(copy.adminUrl, { application: 'dbd contention' });
    await admin.query(engine.contention.hurry(copy.name)).finally(() => admin.close());
    for (let i = 0; i < sessionsAtOnce; i++)
      sessions.push(
        await engine.connect(copy.ownerUrl, { application: 'dbd contention', statementTimeoutMs: 5000 }),
      );
    const [first] = sessions as [Session];
    if (options.before !== undefined) await first.query(options.before);
    const then = await counters(options, first);
    const hoped = await hopes(options, first);
    const tally = { commits: 0, serialization: 0, deadlocks: 0, refused: 0 };
    const until = performance.now() + options.ms;
    await Promise.all(sessions.map((session, number) => work(options, session, number, until, hoped, tally)));
    const now = await counters(options, first);
    return {
      unit: options.unit.id,
      form: options.form,
      isolation: options.isolation,
      sessions: sessionsAtOnce,
      ...tally,
      ...(now.sum === undefined || then.sum === undefined
        ? {}
        : { lost: tally.commits - (now.sum - then.sum) }),
      ...(now.duplicates === undefined || then.duplicates === undefined
        ? {}
        : { duplicates: now.duplicates - then.duplicates }),
      broken: Object.fromEntries(
        Object.entries(now.broken).map(([rule, count]) => [
          rule,
          Math.max(0, count - (then.broken[rule] ?? 0)),
        ]),
      ),
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
    await sandbox.dropDatabase(copy);
  }
}

interface Tally {
  commits: number;
  serialization: number;
  deadlocks: number;
  refused: number;
}

function valuesFor({ unit, original, catalog, sets }: StormOptions, pick: number, round: number): Bound {
  const renews = keyOf(catalog, original).length > 0;
  const set = sets[renews ? 0 : pick % Math.min(hotSets, sets.length)]!;
  return renews ? renewed(unit, catalog, set, 1000 + round) : set;
}

/** What each check shows when nobody has written: the sessions go on only then. */
async function hopes(options: StormOptions, session: Session): Promise<ReadonlyMap<number, string>> {
  const seen = new Map<number, string>();
  await session.query('BEGIN');
  try {
    const script = act({ unit: options.unit, values: valuesFor(options, 0, -1), by: 1 });
    let next = script.next();
    while (!next.done) {
      const answer = await session.query(next.value.sql, next.value.values);
      if (options.unit.steps[next.value.at]!.guard) seen.set(next.value.at, shownRows(answer));
      next = script.next(answer);
    }
  } finally {
    await session.query('ROLLBACK');
  }
  return seen;
}

async function work(
  options: StormOptions,
  session: Session,
  number: number,
  until: number,
  hoped: ReadonlyMap<number, string>,
  tally: Tally,
): Promise<void> {
  const next = random(options.seed + number);
  for (let round = 0; performance.now() < until && !options.signal.aborted; round++) {
    const values = valuesFor(options, Math.floor(next() * hotSets), round);
    for (let tries = 1; performance.now() < until + 1000; tries++) {
      const ended = await once(options, session, values, hoped, tally);
      if (ended === 'through') break;
      if (tries < mostTries) continue;
      tally.refused += 1;
      break;
    }
  }
}

/** One transaction: through, or to be run again. */
async function once(
  { engine, isolation, unit }: StormOptions,
  session: Session,
  values: Bound,
  hoped: ReadonlyMap<number, string>,
  tally: Tally,
): Promise<'through' | 'again'> {
  try {
    await session.query(engine.contention.begin(isolation));
    const script = act({ unit, values, by: 1, hoped: (at) => hoped.get(at) });
    let next = script.next();
    while (!next.done) next = script.next(await session.query(next.value.sql, next.value.values));
    if (next.value === 'conflict') {
      await session.query('ROLLBACK');
      return 'again';
    }
    await session.query('COMMIT');
    if (next.value === 'done') tally.commits += 1;
    return 'through';
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    await session.query('ROLLBACK').catch(() => undefined);
    const kind = engine.contention.failure(error);
    if (kind !== undefined) {
      tally[kind === 'deadlock' ? 'deadlocks' : 'serialization'] += 1;
      return 'again';
    }
    tally.refused += 1;
    return 'through';
  }
}

interface Counters {
  readonly sum?: number;
  readonly duplicates?: number;
  readonly broken: Readonly<Record<string, number>>;
}

async function counters(
  { engine, original, catalog, nevers }: StormOptions,
  session: Session,
): Promise<Counters> {
  const { quote } = engine;
  const number = async (sql: string): Promise<number | undefined> => {
    try {
      return Number((await session.query<{ n: string }>(sql)).rows[0]!.n);
    } catch (error) {
      if (error instanceof SqlError) return undefined;
      throw error;
    }
  };
  const step = original.steps.find(({ derives }) => derives.length > 0);
  const sum =
    step?.writes &&
    (await number(
      `SELECT coalesce(sum(${quote.identifier(step.derives[0]!.column)}), 0)::text AS n FROM ${quote.name(step.writes)}`,
    ));
  const key = keyOf(catalog, original);
  const insert = original.steps.find(({ shape }) => shape.kind === 'insert');
  const duplicates =
    key.length === 0 || !insert?.writes
      ? undefined
      : await number(
          `SELECT (count(*) - count(DISTINCT ROW(${key.map((one) => quote.identifier(one)).join(', ')})))::text AS n FROM ${quote.name(insert.writes)}`,
        );
  const broken: Record<string, number> = {};
  for (const never of nevers)
    broken[never.rule] = (await number(`SELECT count(*)::text AS n FROM (${never.broken}) AS found`)) ?? 0;
  return {
    ...(sum === undefined ? {} : { sum }),
    ...(duplicates === undefined ? {} : { duplicates }),
    broken,
  };
}
