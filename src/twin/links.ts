import { fail } from '../base/error.ts';
import type { Constraint, Name, Table } from '../catalog/model.ts';
import type { Condition } from './conditions.ts';
import { isImplied } from './implied.ts';
import { goesInStep } from './in-step.ts';
import { uniqueSets } from './keys.ts';
import { applyPartial } from './partial.ts';
import { distinguish } from './unique.ts';
import { fillColumns, nothing, seedOf } from './columns.ts';
import { existingKeys, jointKeys, parentNumber, type Link } from './parents.ts';
import { alone, expressionOf, type PlanContext, type TablePlan } from './plan.ts';
import { keyOf, sameName } from '../catalog/identity.ts';
import { orEmpty } from './sampled/columns.ts';
import type { Places } from './sampled/places.ts';
import { knownLink } from './sampled/references.ts';
import { knownParent } from './sampled/trees.ts';

/** Share of a table's own rows that are roots of its trees. */
const rootShare = 0.02;

/** Decides keys, foreign keys and values of a planned table. */
export async function linkTable(plan: TablePlan, context: PlanContext): Promise<void> {
  const foreign = plan.table.constraints.filter(
    (constraint) => constraint.kind === 'foreign' && constraint.references,
  );
  const own = foreign.filter((constraint) => keyOf(constraint.references!) === plan.key);
  const outer = foreign.filter((constraint) => !own.includes(constraint));
  const beside = outer.filter((constraint) => goesInStep(plan, constraint, context));
  const links: Link[] = [];
  for (const group of groupsOf(
    outer.filter((constraint) => !beside.includes(constraint)),
    plan,
  )) {
    const link =
      group.length === 1 ? await linkOf(plan, group[0]!, context) : await jointLink(plan, group, context);
    if (link) links.push(link);
    else for (const constraint of group) if (!isImplied(constraint)) leaveEmpty(plan, constraint);
  }
  const distinction = distinguish(plan, links, context);
  for (const link of links) {
    const { known } = link;
    const number =
      distinction.places.get(link) ??
      (known ? (n: string): string => known.child(known.places.at(n)).parent : parentNumber(link.spread));
    for (const name of link.columns) set(plan, name, (n) => link.value(name, number(n)), known?.places);
    const parent = context.plans.get(link.to);
    if (parent && link.row)
      plan.parents.set(link.constraint.name, { plan: parent, row: (n) => link.row!(number(n)) });
  }
  for (const constraint of beside) followRows(plan, constraint, context);
  for (const constraint of own)
    if (!(context.beside && plan.kept > 0 && (await hangBelow(plan, constraint, context))))
      linkSelf(plan, constraint, context);
  fillColumns(plan, distinction.columns, context);
  for (const partial of distinction.partial) applyPartial(plan, partial, context);
}

/** Columns that no key of the table needs take the value of the row with the same number. */
function followRows(plan: TablePlan, { columns, references }: Constraint, context: PlanContext): void {
  const parent = context.plans.get(keyOf(references!))!;
  const keys = uniqueSets(plan.table, context.engine.quote).flatMap((key) => key.columns);
  for (const [i, name] of columns.entries())
    if (!keys.includes(name) && plan.columns.find((column) => column.name === name)?.candidates.length === 0)
      set(plan, name, (n) => expressionOf(parent, references!.columns[i]!, n) ?? 'NULL');
}

/** Foreign keys that share columns or a condition, together; one within another is left out, since the wider one decides it. */
function groupsOf(constraints: readonly Constraint[], plan: TablePlan): readonly (readonly Constraint[])[] {
  const wide = constraints.filter(
    (one, i) =>
      !constraints.some(
        (other, j) =>
          j !== i &&
          one.columns.every((column) => other.columns.includes(column)) &&
          (other.columns.length > one.columns.length || j < i),
      ),
  );
  const groups: Constraint[][] = [];
  for (const constraint of wide) {
    const touching = groups.filter((group) =>
      group.some(
        (other) =>
          other.columns.some((column) => constraint.columns.includes(column)) ||
          conditionsWithin(plan, [...group, constraint]).some(({ columns }) =>
            columns.some((column) => constraint.columns.includes(column)),
          ),
      ),
    );
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push([...touching.flat(), constraint]);
  }
  return groups;
}

/** Conditions that nothing but the columns of foreign keys decides, and that cannot be met by leaving one empty. */
function conditionsWithin(plan: TablePlan, group: readonly Constraint[]): readonly Condition[] {
  const columns = new Set(group.flatMap((constraint) => constraint.columns));
  return plan.conditions.filter(
    (condition) =>
      condition.derived.length === 0 &&
      !condition.name.startsWith('domain ') &&
      condition.columns.length > 0 &&
      condition.columns.every(
        (name) =>
          columns.has(name) && plan.columns.some((column) => column.name === name && !column.nullable),
      ),
  );
}

/** One link for foreign keys that share columns: it takes its values from rows of the parents that agree. */
async function jointLink(
  plan: TablePlan,
  group: readonly Constraint[],
  context: PlanContext,
): Promise<Link | undefined> {
  const keys = await jointKeys(
    context,
    plan.table,
    group,
    plan.rows,
    conditionsWithin(plan, group).map(({ predicate }) => predicate),
  );
  if (keys.count === 0) return undefined;
  plan.before.push(...keys.before);
  const columns = [...new Set(group.flatMap((constraint) => constraint.columns))];
  return {
    constraint: group[0]!,
    columns,
    to: group.map((constraint) => keyOf(constraint.references!)).join(' and '),
    count: keys.count,
    spread: {
      engine: context.engine,
      seed: seedOf(context.seed, plan.key, columns.join(' ')),
      parents: keys.count,
      child: { ...plan.volume, scale: 1 },
      parent: undefined,
      exponent: undefined,
      portion: context.portion,
      parentGrows: false,
    },
    value: (column, parent) => keys.key(column)(parent),
  };
}

function set(plan: TablePlan, name: string, make: (n: string) => string, places?: Places): void {
  const column = plan.columns.find((candidate) => candidate.name === name);
  if (!column) return;
  column.candidates = [alone(places && column.nullable ? orEmpty(places, column, make) : make)];
  column.fixed = true;
}

/** Keys a foreign key may take: by the parent's plan when its rows are made in the same call, else from the rows that are there. */
async function linkOf(
  plan: TablePlan,
  constraint: Constraint,
  context: PlanContext,
): Promise<Link | undefined> {
  const references = constraint.references!;
  const to = keyOf(references);
  const parentPlan = context.plans.get(to);
  const made = parentPlan !== undefined && parentPlan.rows > 0;
  const narrowed = conditionsWithin(plan, [constraint]).map(({ predicate }) => predicate);
  const computed = parentPlan?.table.columns.some(
    ({ name, generated }) => generated && references.columns.includes(name),
  );
  // Which of the parent's rows satisfy a condition, and what the server computes in them, only rows that are there tell.
  const chosen =
    made && (narrowed.length > 0 || computed)
      ? await existingKeys(context.engine, context.session, references, references.columns, undefined, {
          columns: constraint.columns,
          predicates: narrowed,
        })
      : undefined;
  const inCall = made && (chosen?.count ?? 0) === 0;
  const keys = inCall
    ? undefined
    : (chosen ??
      (await existingKeys(
        context.engine,
        context.session,
        references,
        references.columns,
        livingOf(references, context),
      )));
  const count = parentPlan && inCall ? parentPlan.rows : keys!.count;
  if (count === 0) return undefined;
  if (keys) plan.before.push(...keys.before);
  if (parentPlan && inCall) plan.before.push(...parentPlan.before);
  const whole = context.portion.from === 0 && context.portion.to === 1;
  const skew = context.hints.find(
    (hint) =>
      keyOf(hint.table) === plan.key &&
      hint.skew?.kind === 'zipf' &&
      constraint.columns.some((column) => hint.column === column || `${hint.column}_id` === column),
  )?.skew;
  const [first_] = [plan.key, ...plan.inStep].toSorted();
  const seed = seedOf(context.seed, first_!, constraint.columns.join(' '));
  const known = inCall ? knownLink(plan, constraint, count, seed, context) : undefined;
  const [first] = references.columns;
  const key = references.columns.length === 1 ? parentPlan?.keys.get(first!) : undefined;
  const rowOf = (parent: string): string => context.lets.bind(`(${key ? key.rowOf(parent) : parent}) + 1`);
  return {
    constraint,
    columns: constraint.columns,
    to,
    count,
    ...(known ? { known } : {}),
    ...(inCall ? { row: rowOf } : {}),
    spread: {
      engine: context.engine,
      seed,
      parents: count,
      child: plan.volume,
      parent: context.volumes.get(to),
      exponent: skew?.kind === 'zipf' ? skew.exponent : undefined,
      portion: context.portion,
      parentGrows: inCall && !whole,
    },
    value: (column, parent) => {
      const referenced = references.columns[constraint.columns.indexOf(column)]!;
      if (parentPlan && inCall)
        return key
          ? key.at(parent)
          : (expressionOf(parentPlan, referenced, known ? rowOf(parent) : `(${parent} + 1)`) ?? 'NULL');
      return keys!.key(referenced)(parent);
    },
  };
}

function leaveEmpty(plan: TablePlan, constraint: Constraint): void {
  const columns = plan.columns.filter((column) => constraint.columns.includes(column.name));
  const optional = columns.filter((column) => column.nullable);
  if (optional.length === 0 && plan.rows > 0) {
    fail(
      'twin.fill',
      `Table ${plan.key} cannot be filled: ${constraint.name} needs rows of ${keyOf(constraint.references!)}, which has none.`,
      {
        hint: 'Declare a volume for the referenced table, or load its rows with the schema.',
      },
    );
  }
  for (const column of optional) {
    column.candidates = [nothing(column)];
    column.fixed = true;
  }
}

/** A table that references itself becomes trees: early rows are roots, each later one hangs below an earlier row. */
function linkSelf(plan: TablePlan, constraint: Constraint, context: PlanContext): void {
  const references = constraint.references!;
  const tree = knownParent(plan, constraint, context);
  if (tree) return set(plan, constraint.columns[0]!, tree);
  const roots = Math.max(1, Math.ceil(plan.rows * rootShare));
  // A column that refers to itself is the same in both rows, whatever it holds.
  const open = constraint.columns.filter(
    (name, i) =>
      references.columns[i] !== name &&
      plan.columns.find((column) => column.name === name)?.candidates.length === 0,
  );
  const shared = constraint.columns.length > open.length;
  const single = uniqueSets(plan.table, context.engine.quote).some((key) =>
    key.columns.every((name) => constraint.columns.includes(name)),
  );
  for (const name of open) {
    const column = plan.columns.find((candidate) => candidate.name === name)!;
    const referenced = references.columns[constraint.columns.indexOf(name)]!;
    const key = (n: string): string => expressionOf(plan, referenced, n) ?? 'NULL';
    // Where the key shares a column with another one, only the row itself is sure to match.
    if (single)
      set(
        plan,
        name,
        (n) =>
          `CASE WHEN ${n} < ${plan.rows} THEN ${key(`(${n} + 1)`)} ELSE ${column.nullable ? 'NULL' : key('1')} END`,
      );
    else if (shared || open.length > 1)
      set(plan, name, column.nullable ? () => `NULL::${column.fact.type}` : key);
    else
      set(
        plan,
        name,
        (n) =>
          `CASE WHEN ${n} <= ${roots} THEN ${column.nullable ? 'NULL' : key(n)} ELSE ${key(`((${n} - ${roots} - 1) / 5 + 1)`)} END`,
      );
  }
}

/** Column that is empty in rows which new rows may refer to. */
function livingOf(table: Name, { hints, beside }: PlanContext): string | undefined {
  return beside ? hints.find((hint) => hint.past && sameName(hint.table, table))?.column : undefined;
}

/** Rows beside others hang below rows that are there: one of them alone must find its parent. */
async function hangBelow(plan: TablePlan, constraint: Constraint, context: PlanContext): Promise<boolean> {
  const open = constraint.columns.filter(
    (name) => plan.columns.find((column) => column.name === name)?.candidates.length === 0,
  );
  if (open.length < constraint.columns.length) return false;
  const references = constraint.references!;
  const living = livingOf(references, context);
  const keys = await existingKeys(context.engine, context.session, references, references.columns, living);
  if (keys.count === 0) return false;
  plan.before.push(...keys.before);
  const seed = seedOf(context.seed, plan.key, constraint.columns.join(' '));
  for (const [position, name] of constraint.columns.entries())
    set(plan, name, (n) =>
      keys.key(references.columns[position]!)(context.engine.fill.spread(n, seed, keys.count)),
    );
  return true;
}

/** Tables whose foreign keys a table waits for, itself left out. */
export function needsOf(table: Table, requiredOnly: boolean): readonly string[] {
  return table.constraints
    .filter((constraint) => constraint.kind === 'foreign' && constraint.references)
    .filter(
      (constraint) =>
        !requiredOnly ||
        constraint.columns.every((name) => table.columns.find((column) => column.name === name)?.notNull),
    )
    .map((constraint) => keyOf(constraint.references!))
    .filter((key) => key !== keyOf(table));
}
