import { orEmpty } from '../sampled/columns.ts';
import type { Places } from '../sampled/places.ts';
import { alone, type TablePlan } from './plan.ts';

/** Decides the values of a column by a key; rows without a place are empty where the column may be. */
export function decide(plan: TablePlan, name: string, make: (n: string) => string, places?: Places): void {
  const column = plan.columns.find((candidate) => candidate.name === name);
  if (!column) return;
  column.candidates = [alone(places && column.nullable ? orEmpty(places, column, make) : make)];
  column.fixed = true;
}
