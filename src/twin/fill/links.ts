import { fail } from '../../base/error.ts';
import type { Constraint, Table } from '../../catalog/model.ts';
import type { Condition } from './conditions.ts';
import { isImplied } from './implied.ts';
import { goesInStep } from './in-step.ts';
import { uniqueSets } from './keys.ts';
import { applyPartial } from './partial.ts';
import { distinguish } from './unique.ts';
import { fillColumns, nothing, seedOf } from './columns.ts';
import { decide } from './decide.ts';
import { hangBelow, linkSelf, livingOf } from './self.ts';
import { existingKeys, jointKeys, parentNumber, type Link, type ParentKeys } from './parents.ts';
import { expressionOf, type PlanContext, type TablePlan } from './plan.ts';
import { keyOf } from '../../catalog/identity.ts';
import { byRank, rankedParents } from '../sampled/ranked.ts';
import { knownLink } from '../sampled/references.ts';

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
    for (const name of link.columns) decide(plan, name, (n) => link.value(name, number(n)), known?.places);
    const { beside: of } = link;
    if (of) plan.parents.set(link.constraint.name, (column, n) => of(column, number(n)));
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
      decide(plan, name, (n) => expressionOf(parent, references!.columns[i]!, n) ?? 'NULL');
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
  if (context.known)
    plan.limits.push(
      `Foreign keys ${group.map(({ name }) => name).join(' and ')} of ${plan.key} share columns: rows are spread evenly over the parents that agree.`,
    );
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
  const existing = (living: string | undefined): Promise<ParentKeys> =>
    existingKeys(context.engine, context.session, references, references.columns, living, {
      columns: constraint.columns,
      predicates: narrowed,
    });
  // Which of the parent's rows satisfy a condition, and what the server computes in them, only rows that are there tell.
  const chosen = made && (narrowed.length > 0 || computed) ? await existing(undefined) : undefined;
  const inCall = made && (chosen?.count ?? 0) === 0;
  const keys = inCall ? undefined : (chosen ?? (await existing(livingOf(references, context))));
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
  // Tables in step choose the same parents.
  const [leader] = [plan.key, ...plan.inStep].toSorted();
  const seed = seedOf(context.seed, leader!, constraint.columns.join(' '));
  // A skew that the task declares is preferred to the one that was found.
  const usual = inCall && !skew ? knownLink(plan, constraint, count, seed, context) : undefined;
  const ranked = parentPlan && usual ? rankedParents(plan, constraint, parentPlan, seed, context) : undefined;
  const known = usual && ranked ? byRank(usual, context.lets) : usual;
  if (ranked) plan.before.push(...ranked.before);
  const [first] = references.columns;
  const key = references.columns.length === 1 ? parentPlan?.keys.get(first!) : undefined;
  const rowOf = (parent: string): string => context.lets.bind(`(${key ? key.rowOf(parent) : parent}) + 1`);
  return {
    constraint,
    columns: constraint.columns,
    to,
    count,
    ...(known ? { known } : {}),
    ...(parentPlan && inCall
      ? {
          beside: (column: string, parent: string) =>
            ranked ? ranked.value(column, parent) : expressionOf(parentPlan, column, rowOf(parent)),
        }
      : {}),
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
      if (ranked) return ranked.value(referenced, parent);
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
