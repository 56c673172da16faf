import { DbdError } from '../../base/error.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { shownRows, type Acting } from './act.ts';
import type { Bound, Scenario, Unit } from './model.ts';
import { alone } from './play.ts';
import { placesOf, renewed } from './values.ts';

/** A scenario with what its checks must show. */
export interface Staged extends Scenario {
  readonly actings: readonly [Acting, Acting];
}

export interface StageOptions {
  readonly engine: Engine;
  readonly session: Session;
  readonly catalog: Catalog;
}

/** The ways in which two sessions with one unit of work meet. */
export async function scenariosOf(
  options: StageOptions,
  unit: Unit,
  sets: readonly Bound[],
): Promise<{ readonly staged: readonly Staged[]; readonly untried: readonly string[] }> {
  const inserts = unit.steps.some(({ shape }) => shape.kind === 'insert');
  const guarded = unit.steps.some(({ guard }) => guard);
  const candidates = [
    ...(inserts && guarded ? sets.map((set, n) => renewed(unit, options.catalog, set, n)) : []),
    ...sets,
  ];
  const workable: { readonly values: Bound; readonly empty: boolean }[] = [];
  for (const values of candidates) {
    const hoped = await hopes(options, unit, values);
    if (hoped) workable.push({ values, empty: [...hoped.values()].every(isNothing) });
  }
  // A check before an insert hopes to find nothing.
  const good = inserts && guarded ? workable.toSorted((a, b) => Number(b.empty) - Number(a.empty)) : workable;
  if (good.length === 0)
    return {
      staged: [],
      untried: [`${unit.id} could not be run on the twin by one session, so two were not tried.`],
    };
  const first = good[0]!.values;
  const staged = [await stage(options, [unit, unit], [first, first], 'the same rows')];
  const untried: string[] = [];
  if (guarded) {
    const pair = await oneCheck(
      options,
      unit,
      good.map(({ values }) => values),
    );
    if (pair) staged.push(pair);
    else if (!inserts)
      untried.push(`${unit.id}: no two rows of the twin were found that one check looks at.`);
  }
  const crossed = swapped(
    options.catalog,
    unit,
    good.map(({ values }) => values),
  );
  if (crossed) staged.push(await stage(options, [unit, unit], crossed, 'the same rows in opposite order'));
  return { staged, untried };
}

function isNothing(shown: string): boolean {
  return shown === '[]' || /^\[\{(?:"[^"]*":(?:0|"0"|false|null),?)*\}\]$/.test(shown);
}

/** What the checks show when a session is alone; undefined when the unit cannot be run with these values. */
async function hopes(
  { session }: StageOptions,
  unit: Unit,
  values: Bound,
): Promise<ReadonlyMap<number, string> | undefined> {
  const seen = new Map<number, string>();
  await session.query('BEGIN');
  try {
    const [ending] = await alone(session, [{ unit, values, by: 1 }], (_, at, answer) => {
      if (unit.steps[at]!.guard) seen.set(at, shownRows(answer));
    });
    return ending === 'done' ? seen : undefined;
  } catch (error) {
    if (error instanceof DbdError) return undefined;
    throw error;
  } finally {
    await session.query('ROLLBACK');
  }
}

/** Two sessions with what each hopes to see. */
export async function stage(
  options: StageOptions,
  units: readonly [Unit, Unit],
  values: readonly [Bound, Bound],
  meets: string,
): Promise<Staged> {
  const acting = async (i: 0 | 1): Promise<Acting> => {
    const hoped = await hopes(options, units[i], values[i]);
    return { unit: units[i], values: values[i], by: i + 1, hoped: (at) => hoped?.get(at) };
  };
  return { units, values, meets, actings: [await acting(0), await acting(1)] };
}

/** Two sets of values that agree in what the check asks and differ in what is written, so that each session's write changes what the other's check saw. */
async function oneCheck(
  options: StageOptions,
  unit: Unit,
  sets: readonly Bound[],
): Promise<Staged | undefined> {
  const asked = new Set(unit.steps.flatMap((step) => (step.guard ? step.names : [])));
  const [first] = sets;
  const written = Object.keys(first!).filter((name) => !asked.has(name));
  if (written.length === 0) return undefined;
  const mixed = sets.map((set) => ({
    ...first,
    ...Object.fromEntries(written.map((name) => [name, set[name]])),
  }));
  for (const [i, one] of mixed.entries())
    for (const two of mixed.slice(i + 1)) {
      if (JSON.stringify(one) === JSON.stringify(two)) continue;
      const staged = await stage(options, [unit, unit], [one, two], 'rows of one check');
      if (await stopEachOther(options, staged)) return staged;
    }
  return undefined;
}

async function stopEachOther({ session }: StageOptions, { actings: [one, two] }: Staged): Promise<boolean> {
  for (const order of [
    [one, two],
    [two, one],
  ]) {
    await session.query('BEGIN');
    try {
      if ((await alone(session, order))[1] !== 'stopped') return false;
    } catch (error) {
      if (error instanceof DbdError) return false;
      throw error;
    } finally {
      await session.query('ROLLBACK');
    }
  }
  return true;
}

/** Two parameters that find rows of one table in different statements, the other way round for the second session. */
function swapped(catalog: Catalog, unit: Unit, sets: readonly Bound[]): readonly [Bound, Bound] | undefined {
  const places = placesOf(catalog, unit);
  const finders = unit.steps.flatMap((step) =>
    step.writes === undefined
      ? []
      : step.shape.predicates.flatMap(({ operator, parameter }) => {
          const place = parameter === undefined ? undefined : places.get(parameter);
          return operator === 'equal' && place ? [{ step, parameter: parameter!, place }] : [];
        }),
  );
  for (const [i, one] of finders.entries())
    for (const two of finders.slice(i + 1)) {
      const same = one.place.table === two.place.table && one.place.column === two.place.column;
      if (!same || one.step === two.step || one.parameter === two.parameter) continue;
      const set = sets.find((each) => String(each[one.parameter]) !== String(each[two.parameter]));
      if (set)
        return [set, { ...set, [one.parameter]: set[two.parameter], [two.parameter]: set[one.parameter] }];
    }
  return undefined;
}
