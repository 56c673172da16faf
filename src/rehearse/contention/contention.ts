/** Units of work of an application, met by a second session on the same rows, at every isolation level. */
import { DbdError, SqlError } from '../../base/error.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { DesignedNever } from '../../design/model.ts';
import type { Session } from '../../engine/model.ts';
import type { Access } from '../../task/model.ts';
import { adviceFor, type Advice } from './advice.ts';
import { meetings, type MeetOptions } from './meet.ts';
import type { Advised, Bound, ContentionResult, ContentionStorm, Tried, Unit, UnitStep } from './model.ts';
import { scenariosOf, stage, type Staged, type StageOptions } from './scenarios.ts';
import { countable, storm } from './storm.ts';
import { unitsOf, writtenBy } from './units.ts';
import { drawSets, placesOf } from './values.ts';

/** Pairs of different units that are tried at most. */
const mostPairs = 4;

export interface ContentionOptions extends MeetOptions {
  readonly catalog: Catalog;
  readonly access: readonly Access[];
  /** Units with values of their own, such as inserts of made rows. */
  readonly more?: readonly { readonly unit: Unit; readonly sets: readonly Bound[] }[];
  readonly nevers: readonly DesignedNever[];
  readonly seed: number;
  /** No new scenario begins after this long, milliseconds; and the length of one storm. */
  readonly budgetMs: number;
  readonly stormMs: number;
}

interface Ready {
  readonly unit: Unit;
  readonly sets: readonly Bound[];
  readonly staged: readonly Staged[];
}

/** Tries all units of work, advises where something went wrong, and tries the advised form again. */
export async function rehearseContention(options: ContentionOptions): Promise<ContentionResult> {
  const { engine, sandbox, base, catalog } = options;
  const until = performance.now() + options.budgetMs;
  const limits: string[] = [];
  const desk = await sandbox.createDatabase({ from: base });
  let session: Session | undefined;
  try {
    session = await engine.connect(desk.ownerUrl, {
      application: 'dbd contention',
      statementTimeoutMs: 5000,
    });
    const context: StageOptions = { engine, session, catalog };
    const ready = await prepare(options, context, limits);
    const scenarios = [...ready.flatMap(({ staged }) => staged), ...(await pairs(context, ready))];
    const tried: Tried[] = [];
    const late: string[] = [];
    const stormy: (() => Promise<readonly ContentionStorm[]>)[] = [];
    for (const staged of scenarios) {
      if (performance.now() > until) {
        late.push(`${names(staged)} (${staged.meets})`);
        continue;
      }
      const result = await attempt(options, context, staged, limits);
      if (!result) continue;
      tried.push(result.tried);
      const own = ready.find(({ unit }) => unit.id === staged.units[0].id);
      if (own && worthStorm(result.tried))
        stormy.push(() => stormsOf(options, own.unit, staged.values, result.advice, limits));
    }
    // What two sessions show counts more than what many add to it.
    const storms: ContentionStorm[] = [];
    for (const run of stormy) {
      if (performance.now() > until) break;
      storms.push(...(await run()));
    }
    if (late.length > 0) limits.push(`Contention was not tried for lack of time: ${late.join(', ')}.`);
    return { tried, storms, limits };
  } finally {
    await session?.close();
    await sandbox.dropDatabase(desk);
  }
}

function names({ units: [one, two] }: Staged): string {
  return one.id === two.id ? one.id : `${one.id} and ${two.id}`;
}

async function prepare(
  { engine, catalog, access, more = [], seed }: ContentionOptions,
  context: StageOptions,
  limits: string[],
): Promise<readonly Ready[]> {
  const ready: Ready[] = [];
  const add = async (unit: Unit, setsOf: () => Promise<readonly Bound[]>): Promise<void> => {
    try {
      const sets = await setsOf();
      const { staged, untried } = await scenariosOf(context, unit, sets);
      limits.push(...untried);
      ready.push({ unit, sets, staged });
    } catch (error) {
      if (!(error instanceof DbdError)) throw error;
      limits.push(`${unit.id} was not tried under contention: ${error.message}`);
    }
  };
  for (const unit of unitsOf(engine, catalog, access)) {
    const given = access.find(({ id }) => id === unit.id)?.params ?? {};
    await add(unit, () => drawSets({ ...context, seed, given }, unit));
  }
  for (const { unit, sets } of more) await add(unit, () => Promise.resolve(sets));
  return ready;
}

/** Different units that write a table in common, with equal values where they meet the same columns. */
async function pairs(context: StageOptions, ready: readonly Ready[]): Promise<readonly Staged[]> {
  const made: Staged[] = [];
  for (const [i, one] of ready.entries())
    for (const two of ready.slice(i + 1)) {
      if (made.length >= mostPairs) return made;
      const [first, second] = [one.staged[0], two.staged[0]];
      if (!first || !second || one.unit.steps.length + two.unit.steps.length < 3) continue;
      const own = writtenBy([one.unit]);
      const shared = writtenBy([two.unit]).some((table) =>
        own.some((each) => each.schema === table.schema && each.name === table.name),
      );
      if (!shared) continue;
      const values = [
        first.values[0],
        alike(context.catalog, one.unit, first.values[0], two.unit, second.values[0]),
      ] as const;
      made.push(await stage(context, [one.unit, two.unit], values, 'the same rows'));
    }
  return made;
}

/** The second unit's values, with the first one's where both meet one column. */
function alike(catalog: Catalog, one: Unit, values: Bound, two: Unit, own: Bound): Bound {
  const theirs = [...placesOf(catalog, one)];
  const places = placesOf(catalog, two);
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => {
      const place = places.get(name);
      const same =
        place && theirs.find(([, each]) => each.table === place.table && each.column === place.column);
      return [name, same ? values[same[0]] : value];
    }),
  );
}

async function attempt(
  options: ContentionOptions,
  context: StageOptions,
  staged: Staged,
  limits: string[],
): Promise<{ readonly tried: Tried; readonly advice?: Advice } | undefined> {
  try {
    const met = await meetings(options, staged);
    const { units, values, meets } = staged;
    const scenario = { units, values, meets };
    const advice = adviceFor(options.engine, options.catalog, staged, met);
    if (!advice) return { tried: { scenario, meetings: met } };
    const advised = await repeat(options, context, staged, advice);
    return {
      tried: { scenario, meetings: met, advice: advice.text, ...(advised ? { advised } : {}) },
      advice,
    };
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    options.signal.throwIfAborted();
    limits.push(`${names(staged)} (${staged.meets}) was not tried under contention: ${error.message}`);
    return undefined;
  }
}

async function repeat(
  options: ContentionOptions,
  context: StageOptions,
  staged: Staged,
  { form, units, before }: Advice,
): Promise<Advised | undefined> {
  if (form === undefined || units === undefined) return undefined;
  const shown = [...(before === undefined ? [] : [before]), ...units[0].steps.map(readable)];
  try {
    const again = await stage(context, units, staged.values, staged.meets);
    // What a check must show does not change with the form of the unit.
    const shift = units[0].steps.length - staged.units[0].steps.length;
    const actings = again.actings.map((acting, i) => ({
      ...acting,
      hoped: (at: number) => staged.actings[i]!.hoped?.(at - shift),
    }));
    const meetingsAgain = await meetings(options, { ...again, actings: [actings[0]!, actings[1]!] }, before);
    return { form, shown, meetings: meetingsAgain };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { form, shown, meetings: [], untried: error.message };
  }
}

/** The statement with its parameters' names. */
function readable({ sql, names: parameters }: UnitStep): string {
  return sql.replaceAll(/\$(\d+)/g, (_all, number: string) => `:${parameters[Number(number) - 1] ?? number}`);
}

function worthStorm({ scenario, meetings: met }: Tried): boolean {
  const [one, two] = scenario.units;
  return (
    one.id === two.id &&
    countable(one) &&
    met.some(({ anomaly, deadlocks }) => anomaly !== undefined || deadlocks > 0)
  );
}

async function stormsOf(
  options: ContentionOptions,
  unit: Unit,
  sets: readonly Bound[],
  advice: Advice | undefined,
  limits: string[],
): Promise<readonly ContentionStorm[]> {
  const own = options.nevers.filter((never) =>
    writtenBy([unit]).some(({ schema, name }) => never.table.schema === schema && never.table.name === name),
  );
  const common = {
    ...options,
    original: unit,
    sets,
    ms: options.stormMs,
    nevers: own,
  };
  const made: ContentionStorm[] = [];
  try {
    made.push(await storm({ ...common, unit, form: 'as written', isolation: 'read committed' }));
    made.push(await storm({ ...common, unit, form: 'as written', isolation: 'serializable' }));
    if (advice?.units && advice.form !== undefined)
      made.push(
        await storm({
          ...common,
          unit: advice.units[0],
          form: advice.form,
          isolation: 'read committed',
          ...(advice.before === undefined ? {} : { before: advice.before }),
        }),
      );
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    options.signal.throwIfAborted();
    limits.push(`The storm of ${unit.id} was not counted: ${error.message}`);
  }
  return made;
}
