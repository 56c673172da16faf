/** The labelled set as it is kept: one packed file for each schema and major. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { quote } from '../../src/engines/postgres/quote.ts';
import { plans } from '../../src/engines/postgres/plans/plans.ts';
import type { PlanContext } from '../../src/rules/plan/model.ts';
import type { PlanCase, StoredPlan } from './model.ts';

/** What is known of a schema beside the plans. */
export type Known = Required<
  Pick<PlanContext, 'catalog' | 'columns' | 'extended' | 'relations' | 'activity' | 'serverVersion'>
>;

interface Packed {
  readonly known: Known;
  readonly plans: readonly (Omit<StoredPlan, 'case'> & { readonly name: string })[];
}

const folder = join(dirname(fileURLToPath(import.meta.url)), 'plans');

/** Writes the plans of one schema of one major. */
export function store(key: string, known: Known, stored: readonly StoredPlan[]): void {
  const packed: Packed = {
    known,
    plans: stored.map(({ case: { name }, ...rest }) => ({ name, ...rest })),
  };
  writeFileSync(join(folder, `${key}.json.gz`), gzipSync(JSON.stringify(packed), { level: 9 }));
}

/** A plan with everything that is known of it. */
export interface Labelled extends StoredPlan {
  readonly context: PlanContext;
}

/** All stored plans of cases that there are; a stored plan without its case is left out. */
export function labelled(cases: readonly PlanCase[]): readonly Labelled[] {
  const byName = new Map(cases.map((one) => [one.name, one]));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json.gz'))
    .toSorted()
    .flatMap((name) => {
      const packed = JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString()) as Packed;
      return packed.plans.flatMap(({ name: of, ...stored }) => {
        const one = byName.get(of);
        return one
          ? [{ ...stored, case: one, context: contextOf({ ...stored, case: one }, packed.known) }]
          : [];
      });
    });
}

/** What a rule is asked about a stored plan. */
export function contextOf(stored: StoredPlan, known: Known): PlanContext {
  const { case: one, plan, otherValues, generic, unchanged } = stored;
  const read = (text: string): PlanContext['plan'] => plans.read(text)[0]!;
  return {
    ...known,
    plan: read(plan),
    quote,
    sql: one.sql,
    ...(otherValues === undefined ? {} : { otherValues: read(otherValues) }),
    ...(generic === undefined ? {} : { generic: read(generic) }),
    ...(unchanged ? { unchanged } : {}),
    ...(one.counters ? { counters: one.counters } : {}),
    ...(one.statements ? { statements: one.statements } : {}),
  };
}
