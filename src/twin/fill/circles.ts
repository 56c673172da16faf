/** Tables that need each other: their keys are decided before their rows, each table once, whichever needs it first. */
import { giveWays } from './columns.ts';
import { isDecided, parentOf } from './in-step.ts';
import { isWide, uniqueSets } from './keys.ts';
import { linkTable } from './links.ts';
import type { PlanContext, TablePlan } from './plan.ts';
import { holds } from './search.ts';

/** Rows for which the conditions on a key are looked at. */
const keyRows = 200;

/** Decides keys, foreign keys and values of a table and of those of its circle that its keys come from; a second call for a table does nothing. */
export async function linkOnce(plan: TablePlan, context: PlanContext): Promise<void> {
  if (!context.circles?.has(plan.key)) return linkTable(plan, context);
  // Two sessions that came to one circle from different sides would wait for each other.
  const before = context.turn?.last ?? Promise.resolve();
  const mine = before.then(() => linkCircular(plan, context));
  if (context.turn) context.turn.last = mine.catch(() => undefined);
  return mine;
}

async function linkCircular(plan: TablePlan, context: PlanContext): Promise<void> {
  if (plan.linked !== 'no') return;
  plan.linked = 'now';
  for (const parent of needed(plan, context)) await linkCircular(parent, context);
  await linkTable(plan, context);
  plan.linked = 'yes';
}

/** Tables of the circle whose referenced keys are not decided yet. */
function needed(plan: TablePlan, context: PlanContext): readonly TablePlan[] {
  return plan.table.constraints.flatMap((constraint) => {
    const parent = parentOf(constraint, context);
    return parent && parent !== plan && parent.linked === 'no' && !isDecided(parent, constraint)
      ? [parent]
      : [];
  });
}

/** Gives the tables of circles the keys that they make themselves, so that the others can refer to them. */
export async function startCircles(context: PlanContext): Promise<void> {
  for (const key of context.circles?.keys() ?? []) {
    const plan = context.plans.get(key);
    if (plan && plan.rows > 0) await keysOfOwn(plan, context);
  }
}

/** Gives single unique columns that no foreign key decides their values, the first way that their conditions accept. */
async function keysOfOwn(plan: TablePlan, context: PlanContext): Promise<void> {
  const foreign = new Set(
    plan.table.constraints.filter((one) => one.kind === 'foreign').flatMap((one) => one.columns),
  );
  const names = uniqueSets(plan.table, context.engine.quote).flatMap((set) =>
    set.columns.length === 1 && set.predicate === undefined ? set.columns : [],
  );
  const open = plan.columns.filter(
    (column) => names.includes(column.name) && !foreign.has(column.name) && column.candidates.length === 0,
  );
  const distinct = new Set(open.map((column) => column.name));
  for (const column of open) {
    if (!isWide(column.fact, plan.rows + plan.kept)) continue;
    giveWays(plan, column, distinct, distinct, context);
    const own = plan.conditions.filter(({ columns }) => columns.length === 1 && columns[0] === column.name);
    while (
      column.chosen + 1 < column.candidates.length &&
      !(await holds(plan, own, context.session, { ...context, rows: keyRows }))
    )
      column.chosen += 1;
    column.candidates = [column.candidates[column.chosen]!];
    column.chosen = 0;
    column.fixed = true;
  }
}
